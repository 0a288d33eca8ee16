"""Who adopts a body's first agreement reads what it comes to, on one screen, and nothing agreed is left out."""

import pytest

from schemas.agreement import Agreement
from schemas.agreement_summary import summarise
from tasks.settings import PROJECT


def agreed(tenant: str, **changes: str) -> Agreement:
    text = (PROJECT / "data_contracts" / tenant / "agreement.yaml").read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    return Agreement.parsed(text.encode(), "agreement.yaml")


def test_people_accounts_number_rail_and_thresholds_stand_in_it() -> None:
    said = list(summarise(agreed("ilf")))
    assert len(said) <= 17
    assert said[:2] == [
        "Independent Living Fund (ilf) pays by bacs_standard_18, as ILF PAYMENTS with the service user number 123456.",
        "The money leaves 107999 88837491, ILF PAYMENTS.",
    ]
    for each in (
        "decision.owner@ilf.example is decision owner, without an account.",
        "sender@siller.example is sender, with the account sender.",
        "A payment file of more than £10,600,000.00 needs two approvers.",
        "Pay periods: rhythm month. Pay day: rule last_bank_day, exceptions.2026-12 2026-12-24.",
        "Before the processing date, and on no holiday of scotland: extract 5 bank days, at 17:00, approval 1 bank "
        "day, at 15:00, submission 1 bank day, at 22:00.",
        "How long payees' data is kept: payments 7 years, bank answers 7, backups 90 days.",
    ):
        assert each in said
    [gates] = [each for each in said if each.startswith("Above the first figure")]
    assert "refused share 0 and 0.05" in gates
    assert "biggest change for one payee 3 and 50" in gates


def test_every_account_is_named_with_what_leaves_it() -> None:
    said = list(summarise(agreed("kirkmuir")))
    assert "The money leaves 089999 66374958, KIRKMUIR FOSTERING, for payments with the word FOSTER." in said
    assert "How long payees' data is kept: not agreed, so nothing is erased." in said


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("bureau_number: '111111'\nrail: ", "bureau_number 111111"),
        ("nothing_else_leaves: true\nrail: ", "nothing_else_leaves True"),
        ("shares_with: [kirkmuir]\nrail: ", "shares_with[1] kirkmuir"),
        ("accounts: {with_zeros_before: [7]}\nrail: ", "accounts.with_zeros_before[1] 7"),
    ],
    ids=["bureau", "nothing else", "sharing", "accounts"],
)
def test_what_has_no_sentence_of_its_own_is_said_last(new: str, said: str) -> None:
    assert list(summarise(agreed("ilf", **{"rail: ": new})))[-1] == f"Agreed beside that: {said}."
