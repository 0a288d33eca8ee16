"""Two small months that the siller of some commit has paid, for every later siller to open.

``python -m tests.ledgers.two_months NAME`` in a checkout of that commit writes ``tests/ledgers/NAME.tar.xz``: October,
and November by an extract that was refused in part, a correction that joined it, and arrears. Each was approved by
people who are enrolled, released, submitted, answered by the practice bank, reconciled and published; then the keys
were changed. It is a rehearsal, its payees are invented, and its keys open nothing else.
"""

import csv
import hashlib
import json
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from schemas.approval import Outcome
from schemas.bank_days import LONDON
from tasks.approve.stage import judge_once
from tasks.assess.judging import start_unless_warm
from tasks.assess.stage import assess
from tasks.instruct.stage import instruct
from tasks.keys.rotate import rotate
from tasks.ledger import runs
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.practice_bank.bank import answer as bank_answers
from tasks.publish.stage import publish
from tasks.reconcile.receive import put_away
from tasks.reconcile.stage import reconcile
from tasks.release.stage import release
from tasks.submit.stage import record_submission
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.bank_messages import taken_in
from tests.month import SAMPLES, answer, context, deliver, extract_of, ingest
from tests.people import enrol_approvers

FOLDER = Path(__file__).parent
OPENED = {
    "2026-10": datetime(2026, 10, 20, 9, 30, tzinfo=LONDON),
    "2026-11": datetime(2026, 11, 20, 9, 30, tzinfo=LONDON),
}
PAID = {"2026-10": date(2026, 10, 30), "2026-11": date(2026, 11, 30)}


def rows_of(period: str, taken: Sequence[int]) -> tuple[str, ...]:
    """Some rows of a shipped sample, as they stand there."""
    lines = (SAMPLES / f"ilf-{period}.csv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(lines[row] for row in taken)


REFUSED = (556, 585)
"""Rows of November whose account number a spreadsheet has made ``9.88E+07`` or the like."""
OCTOBER = rows_of("2026-10", range(200))
NOVEMBER = rows_of("2026-11", (*range(200), *REFUSED))
CORRECTION = tuple(
    ",".join([*fields[:2], "308479", "89620048", *fields[4:]]) for fields in csv.reader(rows_of("2026-11", REFUSED))
)
ARREARS = tuple(
    f"{row.split(',')[0]},A Payee,308479,89620048,,{40 + n}.00,ARREARS {n},30/11/2026"
    for n, row in enumerate(NOVEMBER[:5])
)


def waiting(of: TenantContext, period: str, rows: Sequence[str], **declared: object) -> str:
    """Take an extract as far as its form; returns the run."""
    now = OPENED[period]
    deliver(
        of,
        rows,
        name=f"ilf-{period}-{declared.get('kind', 'full')}.csv",
        **{"pay_period": period, "pay_date": PAID[period].isoformat(), **declared},
    )
    enrol_approvers(of)
    run_id = ingest(of, now, flow=f"flow-{period}-{declared.get('kind', 'full')}")
    start_unless_warm(of.settings.home, run_id)
    validate(of, run_id, now)
    instruct(of, run_id, now)
    assess(of, run_id, now)
    return run_id


def let_go(of: TenantContext, run_id: str) -> None:
    """Approve, release, submit and publish a run, let the practice bank answer it, and reconcile it."""
    with of.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        (flow,) = runs.flows_of_run(connection, run_id)
        # Not by the journal's own reader: this runs in checkouts of many commits.
        (file,) = connection.execute("SELECT file_name FROM payment_file WHERE run_no = ?", [run.run_no]).fetchone()
    now = OPENED[str(run.period)] + timedelta(minutes=run.run_no)
    given = answer(control_total=f"{run.declared_total:.2f}", reason="all: the body's own list agrees", answered_at=now)
    verdict = judge_once(of, run_id, flow, "approval-1-1", given, now)
    assert verdict.outcome is Outcome.APPROVED, verdict.cause
    release(of, run_id, now)
    sent = now + timedelta(hours=1)
    record_submission(of, run_id, f"CHANNEL {run.run_no}", sent, "sender@siller.example", sent)
    publish(of, run_id, sent)
    bank_answers(of.paths.outbox(of.tenant) / file, of.paths.bank_inbox(of.tenant), PAID[str(run.period)])
    closed = datetime.combine(PAID[str(run.period)] + timedelta(days=5), now.timetz())
    answered, refused = taken_in(of, closed)
    assert not refused, refused
    for each in answered:
        reconcile(of, each, closed)
        publish(of, each, closed)
    put_away(of)


def pay(of: TenantContext) -> None:
    """Pay October and November."""
    let_go(of, waiting(of, "2026-10", OCTOBER))
    waiting(of, "2026-11", NOVEMBER)
    first_extract = hashlib.sha256(extract_of(NOVEMBER)).hexdigest()
    let_go(of, waiting(of, "2026-11", CORRECTION, kind="correction", corrects=first_extract))
    let_go(of, waiting(of, "2026-11", ARREARS, kind="arrears"))


def keys_changed(of: TenantContext) -> None:
    """Change the tenant's keys, by an operator who has an account of their own; that also copies the ledger anew."""
    now = datetime.combine(PAID["2026-11"] + timedelta(days=6), OPENED["2026-11"].timetz())
    with of.ledger.transaction() as connection:
        keep(connection, "operator@siller.example", Kind.ACCOUNT, account(), ("first.approver@ilf.example",), now)
    rotate(of, "operator@siller.example", now)


def pseudonyms(of: TenantContext) -> dict[str, str]:
    """What analysts see in the place of each payee, by run and row."""
    newest = of.paths.published(of.tenant) / "analytics.duckdb"
    with duckdb.connect(str(newest), read_only=True) as connection:
        rows = connection.execute("SELECT run_id || '/' || row_number, payee FROM payments").fetchall()
    return dict(rows)


def packed(of: TenantContext, name: str) -> Path:
    """Pack a home, without what is made anew from the ledger: the published file and the gates' pages."""
    home = of.settings.home
    (home / "pseudonyms.json").write_text(json.dumps(pseudonyms(of)))
    shutil.rmtree(of.paths.published(of.tenant))
    for pages in home.rglob("data_docs"):
        shutil.rmtree(pages)
    file = FOLDER / f"{name}.tar.xz"
    with tarfile.open(file, "w:xz") as archive:
        archive.add(home, arcname=".")
    return file


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        used = context(Path(folder))
        pay(used)
        keys_changed(used)
        sys.stdout.write(f"{packed(used, sys.argv[1])}\n")
