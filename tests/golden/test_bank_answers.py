"""What banks write, kept as met: each file with what it means for the month of seven payments that it answers.

The inputs are invented. Nothing of siller's own practice bank is among them.
"""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.verify import problems
from tasks.reconcile.receive import inbox, put_away
from tasks.reconcile.stage import as_at, reconcile
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.bank_messages import taken_in
from tests.by_hand import parts_beside
from tests.month import NOVEMBER, approve, assessed, context, deliver
from tests.sampled import one_in
from tests.unit.tasks.rails.test_rails import office_with

CASES = Path(__file__).parent / "bank_answers"
RUN = "ilf-2026-11-rehearsal-1"
AFTER = datetime(2026, 12, 4, 9, 30, tzinfo=LONDON)
BACS, PAIN = "bacs_standard_18", "pain001_bacs"
REPORT, STATUS = "input-report.xml", "handled-right/pain002-two-reports/b1.xml"
ALL, SECOND = Decimal("17711.60"), Decimal("1900.00")

CREDITED = {"credited": 7}
RETURNED = {"credited": 6, "returned": 1}
REJECTED = {"credited": 6, "rejected": 1}
MEANT: dict[str, tuple[str, Sequence[str], dict[str, int], Decimal]] = {
    # The statement as it should be; then in other encodings and under other prefixes.
    "handled-right/camt-ok.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    "handled-right/camt-bom.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    "handled-right/camt-latin1.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    "handled-right/camt-utf16.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    "handled-right/camt-prefixed-namespace.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    "handled-right/camt-ntrydtls-debits.xml": (PAIN, [STATUS], CREDITED, Decimal(0)),
    # The bank debits each payment by itself.
    "camt-individual-debits-pain.xml": (PAIN, [STATUS], CREDITED, Decimal(0)),
    # A payment that came back: its account as creditor's, as debtor's, as an IBAN; the paying account as creditor's.
    "handled-right/camt-return-e2e.xml": (PAIN, [STATUS], RETURNED, Decimal(0)),
    "handled-right/camt-return-dbtr.xml": (PAIN, [STATUS], RETURNED, Decimal(0)),
    "handled-right/camt-return-iban.xml": (PAIN, [STATUS], RETURNED, Decimal(0)),
    "camt-return-own-account.xml": (PAIN, [STATUS], RETURNED, Decimal(0)),
    # Money from abroad, with its own currency in the details, came in on the same day.
    "camt-foreign-credit.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    # The money to be paid out came in, and the bank took a fee.
    "camt-funding-and-fee.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    # The statement of another account stands in the same document.
    "camt-two-accounts.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    # Entries that are pending or for information stand beside the booked one.
    "camt-pending-beside.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    "camt-leading-zeros.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    # Two days in one statement, each with its balances.
    "camt-several-days.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    # Under a business application header.
    "camt-apphdr.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    # The debit was booked a day late.
    "camt-debit-next-day.xml": (BACS, [REPORT], CREDITED, Decimal(0)),
    # The bank debited the file and gave the debit back: nobody knows whether anybody was paid.
    "camt-reversed-debit.xml": (BACS, [REPORT], {"disputed": 7}, ALL),
    # Status reports: totals in the block alone, amounts elsewhere or left out, one payment not decided by the pay day.
    "pain002-totals-in-block.xml": (PAIN, [], CREDITED, ALL),
    "pain002-instd-amt-v03.xml": (PAIN, [], REJECTED, ALL - SECOND),
    "pain002-reference-only.xml": (PAIN, [], REJECTED, ALL - SECOND),
    "pain002-pending-past-payday.xml": (PAIN, [], {"credited": 6, "undecided": 1}, ALL + SECOND),
    "handled-right/pain002-ok.xml": (PAIN, [], REJECTED, ALL - SECOND),
    "handled-right/pain002-two-reports/b2.xml": (PAIN, [STATUS], REJECTED, ALL - SECOND),
    "handled-right/pain002-unknown-group-status.xml": (PAIN, [], {"undecided": 7}, 2 * ALL),
    # The whole was rejected: said of the block under a group that passed its checks, and without any totals.
    "pain002-block-rejected.xml": (PAIN, [], {"rejected": 7}, Decimal(0)),
    "pain002-no-totals.xml": (PAIN, [], {"rejected": 7}, Decimal(0)),
}
"""Of each file: the rail, what the bank said before, where the payments are then, and what is unexplained.

What no statement has debited by 4 December is unexplained: a report is no money.
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The homes of the month, released on each rail; nobody changes anything there."""
    homes: dict[str, Path] = {}

    def on(rail: str) -> Path:
        if rail not in homes:
            homes[rail] = tmp_path_factory.mktemp(rail)
            of = office_with(homes[rail], (f"rail: {BACS}", f"rail: {rail}"))
            deliver(of, (CASES / "ilf.csv").read_text(encoding="utf-8").splitlines()[1:])
            run_id = assessed(of)
            approve(of, run_id, control_total="17,711.60")
            release(of, run_id, NOVEMBER)
        return homes[rail]

    return on


@pytest.fixture
def month(released: Callable[[str], Path], tmp_path: Path) -> Callable[[str], TenantContext]:
    """The same month in a home of one's own."""

    def on(rail: str) -> TenantContext:
        home = shutil.copytree(released(rail), tmp_path / rail, symlinks=True)
        contracts = home / "contracts"
        return TenantContext(
            "ilf", Mode.REHEARSAL, Settings(home=home / "home", modulus_table=None, contracts=contracts)
        )

    return on


