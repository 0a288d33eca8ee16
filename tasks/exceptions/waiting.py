"""What waits for two people: each with what is known of it, the choices, the clock and whose turn it is.

Of payments run, row, line of the body's own file, pence and code are told, and never a name, a reference or an account.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from schemas.bank_days import LONDON
from schemas.money import pounds
from schemas.sanitise import sanitise
from tasks.exceptions.alike import list_alike
from tasks.exceptions.deadlines import Due, due, due_of_details
from tasks.ledger import erasures, runs
from tasks.ledger.file_line import file_lines, line_words
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext

MOST_LINES = 20
"""How many lines a sentence names; the run's report has all."""

_DEFINITIONS = Path(__file__).with_name("waiting.sql")
_OF_PAYMENTS, _OF_A_FILE, _OF_AN_ITEM = ("paid", "not_paid"), ("admit", "dismiss"), ("dismiss",)
_ORDER = ("paid_twice", "unexplained", "disputed", "set_aside", "returned", "rejected", "cancelled", "undecided")

_FILES = """
SELECT bank_file_no, file_name, sha256, waiting_file.sentence, received_at, origin,
    (SELECT list(run_no ORDER BY run_no) FROM concerned_run WHERE concerned_run.bank_file_no = file.bank_file_no),
    (SELECT count(*) FROM core_bank_answer AS answer WHERE answer.bank_file_no = file.bank_file_no), verdict
FROM judged_file AS file JOIN waiting_file USING (bank_file_no) ORDER BY received_at, bank_file_no
"""
_GROUPS = f"""
SELECT run_no, state, code, count(*), sum(pence)::BIGINT, min(since),
    list(row_number ORDER BY row_number)[:{MOST_LINES}], count(*) OVER (PARTITION BY run_no, state) > 1
FROM open_payment($today) WHERE run_no NOT IN ({erasures.RUNS}) AND state <> 'answer_set_aside'
GROUP BY run_no, state, code ORDER BY run_no, state, code
"""
_RUNS = f"""
SELECT run_no, state, code, payments, pence, since, if(day_no IS NOT NULL, entry_date, NULL) FROM open_run($today)
WHERE run_no NOT IN ({erasures.RUNS}) AND state <> 'answer_set_aside' ORDER BY run_no, entry_date
"""
_ANY_OPEN = "SELECT 1 FROM state_totals($today) WHERE is_open(state, not_proven = 0) LIMIT 1"
"""Of most bodies nothing is open: that is told in half the time that the two above take."""
_FINDINGS = """
SELECT bank_file_no, item, finding, amount_pence, bank_date, file_name, sha256, received_at,
    kind IN ('statement_credit', 'statement_reversal') AS is_credit,
    if(run_no > 0, [run_no], (
        SELECT list(concerned.run_no ORDER BY concerned.run_no) FROM concerned_run AS concerned
        WHERE concerned.bank_file_no = open_finding.bank_file_no
    ))
FROM open_finding JOIN (SELECT bank_file_no, file_name, sha256, received_at FROM bank_file) USING (bank_file_no)
JOIN (SELECT bank_file_no, item, kind FROM core_bank_answer) USING (bank_file_no, item)
WHERE finding <> 'unexplained' OR $nothing_else_leaves
ORDER BY received_at, bank_file_no, item
"""
_FOUND = {
    "paid_twice": "perhaps paid twice: a debit like that of a payment file, and one more than was released. Recall it "
    "at the bank at once",
    "unexplained": "a debit that no payment file explains, and nothing else is agreed to leave the account. Ask the "
    "bank at once what it is",
    "unmatched": "an answer that carries our number and fits no payment",
    "other_amount": "an answer of a payment, with another amount than was sent",
    "other_account": "an answer of a payment, with another account than was sent",
}
ADVISED = "advised"
_ADVISED = f"""
SELECT run_no, row_number, item, file_name, coalesce(bank_date, (received_at AT TIME ZONE 'Europe/London')::DATE)
FROM open_advised JOIN (SELECT bank_file_no, file_name, received_at FROM bank_file) USING (bank_file_no)
WHERE run_no NOT IN ({erasures.RUNS}) ORDER BY run_no, bank_file_no, item
"""
_PAID_AGAIN = (
    "perhaps paid twice: it showed that money came back, a later run of the period was released since, and it does not "
    "count any more. See who was paid again, and recall that at the bank at once"
)
_AT_ONCE = ("paid_twice", "unexplained")
_BY_STATE = {
    "disputed": "the bank says both that it took them and that it did not. Nobody of them is paid again",
    "returned": "returned, as a message says; the statement has not shown the money",
    "rejected": "rejected, as a message says; the statement has not proven it",
    "cancelled": "cancelled, as a message says; the statement has not proven it",
    "undecided": "undecided: their day is over, and the bank has not said what became of them",
}


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for two people.

    Attributes:
        kind: the finding, or the state of payments, or ``set_aside``.
        subject: what ``--settle`` is given.
        said: what is known.
        choices: the decisions that there are.
        since: when it came up.
        due: by when, and whose turn it is.
        item: of a file; None for anything else.
        run_nos: the runs that it concerns.
        sha256: of the bank's file that it is of, whatever the file is called; empty where it is of payments.
    """

    kind: str
    subject: str
    said: str
    choices: tuple[str, ...]
    since: datetime
    due: Due
    item: int | None = None
    run_nos: tuple[int, ...] = ()
    sha256: str = ""

    @property
    def command(self) -> str:
        """What settles it, without the tenant."""
        item = "" if self.item is None else f" --item {self.item}"
        return f"--settle {shlex.quote(self.subject)}{item} --decision {'|'.join(self.choices)}"


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger what says what is open, for this connection alone."""
    define_payment_state(connection)
    connection.execute(_DEFINITIONS.read_text())


