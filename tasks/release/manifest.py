"""What goes beside a payment file: enough to hold file, approval and ledger against each other."""

import json

import duckdb

from schemas.stages import Stage
from tasks.approve.decision import approval_in_force
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import ReleasePending
from tasks.ledger.file_days import only_day
from tasks.ledger.journal import link


def manifest_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> str:
    """The manifest of a run whose release was begun, to the byte: verifying asks for the same again.

    Raises:
        NoGo: the ledger has no release, no payment file or no approval of the run.
    """
    run = runs.run_row(connection, run_id)
    figures = entry_of(connection, run_id, ReleasePending)
    day, approved = only_day(connection, run_id), approval_in_force(connection, run_id)
    entry, entry_hash = link(connection, run_id, Stage.RELEASE_PENDING)
    manifest = {
        "run": run.run_id,
        "mode": run.mode,
        "file": figures.file_name,
        "sha256": figures.file_sha256,
        "payments": figures.payments,
        "pence": figures.pence,
        "submission_serial": figures.serial,
        "send_by": day.input_day.isoformat(),
        "processing_date": day.processing_date.isoformat(),
        "entry_date": day.entry_date.isoformat(),
        "extract_sha256": run.extract_sha256,
        "journal": {"entry": entry, "entry_hash": entry_hash},
        "approval": {
            "approver": approved.approver,
            "answered_at": approved.answered_at.isoformat(),
            "pack_sha256": approved.pack_sha256,
            "file_sha256": approved.file_sha256,
        },
    }
    return json.dumps(manifest, indent=2) + "\n"
