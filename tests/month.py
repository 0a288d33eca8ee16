"""Pay runs taken from stage to stage by the stages' own functions, on the shipped samples or a few rows.

Manifests of made-up extracts are reckoned here with ``csv`` and ``Decimal``, never by siller.
"""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from schemas.approval import Answer, Outcome, Verdict, canonical
from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.approve.stage import judge_once
from tasks.assess.verdicts import GateResult, results, work_out
from tasks.ingest.stage import ingest as ingest_stage
from tasks.ingest.stage import open_run
from tasks.instruct.stage import instruct as instruct_stage
from tasks.ledger import record, runs
from tasks.ledger.catalogue.stages import Assess
from tasks.practice_bank.bank import answer as bank_answers
from tasks.publish.stage import publish
from tasks.reconcile.receive import inbox, put_away, receive_all
from tasks.release.stage import release as release_stage
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate as validate_stage
from tests.entries import entry
from tests.people import STEP, adopt, code_at, enrol_approvers_in, register_uploaders, sign
from tests.positions import ACCOUNT, AMOUNT, SORT_CODE, TRANSACTION_CODE

SAMPLES = PROJECT / "data_contracts" / "ilf" / "samples"
HEADER = "ILF Ref,Recipient Name,Sort Code,Account No,Roll No,Net Amount,Payment Reference,Pay Date"
NOVEMBER = datetime(2026, 11, 20, 9, 30, tzinfo=LONDON)
OCTOBER = datetime(2026, 10, 20, 9, 30, tzinfo=LONDON)
APPROVER = "first.approver@ilf.example"
UPLOADER = "finance.officer@ilf.example"

ROWS = tuple((SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:4])
"""The first three payments of November: £2,981.60, £1,900.00 and £1,050.00."""
ROWS_PENCE = 593160


def context(home: Path, mode: Mode = Mode.REHEARSAL) -> TenantContext:
    return TenantContext("ilf", mode, Settings(home=home, modulus_table=None))


def facts(period: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"ilf-{period}.facts.json").read_text())
    return found


def extract_of(rows: Sequence[str]) -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode()


def deliver_sample(of: TenantContext, period: str) -> Path:
    """Put a shipped sample and its manifest into the landing folder; returns the extract."""
    landing = of.paths.landing(of.tenant)
    landing.mkdir(parents=True, exist_ok=True)
    for name in (f"ilf-{period}.csv", f"ilf-{period}.manifest.json"):
        shutil.copy(SAMPLES / name, landing / name)
    sign(landing / f"ilf-{period}.manifest.json", UPLOADER)
    register_uploaders(of)
    return landing / f"ilf-{period}.csv"


def manifest_of(content: bytes, name: str, **changes: object) -> str:
    """What a body would declare of an extract; ``changes`` are what it declares otherwise."""
    amounts = [row["Net Amount"] for row in csv.DictReader(io.StringIO(content.decode()))]
    declared = {
        "tenant": "ilf",
        "kind": "full",
        "pay_period": "2026-11",
        "extract": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(amounts),
        "total": f"{sum(map(Decimal, amounts), Decimal('0.00')):f}",
        "pay_date": "2026-11-30",
        "submitted_by": UPLOADER,
    }
    return json.dumps({**declared, **changes})


def deliver(of: TenantContext, extract_rows: Sequence[str] = ROWS, name: str = "ilf.csv", **changes: object) -> Path:
    """Put an extract of these rows and its manifest into an emptied landing folder; returns the extract.

    A live one finds its agreement adopted.
    """
    landing = of.paths.landing(of.tenant)
    shutil.rmtree(landing, ignore_errors=True)
    landing.mkdir(parents=True)
    extract = extract_of(extract_rows)
    (landing / name).write_bytes(extract)
    manifest = landing / f"{name}.manifest.json"
    manifest.write_text(manifest_of(extract, name, **changes))
    sign(manifest, canonical(json.loads(manifest.read_text())["submitted_by"], of.agreement.people))
    register_uploaders(of)
    adopt(of)
    return landing / name


def ingest(of: TenantContext, now: datetime = NOVEMBER, flow: str = "flow-1") -> str:
    run, arrived = open_run(of, f"{now:%Y-%m}", flow, now)
    if arrived:
        ingest_stage(of, run, arrived, flow, now)
    return run.run_id


