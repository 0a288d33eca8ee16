"""Assess: measure the run, let the gates judge it, and make the pack that the approver decides on."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from tasks.assess.gates import Thresholds, gates
from tasks.assess.judging import ask, judged, start_child
from tasks.assess.metrics import AccountTable, Context, Metrics, measure
from tasks.assess.pack import InstructedFile, Pack, pack
from tasks.assess.verdicts import UNJUDGED, GateResult, Verdict, worst
from tasks.ledger import Entry, Figures, record, runs, sha256_of, standing
from tasks.ledger.runs import RunRow
from tasks.office import Office

STAGE = "assess"
PATIENCE_SECONDS = 120.0


def start_gates(office: Office, run_id: str) -> None:
    """Start the child that judges the gates, unless they have been judged: it needs long to load."""
    with office.ledger.opened() as connection:
        done = STAGE in runs.stages_done(connection, run_id)
    if not done:
        start_child(gates_folder(office, run_id))


def assess(office: Office, run_id: str, now: datetime) -> Entry:
    """Judge a run whose payment file is written, and keep gates and pack in the ledger.

    Raises:
        NoGo: a gate says no-go; the message names it, what was found and why. If the gates could not be
            judged at all, nothing is kept and the run can be started again.
    """
    with office.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        done = {stage: runs.figures_of(connection, run_id, stage) for stage in ("ingest", "validate", "instruct")}
        input_hash = sha256_of(office.agreement_sha256, *(sorted(figures.items()) for figures in done.values()))
        entry = standing(connection, run_id, STAGE, input_hash)
        if entry is None:
            metrics = measure(connection, run, context(office, run, done, now))
    if entry is None:
        entry = _judge(office, metrics, done["instruct"], input_hash, now)
    if entry.figures["verdict"] == Verdict.NO_GO:
        raise NoGo(f"{run_id} is a no-go, and nothing was released. {entry.figures['no_goes']}")
    return entry


def context(office: Office, run: RunRow, done: dict[str, Figures], now: datetime) -> Context:
    """What the gates look at beside the ledger's tables."""
    processing_date = date.fromisoformat(str(done["instruct"]["processing_date"]))
    practice = done["validate"]["account_table"] == "practice"
    return Context(
        found_total=Decimal(str(done["ingest"]["total"])),
        hash_matches=done["ingest"]["extract_sha256"] == run.extract_sha256,
        account_table=AccountTable.PRACTICE if practice else AccountTable.FULL,
        today=now.date(),
        input_day=date.fromisoformat(str(done["instruct"]["input_day"])),
        processing_date=processing_date,
        processing_is_a_bank_day=office.bank_days.is_bank_day(processing_date),
    )


def thresholds(office: Office) -> Thresholds:
    """The agreement's thresholds by the name of their gate."""
    agreed = office.agreement.gates
    return {name: (threshold.refer, threshold.no_go) for name, threshold in agreed}


def gates_folder(office: Office, run_id: str) -> Path:
    """Where the gates' question, answer and Data Docs stand."""
    return office.places.reports(run_id) / "gates"


def pack_of(office: Office, run_id: str) -> str:
    """The pack of a run, as it is shown to its approver."""
    with office.ledger.opened() as connection:
        row = connection.execute(
            "SELECT markdown FROM out_pack JOIN run USING (run_no) WHERE run_id = ?", [run_id]
        ).fetchone()
    if row is None:
        raise NoGo(f"{run_id} has not been assessed yet.")
    return str(row[0])


def _judge(office: Office, metrics: Metrics, instructed: Figures, input_hash: str, now: datetime) -> Entry:
    run = metrics.run
    asked = gates(metrics, thresholds(office))
    folder = gates_folder(office, run.run_id)
    ask(folder, asked, metrics.figures())
    results = judged(folder, PATIENCE_SECONDS)
    unjudged = [result for result in results if result.explanation.startswith(UNJUDGED)]
    if unjudged:
        raise NoGo(f"{run.run_id} is a no-go, and nothing was released. {unjudged[0].explanation}")
    shown = pack(
        office.agreement.name,
        {column.name: column.physical_name for column in office.contract.columns},
        metrics,
        results,
        InstructedFile(
            sha256=str(instructed["file_sha256"]),
            payments=int(instructed["payments"]),
            pence=int(instructed["pence"]),
            entry_date=date.fromisoformat(str(instructed["entry_date"])),
        ),
    )
    figures: dict[str, int | str] = {
        "verdict": str(worst(results)),
        "refers": sum(result.verdict is Verdict.REFER for result in results),
        "no_goes": " ".join(_sentence(result) for result in results if result.verdict is Verdict.NO_GO),
        "pack_sha256": shown.sha256,
        "file_sha256": instructed["file_sha256"],
    }
    with office.ledger.transaction() as connection:
        _keep(connection, run.run_no, results, shown)
        return record(connection, run.run_no, run.run_id, STAGE, input_hash, figures, now)


def _keep(connection: duckdb.DuckDBPyConnection, run_no: int, results: list[GateResult], shown: Pack) -> None:
    rows = [
        [run_no, gate.gate, str(gate.kind), str(gate.verdict), gate.figure, gate.threshold, gate.explanation]
        for gate in results
    ]
    connection.executemany("INSERT INTO out_gate VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute("INSERT INTO out_pack VALUES (?, ?, ?)", [run_no, shown.markdown, shown.sha256])


def _sentence(gate: GateResult) -> str:
    name = gate.gate.replace("_", " ")
    return f"The gate “{name}” found {gate.figure} (asked for: {gate.threshold}). {gate.explanation}"
