"""Receipts: what stands outside the ledger of who decided what, and of how far its journal had come then.

Each answer to a form leaves one. A ledger that was put back from an older copy, together with the note of its head, has
no such answer, or another one: it could be asked again until somebody says otherwise.
"""

import json

import duckdb

from schemas.stages import Event
from tasks.places import Places

_RECEIPTS = f"""
SELECT run_id, approval_no, approver, decision, verdict, answered_at, file.serial AS submission_serial,
    approval.file_sha256, pack_sha256, agreement_sha256, entry, entry_hash
FROM approval JOIN run USING (run_no) JOIN journal USING (run_id) LEFT JOIN payment_file AS file USING (run_no)
WHERE stage = '{Event.APPROVAL} ' || approval_no
"""


def keep(connection: duckdb.DuckDBPyConnection, places: Places, tenant: str) -> None:
    """Write the receipts that are not there yet: of the answer just judged, and of one whose process died before it."""
    folder = places.receipts(tenant)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in _of(connection).items():
        if not (folder / name).exists():
            part = folder / f".{name}.part"
            part.write_text(text, encoding="utf-8")
            part.replace(folder / name)


def unknown_receipts(connection: duckdb.DuckDBPyConnection, places: Places, tenant: str) -> list[str]:
    """Names of the receipts that say something else than the ledger."""
    of_the_ledger = _of(connection)
    return [
        path.name
        for path in sorted(places.receipts(tenant).glob("*.json"))
        if path.read_text(encoding="utf-8", errors="replace") != of_the_ledger.get(path.name)
    ]


def _of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What the receipt of each answer says, by its file's name."""
    found = connection.execute(_RECEIPTS)
    columns = [column for column, *_ in found.description or ()]
    said = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return {
        f"{each['run_id']}.answer-{each['approval_no']}.json": json.dumps(each, indent=2, default=str) + "\n"
        for each in said
    }
