"""Release, in two phases: ``pending`` in the ledger, the file in the outbox, ``released`` in the ledger.

A crash in between leaves something that the next start finishes, or shows to a person; it never makes a
second file.
"""

import json
from datetime import datetime

import duckdb

from schemas.no_go import NoGo
from schemas.rails import bacs_standard_18
from tasks.instruct.stage import instructed, staged_file, write_staged
from tasks.ledger import Entry, Figures, record, runs, sha256_of, standing
from tasks.ledger.runs import RunRow
from tasks.office import Office
from tasks.release.outbox import put, put_text

PENDING = "release_pending"
STAGE = "release"


def release(office: Office, run_id: str, now: datetime) -> Entry:
    """Release an approved run's payment file.

    Raises:
        NoGo: the run is not approved, the approval was for another file, the bank's input day is over, a
            later run has taken this one's place, or what is in staging or outbox is another file.
    """
    with office.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        figures = runs.figures_of(connection, run_id, "instruct")
        file, totals = instructed(office, connection, run_id)
        approved = runs.figures_of(connection, run_id, "approve")
        input_hash = sha256_of(*sorted(approved.items()))
        done = standing(connection, run_id, STAGE, input_hash)
        if done:
            return done
        if standing(connection, run_id, PENDING, input_hash) is None:
            _check_may_leave(connection, run, approved, figures, now)
            record(connection, run.run_no, run_id, PENDING, input_hash, figures, now)
    staged = staged_file(office, run_id)
    final = office.places.outbox(office.tenant) / staged.name
    if not final.exists():
        if not staged.exists():
            write_staged(office, run, file)
        bacs_standard_18.check(staged, file, totals)
        put(staged, final, totals.sha256)
    bacs_standard_18.check(final, file, totals)
    put_text(_manifest(run, figures, approved), final.with_name(f"{final.name}.manifest.json"))
    with office.ledger.transaction() as connection:
        entry = record(connection, run.run_no, run_id, STAGE, input_hash, figures, now)
    staged.unlink(missing_ok=True)
    return entry


def _check_may_leave(
    connection: duckdb.DuckDBPyConnection,
    run: RunRow,
    approved: Figures,
    figures: Figures,
    now: datetime,
) -> None:
    if approved["verdict"] != "approved" or approved["file_sha256"] != figures["file_sha256"]:
        raise NoGo(f"{run.run_id} has no approval for its payment file. Nothing was released.")
    if now.date().isoformat() > str(figures["input_day"]):
        raise NoGo(
            f"The last day to send {run.run_id} to Bacs was {figures['input_day']}: a late file would be paid on "
            "another day than agreed. Nothing was released; agree a new pay day with the body."
        )
    latest = runs.runs_of_period(connection, run.period)[-1]
    if latest.run_id != run.run_id:
        raise NoGo(f"{latest.run_id} has taken the place of {run.run_id}. Nothing was released from the earlier run.")


def _manifest(run: RunRow, figures: Figures, approved: Figures) -> str:
    """What goes beside the payment file: enough to hold file, approval and ledger against each other."""
    manifest = {
        "run": run.run_id,
        "mode": run.mode,
        "file": figures["file_name"],
        "sha256": figures["file_sha256"],
        "payments": figures["payments"],
        "pence": figures["pence"],
        "submission_serial": figures["serial"],
        "processing_date": figures["processing_date"],
        "entry_date": figures["entry_date"],
        "extract_sha256": run.extract_sha256,
        "approval": {key: approved[key] for key in ("approver", "answered_at", "pack_sha256", "file_sha256")},
    }
    return json.dumps(manifest, indent=2) + "\n"
