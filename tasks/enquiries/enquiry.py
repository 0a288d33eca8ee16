"""A payment enquiry: somebody says that a payment has not arrived, and the body asks the bank where it is.

From then on the payment is held against being paid again, and looked at again on a day of the body's calendar. It ends
as *found*, and stands as before; as *coming back*, and is held until the money is back, which outweighs the enquiry; as
*lost* or *refused* by the bank, and waits for two people (``siller exceptions``), who settle it by the bank's word.
Of a voucher somebody says that it was not they who cashed it, and the body asks the provider. What was cashed is never
paid again as the same payment, so it ends with whatever the provider answers; what the payee is owed then is arrears.
Each act is a row of its own, by one of the body's people. Of payments run, row and line are told, never who is paid.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import duckdb
import polars as pl

from schemas.agreement import Role
from schemas.bank_days import LONDON, BankDays
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.payment_state import PaymentState
from schemas.sanitise import sanitise
from schemas.stages import Event
from tasks.exceptions.settle import LONGEST_REFERENCE
from tasks.exceptions.subject import OfRun, find_subject
from tasks.ledger import erasures, record, sha256_of
from tasks.ledger.bank_rows import PaymentEnquiryRow
from tasks.ledger.catalogue.settling import EnquiryRecorded
from tasks.ledger.counters import next_number
from tasks.ledger.file_line import place_rows, place_words
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.rows import insert
from tasks.people.identity import identify
from tasks.people.two_people import check_said
from tasks.tenant_context import TenantContext

DOOR = "siller enquiries"
ROLES = (Role.UPLOADER, Role.APPROVER, Role.DECISION_OWNER)
"""Who says so: the body's own people, who know the payee."""
REVIEWED_AFTER = 5
"""Working days after which an enquiry is looked at again, if no other day is said."""


class Stands(StrEnum):
    """How an enquiry stands."""

    OPENED = "opened"
    """The bank is asked."""
    FOUND = "found"
    """The payee has it after all."""
    COMING_BACK = "coming_back"
    """The bank says that it gives it back; it is not back yet."""
    LOST = "lost"
    """The bank cannot find it."""
    REFUSED = "refused"
    """The bank does not look for it."""


_ARRIVED = (PaymentState.CREDITED, PaymentState.AMENDED, PaymentState.ANSWER_SET_ASIDE)
"""States in which siller takes a payment to have arrived, so that only somebody who misses it can say otherwise."""
_STATE = """
SELECT stands.state, amount_pence, voucher.run_no IS NOT NULL AS is_voucher, voucher.cashed_pence
FROM payment_state($today) AS stands LEFT JOIN voucher_state AS voucher USING (run_no, row_number)
WHERE run_no = $run_no AND row_number = $row_number
"""
_LATEST = """
SELECT stands FROM payment_enquiry WHERE run_no = ? AND row_number = ? ORDER BY payment_enquiry_no DESC LIMIT 1
"""
_ANY = "SELECT 1 FROM payment_enquiry LIMIT 1"
_OPEN = f"""
SELECT run_no, run_id, row_number, payment_pence, stands, review_on, reference, is_voucher
FROM payment_enquiry JOIN run USING (run_no) JOIN (
    SELECT run_no, row_number, false AS is_voucher FROM exception_state($today)
    WHERE NOT may_be_paid_again(state, is_proven) AND state NOT IN ('credited', 'not_paid', 'paid_elsewhere')
    UNION ALL
    SELECT run_no, row_number, true FROM core_voucher
) USING (run_no, row_number)
WHERE run_no NOT IN ({erasures.RUNS})
QUALIFY payment_enquiry_no = max(payment_enquiry_no) OVER (PARTITION BY run_no, row_number)
    AND stands <> 'found' AND NOT (is_voucher AND stands IN ('lost', 'refused'))
ORDER BY review_on, payment_enquiry_no
"""


