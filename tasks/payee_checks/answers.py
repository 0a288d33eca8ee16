"""Take in what a bank answered about the payees of a run: once, whole, and joined to the rows that were asked about."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.bank_days import LONDON
from schemas.bank_messages.practice import PRACTICE
from schemas.incoming import Incoming, hash_of, open_incoming
from schemas.no_go import NoGo, NothingToDo
from schemas.pay_run import Mode
from schemas.payee_checks.answer_file import read_answers
from schemas.payee_checks.finding import Finding
from schemas.sanitise import sanitise
from schemas.stages import Event
from tasks.ledger import entry_of, record, sha256_of
from tasks.ledger.catalogue.checking import PayeesAnswered
from tasks.ledger.counters import next_number
from tasks.ledger.payee_rows import PayeeAnswerFileRow
from tasks.ledger.rows import insert
from tasks.ledger.runs import RunRow
from tasks.payee_checks.request import details_of, find_run
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext

_ASKED = "SELECT row_number FROM core_payee_check WHERE run_no = ?"
_ASKED_AT = "SELECT min(asked_at) FROM payee_check WHERE run_no = ?"
_ANSWERED = "SELECT row_number, code FROM core_payee_answer WHERE run_no = ?"


@dataclass(frozen=True)
class Answered:
    """What a file of answers comes to.

    Attributes:
        figures: what the journal has of it.
        stood: whether it had been taken in before.
        unknown: of how many rows the code is none of the profile's.
        missing: how many rows that were asked about have no answer yet.
    """

    figures: PayeesAnswered
    stood: bool
    unknown: int
    missing: int


def take_in(context: TenantContext, run_id: str, path: Path, by: str, now: datetime) -> Answered:
    """Take in a bank's answers about the payees of a run. The same file again returns what stands.

    Args:
        context: the tenant's.
        run_id: whose rows were asked about.
        path: the file, as the bank sent it.
        by: the operator.
        now: the moment.

    Raises:
        NoGo: nothing was asked of the run, or a line of the file answers nothing that was: no line of it counts then.
    """
    sha256, profile = hash_of(path, Incoming.PAYEE_ANSWERS), context.payee_check_profile
    with context.ledger.opened() as connection:
        run, _ = find_run(connection, context, run_id)
        if stands := _standing(connection, run, sha256):
            return stands
        asked, asked_on = _asked(connection, context, run)
    assert profile is not None
    answers = read_answers(path, sha256, profile, asked, asked_on, now.astimezone(LONDON).date())
    if context.mode is Mode.LIVE and answers["bank_name"].str.starts_with(PRACTICE).any():
        raise NoGo(f"{sanitise(path.name)} is the practice bank's. Nothing was taken in: a live run takes none of it.")
    with context.ledger.transaction() as connection:
        if stands := _standing(connection, run, sha256):
            return stands
        new = _new(connection, run, path, answers)
        number = next_number(connection, Event.PAYEES_ANSWERED)
        row = PayeeAnswerFileRow(
            number, run.run_no, sha256, path.name, context.payee_check_profile_sha256, by, taken_at=now
        )
        insert(connection, row)
        connection.register("answers", new.to_arrow())
        connection.execute(
            "INSERT INTO core_payee_answer BY NAME SELECT ? AS payee_answer_file_no, ? AS run_no, * FROM answers",
            [number, run.run_no],
        )
        connection.unregister("answers")
        with open_incoming(path, Incoming.PAYEE_ANSWERS) as file:
            seal(Sealed.PAYEE_ANSWERS, file, path.name, context.paths, context.tenant, sha256)
        matches = new.filter(pl.col("meaning") == Finding.MATCH).height
        figures = PayeesAnswered(by, new.height, matches, sha256, profile.name)
        input_hash = sha256_of(sha256, context.payee_check_profile_sha256)
        record(connection, run.run_no, run.run_id, figures, input_hash, now, number)
        return _told(connection, run, figures, number, stood=False)


def _asked(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> tuple[pl.DataFrame, date]:
    """What was asked of a run, and since which day."""
    rows = connection.execute(_ASKED, [run.run_no]).pl()
    if rows.is_empty():
        raise NoGo(f"No bank was asked about payees of {run.run_id}: siller payee-check request. Nothing was taken in.")
    [(since,)] = connection.execute(_ASKED_AT, [run.run_no]).fetchall()
    return details_of(connection, context, run, rows), since.astimezone(LONDON).date()


def _standing(connection: duckdb.DuckDBPyConnection, run: RunRow, sha256: str) -> Answered | None:
    """What the same file came to when it was taken in.

    Raises:
        NoGo: it was, for another run.
    """
    found = connection.execute(
        "SELECT payee_answer_file_no, run_id FROM payee_answer_file JOIN run USING (run_no) WHERE sha256 = ?", [sha256]
    ).fetchone()
    if found is None:
        return None
    number, run_id = found
    if run_id != run.run_id:
        raise NoGo(f"This very file was taken in for {run_id}. Nothing was done: see which run it is of.")
    return _told(connection, run, entry_of(connection, run_id, PayeesAnswered, number), number, stood=True)


def _new(connection: duckdb.DuckDBPyConnection, run: RunRow, path: Path, answers: pl.DataFrame) -> pl.DataFrame:
    """The answers that no earlier file has given; where the bank says another thing of a row, the weightier counts.

    Raises:
        NothingToDo: all of it is known.
    """
    before = connection.execute(_ANSWERED, [run.run_no]).pl()
    new = answers.join(before, on=["row_number", "code"], how="anti")
    if new.is_empty():
        raise NothingToDo(
            f"{sanitise(path.name)} says nothing that an earlier file has not said. Nothing was taken in."
        )
    return new


def _told(
    connection: duckdb.DuckDBPyConnection, run: RunRow, figures: PayeesAnswered, number: int, stood: bool
) -> Answered:
    [(unknown,)] = connection.execute(
        "SELECT count(*) FROM core_payee_answer WHERE payee_answer_file_no = ? AND meaning = ?",
        [number, str(Finding.UNKNOWN_CODE)],
    ).fetchall()
    [(missing,)] = connection.execute(
        "SELECT count(*) FROM core_payee_check ANTI JOIN core_payee_answer USING (run_no, row_number) WHERE run_no = ?",
        [run.run_no],
    ).fetchall()
    return Answered(figures, stood, unknown, missing)
