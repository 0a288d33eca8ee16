"""The way of one payment: from the extract's row to its line in the payment file and the bank's answer, and back.

Whichever end is asked for, the whole way is told, because each end is only a number: the row of the extract, or the
line among the payments of the file. A trace shows the last four digits of the account and no name.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from schemas.bank_messages.codes import meaning
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.payment_state import PAID, PaymentState
from schemas.stages import Event, Stage
from tasks.ledger import Ledger, runs
from tasks.ledger.file_line import file_lines, line_words, row_of_line
from tasks.ledger.payment_line import define_payment_line
from tasks.ledger.runs import RunRow
from tasks.lineage.payee_checked import say_checked
from tasks.lineage.same_payment import OtherRow, define, other_rows
from tasks.lineage.step import Step
from tasks.lineage.voucher_steps import of_voucher

_PAYMENT = re.compile(r"(?P<run_id>[^/]+)/(?:line/(?P<line>\d{1,9})|sent/(?P<sent>\d{1,9})|(?P<row>\d{1,9}))")
_ROW = Path(__file__).with_name("trace.sql").read_text()


@dataclass(frozen=True)
class Trace:
    """A payment's way.

    Attributes:
        payment_id: run and row.
        state: where it stands now.
        steps: the way, in order.
    """

    payment_id: str
    state: PaymentState
    steps: list[Step]


class _Row(NamedTuple):
    """A line of ``trace.sql``."""

    run_no: int
    bank: str | None
    account: str | None
    state: str
    amount_pence: int | None
    line: int | None
    file_name: str | None
    file_sha256: str | None
    serial: int | None
    payments: int | None
    processing_date: date | None
    entry_date: date | None
    bound_sha256: str | None
    expires: date | None
    cashed_pence: int | None


def trace(ledger: Ledger, payment: str, as_at: date) -> Trace:
    """Trace one payment.

    Args:
        ledger: the tenant's.
        payment: ``<run_id>/<row>``, the run's data row counted from 0; ``<run_id>/sent/<n>``, line n of the body's
            own file, from 1; or ``<run_id>/line/<n>``, the payment file's n-th payment counted from 1.
        as_at: the day: an accepted payment counts as credited from its entry date on.

    Raises:
        NoGo: it is no payment, or the ledger has none such.
    """
    asked = _PAYMENT.fullmatch(payment)
    if asked is None:
        raise NoGo(
            "That is no payment. Write run and row, such as ilf-2026-11-live-1/17, run and line of the body's own "
            "file, such as ilf-2026-11-live-1/sent/19, or run and line of the payment file, such as "
            "ilf-2026-11-live-1/line/17."
        )
    run_id = PayRun.of(asked["run_id"]).run_id
    with ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        define_payment_line(connection)
        row_number = _row_asked_for(connection, run, asked)
        define(connection)
        row = _row(connection, run, row_number, as_at)
        at = _recorded(connection, run_id)
        steps = [
            *_sent(connection, run, row, row_number),
            *_judged(connection, row, row_number, at),
            *(_to_the_bank(connection, row, at) if row.amount_pence is not None else []),
            *(of_voucher(connection, run, row_number) if row.expires else _from_the_bank(connection, row, row_number)),
            *_elsewhere(connection, run, row_number, as_at),
        ]
    state = PaymentState(row.state)
    steps.append(Step("stands now", as_at, f"{state.replace('_', ' ')}: {state.meaning}"))
    return Trace(f"{run_id}/{row_number}", state, steps)


def _row_asked_for(connection: duckdb.DuckDBPyConnection, run: RunRow, asked: re.Match[str]) -> int:
    if asked["row"]:
        return int(asked["row"])
    if asked["line"]:
        return _row_of_line(connection, run, int(asked["line"]))
    row = row_of_line(connection, run, int(asked["sent"]))
    if row is None:
        raise NoGo(
            f"{run.extract_name} has no payment at line {asked['sent']}. Its rows begin on line {run.first_line}."
        )
    return row


def _row_of_line(connection: duckdb.DuckDBPyConnection, run: RunRow, line: int) -> int:
    """The row that stands in a line of the payment file."""
    found = connection.execute(
        "SELECT row_number FROM payment_line($run_no) SEMI JOIN payment_file ON run_no = $run_no WHERE line = $line",
        {"run_no": run.run_no, "line": line},
    ).fetchone()
    if found is None:
        raise NoGo(
            f"The payment file of {run.run_id} has no payment line {line}, or there is no payment file yet. Payment "
            "lines are counted from 1, without the labels before them."
        )
    return int(found[0])


def _row(connection: duckdb.DuckDBPyConnection, run: RunRow, row_number: int, as_at: date) -> _Row:
    found = connection.execute(_ROW, {"run_no": run.run_no, "row_number": row_number, "as_at": as_at}).fetchone()
    if found is None:
        raise NoGo(f"The extract of {run.run_id} has no row {row_number}. Data rows are counted from 0.")
    return _Row(*found)


def _recorded(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, datetime]:
    """When each stage was recorded in the journal."""
    rows = connection.execute("SELECT stage, recorded_at FROM journal WHERE run_id = ?", [run_id]).fetchall()
    return dict(rows)


def _sent(connection: duckdb.DuckDBPyConnection, run: RunRow, row: _Row, row_number: int) -> list[Step]:
    """The extract that the row came in: a correction's run has the rows of the run that it joins too."""
    source, _ = runs.came_in(connection, run, row_number)
    line = line_words(file_lines(connection, source, [row_number]))[row_number]
    read = _recorded(connection, source.run_id).get(Stage.INGEST)
    shown = "sort code or account number without the right form" if row.expires is None else "paid by voucher"
    if row.account and row.bank:
        shown = f"sort code {row.bank}****, account ****{row.account}"
    extract = f"{source.extract_name}, SHA-256 {source.extract_sha256}, {source.submitted_by}"
    steps = [
        Step("extract sealed", source.opened_at, extract),
        Step("row read", read, f"{line} of the extract; {shown}"),
    ]
    if source != run:
        joined = _recorded(connection, run.run_id).get(Stage.INGEST)
        steps.append(Step("joined", joined, f"{run.extract_name} corrects {source.run_id}: row {row_number} of both"))
    return steps


