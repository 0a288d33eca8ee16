"""In whatever order and however often the bank's messages come, two runs end in the same state."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.pay_run import Mode
from tasks.audit.timeline import audit
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.verify import problems
from tasks.reconcile.receive import put_away
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests import bank_messages as bank
from tests.by_hand import parts_beside
from tests.month import NOVEMBER, approve, assessed, context, deliver

RUNS = ("ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2")
AFTER = NOVEMBER.replace(month=12, day=8)
FULL = [
    "ILF100002,Alpha Payee,308479,89620048,,100.00,ILF 2611 100002,30/11/2026",
    "ILF100003,Beta Payee,874077,05346707,,200.00,ILF 2611 100003,30/11/2026",
]
ARREARS = ["ILF100021,Gamma Payee,108091,12434248,,50.00,ILF 2611 100021,01/12/2026"]


def report(serial: str, day: str, payments: int, pounds: str) -> str:
    whole = bank.input_report(serial=serial, day=day)
    return whole.replace(f'numberOf="3" valueOf="{bank.FILE}"', f'numberOf="{payments}" valueOf="{pounds}"')


def item(row: str, processing: str) -> str:
    cells = row.split(",")
    return f"""<ReturnedCreditItem ref="{cells[6]}" transCode="99" returnCode="B" originalProcessingDate="{processing}"
valueOf="{cells[5]}"><ReceiverAccount number="{cells[3]}" sortCode="{cells[2]}"/></ReturnedCreditItem>"""


def advice() -> str:
    """One advice over both runs and both pay days."""
    one = bank.advice(day="2026-12-03")
    before, _, rest = one.partition("<ReturnedCreditItem")
    after = rest.partition("</ReturnedCreditItem>")[2].partition("<Totals")[2].partition("/>")[2]
    items = item(FULL[1], "2026-11-27") + item(ARREARS[0], "2026-11-30")
    return f'{before}{items}<Totals numberOf="2" valueOf="250.00"/>{after}'


def credit(row: str) -> str:
    """The entry by which a payment comes back."""
    sort_code, account, amount, reference = bank.detail_of(bank.SECOND)
    cells = row.split(",")
    entry = bank.credit("2026-12-03")
    for old, new in ((sort_code, cells[2]), (account, cells[3]), (amount, cells[5]), (reference, cells[6])):
        entry = entry.replace(old, new)
    return entry


BOTH_DEBITS = bank.statement([bank.debit("2026-11-30", "300.00"), bank.debit("2026-12-01", "50.00")])
MESSAGES = [
    report("000001", "2026-11-27", 2, "300.00"),
    report("000002", "2026-11-30", 1, "50.00"),
    advice(),
    BOTH_DEBITS,
    bank.statement([credit(FULL[1]), credit(ARREARS[0])], days=("2026-12-02", "2026-12-03"), after=BOTH_DEBITS),
    bank.input_report(0, 3, user="654321"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, released."""
    folder = tmp_path_factory.mktemp("two-runs")
    of = context(folder)
    for name, rows, kind, pay_date, total in (
        ("full.csv", FULL, "full", "2026-11-30", "300.00"),
        ("arrears.csv", ARREARS, "arrears", "2026-12-01", "50.00"),
    ):
        deliver(of, rows, name, kind=kind, pay_date=pay_date)
        run_id = assessed(of, flow=name)
        approve(of, run_id, flow=name, control_total=total)
        release(of, run_id, NOVEMBER)
    return folder


@settings(deadline=None, max_examples=4)
@given(
    order=st.permutations(range(len(MESSAGES))),
    again=st.lists(st.integers(0, len(MESSAGES) - 1), max_size=3),
    at_once=st.booleans(),
)
def test_any_order_of_the_same_messages_ends_in_the_same_state(
    home: Path, tmp_path_factory: pytest.TempPathFactory, order: Sequence[int], again: Sequence[int], at_once: bool
) -> None:
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=copied(home, tmp_path_factory), modulus_table=None))
    inbox = of.paths.bank_inbox("ilf")
    inbox.mkdir(parents=True)
    for place, which in enumerate([*order, *again]):
        (inbox / f"{place}.xml").write_text(MESSAGES[which])
        if not at_once:
            bank.taken_in(of, AFTER)
            put_away(of)
    bank.taken_in(of, AFTER)
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        rows = connection.execute(
            "SELECT run_no, row_number, state, is_proven FROM payment_state(?) ORDER BY ALL", [AFTER.date()]
        ).fetchall()
        placed = connection.execute(
            "SELECT run_no, kind, row_number, finding FROM counted_answer WHERE run_no > 0 ORDER BY ALL"
        ).fetchall()
        assert list(problems(connection, parts_beside(connection))) == []
    for run in RUNS:
        told = [step.what for step in audit(of, run, AFTER.date()).steps]
        assert sum("took in the bank's arucs: 2 answers" in what for what in told) == 1, "under no one run"
    assert rows == [(1, 0, "credited", False), (1, 1, "returned", True), (2, 0, "returned", True)]
    assert placed == [
        (1, "accepted_total", None, None),
        (1, "rejected_total", None, None),
        (1, "returned", 1, None),
        (1, "statement_credit", 1, None),
        (1, "statement_debit", None, None),
        (2, "accepted_total", None, None),
        (2, "rejected_total", None, None),
        (2, "returned", 0, None),
        (2, "statement_credit", 0, None),
        (2, "statement_debit", None, None),
    ]


def copied(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(home, tmp_path_factory.mktemp("order") / "home", symlinks=True)