@dataclass(frozen=True)
class Said:
    """What one of the body's people says of a payment.

    Attributes:
        stands: how the enquiry stands.
        reason: why; nothing of a payee.
        reference: of the enquiry at the bank: a case, a letter, a call.
        review_on: when it is looked at again; None for so many working days later.
        who: who says so.
    """

    stands: Stands
    reason: str
    reference: str
    review_on: date | None
    who: str


@dataclass(frozen=True)
class Enquiry:
    """An enquiry that is not over.

    Attributes:
        run_no: the run's number.
        run_id: the run.
        row_number: the payment's row.
        pence: its amount.
        stands: what the bank says of it.
        review_on: when it is looked at again.
        reference: of the enquiry at the bank, as somebody typed it.
        is_over: whether that day has passed.
        is_voucher: whether it was paid by voucher, so that the provider is asked.
    """

    run_no: int
    run_id: str
    row_number: int
    pence: int
    stands: Stands
    review_on: date
    reference: str
    is_over: bool
    is_voucher: bool

    @property
    def subject(self) -> str:
        """The payment, as RUN/ROW."""
        return f"{self.run_id}/{self.row_number}"

    @property
    def told(self) -> str:
        """What is known of it, for a log or an event: nothing that somebody typed."""
        return f"{self.subject}, {pounds(self.pence)}: {self._stands}. {self.when}"

    def said(self, line: str) -> str:
        """The same for whoever looks after it, with its line in the body's own file and what the bank calls it."""
        what = f"{self._stands}, under {sanitise(self.reference)}"
        return f"{self.subject}: {pounds(self.pence)}, {line}: {what}. {self.when}"

    @property
    def _stands(self) -> str:
        return _WORDS_OF_VOUCHERS[self.stands] if self.is_voucher else _WORDS[self.stands]

    @property
    def when(self) -> str:
        """By when it is looked at again, and whose turn it is once that day has passed."""
        day = f"{self.review_on:%-d %B %Y}"
        if self.is_over:
            return f"It was to be looked at on {day}: it is the decision owner's now."
        return f"It is looked at again on {day}."


def enquire(context: TenantContext, named: str, said: Said, now: datetime) -> EnquiryRecorded:
    """Open an enquiry about a payment, or record what came of it.

    Args:
        context: the tenant's.
        named: the payment, as RUN/ROW.
        said: what is said of it.
        now: the time that counts.

    Raises:
        NoGo: there is no such payment, it is not taken to have arrived, nobody has asked about it, or the day is none;
            or whoever says so is none of the body's people.
    """
    reason = check_said(said.reason, "why")
    reference = check_said(said.reference, "under which reference the bank is asked", LONGEST_REFERENCE)
    today = now.astimezone(LONDON).date()
    review_on = None if said.stands is Stands.FOUND else _review_day(context.bank_days, said.review_on, today)
    with context.ledger.opened() as connection:
        _check(connection, context, named, said.stands, today)
    by = identify(context, said.who, DOOR, *ROLES)
    with context.ledger.transaction() as connection:
        subject, pence = _check(connection, context, named, said.stands, today)
        run, row = subject.run, subject.row_number
        assert row is not None
        number = next_number(connection, Event.ENQUIRED)
        insert(
            connection,
            PaymentEnquiryRow(number, run.run_no, row, pence, str(said.stands), review_on, reason, reference, by, now),
        )
        kept = EnquiryRecorded(by, subject.said, str(said.stands), review_on, reason, reference)
        input_hash = sha256_of(subject.said, said.stands, str(review_on), reason, reference)
        record(connection, run.run_no, run.run_id, kept, input_hash, now, number)
    return kept


def list_enquiries(context: TenantContext, now: datetime) -> list[tuple[Enquiry, str]]:
    """The enquiries that are not over, each with its line in the body's own file; the first to be looked at is first.

    Args:
        context: the tenant's.
        now: the time that counts.
    """
    with context.ledger.opened() as connection:
        define_payment_state(connection)
        found = list_enquiries_in(connection, now)
        asked = pl.DataFrame(
            [(each.run_no, each.row_number) for each in found],
            schema={"run_no": pl.Int32, "row_number": pl.Int32},
            orient="row",
        )
        lines = place_words(place_rows(connection, asked))
        return [(each, lines[each.run_no, each.row_number]) for each in found]


