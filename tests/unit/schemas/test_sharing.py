"""What two bodies share at the bank is declared by both, or it is told."""

from pathlib import Path

import pytest

from schemas.agreement import Agreement
from schemas.no_go import NoGo
from schemas.sharing import list_mixed, list_undeclared

ILF = (Path(__file__).parents[3] / "data_contracts" / "ilf" / "agreement.yaml").read_text("utf-8")
OTHERS_ACCOUNT = ILF.replace("88837491", "88837492")
OTHERS_NUMBER = ILF.replace("123456", "654321")


def _agreed(tenant: str, text: str = ILF, shares_with: str = "") -> Agreement:
    text = text.replace("tenant: ilf\n", f"tenant: {tenant}\n")
    if shares_with:
        text += f"shares_with: [{shares_with}]\n"
    return Agreement.parsed(text.encode(), "agreement.yaml")


def test_bodies_that_share_nothing_say_nothing() -> None:
    other = _agreed("council", OTHERS_ACCOUNT.replace("123456", "654321"))
    assert list_undeclared(_agreed("ilf"), [other]) == []


@pytest.mark.parametrize(
    ("other", "what"),
    [(OTHERS_ACCOUNT, "the service user number 123456"), (OTHERS_NUMBER, "the paying account ILF PAYMENTS")],
    ids=["one number", "one account"],
)
def test_what_is_shared_is_declared_by_both(other: str, what: str) -> None:
    [said] = list_undeclared(_agreed("ilf"), [_agreed("council", other)])
    assert what in said
    assert "shares_with: [council] in the agreement with ilf" in said
    assert "shares_with: [ilf] in the agreement with council" in said

    [said] = list_undeclared(_agreed("ilf", shares_with="council"), [_agreed("council", other)])
    assert "in the agreement with ilf" not in said
    assert "shares_with: [ilf] in the agreement with council" in said

    both = _agreed("ilf", shares_with="council"), [_agreed("council", other, "ilf")]
    assert list_undeclared(*both) == []


def test_a_declaration_of_nothing_is_told() -> None:
    apart = _agreed("council", OTHERS_ACCOUNT.replace("123456", "654321"))
    [said] = list_undeclared(_agreed("ilf", shares_with="council"), [apart])
    assert "they share nothing" in said
    [said] = list_undeclared(_agreed("ilf", shares_with="council"), [])
    assert "there is no agreement with it" in said


@pytest.mark.parametrize("names", ["ilf", "council, council", "Council"], ids=["itself", "twice", "no tenant's name"])
def test_a_name_that_cannot_be_meant_is_refused(names: str) -> None:
    with pytest.raises(NoGo, match="shares_with"):
        _agreed("ilf", shares_with=names)


SERVER = """
hand_over:
  host: payments.bank.example
  user: {user}
  host_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl]
  folder: /incoming
  answers: {{folder: {folder}, moved_to: {folder}/done}}
"""


def _at_server(tenant: str, user: str = "service", folder: str = "/outgoing") -> Agreement:
    return _agreed(tenant, ILF + SERVER.format(user=user, folder=folder))


@pytest.mark.parametrize("folder", ["/outgoing", "/outgoing/done"])
def test_no_two_bodies_have_one_folder_of_answers(folder: str) -> None:
    [said] = list_mixed(_at_server("ilf"), [_agreed("other"), _at_server("council", folder=folder)])
    assert said.startswith("ilf (hand_over) and council (hand_over) have one user at payments.bank.example, ")


@pytest.mark.parametrize(("this", "other"), [(" /outgoing", " outgoing"), (".example", ".EXAMPLE.")])
def test_nor_one_that_is_written_in_two_ways(this: str, other: str) -> None:
    """Servers let each user into a root of their own, so that a path from there is one from the root."""
    council = _agreed("council", (ILF + SERVER.format(user="service", folder="/outgoing")).replace(this, other))
    assert len(list_mixed(_at_server("ilf"), [council])) == 1


def test_bodies_with_folders_or_users_of_their_own_mix_nothing() -> None:
    others = [_at_server("council", folder="/council"), _at_server("agency", user="agency")]
    assert list_mixed(_at_server("ilf"), others) == []
