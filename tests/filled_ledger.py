"""Ledgers filled by SQL from the sample months, as the stages would leave them.

The judgement of each row comes from the samples' own facts files, never from siller's rules.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.contract.contract import Contract
from schemas.manifest import PaymentKind
from schemas.pay_run import Mode, PayRun
from schemas.period import Period
from tasks.ledger import Ledger, record
from tasks.ledger.catalogue import stages
from tasks.ledger.catalogue.events import Approval, BankFile
from tasks.ledger.catalogue.figures import Figures
from tasks.ledger.parts import listing, sealing, views
from tasks.settings import Settings
from tasks.storage.paths import Paths
from tests.entries import entry

SAMPLES = Path(__file__).parents[1] / "data_contracts" / "ilf" / "samples"

CONTRACT = Contract.load(SAMPLES.parent / "extract.odcs.yaml")

REASONS = {
    "sort code lost its leading zero (5 digits)": ("sort_code", "has_exact_digits"),
    "amount is no number": ("amount", "is_a_number"),
    "account in scientific notation": ("account_number", "is_not_in_scientific_notation"),
    "account number missing": ("account_number", "is_present"),
    "account fails the modulus check": ("account_number", "account_passes_modulus_check"),
    "amount has three decimals": ("amount", "has_two_decimals"),
    "amount is negative": ("amount", "is_not_negative"),
    "amount is zero": ("amount", "is_not_zero"),
    "pay date is another month's": ("pay_date", "is_in_the_pay_month"),
    "name missing": ("payee_name", "is_present"),
}

FILE_SHA256 = {"2026-10": "10" * 32, "2026-11": "11" * 32}
PROCESSING = {"2026-10": date(2026, 10, 29), "2026-11": date(2026, 11, 27)}
ENTRY = {"2026-10": date(2026, 10, 30), "2026-11": date(2026, 11, 30)}


def ilf_ledger(home: Path) -> Ledger:
    return Ledger("ilf", Paths(home, Mode.REHEARSAL), Settings(home=home))


def run_id_of(period: str) -> str:
    return PayRun("ilf", Period.parsed(period), Mode.REHEARSAL, 1).run_id


def facts_of(period: str) -> dict[str, object]:
    return json.loads((SAMPLES / f"ilf-{period}.facts.json").read_text())


def ingest(ledger: Ledger, period: str) -> int:
    """Open a run and land the sample's rows; returns its run number."""
    manifest = json.loads((SAMPLES / f"ilf-{period}.manifest.json").read_text())
    run_id = run_id_of(period)
    with ledger.opened(create=True):
        pass
    with ledger.transaction() as connection:
        (run_no,) = connection.execute("SELECT coalesce(max(run_no), 0) + 1 FROM run").fetchone()
        values = {
            "run_no": run_no,
            "run_id": run_id,
            "tenant": "ilf",
            "period": period,
            "mode": "rehearsal",
            "kind": manifest["kind"],
            "extract_sha256": manifest["sha256"],
            "extract_name": manifest["extract"],
            "submitted_by": manifest["submitted_by"],
            "declared_rows": manifest["rows"],
            "declared_total": manifest["total"],
            "pay_date": manifest["pay_date"],
            "today": ENTRY[period].replace(day=20),
            "opened_at": _at(period, 20, 9),
            "first_line": 2,
            "is_text": True,
        }
        connection.execute(
            f"INSERT INTO run ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )
        sent = pl.read_csv(SAMPLES / f"ilf-{period}.csv", infer_schema=False).fill_null("")
        keep_rows(ledger, connection, run_no, period, sent)
        _journal(connection, run_no, period, stages.Ingest, 9)
    return run_no


def keep_rows(
    ledger: Ledger, connection: duckdb.DuckDBPyConnection, run_no: int, period: str, sent: pl.DataFrame
) -> None:
    """Seal rows, text in the contract's order, and let a run have them; they are numbered from 0."""
    names = [column.name for column in CONTRACT.columns]
    rows = sent.rename(dict(zip(sent.columns, names, strict=True))).with_row_index("row_number")
    pence = rows["amount"].str.extract(r"^(\d+\.\d\d)$").str.replace(".", "", literal=True).cast(pl.Int64)
    folder = ledger.paths.parts(ledger.tenant)
    key = listing.key_of(connection, Period.parsed(period), PaymentKind.REGULAR)
    listing.keep(connection, run_no, [sealing.seal(rows.with_columns(pence=pence), folder, key.secret)], key)
    if not views.columns_of(connection):
        views.keep_columns(connection, names)
    views.define(connection, folder)


def validate(ledger: Ledger, period: str, run_no: int) -> None:
    refused = {int(row): REASONS[reason] for row, reason in facts_of(period).get("refused_rows", {}).items()}
    with ledger.transaction() as connection:
        if refused:
            connection.executemany(
                "INSERT INTO core_left_out VALUES (?, ?, 'refused', ?, ?)",
                [[run_no, row, column, rule] for row, (column, rule) in refused.items()],
            )
        connection.execute("INSERT INTO core_judged VALUES (?)", [run_no])
        _journal(connection, run_no, period, stages.Validate, 10)


def instruct(ledger: Ledger, period: str, run_no: int) -> None:
    with ledger.transaction() as connection:
        connection.execute(
            """INSERT INTO payment_file
            SELECT run_no, 'bacs_standard_18', '123456', run_no, ?, ?, count(*), sum(amount_pence)
            FROM core_payment WHERE run_no = ? GROUP BY run_no""",
            [f"{run_id_of(period)}.txt", FILE_SHA256[period], run_no],
        )
        connection.execute(
            """INSERT INTO file_day (run_no, entry_date, processing_date, input_day, returns_closed, payments, pence)
            SELECT run_no, $entry, $processing, $processing - 1, $entry + 3, payments, pence
            FROM payment_file WHERE run_no = $run_no""",
            {"entry": ENTRY[period], "processing": PROCESSING[period], "run_no": run_no},
        )
        _journal(connection, run_no, period, stages.Instruct, 11)


def assess(ledger: Ledger, period: str, run_no: int, verdict: str = "go") -> None:
    with ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO out_gate VALUES (?, 'refused_share', 'judgement', ?, '0.8%', 'refer above 0.5%', ?)",
            [run_no, verdict, "40 of 5,269 rows are refused."],
        )
        _journal(connection, run_no, period, stages.Assess, 12)