def list_enquiries_in(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[Enquiry]:
    """The same without the lines, of a ledger that is open and has payment_state's definitions; it opens no part."""
    if connection.execute(_ANY).fetchone() is None:  # most bodies: where their payments stand need not be asked
        return []
    today = now.astimezone(LONDON).date()
    found = connection.execute(_OPEN, {"today": today}).fetchall()
    return [
        Enquiry(run_no, run_id, row, pence, Stands(stands), review_on, reference, review_on < today, is_voucher)
        for run_no, run_id, row, pence, stands, review_on, reference, is_voucher in found
    ]


_WORDS = {
    Stands.OPENED: "said not to have arrived, and the bank is asked",
    Stands.COMING_BACK: "the bank gives it back, and it is not back yet",
    Stands.LOST: "the bank cannot find it: two people settle it (siller exceptions)",
    Stands.REFUSED: "the bank does not look for it: two people settle it (siller exceptions)",
}

_WORDS_OF_VOUCHERS = {
    Stands.OPENED: "cashed, and said not to be by the payee: the provider is asked",
    Stands.COMING_BACK: "the provider gives it back, and it is not back yet: the payee is paid by arrears",
}


def _check(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, stands: Stands, today: date
) -> tuple[OfRun, int]:
    """The payment, and what it comes to, if this can be said of it."""
    subject = find_subject(connection, context, named, None)
    if not isinstance(subject, OfRun) or subject.row_number is None:
        raise NoGo(f"Name one payment, such as {context.tenant}-2026-11-live-1/17. Nothing was done.")
    define_payment_state(connection)
    known = {"today": today, "run_no": subject.run.run_no, "row_number": subject.row_number}
    found = connection.execute(_STATE, known).fetchone()
    latest = connection.execute(_LATEST, [subject.run.run_no, subject.row_number]).fetchone()
    last_said = latest[0] if latest else Stands.FOUND
    is_asked = last_said != Stands.FOUND
    if found is None or found[1] is None:
        raise NoGo(f"{subject.said} is no payment. Nothing was done.")
    state, is_voucher = PaymentState(found[0]), bool(found[2])
    if is_voucher:
        _check_voucher(subject, stands, is_open=last_said in _WORDS_OF_VOUCHERS, cashed_pence=found[3])
        return subject, int(found[3])
    if stands is Stands.OPENED and state is PaymentState.UNDER_ENQUIRY:
        raise NoGo(f"The bank is asked about {subject.said} already. Nothing was done.")
    if stands is Stands.OPENED and state not in _ARRIVED and not (is_asked and state is PaymentState.UNDECIDED):
        raise NoGo(f"{subject.said} is not taken to have arrived: {state.meaning}. Nothing was done.")
    if stands is not Stands.OPENED and not is_asked:
        raise NoGo(f"Nobody has said that {subject.said} has not arrived, so nothing can come of it. Nothing was done.")
    return subject, int(found[1])


def _check_voucher(subject: OfRun, stands: Stands, is_open: bool, cashed_pence: int) -> None:
    if stands is Stands.OPENED and is_open:
        raise NoGo(f"The provider is asked about {subject.said} already. Nothing was done.")
    if stands is Stands.OPENED and not cashed_pence:
        raise NoGo(
            f"The provider has not said that anything of the voucher {subject.said} was cashed. Nothing was done."
        )
    if stands is not Stands.OPENED and not is_open:
        raise NoGo(f"Nobody asks about {subject.said}, so nothing can come of it. Nothing was done.")


def _review_day(bank_days: BankDays, given: date | None, today: date) -> date:
    if given is None:
        for _ in range(REVIEWED_AFTER):
            today = bank_days.next(today)
        return today
    if given <= today or not bank_days.is_bank_day(given):
        raise NoGo(f"{given:%-d %B %Y} is no working day ahead: name one, to look at it again. Nothing was done.")
    return given
