"""Take in one file from the bank: read it, find its run and its payments, keep every answer."""

import hashlib
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl

from schemas.answers.bank_file import BankFile
from schemas.answers.recognise import read_bank_file
from schemas.incoming import Incoming, hash_of, read
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.rails.terms import TERMS
from schemas.reconciliation.figures import SentFile
from schemas.reconciliation.matching import concerns, match
from tasks.ingest.custody import seal
from tasks.instruct.rails import rail_of
from tasks.instruct.stage import debits_of
from tasks.ledger import Entry, record, runs, sha256_of
from tasks.ledger.runs import RunRow
from tasks.lineage.events import tell
from tasks.office import Office

_ALIKE = Path(__file__).with_name("alike.sql").read_text()


def inbox(office: Office) -> list[Path]:
    """What waits in the bank's inbox, by name; what begins with a dot is still being written.

    What is no file that can be read is among them, so that it is told; folders are somebody's own business.
    """
    folder = office.places.bank_inbox(office.tenant)
    return sorted(path for path in folder.glob("*") if not path.is_dir() and not path.name.startswith("."))


def receive_all(office: Office, paths: list[Path], now: datetime) -> tuple[list[str], list[str]]:
    """Take in files one by one; one that cannot be taken does not keep the others back.

    Returns:
        the runs that were answered, each once, and a sentence for each file that was not taken in.
    """
    answered: dict[str, None] = {}
    refused = []
    for path in paths:
        try:
            run_id = receive(office, path, now)
        except NoGo as said:
            refused.append(str(said))
        else:
            answered[run_id] = None
    return list(answered), refused


def receive(office: Office, path: Path, now: datetime) -> str:
    """Seal a bank's file and record what it says of a run's payments; the very same file counts once.

    It stays in the inbox until the run has been reconciled, see :func:`put_away`.

    Returns:
        the run that it answers.

    Raises:
        NoGo: it is no message that siller reads, it answers no released payment file, or it comes from the
            practice bank and the run is live.
    """
    content = read(path, Incoming.BANK_FILE)
    sha256 = hashlib.sha256(content).hexdigest()
    bank_file = read_bank_file(content, path.name)
    if bank_file.practice and office.mode is Mode.LIVE:
        raise NoGo(f"{path.name} was written by the practice bank: no money stands behind it. Take it away.")
    with office.ledger.transaction() as connection:
        known = connection.execute(
            "SELECT run_id FROM bank_file JOIN run USING (run_no) WHERE sha256 = ?", [sha256]
        ).fetchone()
        if known:
            return str(known[0])
        run = _answered(connection, office, bank_file, path.name)
        seal(BytesIO(content), path.name, office.places, office.tenant, sha256)
        entry = _record(connection, office, run, bank_file, sha256, path.name, now)
    tell(office.places, entry.run_id, entry.stage, entry.figures)
    return entry.run_id


def put_away(office: Office) -> None:
    """Take every file that has been received out of the inbox: the last step, once its run is reconciled.

    Until then a start that was killed finds them there, and reconciles.
    """
    waiting = {}
    for path in inbox(office):
        with suppress(NoGo):  # what cannot be read was told when it was to be received
            waiting[path] = hash_of(path, Incoming.BANK_FILE)
    with office.ledger.opened() as connection:
        received = {row[0] for row in connection.execute("SELECT sha256 FROM bank_file").fetchall()}
    for path, sha256 in waiting.items():
        if sha256 in received:
            path.unlink()


def sent_file(connection: duckdb.DuckDBPyConnection, office: Office, run_no: int) -> SentFile | None:
    """The payment file that was released for a run, or None."""
    row = connection.execute(
        "SELECT run_id, service_user_number, serial, payments, pence, processing_date, entry_date, rail "
        "FROM payment_file JOIN run USING (run_no) JOIN journal USING (run_id) WHERE run_no = ? AND stage = 'release'",
        [run_no],
    ).fetchone()
    if row is None:
        return None
    run_id, number, serial, payments, pence, processing_date, entry_date, rail = row
    final_on = office.bank_days.returns_closed(entry_date)
    debits = debits_of(runs.figures_of(connection, run_id, "instruct"))
    return SentFile(
        number, f"{serial:06d}", payments, pence, processing_date, entry_date, final_on, TERMS[rail], debits
    )


def _answered(connection: duckdb.DuckDBPyConnection, office: Office, bank_file: BankFile, name: str) -> RunRow:
    """The latest run whose payment file the bank's file speaks of."""
    released = connection.execute(
        "SELECT run_id FROM run JOIN journal USING (run_id) WHERE stage = 'release' ORDER BY run_no DESC"
    ).fetchall()
    for (run_id,) in released:
        run = runs.run_row(connection, run_id)
        sent = sent_file(connection, office, run.run_no)
        if sent and (concerns(bank_file, sent) or _matched(connection, office, run, bank_file)["row_number"].count()):
            return run
    raise NoGo(
        f"{name} speaks of no payment file that {office.tenant} has released. It stays in the bank's inbox: "
        "find out whose it is before it is taken away."
    )


def _matched(connection: duckdb.DuckDBPyConnection, office: Office, run: RunRow, bank_file: BankFile) -> pl.DataFrame:
    connection.register("asked", bank_file.answers.select("amount_pence").drop_nulls().to_arrow())
    alike = office.agreement.accounts.applied(connection.execute(_ALIKE, {"run_no": run.run_no}).pl())
    connection.unregister("asked")
    rail, serial = _rail_and_serial(connection, run)
    return match(alike.select("row_number", *rail_of(rail).as_answered(serial)), bank_file.answers)


def _rail_and_serial(connection: duckdb.DuckDBPyConnection, run: RunRow) -> tuple[str, int]:
    found = connection.execute("SELECT rail, serial FROM payment_file WHERE run_no = ?", [run.run_no]).fetchone()
    assert found is not None
    return str(found[0]), int(found[1])


def _record(
    connection: duckdb.DuckDBPyConnection,
    office: Office,
    run: RunRow,
    bank_file: BankFile,
    sha256: str,
    name: str,
    now: datetime,
) -> Entry:
    row = connection.execute("SELECT coalesce(max(bank_file_no), 0) + 1 FROM bank_file").fetchone()
    assert row is not None
    number = int(row[0])
    connection.execute(
        "INSERT INTO bank_file VALUES (?, ?, ?, ?, ?, ?)",
        [number, run.run_no, str(bank_file.message), sha256, name, now],
    )
    matched = _matched(connection, office, run, bank_file)
    connection.register("matched", matched.to_arrow())
    connection.execute(
        f"INSERT INTO core_bank_answer BY NAME SELECT {run.run_no} AS run_no, {number} AS bank_file_no, * FROM matched"
    )
    connection.unregister("matched")
    figures: dict[str, int | str] = {
        "message": str(bank_file.message),
        "sha256": sha256,
        "answers": matched.height,
        "matched": matched["row_number"].count(),
    }
    return record(connection, run.run_no, run.run_id, f"bank_file {number}", sha256_of(sha256), figures, now)