def list_waiting(context: TenantContext, now: datetime) -> list[Waiting]:
    """What waits for two people, the most urgent first.

    Args:
        context: the tenant's.
        now: the time that counts.
    """
    with context.ledger.opened() as connection:
        define_payment_state(connection)
        return list_waiting_in(context, connection, now, names_lines=True)


def list_waiting_in(
    context: TenantContext, connection: duckdb.DuckDBPyConnection, now: datetime, names_lines: bool = False
) -> list[Waiting]:
    """The same, of a ledger that is open and has payment_state's definitions.

    Without lines it opens no part, so that it is told at once, and also where the parts cannot be read.
    """
    return _list(_Asked(context, connection, now, names_lines))


def _list(asked: "_Asked") -> list[Waiting]:
    asked.connection.execute(_DEFINITIONS.read_text())
    found = [*_findings(asked), *_payments(asked), *_files(asked), *_details(asked)]
    return sorted(found, key=lambda each: (_ORDER.index(each.kind) if each.kind in _ORDER else len(_ORDER), each.since))


@dataclass(frozen=True)
class _Asked:
    context: TenantContext
    connection: duckdb.DuckDBPyConnection
    now: datetime
    names_lines: bool

    def due(self, run_nos: Sequence[int], since: datetime, at_once: bool = False) -> Due:
        days = self.connection.execute(
            "SELECT processing_date, entry_date FROM file_day WHERE run_no IN (SELECT unnest($runs))",
            {"runs": list(run_nos)},
        ).fetchall()
        return due(self.context.calendar, days, since, self.now, at_once)

    def names(self, run_nos: Sequence[int]) -> str:
        found = self.connection.execute(
            "SELECT run_id FROM run WHERE run_no IN (SELECT unnest($runs)) ORDER BY run_no", {"runs": list(run_nos)}
        ).fetchall()
        return ", ".join(run_id for (run_id,) in found)

    def run(self, run_no: int) -> RunRow:
        return runs.run_row(self.connection, self.names([run_no]))


def _files(asked: _Asked) -> Iterator[Waiting]:
    found = asked.connection.execute(_FILES).fetchall()
    again = [name for _, name, *_ in found]
    for _, name, sha256, sentence, since, origin, run_nos, answers, verdict in found:
        about = f"It may concern {asked.names(run_nos)}." if run_nos else "It concerns no run that is known."
        said = (
            f"{sanitise(name)} was {verdict.replace('_', ' ')} ({answers:,} items, SHA-256 {sha256[:12]}"
            f"{f', put there by {sanitise(origin)}' if origin else ''}). {sentence} {about} Admit it whole, admit an "
            "item of it and dismiss the rest, or dismiss it."
        )
        subject = name if again.count(name) == 1 else sha256[:12]
        clock = asked.due(run_nos or (), since)
        of = tuple(run_nos or ())
        yield Waiting("set_aside", subject, said, _OF_A_FILE, since, clock, run_nos=of, sha256=sha256)


