"""Does everything still hold: the ledger in itself, and against the files outside it?"""

import json
from collections.abc import Iterator

from tasks.ingest.custody import sha256_of_file, still_sealed
from tasks.ledger import verify
from tasks.ledger.verify import Problem
from tasks.office import Office

_SEALED = """
SELECT run_id, extract_sha256, 'extract' FROM run
UNION ALL
SELECT run_id, sha256, 'bank file' FROM bank_file JOIN run USING (run_no)
"""
_RELEASED = """
SELECT run_id, file_name, sha256, payments, pence
FROM payment_file JOIN run USING (run_no) JOIN journal USING (run_id) WHERE stage = 'release'
"""


def problems(office: Office) -> Iterator[Problem]:
    """Verify a tenant's ledger, then its sealed files and its outbox against it; yield what does not hold."""
    with office.ledger.opened() as connection:
        yield from verify.problems(connection)
        sealed = connection.execute(_SEALED).fetchall()
        released = connection.execute(_RELEASED).fetchall()
    for run_id, sha256, what in sealed:
        if not still_sealed(office.places, office.tenant, sha256):
            yield Problem(run_id, f"The sealed {what} {sha256[:12]} is missing, or is not what was sealed.")
    outbox = office.places.outbox(office.tenant)
    for run_id, file_name, sha256, payments, pence in released:
        file = outbox / file_name
        if not file.exists():
            continue  # the sender of the Bacs channel takes files away
        if sha256_of_file(file) != sha256:
            yield Problem(run_id, f"{file_name} in the outbox is not the file that was released.")
        manifest = json.loads((outbox / f"{file_name}.manifest.json").read_text(encoding="utf-8"))
        if (manifest["sha256"], manifest["payments"], manifest["pence"]) != (sha256, payments, pence):
            yield Problem(run_id, f"The manifest of {file_name} says something else than the ledger.")
    known = {file_name for _, file_name, *_ in released}
    for file in sorted(outbox.glob("*.bacs18.txt")):
        if file.name not in known:
            yield Problem(file.name, "The outbox holds a payment file that the ledger did not release.")
