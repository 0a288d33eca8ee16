"""Vouchers in the body's books: issued, cashed and what was left of them, to the penny what the provider says.

A transfer of £20.81 and vouchers of £100.00, £11.66 and £28.50, £140.16 in all. The provider says: of the first £40.00
were cashed before it expired, the second was cashed whole, the third was cancelled. So it paid out £51.66, and £60.00
and £28.50 have come back.
"""

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.postings.stage import Given, post
from tasks.postings.statement import ByVoucher, hold_against_statement
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.unit.tasks.vouchers.conftest import vouchers_home
from tests.unit.tasks.vouchers.month import OPERATOR, OVER, RUN, answered, says

__all__ = ["vouchers_home"]

PAY_DAY = datetime(2026, 11, 30, 9, 0, tzinfo=LONDON)
CODES = """
postings:
  accounts: [{bank: "1010", spending: "5310"}]
  returned: "2190"
  rejected: "2191"
  vouchers: {provider: "1030", outstanding: "2180", spending: "5311", not_cashed: "2192"}
"""
ENDED = (
    says(1, "EXPIRED", "100.00", "40.00", OVER.date()),
    says(2, "CASHED", "11.66", "11.66", OVER.date()),
    says(3, "CANCELLED", "28.50", "0.00", OVER.date()),
)


@pytest.fixture
def booked(vouchers_home: Path, tmp_path: Path) -> TenantContext:
    contracts = shutil.copytree(PROJECT / "data_contracts", tmp_path / "contracts")
    agreement = contracts / "cash" / "agreement.yaml"
    agreement.write_text(agreement.read_text() + CODES)
    home = shutil.copytree(vouchers_home, tmp_path / "home", symlinks=True)
    return TenantContext("cash", Mode.REHEARSAL, Settings(home=home, contracts=contracts, modulus_table=None))


def sides(given: Given) -> list[tuple[str, str, str, str]]:
    """Of postings code, debit, credit and what moved."""
    told = (line.split(",", 5) for line in given.path.read_text(encoding="utf-8").splitlines()[1:])
    return [(code, debit, credit, said.rpartition("; ")[2].strip('"')) for _, _, code, debit, credit, said in told]


def test_each_pence_of_a_voucher_is_posted_where_it_is(booked: TenantContext) -> None:
    [issued] = post(booked, RUN, OPERATOR, PAY_DAY)
    assert sides(issued) == [
        ("5310", "20.81", "", "paid: 1 payment"),
        ("1010", "", "20.81", "paid: 1 payment"),
        ("5311", "140.16", "", "vouchers issued: 3 payments"),
        ("2180", "", "140.16", "vouchers issued: 3 payments"),
    ]
    answered(booked, ENDED, OVER)
    _, ended = post(booked, RUN, OPERATOR, OVER)
    assert sides(ended) == [
        ("2180", "51.66", "", "vouchers cashed: 2 payments"),
        ("1030", "", "51.66", "vouchers cashed: 2 payments"),
        ("2180", "88.50", "", "vouchers not cashed: 2 payments"),
        ("2192", "", "88.50", "vouchers not cashed: 2 payments"),
    ]
    held = hold_against_statement(booked, RUN, [issued.sums, ended.sums], OVER)
    assert (held.posted, held.shown) == (Decimal("20.81"), None)
    assert held.by_voucher == ByVoucher(cashed=Decimal("51.66"), said=Decimal("51.66"), outstanding=Decimal(0))


def test_what_the_provider_takes_back_is_posted_with_its_sides_changed(booked: TenantContext) -> None:
    answered(booked, ENDED, OVER)
    post(booked, RUN, OPERATOR, OVER)
    answered(booked, [says(1, "CASHED", "100.00", "100.00", OVER.date())], OVER, name="more.csv")
    assert sides(post(booked, RUN, OPERATOR, OVER)[-1]) == [
        ("2180", "60.00", "", "vouchers cashed: 0 payments"),
        ("1030", "", "60.00", "vouchers cashed: 0 payments"),
        ("2192", "60.00", "", "vouchers not cashed, taken back: 1 payment"),
        ("2180", "", "60.00", "vouchers not cashed, taken back: 1 payment"),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ('  vouchers: {provider: "1030", outstanding: "2180", spending: "5311", not_cashed: "2192"}\n', ""),
            "the agreement pays by voucher, and its books have no codes of them",
        ),
        (("1030", "2180"), "provider and outstanding are two codes"),
        (("5311", "2180"), "provider and outstanding are two codes"),
        ((', not_cashed: "2192"', ""), None),
        (("1030", "1010"), "1010 is a bank's account, and the other side of it too"),
    ],
    ids=["no codes", "one code for both", "both sides", "as returned", "the bank's"],
)
def test_codes_of_vouchers_are_all_there_and_told_apart(
    booked: TenantContext, change: tuple[str, str], says: str | None
) -> None:
    agreement = booked.settings.contracts / "cash" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace(*change))
    if says is None:
        answered(booked, ENDED, OVER)
        assert ("2190", "", "88.50", "vouchers not cashed: 2 payments") in sides(post(booked, RUN, OPERATOR, OVER)[-1])
        return
    with pytest.raises(NoGo, match=says):
        TenantContext("cash", Mode.REHEARSAL, booked.settings).agreement.postings  # noqa: B018  # it is read then
