"""Take in what the provider of vouchers says: once, whole, and of every run's vouchers."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.bank_days import LONDON
from schemas.incoming import Incoming, hash_of, open_incoming
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from schemas.stages import Event, Stage
from schemas.vouchers.answer_file import read_answers
from schemas.vouchers.meaning import Meaning
from tasks.ledger import entry_of, record, sha256_of
from tasks.ledger.catalogue.vouchers import VouchersAnswered
from tasks.ledger.counters import next_number
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.rows import insert
from tasks.ledger.voucher_rows import VoucherAnswerFileRow
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext

_RELEASED = f"""
SELECT run_id || '-' || row_number AS reference, run_no, row_number, pence, cashed_pence,
    (recorded_at AT TIME ZONE 'Europe/London')::DATE AS released_on
FROM voucher_state JOIN run USING (run_no) JOIN journal USING (run_id) WHERE stage = '{Stage.RELEASE}'
"""
_ENDED = (
    "SELECT run_no, row_number, cashed_pence FROM voucher_state WHERE state IN ('expired', 'cancelled', 'not_sent')"
)


@dataclass(frozen=True)
class Answered:
    """What a file of answers comes to.

    Attributes:
        figures: what the journal has of it.
        runs: of which runs it speaks.
        stood: whether it had been taken in before.
        revived: of how many vouchers the provider had said that they ended, or two people that they were never sent,
            and the provider says another thing now, or more cashed.
    """

    figures: VouchersAnswered
    runs: tuple[str, ...]
    stood: bool
    revived: int = 0

    def say_revived(self) -> str:
        """What to do where the provider contradicts itself, or whoever said that a file was never sent."""
        return (
            f"DISPUTED: of {self.revived:,} vouchers the provider had said that they ended, or two people that it was "
            "never sent them, and the provider says otherwise now. What was sent again since may be paid twice: ask "
            "the provider now (siller vouchers show RUN)."
        )


def take_in(context: TenantContext, path: Path, by: str, now: datetime) -> Answered:
    """Take in a provider's answers. The same file again returns what stands.

    Args:
        context: the tenant's.
        path: the file, as the provider sent it.
        by: the operator.
        now: the moment.

    Raises:
        NoGo: the agreement has no vouchers, or a line of the file cannot be an answer: no line of it counts then.
    """
    channel, agreed = context.voucher_channel, context.agreement.vouchers
    if channel is None or agreed is None:
        raise NoGo(f"The agreement with {context.tenant} has no vouchers. Nothing was taken in.")
    if context.mode is Mode.LIVE and channel.is_practice:
        raise NoGo(
            f"The voucher channel {channel.name} is invented for practice, and no provider works by it. Nothing was "
            "taken in: a live run takes none of it."
        )
    sha256 = hash_of(path, Incoming.VOUCHER_ANSWERS)
    with context.ledger.opened() as connection:
        if stands := _standing(connection, sha256):
            return stands
        define_payment_state(connection)
        sent = connection.execute(_RELEASED).pl()
    answers = read_answers(path, sha256, channel, sent, now.astimezone(LONDON).date())
    with context.ledger.transaction() as connection:
        if stands := _standing(connection, sha256):
            return stands
        define_payment_state(connection)
        ended = connection.execute(_ENDED).pl()
        number = next_number(connection, Event.VOUCHERS_ANSWERED)
        insert(connection, VoucherAnswerFileRow(number, sha256, path.name, agreed.sha256, by, now))
        _keep(connection, number, answers)
        with open_incoming(path, Incoming.VOUCHER_ANSWERS) as file:
            seal(Sealed.VOUCHER_ANSWERS, file, sanitise(path.name), context.paths, context.tenant, sha256)
        still = connection.execute(_ENDED).pl()
        figures = VouchersAnswered(
            by=by,
            vouchers=answers.height,
            ended=answers.filter(pl.col("meaning") != str(Meaning.ISSUED)).height,
            sha256=sha256,
            channel=channel.name,
        )
        of_runs = _runs_of(connection, number)
        run_no, run_id = of_runs[0] if len(of_runs) == 1 else (0, OF_NO_RUN)
        record(connection, run_no, run_id, figures, sha256_of(sha256, agreed.sha256), now, number)
    revived = ended.join(still, on=["run_no", "row_number", "cashed_pence"], how="anti").height
    return Answered(figures, tuple(name for _, name in of_runs), stood=False, revived=revived)


def _keep(connection: duckdb.DuckDBPyConnection, number: int, answers: pl.DataFrame) -> None:
    connection.register("answers", answers.to_arrow())
    connection.execute(
        "INSERT INTO core_voucher_answer BY NAME SELECT ? AS voucher_answer_file_no, * FROM answers", [number]
    )
    connection.unregister("answers")


def _standing(connection: duckdb.DuckDBPyConnection, sha256: str) -> Answered | None:
    """What the same file came to when it was taken in."""
    found = connection.execute(
        "SELECT voucher_answer_file_no, run_id FROM voucher_answer_file LEFT JOIN journal "
        "ON stage = ? || ' ' || voucher_answer_file_no WHERE sha256 = ?",
        [str(Event.VOUCHERS_ANSWERED), sha256],
    ).fetchone()
    if found is None:
        return None
    number, of_run = found
    figures = entry_of(connection, of_run, VouchersAnswered, number)
    return Answered(figures, tuple(name for _, name in _runs_of(connection, number)), stood=True)


def _runs_of(connection: duckdb.DuckDBPyConnection, number: int) -> list[tuple[int, str]]:
    return connection.execute(
        "SELECT DISTINCT run_no, run_id FROM core_voucher_answer JOIN run USING (run_no) "
        "WHERE voucher_answer_file_no = ? ORDER BY run_no",
        [number],
    ).fetchall()
