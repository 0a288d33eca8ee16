"""A correction that arrives while a run waits for its approver, on a real server."""

import csv
import hashlib
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from tests.e2e.payday import SAMPLES, Payday, facts
from tests.e2e.stack import Stack
from tests.e2e.standard_18 import read

# Every day tests/faults/test_other_faults.py has a form ended by the run that takes its place.
pytestmark = [pytest.mark.e2e, pytest.mark.long]

TODAY = date(2026, 11, 23)
CORRECTED = 5269 - 40 + 1


@pytest.fixture
def payday(tmp_path):
    stack = Stack(tmp_path, ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
    stack.start()
    yield Payday(stack)
    stack.stop()


def deliver_correction(payday):
    """One of November's forty bad rows, with a name."""
    header, *rows = csv.reader(io.StringIO((SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8")))
    nameless = next(int(row) for row, why in facts("2026-11")["refused_rows"].items() if why == "name missing")
    row = [rows[nameless][0], "A name", *rows[nameless][2:]]
    out = io.StringIO()
    csv.writer(out).writerows([header, row])
    extract = out.getvalue().encode()
    landing = payday.context.paths.landing("ilf")
    (landing / "correction.csv").write_bytes(extract)
    first = json.loads((SAMPLES / "ilf-2026-11.manifest.json").read_text())
    manifest = {
        **first,
        "kind": "correction",
        "corrects": first["sha256"],
        "extract": "correction.csv",
        "sha256": hashlib.sha256(extract).hexdigest(),
        "rows": 1,
        "total": row[header.index("Net Amount")],
    }
    path = landing / "correction.csv.manifest.json"
    path.write_text(json.dumps(manifest))
    payday._sign(path)
    return Decimal(first["total"]) + Decimal(manifest["total"])


def test_the_form_of_the_run_that_waits_is_ended_and_the_next_run_pays_the_corrected_row_too(payday):
    payday.deliver("2026-11")
    first, waits = payday.start("2026-11", TODAY)
    assert waits.ending == "waits", waits
    total = deliver_correction(payday)
    second, waits = payday.start("2026-11", TODAY)
    assert waits.ending == "waits", waits

    with payday.stack.connected() as server:
        from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            ended = client.read_flow_run(first).state
        assert [each.flow_run_id for each in server.waiting()] == [second]
    assert ended.is_cancelled()
    assert "ilf-2026-11-rehearsal-2 has taken the place of this run" in ended.message

    form = payday.form(second)
    assert "takes the place of `ilf-2026-11-rehearsal-1`" in form
    assert "all rows of that run, and 1 new ones" in form
    answer = {"decision": "approve", "control_total": f"{total:,}", "reason": "all: compared by hand"}
    rest = payday.answer(second, answer | {"approver": "first.approver@ilf.example"})
    if rest.ending == "waits":
        rest = payday.answer(second, answer | {"approver": "second.approver@ilf.example"})
    assert rest.ending == "done", rest
    (file,) = [path for path in payday.outbox.iterdir() if path.suffix == ".txt"]
    assert file.name.startswith("ilf-2026-11-rehearsal-2")
    assert len(read(file).credits) == CORRECTED
