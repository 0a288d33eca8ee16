"""A payee without an account is found by where their voucher went, and nothing of that is kept."""

from datetime import datetime

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.payee_search.find import find
from tasks.tenant_context import TenantContext
from tests.unit.tasks.vouchers.month import RUN

ENQUIRER = "helpdesk@strathlinn.example"
NOW = datetime(2026, 12, 10, 9, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("07700 900101", 1),
        ("+44 (7700) 900-101", 1),
        ("00447700900101", 1),
        ("4 Shore Road, Inverbeg, IV99 9ZZ", 2),
        ("4 shore road inverbeg iv999zz", 2),
        ("Claimant@People.example", 3),
    ],
    ids=["number", "from abroad", "as 14 digits", "address", "as one types it", "e-mail"],
)
def test_whoever_a_voucher_went_to_is_found(cash: TenantContext, asked: str, row: int) -> None:
    assert [(each.run_id, each.row_number) for each in find(cash, asked, ENQUIRER, NOW)] == [(RUN, row)]
    with cash.ledger.opened() as connection:
        kept = str([connection.execute(f"FROM {table}").fetchall() for table in ("journal", "act")])
    assert f"{RUN}/{row}" in kept
    digits = "".join(filter(str.isdigit, asked))
    assert all(part not in kept for part in (asked, asked.upper(), asked.lower(), digits[-9:]) if len(part) > 8)


@pytest.mark.parametrize("asked", ["07700 900199", "900101", "nobody@people.example", "IV99 9ZZ", "@", "07700"])
def test_a_contact_has_to_be_whole(cash: TenantContext, asked: str) -> None:
    with pytest.raises(NoGo):
        find(cash, asked, ENQUIRER, NOW)


def test_who_is_asked_for_by_name_is_found_alone(cash: TenantContext) -> None:
    """Nobody here has an account, which is no account that they share."""
    assert [each.row_number for each in find(cash, "Mhairi Bell", ENQUIRER, NOW)] == [1]