def _judged(connection: duckdb.DuckDBPyConnection, row: _Row, row_number: int, at: dict[str, datetime]) -> list[Step]:
    reasons = connection.execute(
        "SELECT outcome, column_name, rule FROM core_left_out WHERE run_no = ? AND row_number = ? ORDER BY ALL",
        [row.run_no, row_number],
    ).fetchall()
    steps = [Step(outcome, at.get(Stage.VALIDATE), f"{column} breaks {rule}") for outcome, column, rule in reasons]
    if row.amount_pence is not None:
        steps.append(Step("payable", at.get(Stage.VALIDATE), pounds(row.amount_pence)))
    referred = connection.execute(
        "SELECT column_name, rule FROM core_referred WHERE run_no = ? AND row_number = ?", [row.run_no, row_number]
    ).fetchall()
    steps += [
        Step("referred", at.get(Stage.VALIDATE), f"paid although {column} breaks {rule}") for column, rule in referred
    ]
    said = say_checked(connection, row.run_no, row_number)
    return [*steps, Step("payee checked", at.get(Stage.VALIDATE), said)] if said else steps


def _to_the_bank(connection: duckdb.DuckDBPyConnection, row: _Row, at: dict[str, datetime]) -> list[Step]:
    if row.file_name is None:
        return _gates(connection, row, at)
    if row.expires:
        return [
            Step("written as a voucher", at.get(Stage.INSTRUCT), _say_written(row)),
            *_gates(connection, row, at),
            *_approvals(connection, row),
            *([Step("released", at[Stage.RELEASE], f"{row.file_name} in the outbox")] if Stage.RELEASE in at else []),
        ]
    written = f"payment line {row.line} of {row.payments} in {row.file_name}, SHA-256 {row.file_sha256}"
    steps = [
        Step("written to payment file", at.get(Stage.INSTRUCT), f"{written}, submission serial {row.serial}"),
        *_gates(connection, row, at),
        *_approvals(connection, row),
    ]
    if Stage.RELEASE in at:
        due = f"processed {_day(row.processing_date)}, in the payee's account {_day(row.entry_date)}"
        steps.append(Step("released", at[Stage.RELEASE], f"{row.file_name} in the outbox; {due}"))
    return steps + _submission(connection, row)


def _say_written(row: _Row) -> str:
    until = f"{row.expires.day} {row.expires:%B %Y}" if row.expires else ""
    return f"in {row.file_name}, SHA-256 {row.file_sha256}; can be cashed until {until}"


