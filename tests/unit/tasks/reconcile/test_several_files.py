"""A run that one payment file cannot hold goes the whole way round, and is reconciled to £0.00."""

import re
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from schemas.reconciliation.figures import Reconciliation
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.verify import problems
from tasks.practice_bank.bank import Rail, answer
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tests.bank_messages import taken_in
from tests.by_hand import parts_beside
from tests.month import NOVEMBER, SAMPLES, approve, assessed, deliver
from tests.sampled import one_in
from tests.unit.tasks.rails.test_rails import office_with

ROWS = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:8]
PENCE = 1771160
FIRST, SECOND = 833160, 938000
"""What four of the rows and the other three come to: no file of at most £10,000.00 takes more of them."""
STATES = "SELECT state FROM payment_state(?)"
LAST_DAY = NOVEMBER.replace(month=12, day=3)
PROFILE = 'block_length: "02000"'


def paid(of: TenantContext, rail: Rail, codes: tuple[str, ...] = ("B", "0")) -> list[Path]:
    """Everything up to the bank's answers; returns these."""
    deliver(of, ROWS)
    run_id = assessed(of)
    approve(of, run_id, control_total=f"{PENCE / 100:,.2f}")
    release(of, run_id, NOVEMBER)
    (payment_file,) = of.paths.outbox("ilf").glob("*18.txt")
    return answer(payment_file, of.paths.bank_inbox("ilf"), date(2026, 11, 30), codes, rail)


def reconciled(of: TenantContext) -> Reconciliation:
    answered, refused = taken_in(of, LAST_DAY)
    assert (len(answered), refused) == (1, [])
    with of.ledger.opened() as connection:
        assert list(problems(connection, parts_beside(connection))) == []
    return as_at(of, answered[0], LAST_DAY)


@pytest.mark.parametrize(
    ("limit", "files"),
    one_in(2, [("most_payments_a_file: 2", 4), ("largest_file_pence: 600000", 3)]),
    ids=["count", "value"],
)
@pytest.mark.parametrize(
    ("rail", "agreed"), [(Rail.BACS, "bacs_standard_18"), (Rail.FASTER_PAYMENTS, "faster_payments")]
)
def test_a_split_submission_goes_the_whole_way_round(
    tmp_path: Path, limit: str, files: int, rail: Rail, agreed: str
) -> None:
    of = office_with(tmp_path, ("rail: bacs_standard_18", f"rail: {agreed}"), (PROFILE, f"{PROFILE}\n  {limit}"))
    report, *_ = paid(of, rail)
    assert report.read_text().count("<InputUserFile>") == files
    found = reconciled(of)
    assert (found.unexplained, found.unexplained_pounds) == ((), 0)
    assert [told.agrees for told in found.confirmations] == [True] * len(found.confirmations)
    assert found.confirmations[2].source == f"Statement: {files} debits, one a contra"
    assert sum(bucket.rows for bucket in found.buckets) == len(ROWS)
    came_back = {str(bucket.name): bucket.rows for bucket in found.buckets if bucket.name in ("returned", "rejected")}
    assert came_back == ({"returned": 2, "rejected": 0} if rail is Rail.BACS else {"returned": 1, "rejected": 1})


@pytest.mark.parametrize("which", [0, 1], ids=["first", "second"])
def test_one_file_of_a_submission_that_is_rejected_whole_is_not_paid(tmp_path: Path, which: int) -> None:
    """Bacs gives a rejected file's totals and lists none of its payments; the other file is paid."""
    of = office_with(tmp_path, (PROFILE, f"{PROFILE}\n  largest_file_pence: 1000000"))
    report, *_, statement = paid(of, Rail.BACS, ())
    document = etree.parse(report)
    credits = document.findall("{*}Data//{*}AgreementOfFileTotals/{*}CreditEntry")[which]
    accepted, refused = credits.find("{*}AcceptedRecords"), credits.find("{*}RejectedRecords")
    for name in ("numberOf", "valueOf"):
        refused.set(name, accepted.get(name))
        accepted.set(name, "0" if name == "numberOf" else "0.00")
    document.write(report)
    entry = re.findall("<Ntry>.*?</Ntry>", statement.read_text(), flags=re.DOTALL)[which]
    statement.write_text(re.sub("<Bal>.*?</Bal>", "", statement.read_text(), flags=re.DOTALL).replace(entry, ""))
    found = reconciled(of)
    assert found.unexplained_pounds == 0
    in_pence = {str(bucket.name): (bucket.rows, bucket.pounds * 100) for bucket in found.buckets}
    files = [(4, FIRST), (3, SECOND)]
    assert [in_pence["rejected"], in_pence["credited"]] == [files[which], files[1 - which]]
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        state = [row[0] for row in connection.execute(f"{STATES} ORDER BY row_number", [LAST_DAY.date()]).fetchall()]
    rejected_first = [*["rejected"] * 4, *["credited"] * 3]
    assert state == (rejected_first if which == 0 else [*["credited"] * 4, *["rejected"] * 3])


@pytest.mark.parametrize(
    ("debits", "unexplained"),
    one_in(
        2,
        [
            ((0, 1), 0),
            ((0,), SECOND),
            ((0, 1, 1), SECOND),
            ((0, 0), FIRST + SECOND),
        ],
    ),
    ids=["both", "one is missing", "one too much", "one twice and one missing"],
)
def test_each_contra_is_debited_once(tmp_path: Path, debits: tuple[int, ...], unexplained: int) -> None:
    """What is debited too often, and what is not debited after the last day, is owed an explanation."""
    of = office_with(tmp_path, (PROFILE, f"{PROFILE}\n  largest_file_pence: 1000000"))
    *_, statement = paid(of, Rail.BACS, ())
    written = re.sub("<Bal>.*?</Bal>", "", statement.read_text(), flags=re.DOTALL)
    entries = re.findall("<Ntry>.*?</Ntry>", written, flags=re.DOTALL)
    assert len(entries) == 2
    before, _, after = written.partition("".join(re.findall("<Ntry>.*</Ntry>", written, flags=re.DOTALL)))
    statement.write_text(before + "".join(entries[which] for which in debits) + after)
    assert reconciled(of).unexplained_pounds * 100 == unexplained
