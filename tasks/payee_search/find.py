"""Find the payments of a payee over all periods, by a name, a reference, an account or a contact.

What is asked for is a payee's own detail: it is never kept, logged or shown again, and neither is what was found by
it. Who looked, when, and which payments they were told of stands in the journal.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from schemas.contract.contract import MEANS
from schemas.means import TELEPHONE
from schemas.no_go import NoGo
from schemas.payment_state import PaymentState
from schemas.period import Period
from schemas.sanitise import sanitise
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import Shown
from tasks.ledger.contacts import define_same_contact
from tasks.ledger.file_line import place_rows
from tasks.ledger.parts import views
from tasks.ledger.payment_state import define_payment_state
from tasks.tenant_context import TenantContext
from tasks.vouchers.standing import Standing, find_vouchers

LONGEST = 200
"""Characters of what may be asked for."""
MOST_PAYEES = 5
"""More than that is a look at many, and not an answer to one."""
MOST_PAYMENTS = 2_000
MOST_NAMED = 20
"""So many payments of a look are named in the journal."""

_QUERIES = Path(__file__).with_name("find.sql")
_ACCOUNT = re.compile(r"[0-9 \-/]+")
_IBAN = re.compile(r"GB[0-9]{2}[A-Z]{4}(?P<account>[0-9]{14})")
_DIGITS = (8, 14)
"""An account number, or a sort code before it."""
_FOUND = f"""
INSERT INTO found_row BY NAME
WITH sent AS MATERIALIZED (
    FROM row_that_fits($asked, nullif($digits, ''), $contact, words_of($name)) LIMIT {MOST_PAYMENTS + 1}
)
SELECT * EXCLUDE (payee_reference), dense_rank() OVER (ORDER BY payee_reference) AS payee
FROM (
    FROM sent
    UNION ALL BY NAME
    FROM outside_that_fits($asked, nullif($digits, ''), (SELECT coalesce(list(DISTINCT payee_reference), []) FROM sent))
)
"""
_REACHED = "CREATE OR REPLACE TEMP VIEW reached_row AS SELECT *, {reached_by} AS reached_by FROM raw_extract_row"
_BY_VOUCHER = "CASE WHEN means_of_payment LIKE 'voucher%' THEN same_contact(contact) END"
"""Of a voucher; a body whose contract has none has no contact of anybody."""
_TOLD, _OUTSIDE = "FROM told_of($runs, $rows, $as_at)", "FROM told_outside"
_IN_RUNS = "FROM found_row WHERE run_no IS NOT NULL"
_COUNTED = """
SELECT count(*), coalesce(max(payee), 0), coalesce(list(DISTINCT run_no) FILTER (run_no IS NOT NULL), []),
    coalesce(list(DISTINCT row_number) FILTER (run_no IS NOT NULL), [])
