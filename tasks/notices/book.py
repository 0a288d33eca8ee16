"""What the ledger keeps of notices: each written before it is sent, and again with what became of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

import duckdb

from schemas.bank_days import LONDON
from schemas.period import Period
from tasks.ledger.counters import next_in
from tasks.ledger.rows import Row, columns, insert
from tasks.notices.notice import Key, Notice

_KEY = "about = ? AND event = ? AND occasion = ? AND person = ? AND channel = ?"
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""How long after a try that failed the next one comes: twice as long each time, and at most an hour."""


class Outcome(StrEnum):
    """What became of a notice."""

    BEGUN = "begun"
    """It may have been sent: of a process that was killed nobody knows."""
    SENT = "sent"
    FAILED = "failed"
    OVER = "over"
    """What it was to tell was over before it could be sent."""


@dataclass(frozen=True)
class NoticeRow(Row):
    """A notice as the ledger has it; the columns are those of ``ddl.sql``."""

    TABLE: ClassVar[str] = "notice"

    notice_no: int
    period: Period
    about: str
    event: str
    occasion: str
    person: str
    channel: str
    tries: int
    outcome: str
    cause: str
    may_come_twice: bool
    due_at: datetime
    tried_at: datetime

    @property
    def key(self) -> Key:
        """What tells it from every other one."""
        return self.about, self.event, self.occasion, self.person, self.channel

    @property
    def again_at(self) -> datetime:
        """When it may be tried again."""
        doubled: int = 2 ** min(self.tries - 1, 10)
        return self.tried_at + min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def list_kept(connection: duckdb.DuckDBPyConnection) -> list[NoticeRow]:
    """Every notice of a ledger, the latest first."""
    rows = connection.execute(f"SELECT {columns(NoticeRow)} FROM notice ORDER BY notice_no DESC").fetchall()
    return [NoticeRow(number, Period.parsed(period), *others) for number, period, *others in rows]


def begin_next(
    connection: duckdb.DuckDBPyConnection, notices: Sequence[Notice], but: Collection[Key], now: datetime
) -> tuple[Notice, bool] | None:
    """Write down that the next notice is about to be sent, and return it; None if none is.

    Whoever calls it is the only one who sends for the body, so one that was begun and not ended is a killed process's.

    Args:
        connection: an open ledger, in a transaction.
        notices: those that are due, in their order.
        but: those that are not to be tried now.
        now: the time that counts.

    Returns:
        the notice, and whether an earlier try of it may have reached the person.
    """
    kept = {row.key: row for row in list_kept(connection)}
    for notice in notices:
        row = kept.get(notice.key)
        if notice.key in but or (row and not _is_to_be_tried(row, now)):
            continue
        twice = row is not None and (row.may_come_twice or row.outcome == Outcome.BEGUN)
        if row is None:
            number = next_in(connection, "notice", "notice_no")
            insert(connection, _first(number, notice, now))
        else:
            connection.execute(
                "UPDATE notice SET tries = tries + 1, outcome = ?, cause = '', may_come_twice = ?, tried_at = ? "
                f"WHERE {_KEY}",
                [Outcome.BEGUN.value, twice, now, *notice.key],
            )
        return notice, twice
    return None


def end(
    connection: duckdb.DuckDBPyConnection, key: Key, outcome: Outcome, cause: str = "", may_have_come: bool = False
) -> None:
    """Write down what became of a notice that was begun.

    Args:
        connection: an open ledger, in a transaction.
        key: the notice's.
        outcome: what became of it.
        cause: why it was not sent.
        may_have_come: whether it may have reached the person all the same: the next try then says so.
    """
    connection.execute(
        f"UPDATE notice SET outcome = ?, cause = ?, may_come_twice = may_come_twice OR ? WHERE {_KEY}",
        [outcome.value, cause, may_have_come, *key],
    )


def give_up_over(connection: duckdb.DuckDBPyConnection, due: Collection[Key]) -> None:
    """Write down of what was not sent and is due no longer that it is over."""
    for row in list_kept(connection):
        if row.outcome in (Outcome.FAILED, Outcome.BEGUN) and row.key not in due:
            end(connection, row.key, Outcome.OVER, row.cause)


def list_untold(connection: duckdb.DuckDBPyConnection, tenant: str) -> Iterator[str]:
    """A sentence for each channel by which people could not be told: an alarm."""
    failed: dict[str, list[NoticeRow]] = {}
    for row in list_kept(connection):
        if row.outcome == Outcome.FAILED:
            failed.setdefault(row.channel, []).append(row)
    for channel, rows in sorted(failed.items()):
        since = min(row.due_at for row in rows).astimezone(LONDON)
        notices = "1 notice" if len(rows) == 1 else f"{len(rows):,} notices"
        yield (
            f"{tenant}: {notices} could not be sent by {channel} since {since:%H:%M on %-d %B %Y}: {rows[0].cause} "
            f"Tell people yourself meanwhile; siller tries again. Which they are: siller notices {tenant}"
        )


def _first(number: int, notice: Notice, now: datetime) -> NoticeRow:
    return NoticeRow(
        number,
        notice.due.period,
        *notice.key,
        tries=1,
        outcome=Outcome.BEGUN.value,
        cause="",
        may_come_twice=False,
        due_at=now,
        tried_at=now,
    )


def _is_to_be_tried(row: NoticeRow, now: datetime) -> bool:
    match row.outcome:
        case Outcome.SENT:
            return False
        case Outcome.FAILED:
            return not row.tried_at <= now < row.again_at  # a clock that was ahead keeps nobody waiting
    return True
