"""What goes beside a payment file: enough to hold file, approval and ledger against each other."""

import json

import duckdb

from schemas.stages import Stage
from tasks.approve.decision import approval_in_force
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import ReleasePending
from tasks.ledger.file_days import days_of
from tasks.ledger.journal import link
from tasks.ledger.rows import FileDayRow


def manifest_of(connection: duckdb.DuckDBPyConnection, run_id: str, file_name: str) -> str:
    """The manifest of a file of a run whose release was begun, to the byte: verifying asks for the same again.

    Args:
        connection: an open ledger.
        run_id: the run.
        file_name: of the payment file, or of that of its vouchers.

    Raises:
        NoGo: the ledger has no release, no payment file or no approval of the run.
    """
    run = runs.run_row(connection, run_id)
    figures = entry_of(connection, run_id, ReleasePending)
    days, approved = days_of(connection, run_id), approval_in_force(connection, run_id)
    several = {"days": [_day(day) for day in days]} if len(days) > 1 else {}
    pays = {"payments": figures.payments, "pence": figures.pence, "submission_serial": figures.serial}
    if file_name == figures.voucher_file_name:
        pays, several = {"payments": figures.vouchers or 0, "pence": figures.voucher_pence or 0}, {}
    # The approval is bound to all of a run's files together: whoever holds one reads here which the other is.
    both = {"files": figures.files} if figures.vouchers else {}
    entry, entry_hash = link(connection, run_id, Stage.RELEASE_PENDING)
    manifest = {
        "run": run.run_id,
        "mode": run.mode,
        "file": file_name,
        "sha256": figures.files[file_name],
        **pays,
        "send_by": min(day.input_day for day in days).isoformat(),
        "processing_date": min(day.processing_date for day in days).isoformat(),
        "entry_date": max(day.entry_date for day in days).isoformat(),
        **several,
        **both,
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


def _day(day: FileDayRow) -> dict[str, str | int]:
    dates = {"processing_date": day.processing_date.isoformat(), "entry_date": day.entry_date.isoformat()}
    return {**dates, "payments": day.payments, "pence": day.pence}