FROM found_row
"""


@dataclass(frozen=True)
class Found:
    """One payment of a payee, or a row of theirs that was not paid; or a payment recorded as made outside siller.

    Attributes:
        payee: which of those who fit, from 1.
        period: its pay period.
        run_id: the run; empty of what was paid outside.
        row_number: the row of the run; of what was paid outside, 0.
        line: in the body's own file, or in the file that was recorded, from 1, the header first.
        extract: the body's file's name, or which recording it is.
        pay_day: when payees of the run have their money, or when it was paid.
        pence: its amount; None where it does not read as one.
        state: where it stands.
        code: the bank's latest, or the rules by which it was left out; empty if there is none.
        voucher: that it is paid by, and what is known of it; None of other payments, and where none has left.
    """

    payee: int
    period: Period
    run_id: str
    row_number: int
    line: int
    extract: str
    pay_day: date
    pence: int | None
    state: PaymentState
    code: str
    voucher: Standing | None = None

    @property
    def trace(self) -> str:
        """The command that tells its way; none of what was paid outside."""
        return f"siller trace {self.run_id}/{self.row_number}" if self.run_id else ""

    @property
    def named(self) -> str:
        """What the journal calls it."""
        return f"{self.run_id}/{self.row_number}" if self.run_id else f"line {self.line} of {self.extract}"


def find(context: TenantContext, asked: str, by: str, now: datetime) -> list[Found]:
    """Tell the payments of whoever fits, and keep that somebody looked.

    Args:
        context: the tenant's; nothing of another one is looked at.
        asked: a name, all of whose words a payee's name has to have, whatever their order, accents and capitals; or
            a payee's or payment's reference, a roll number or an account, each as it is; or the telephone, e-mail or
            address to which a voucher went, however it is written.
        by: the person, who has proved who they are.
        now: when.

    Returns:
        by payee and period; the ledger has kept that they were told.

    Raises:
        NoGo: nothing can be looked for by that, nobody fits, or too many do. That too is kept.
    """
    known = _read(asked)
    with context.ledger.transaction() as connection:
        found = _look(connection, known, now)
        audit_log.keep(connection, Shown(by, _kept(found)), now)
    if isinstance(found, _TooMuch):
        raise NoGo(
            f"More than {MOST_PAYEES} payees of {context.tenant} fit, or more than {MOST_PAYMENTS:,} payments. Nothing "
            "is shown: ask by more of the name, by the payee's reference, or by sort code and account number."
        )
    if not found:
        raise NoGo(
            f"No payee of {context.tenant} ({context.mode}) fits. A reference, an account, a roll number or a contact "
            "has to be whole; of a name every word that you give has to stand in it. What was erased by rule is not "
            "found."
        )
    return found


class _TooMuch:
    """More fits than may be shown."""


def _read(asked: str) -> dict[str, str]:
    """What is looked for: the text as a reference, the digits of an account, a contact, and the name."""
    text = " ".join(asked.split()).upper()
    compact = re.sub(r"[ \-/]", "", text)
    iban = _IBAN.fullmatch(compact)
    is_account = _ACCOUNT.fullmatch(text) is not None and len(compact) in _DIGITS
    digits = iban["account"] if iban else compact if is_account else ""
    is_telephone = re.fullmatch(TELEPHONE, re.sub(r"[ ()-]", "", text)) is not None
    contact = text if is_telephone or (any(map(str.isalpha, text)) and not iban) else ""
    name = text if sum(map(str.isalpha, text)) > 1 and not iban else ""
    if not any(map(str.isalnum, text)) or len(asked) > LONGEST:
        raise NoGo(
            f"Give a name, a reference, an account or a contact, in at most {LONGEST} characters. Nothing was looked "
            "for."
        )
    return {"asked": text, "digits": digits, "contact": contact, "name": name}


def _look(connection: duckdb.DuckDBPyConnection, known: dict[str, str], now: datetime) -> list[Found] | _TooMuch:
    columns = views.columns_of(connection)
    if not columns:
        return []
    [(latest,)] = connection.execute("SELECT max(recorded_at) FROM journal SEMI JOIN run USING (run_id)").fetchall()
    define_payment_state(connection)
    define_same_contact(connection)
    connection.execute(_REACHED.format(reached_by=_BY_VOUCHER if MEANS in columns else "NULL::VARCHAR"))
    connection.execute(_QUERIES.read_text(encoding="utf-8"))
    connection.execute(_FOUND, known)
    [(payments, payees, of_runs, rows)] = connection.execute(_COUNTED).fetchall()
    if payees > MOST_PAYEES or payments > MOST_PAYMENTS:
        return _TooMuch()
    if not payments:
        return []
    # What is rehearsed may be recorded ahead of the clock.
    told = {"runs": of_runs, "rows": rows, "as_at": max(now, latest or now).date()}
    places = place_rows(connection, connection.execute(_IN_RUNS).pl())
    lines = {(run_no, row): (line, extract) for run_no, row, line, extract in places.iter_rows()}
    outside = (
        Found(payee, Period.parsed(period), "", 0, line, f"recording {number}", day, pence, PaymentState(state), "")
        for payee, period, number, line, day, pence, state in connection.execute(_OUTSIDE).fetchall()
    )
    vouchers = {at: each for at, each in find_vouchers(connection, of_runs, rows).items() if each.has_left}
    in_runs = [
        Found(
            payee,
            Period.parsed(period),
            run_id,
            row,
            *lines[run_no, row],
            day,
            pence,
            PaymentState(state),
            sanitise(code),
            vouchers.get((run_no, row)),
        )
        for payee, period, run_no, run_id, row, day, pence, state, code in connection.execute(_TOLD, told).fetchall()
    ]
    return sorted(
        [*in_runs, *outside],
        key=lambda each: (each.payee, each.period),
    )


def _kept(found: list[Found] | _TooMuch) -> str:
    """What the journal keeps of a look: which payments were told of, and nothing of what was asked."""
    if isinstance(found, _TooMuch):
        return "nothing: too many payees fitted what was looked for"
    if not found:
        return "nothing: no payee fitted what was looked for"
    named = ", ".join(each.named for each in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    return f"where the payments of a payee stand: {named}{more}"
