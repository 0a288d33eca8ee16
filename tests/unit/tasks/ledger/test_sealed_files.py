"""Every kind of sealed file is named in one place, so verify misses it, an erasure takes it, and no sweep does.

A home in which one of each kind was sealed by what seals it in life: November was paid, half of it came back and was
paid elsewhere, and it was closed and posted; December had its payees checked, was released
and never sent, and then a no-go.
"""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.authorised_payees.confirm import confirm, propose
from tasks.ledger.parts.sweeping import sweep_sealed
from tasks.ledger.sealed_files import QUERIES, define_sealed_files
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.people.two_people import Given
from tasks.postings.stage import post
from tasks.release.stage import release
from tasks.retention.due import scope_of
from tasks.storage.custody import Sealed, list_sealed
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.month import APPROVER, ROWS, SAMPLES, approve, assessed, context, deliver, ingest
from tests.people import ENROLLED, code_at, secret_of
from tests.unit.tasks.approve.test_decision import to_the_form
from tests.unit.tasks.close.test_close import OPERATOR, OWNER, RUN, closed_by
from tests.unit.tasks.exceptions.test_settle import SENDER
from tests.unit.tasks.manual_payments.test_stage import line_of, recorded
from tests.unit.tasks.payee_checks.month import AGREED, matched
from tests.unit.tasks.postings.test_postings import with_codes

DECEMBER = datetime(2026, 12, 7, 9, 30, tzinfo=LONDON)
PAY_DAY = date(2026, 12, 24)
HERE = [kind for kind in Sealed if kind is not Sealed.VOUCHER_ANSWERS]
"""This body pays nobody by voucher: tests/unit/tasks/vouchers/test_answers.py seals one of that kind."""


@pytest.fixture(scope="module")
def home(finished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    of = context(shutil.copytree(finished_home, tmp_path_factory.mktemp("sealed") / "home", symlinks=True))
    with of.ledger.transaction() as connection:
        for name in (OPERATOR, OWNER, SENDER):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
        keep(connection, APPROVER, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
    closed_by(of, OPERATOR, OWNER)
    recorded(of, [line_of(ROWS[0])])
    post(with_codes(of.settings.home, tmp_path_factory.mktemp("contracts")), RUN, OPERATOR, DECEMBER)
    authorise(with_codes(of.settings.home, tmp_path_factory.mktemp("listed"), "\nauthorised_payees: true\n"))
    rows = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[41:44]
    of = with_codes(of.settings.home, tmp_path_factory.mktemp("checked"), AGREED)
    of = with_codes(of.settings.home, tmp_path_factory.mktemp("checked"), AGREED)
    deliver(
        of,
        [row.replace("30/11/2026", f"{PAY_DAY:%d/%m/%Y}") for row in rows],
        pay_period="2026-12",
        pay_date=f"{PAY_DAY}",
    )
    run_id = ingest(of, DECEMBER, "asked")
    validate(of, run_id, DECEMBER)
    matched(of, run_id, DECEMBER)
    run_id = ingest(of, DECEMBER, "asked")
    validate(of, run_id, DECEMBER)
    matched(of, run_id, DECEMBER)
    run_id = assessed(of, DECEMBER, flow="december")
    approve(of, run_id, DECEMBER, "december", control_total="5320.00", reason="as in the records")
    release(of, run_id, DECEMBER)
    sender, operator = (Given(name, code_at(name, DECEMBER)) for name in (SENDER, OPERATOR))
    take_back(of, run_id, "the channel was down, and it was never sent", (sender, operator), DECEMBER, DECEMBER)
    with pytest.raises(NoGo, match="joiners"):  # and its pack is kept
        to_the_form(of, "again", DECEMBER)
    return of.settings.home


def authorise(of: TenantContext) -> None:
    """Two people confirm who is authorised, on a day of December."""
    file = of.settings.home / "list.csv"
    file.write_text("payee_reference\nILF100002\n")
    at = DECEMBER - timedelta(hours=1)
    first, second = (Given(name, code_at(name, at)) for name in ("first.approver@ilf.example", OWNER))
    confirm(of, propose(of, file), (first, second), at, DECEMBER)
    file.unlink()


@pytest.fixture
def of(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home", symlinks=True))


def kinds(of: TenantContext) -> dict[str, set[str]]:
    """Of each kind the files that the ledger names."""
    with of.ledger.opened() as connection:
        define_sealed_files(connection)
        found = connection.execute("SELECT what, list(DISTINCT sha256) FROM sealed_file GROUP BY what").fetchall()
    return {what: set(files) for what, files in found}


def test_every_kind_has_its_query() -> None:
    assert set(QUERIES) == set(Sealed)


def test_whatever_is_sealed_is_named_and_no_sweep_takes_it(of: TenantContext) -> None:
    named, sealed = kinds(of), list_sealed(of.paths, "ilf")
    assert set(named) == set(map(str, HERE)), "seal one of the new kind in this home"
    assert set().union(*(named.values())) == sealed | released(of)
    with of.ledger.opened() as connection:
        sweep_sealed(connection, of.paths, "ilf")
    assert list_sealed(of.paths, "ilf") == sealed
    assert list(problems(of)) == []


def released(of: TenantContext) -> set[str]:
    """Payment files that were sent: they would be named while somebody takes them back."""
    with of.ledger.opened() as connection:
        found = connection.execute("SELECT sha256 FROM payment_file ANTI JOIN withdrawal USING (run_no)").fetchall()
    return {sha256 for (sha256,) in found}


@pytest.mark.parametrize("kind", HERE, ids=str)
def test_one_that_is_gone_is_missed(home: Path, kind: Sealed) -> None:
    of = context(home)
    sha256 = min(kinds(of)[str(kind)] - released(of))
    sealed = of.paths.sealed("ilf", sha256)
    aside = sealed.rename(sealed.with_suffix(".aside"))
    try:
        missed = f"The sealed {kind} {sha256[:12]} is missing, or is not what was sealed."
        assert missed in [each.what for each in problems(of)]
    finally:
        aside.rename(sealed)


def test_each_goes_with_its_own_period_and_the_manifests_with_none(of: TenantContext) -> None:
    with of.ledger.opened() as connection:
        november, december = (
            scope_of(connection, Period.parsed(period), None).sealed for period in ("2026-11", "2026-12")
        )
    assert not november & december
    assert november | december == list_sealed(of.paths, "ilf") - kinds(of)[str(Sealed.MANIFEST)]
    assert len(kinds(of)[str(Sealed.PAYMENT_FILE)] & december) == 1
    assert kinds(of)[str(Sealed.CLOSE_CERTIFICATE)] | kinds(of)[str(Sealed.EVIDENCE)] <= november