def _payments(asked: _Asked) -> Iterator[Waiting]:
    today: dict[str, date] = {"today": asked.now.date()}
    if asked.connection.execute(_ANY_OPEN, today).fetchone() is None:
        return
    for run_no, state, code, payments, pence, since, pay_day in asked.connection.execute(_RUNS, today).fetchall():
        subject, settles = asked.names([run_no]), "in the run"
        if pay_day:
            subject, settles = f"{subject}/{pay_day}", f"of what is due on {pay_day:%-d %B %Y}"
        what = f"{subject}: {_counted(payments, pence, code)} {_BY_STATE[state]}."
        said = f"{what} This settles all that is open {settles}."
        yield Waiting(state, subject, said, _OF_PAYMENTS, since, asked.due([run_no], since), run_nos=(run_no,))
    for run_no, state, code, payments, pence, since, rows, several in asked.connection.execute(
        _GROUPS, today
    ).fetchall():
        run = asked.run(run_no)
        lines = ", ".join(_lines(asked.connection, run, rows) if asked.names_lines else map(str, rows))
        more = f" and {payments - len(rows):,} more" if payments > len(rows) else ""
        said = f"{run.run_id}: {_counted(payments, pence, code)} {_BY_STATE[state]}. They are row {lines}{more}."
        subject = f"{run.run_id}/{state}" + (f"/{code}" if several else "")
        yield Waiting(state, subject, said, _OF_PAYMENTS, since, asked.due([run_no], since), run_nos=(run_no,))


def _findings(asked: _Asked) -> Iterator[Waiting]:
    found = asked.connection.execute(
        _FINDINGS, {"nothing_else_leaves": asked.context.agreement.nothing_else_leaves}
    ).fetchall()
    is_any_unmatched = any(finding == "unmatched" for _, _, finding, *_ in found)
    alike = list_alike(asked.connection, asked.context).rows() if is_any_unmatched and asked.names_lines else []
    for number, item, finding, pence, day, name, sha256, since, is_credit, run_nos in found:
        about = f" It may concern {asked.names(run_nos)}." if run_nos else ""
        on = f" on {day:%-d %B %Y}" if day else ""
        what = _PAID_AGAIN if finding == "paid_twice" and is_credit else _FOUND[finding]
        said = f"{sanitise(name)}, item {item}, {pounds(pence or 0)}{on}: {what}.{about}"
        said += _one_of(asked, [each[3:5] for each in alike if each[:2] == (number, item)])
        clock = asked.due(run_nos or (), since, at_once=finding in _AT_ONCE)
        yield Waiting(finding, name, said, _OF_AN_ITEM, since, clock, item, tuple(run_nos or ()), sha256)


def _details(asked: _Asked) -> Iterator[Waiting]:
    """What the bank advises to change, and no extract shows done: the body changes it, or two people say why not."""
    for run_no, found in groupby(asked.connection.execute(_ADVISED).fetchall(), key=itemgetter(0)):
        of_run, run = list(found), asked.run(run_no)
        rows = [row for _, row, *_ in of_run]
        lines = _lines(asked.connection, run, rows) if asked.names_lines else map(str, rows)
        for (_, _, item, name, day), which in zip(of_run, lines, strict=True):
            said = (
                f"{sanitise(name)}, item {item}: the bank paid row {which} of {run.run_id} into another account, and "
                "advises the body to change it. That is done once an extract no longer has the old one. Where none "
                "will, such as of a payee who is paid no more, two people say so."
            )
            until = due_of_details(asked.context.calendar, day, asked.now)
            yield Waiting(
                ADVISED, name, said, _OF_AN_ITEM, datetime.combine(day, time(), LONDON), until, item, (run_no,)
            )


def _one_of(asked: _Asked, payments: Sequence[tuple[int, int]]) -> str:
    """Which payments it may be of, that are alike in all that it says."""
    if not payments:
        return ""
    run = asked.run(payments[0][0])
    rows = [row for _, row in payments]
    lines = ", ".join(_lines(asked.connection, run, rows[:MOST_LINES]))
    more = f" and {len(rows) - MOST_LINES:,} more" if len(rows) > MOST_LINES else ""
    return (
        f" It is of one of these, which are alike: row {lines}{more}. Ask the bank which, and settle that one as "
        f"not_paid, such as {run.run_id}/{rows[0]}: this is settled with it."
    )


def _counted(payments: int, pence: int, code: str) -> str:
    are = "1 payment" if payments == 1 else f"{payments:,} payments"
    return f"{are}, {pounds(pence)}{f', code {sanitise(code)}' if code else ''}:"


def _lines(connection: duckdb.DuckDBPyConnection, run: RunRow, rows: Sequence[int]) -> Iterator[str]:
    words = line_words(file_lines(connection, run, rows))
    return (f"{row} ({words[row]})" for row in rows)


def word_clock(each: Waiting) -> str:
    """By when, and whose turn it is."""
    until = f"{each.due.until.astimezone(LONDON):%H:%M on %-d %B %Y} ({each.due.clock})"
    owner = each.due.owner.replace("_", " ")
    return f"It was due by {until}: it is the {owner}'s now." if each.due.is_over else f"By {until}, {owner}."