def sent_by_the_bank(of: TenantContext, *names: str) -> list[str]:
    """Take these files in one after another; returns a sentence for each that was not taken."""
    refused = []
    folder = of.paths.bank_inbox("ilf")
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        shutil.copy(CASES / name, folder / f"{number}-{Path(name).name}")
        refused += taken_in(of, AFTER)[1]
        put_away(of)
    return refused


def buckets(of: TenantContext, run_id: str = RUN) -> dict[str, int]:
    return {str(bucket.name): bucket.rows for bucket in as_at(of, run_id, AFTER).buckets if bucket.rows}


def states(of: TenantContext, run_no: int = 1) -> dict[str, int]:
    """How many payments the ledger has in each state, named as the report names it."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        found = connection.execute(
            "SELECT if(state IN ('released', 'submitted', 'accepted'), 'in flight', replace(state, '_', ' ')), "
            "count(*) FROM payment_state(?) WHERE run_no = ? GROUP BY ALL",
            [AFTER.date(), run_no],
        ).fetchall()
        assert list(problems(connection, parts_beside(connection))) == []
    return dict(found)


@pytest.mark.parametrize("name", one_in(3, MEANT))
def test_what_a_file_of_a_bank_means(month: Callable[[str], TenantContext], name: str) -> None:
    rail, before, placed, unexplained = MEANT[name]
    of = month(rail)
    assert sent_by_the_bank(of, *before, name) == []
    assert buckets(of) == states(of) == placed
    assert as_at(of, RUN, AFTER).unexplained_pounds == unexplained
    assert inbox(of) == []


def test_a_debit_that_was_booked_late_is_told_with_its_day(month: Callable[[str], TenantContext]) -> None:
    of = month(BACS)
    sent_by_the_bank(of, REPORT, "camt-debit-next-day.xml")
    sources = [told.source for told in as_at(of, RUN, AFTER).confirmations]
    assert "Statement: one debit for the file, booked on 1 December 2026" in sources


def test_a_statement_that_is_sent_again_is_the_same_statement(month: Callable[[str], TenantContext]) -> None:
    """The bank marks it as a copy, under another message id."""
    of = month(BACS)
    (known,) = sent_by_the_bank(of, REPORT, "camt-resent/s1.xml", "camt-resent/s2.xml")
    assert known == "2-s2.xml is a statement that was taken in before."
    assert buckets(of) == states(of) == CREDITED
    assert as_at(of, RUN, AFTER).unexplained_pounds == 0
    assert inbox(of) == []


def test_what_is_of_no_run_is_shown_as_that(month: Callable[[str], TenantContext]) -> None:
    of = month(BACS)
    sent_by_the_bank(of, REPORT, "camt-funding-and-fee.xml")
    _, written = reconcile(of, RUN, AFTER)
    assert "2 entries, £20,010.00, of no pay run" in written.page.read_text(encoding="utf-8")


def test_a_day_on_which_nothing_moved_is_taken_and_put_away(month: Callable[[str], TenantContext]) -> None:
    of = month(BACS)
    assert sent_by_the_bank(of, "camt-empty-day.xml") == []
    assert states(of) == {"in flight": 7}
    assert inbox(of) == []


def test_an_advice_of_a_day_with_two_runs_finds_the_payment_in_its_own(tmp_path: Path) -> None:
    """The month and arrears have one processing day; the payment that came back is the month's."""
    of = context(tmp_path)
    for extract, total, kind in (("1-full.csv", "300.00", "full"), ("2-arrears.csv", "50.00", "arrears")):
        rows = (CASES / "arucs-two-runs-same-day" / extract).read_text(encoding="utf-8").splitlines()[1:]
        deliver(of, rows, extract, kind=kind)
        run_id = assessed(of, flow=extract)
        approve(of, run_id, flow=extract, control_total=total)
        release(of, run_id, NOVEMBER)
    assert sent_by_the_bank(of, "arucs-two-runs-same-day/3-arucs.xml") == []
    assert states(of) == {"in flight": 1, "returned": 1}
    assert states(of, 2) == {"in flight": 1}
    before_the_last_day = AFTER.replace(day=2)
    assert [as_at(of, run, before_the_last_day).unexplained for run in (RUN, run_id)] == [(), ()]


@pytest.mark.parametrize(
    ("name", "said", "then"),
    [
        # An entry is missing between the balance of the day before and the closing one: it may be one of a return.
        (
            "camt-prcd-missing-entry.xml",
            "do not lead from its opening to its closing balance",
            {"answer set aside": 7},
        ),
        # A message that siller does not read.
        (
            "mt940.txt",
            "an MT940 statement, which siller does not read: ask the bank for its statements as camt.053",
            CREDITED,
        ),
    ],
)
def test_what_cannot_be_relied_on_is_set_aside_by_name(
    month: Callable[[str], TenantContext], name: str, said: str, then: dict[str, int]
) -> None:
    of = month(BACS)
    (aside,) = sent_by_the_bank(of, REPORT, name)
    assert name in aside
    assert said in aside
    assert buckets(of) == states(of) == then
    assert inbox(of) == []


def test_what_a_notice_tells_informs_and_is_no_money(month: Callable[[str], TenantContext]) -> None:
    of = month(BACS)
    assert sent_by_the_bank(of, "camt054.xml") == []
    assert states(of) == {"in flight": 7}
    assert inbox(of) == []
