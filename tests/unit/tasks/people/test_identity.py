"""Names, roles, proof, and who is turned away."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.people.identity import identify, list_admitting
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.month import context
from tests.people import code_now, enrol_approvers, sit_at

DOOR = "siller audit ilf-2026-11-rehearsal-1"
FIRST = "first.approver@ilf.example"


def with_code(home: Path, code: str) -> TenantContext:
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, modulus_table=None, one_time_code=SecretStr(code)))


def tries(of: TenantContext) -> list[tuple[str, str]]:
    with of.ledger.opened() as connection:
        return connection.execute("SELECT name, outcome FROM code_try ORDER BY code_try_no").fetchall()


def test_a_person_is_named_as_the_agreement_names_them(tmp_path: Path) -> None:
    assert identify(context(tmp_path), " Operator@Siller.example ", DOOR, Role.OPERATOR) == "operator@siller.example"


def test_who_gives_no_name_is_whoever_has_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert identify(context(tmp_path), "", DOOR, Role.OPERATOR) == "operator@siller.example"
    sit_at(monkeypatch, "auditor")
    assert identify(context(tmp_path), "", DOOR, Role.OPERATOR, Role.AUDITOR) == "auditor@ilf.example"


@pytest.mark.parametrize("name", ["auditor@ilf.example", "nobody@ilf.example"])
def test_without_the_role_nobody_comes_in(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoGo, match="no operator in the agreement with ilf"):
        identify(context(tmp_path), name, DOOR, Role.OPERATOR)


def test_an_account_that_nobody_has_been_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at(monkeypatch, "stranger")
    with pytest.raises(NoGo, match="The account stranger is no operator"):
        identify(context(tmp_path), "", DOOR, Role.OPERATOR)


def test_anothers_name_from_ones_own_account_needs_a_code(tmp_path: Path) -> None:
    enrol_approvers(context(tmp_path))
    with pytest.raises(NoGo, match=f"The account {account()} is not that of {FIRST}"):
        identify(context(tmp_path), FIRST, DOOR, Role.APPROVER)
    assert identify(with_code(tmp_path, code_now(FIRST)), FIRST, DOOR, Role.APPROVER) == FIRST


def test_a_code_counts_once_at_every_door(tmp_path: Path) -> None:
    enrol_approvers(context(tmp_path))
    of = with_code(tmp_path, code_now(FIRST))
    identify(of, FIRST, DOOR, Role.APPROVER)
    with pytest.raises(NoGo, match="has been used"):
        identify(of, FIRST, DOOR, Role.APPROVER)
    assert tries(of) == [(FIRST, "taken"), (FIRST, "wrong")]


def test_after_five_wrong_codes_the_right_one_opens_nothing(tmp_path: Path) -> None:
    enrol_approvers(context(tmp_path))
    for _ in range(5):
        with pytest.raises(NoGo, match="not this person's"):
            identify(with_code(tmp_path, "000000"), FIRST, DOOR, Role.APPROVER)
    with pytest.raises(NoGo, match="siller people unlock"):
        identify(with_code(tmp_path, code_now(FIRST)), FIRST, DOOR, Role.APPROVER)


def test_where_nobody_is_enrolled_no_code_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NoGo, match="nobody is enrolled here yet"):
        identify(context(tmp_path), FIRST, DOOR, Role.APPROVER)
    assert not context(tmp_path).ledger.exists


def test_a_registered_account_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = context(tmp_path)
    with of.ledger.transaction(create=True) as connection:
        keep(connection, FIRST, Kind.ACCOUNT, "anna", ("a", "b"), datetime(2026, 1, 5, tzinfo=UTC))
    sit_at(monkeypatch, "anna")
    assert identify(of, "", DOOR, Role.APPROVER) == FIRST


def test_only_the_offices_that_let_somebody_in_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = context(tmp_path)
    enrol_approvers(of)
    assert [each.tenant for each in list_admitting(of.settings, "", DOOR, Role.OPERATOR)] == ["ilf"]
    sit_at(monkeypatch, "stranger")
    with pytest.raises(NoGo, match="The account stranger"):
        list_admitting(of.settings, "", DOOR, *Role)