def approve(ledger: Ledger, period: str, run_no: int, verdict: str = "approved", key: str = "approval-1") -> None:
    with ledger.transaction() as connection:
        connection.execute(
            """INSERT INTO approval SELECT (SELECT count(*) + 1 FROM approval), ?, 'flow-run', ?, 'approve',
            'first.approver@ilf.example', '', ?, '', ?, 'pack', 'agreement', ?""",
            [run_no, f"{period}-{key}", verdict, FILE_SHA256[period], _at(period, 20, 13)],
        )
        (number,) = connection.execute("SELECT max(approval_no) FROM approval").fetchone()
        record(connection, run_no, run_id_of(period), entry(Approval), "asked", _at(period, 20, 13), number)
        if verdict != "refused":
            _journal(connection, run_no, period, stages.Approve, 13)


def release(ledger: Ledger, period: str, run_no: int) -> None:
    with ledger.transaction() as connection:
        _journal(connection, run_no, period, stages.ReleasePending, 14)
        _journal(connection, run_no, period, stages.Release, 15)


def answer(ledger: Ledger, run_no: int, period: str, message: str, answers: list[tuple[object, ...]]) -> None:
    """Take in one file of the bank: each answer (row number, kind, code, description, pence, date)."""
    with ledger.transaction() as connection:
        (number,) = connection.execute("SELECT coalesce(max(bank_file_no), 0) + 1 FROM bank_file").fetchone()
        connection.execute(
            "INSERT INTO bank_file VALUES (?, ?, ?, ?, 'taken', '', '', NULL, NULL, ?)",
            [number, message, f"{number:064d}", f"{message}-{period}.xml", _at(period, 28, 7)],
        )
        connection.executemany(
            """INSERT INTO core_bank_answer
            (run_no, bank_file_no, item, message, row_number, kind, code, description, amount_pence, bank_date,
            payment_pence)
            VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?)""",
            [[run_no, number, item, message, *one, one[4]] for item, one in enumerate(answers, start=1)],
        )
        record(connection, run_no, run_id_of(period), entry(BankFile), message, _at(period, 28, 7), number)


def released_month(ledger: Ledger, period: str) -> int:
    """A month from ingest to release; returns its run number."""
    run_no = ingest(ledger, period)
    validate(ledger, period, run_no)
    instruct(ledger, period, run_no)
    assess(ledger, period, run_no, "refer" if period == "2026-11" else "go")
    approve(ledger, period, run_no)
    release(ledger, period, run_no)
    return run_no


def answered_month(ledger: Ledger, period: str, returned: tuple[int, int] = (3, 10)) -> int:
    """A month that the bank accepted, with two payments come back; returns its run number."""
    run_no = released_month(ledger, period)
    with ledger.opened() as connection:
        (pence,) = connection.execute("SELECT pence FROM payment_file WHERE run_no = ?", [run_no]).fetchone()
        amounts = dict(
            connection.execute(
                "SELECT row_number, amount_pence FROM core_payment WHERE run_no = ? AND row_number IN (?, ?)",
                [run_no, *returned],
            ).fetchall()
        )
    processed, entered = PROCESSING[period], ENTRY[period]
    answer(
        ledger,
        run_no,
        period,
        "input_report",
        [(None, "accepted_total", "", "", pence, processed), (None, "rejected_total", "", "", 0, processed)],
    )
    answer(
        ledger,
        run_no,
        period,
        "arucs",
        [
            (returned[0], "returned", "B", "ACCOUNT CLOSED", amounts[returned[0]], entered),
            (returned[1], "returned", "0", "INVALID DETAILS", amounts[returned[1]], entered),
        ],
    )
    answer(ledger, run_no, period, "camt053", [(None, "statement_debit", "", "", pence, entered)])
    return run_no


def _journal(connection: duckdb.DuckDBPyConnection, run_no: int, period: str, kind: type[Figures], hour: int) -> None:
    record(connection, run_no, run_id_of(period), entry(kind), "asked", _at(period, 20, hour))


def _at(period: str, day: int, hour: int) -> datetime:
    return datetime(int(period[:4]), int(period[5:]), day, hour, tzinfo=UTC)