def _submission(connection: duckdb.DuckDBPyConnection, row: _Row) -> list[Step]:
    said = connection.execute(
        "SELECT submitted_at, reference, submitted_by, late FROM submission WHERE run_no = ?", [row.run_no]
    ).fetchall()
    return [
        Step("submitted, LATE" if late else "submitted", at, f"reference {reference}, {by}")
        for at, reference, by, late in said
    ]


def _gates(connection: duckdb.DuckDBPyConnection, row: _Row, at: dict[str, datetime]) -> list[Step]:
    verdicts = connection.execute(
        "SELECT verdict, list(gate ORDER BY gate) FROM out_gate WHERE run_no = ? GROUP BY verdict ORDER BY verdict",
        [row.run_no],
    ).fetchall()
    if not verdicts:
        return []
    told = [
        f"{len(gates)} {verdict}" + ("" if verdict == "go" else f" ({', '.join(gates)})") for verdict, gates in verdicts
    ]
    return [Step("gates", at.get(Stage.ASSESS), "; ".join(told))]


def _approvals(connection: duckdb.DuckDBPyConnection, row: _Row) -> list[Step]:
    """Every answer to the approval form that was judged, of this very file or not, by the moment of the journal.

    The one of the answer is a real clock's, also in a rehearsal of another day.
    """
    answers = connection.execute(
        "SELECT verdict, recorded_at, approver, CASE verdict WHEN 'refused' THEN cause ELSE '' END, file_sha256 "
        f"FROM approval JOIN journal ON stage = '{Event.APPROVAL} ' || approval_no WHERE run_no = ? ORDER BY entry",
        [row.run_no],
    ).fetchall()
    return [
        Step(f"approval: {verdict}", at, ", ".join(part for part in (approver, cause, other) if part))
        for verdict, at, approver, cause, sha256 in answers
        for other in ["" if sha256 == row.bound_sha256 else "of another payment file"]
    ]


def _from_the_bank(connection: duckdb.DuckDBPyConnection, row: _Row, row_number: int) -> list[Step]:
    """What the bank said of the payment, and of the whole file."""
    if row.amount_pence is None:
        return []
    answers = connection.execute(
        """SELECT answer.message, answer.kind, code, description, bank_date, received_at, file_name, row_number
        FROM core_bank_answer AS answer JOIN bank_file AS file USING (bank_file_no)
        WHERE answer.run_no = $run_no AND (row_number = $row OR row_number IS NULL AND coalesce(payments, 1) > 0
            AND coalesce(day_no, 0) IN (0, (SELECT day_no FROM row_day WHERE run_no = $run_no AND row_number = $row))
            AND answer.kind IN ('accepted_total', 'rejected_total', 'statement_debit', 'statement_reversal')
            AND amount_pence > 0)
        ORDER BY received_at, bank_file_no, item""",
        {"run_no": row.run_no, "row": row_number},
    ).fetchall()
    return [_answer(*answer) for answer in answers]


def _elsewhere(connection: duckdb.DuckDBPyConnection, run: RunRow, row_number: int, as_at: date) -> list[Step]:
    """Where else the same payment was asked for: before this row, and after it, with the run that paid it."""
    return [_other(connection, run, row_number, each) for each in other_rows(connection, run, row_number, as_at)]


def _other(connection: duckdb.DuckDBPyConnection, run: RunRow, row_number: int, other: OtherRow) -> Step:
    is_later = (other.run.run_no, other.row_number) > (run.run_no, row_number)
    place = line_words(file_lines(connection, other.run, [other.row_number]))[other.row_number]
    what = "asked for again" if is_later else "asked for before"
    if is_later and other.state in PAID:
        what = "paid since"
    said = f"by {other.run.run_id}/{other.row_number}, {place} of {other.run.extract_name}"
    return Step(what, other.run.opened_at, f"{said}: {other.state.replace('_', ' ')}")


def _answer(
    message: str,
    kind: str,
    code: str | None,
    description: str | None,
    bank_date: date | None,
    received_at: datetime,
    file_name: str,
    row_number: int | None,
) -> Step:
    about = "the whole file"
    if row_number is not None:
        about = f"this payment, code {code or 'none'}, {meaning(message, kind, code, description).meaning}"
    dated = f", dated {_day(bank_date)}" if bank_date else ""
    return Step(f"bank: {kind.replace('_', ' ')}", received_at, f"{about}{dated}, in {file_name} ({message})")


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else "a day not known"