def assess(of: TenantContext, run_id: str, now: datetime = NOVEMBER, verdict: str = "go") -> None:
    """Keep what the gates would have said; judging them is tested with the gates."""
    with of.ledger.transaction() as connection:
        enrol_approvers_in(connection, of)
        run_no = runs.run_row(connection, run_id).run_no
        connection.execute(
            "INSERT INTO out_gate VALUES (?, 'refused_share', 'judgement', ?, '0.8%', 'above 0%', 'some are')",
            [run_no, verdict],
        )
        said = entry(Assess, verdict=verdict, pack_sha256="9a" * 32, agreement_sha256=of.agreement_sha256)
        record(connection, run_no, run_id, said, "asked", now)


def assessed(of: TenantContext, now: datetime = NOVEMBER, verdict: str = "go", flow: str = "flow-1") -> str:
    """From the landing folder to the form; returns the run's id."""
    run_id = ingest(of, now, flow)
    validate_stage(of, run_id, now)
    instruct_stage(of, run_id, now)
    assess(of, run_id, now, verdict)
    return run_id


def answer(**changes: Any) -> Answer:
    """An answer with everything right but what ``changes`` say; each comes half a minute after the one before."""
    given: dict[str, Any] = {
        "decision": "approve",
        "approver": APPROVER,
        "control_total": "£5,931.60",
        "reason": "-",
        "answered_at": _next(datetime(2026, 11, 20, 10, tzinfo=UTC)),
    } | changes
    return Answer(**{"one_time_code": code_at(given["approver"], given["answered_at"]), **given})


_answers = count()


def _next(moment: datetime) -> datetime:
    return moment + timedelta(seconds=STEP * next(_answers))


def approve(of: TenantContext, run_id: str, now: datetime = NOVEMBER, flow: str = "flow-1", **changes: Any) -> Verdict:
    given = answer(**({"answered_at": _next(now)} | changes))
    return judge_once(of, run_id, flow, "approval-1-1", given, now)


def approved(of: TenantContext) -> str:
    """A run of ``ROWS`` that may be released."""
    deliver(of)
    run_id = assessed(of)
    approve(of, run_id)
    return run_id


def released(of: TenantContext) -> str:
    """A run of ``ROWS`` whose payment file is in the outbox."""
    run_id = approved(of)
    release_stage(of, run_id, NOVEMBER)
    return run_id


def released_sample(of: TenantContext, period: str, now: datetime, control_total: str) -> str:
    """A shipped sample, released."""
    deliver_sample(of, period)
    run_id = assessed(of, now, "refer")
    words = {"control_total": control_total, "reason": "checked against October"}
    if approve(of, run_id, now, **words).outcome is Outcome.FIRST:
        second = answer(approver="second.approver@ilf.example", answered_at=_next(now), **words)
        judge_once(of, run_id, "flow-1", "approval-1-2", second, now)
    release_stage(of, run_id, now)
    return run_id


def outbox_files(of: TenantContext) -> dict[str, bytes]:
    """Everything in the outbox, hidden files too."""
    return {path.name: path.read_bytes() for path in of.paths.outbox(of.tenant).iterdir()}


def naive_payments(payment_file: bytes) -> list[tuple[str, str, int]]:
    """Sort code, account and pence of each credit of a Standard 18 file, by place in the line alone."""
    lines = payment_file.decode("ascii").split("\r\n")
    return [
        (line[SORT_CODE], line[ACCOUNT], int(line[AMOUNT]))
        for line in lines
        if len(line) >= 100 and line[:3] not in ("VOL", "HDR", "UHL", "EOF", "UTL") and line[TRANSACTION_CODE] == "99"
    ]


def gates_by_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let check's gates be judged by plain arithmetic: Great Expectations takes twelve seconds to load."""

    @contextmanager
    def at_once(_: Path) -> Iterator[Callable[..., list[GateResult]]]:
        yield lambda gates, figures: results(gates, figures, work_out(gates, figures))

    monkeypatch.setattr("tasks.check._judge", at_once)


def finished(of: TenantContext) -> str:
    """A run that has been through everything: one row refused, one answer refused, two payments returned."""
    deliver(of, (*ROWS, ROWS[0].replace("ILF100002", "ILF100009").replace("Royal & Ancient Holdings plc", "")))
    run_id = assessed(of)
    approve(of, run_id, control_total="1.00")
    judge_once(of, run_id, "flow-1", "approval-1-2", answer(control_total="8,913.20"), NOVEMBER)
    release_stage(of, run_id, NOVEMBER)
    publish(of, run_id, NOVEMBER)
    payment_file = of.paths.outbox(of.tenant) / f"{run_id}.REHEARSAL.bacs18.txt"
    bank_answers(payment_file, of.paths.bank_inbox(of.tenant), date(2026, 11, 30))
    receive_all(of, inbox(of), NOVEMBER.replace(month=12, day=3))
    put_away(of)
    return run_id
