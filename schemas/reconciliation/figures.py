"""What a reconciliation says, as plain figures."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from schemas.payment_state import NOT_RELEASED, PaymentState
from schemas.rails.terms import BACS, Terms
from schemas.rails.totals import Debit
from schemas.reconciliation.sent_vouchers import SentVouchers


class Outcome(StrEnum):
    """Where a row of the extract stands, as the report groups the states of payments; every row has exactly one."""

    CREDITED = "credited"
    IN_FLIGHT = "in flight"
    NOT_RELEASED = "not released"
    AMENDED = "amended"
    RETURNED = "returned"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    NOT_SENT = "not sent"
    NOT_PAID = "not paid"
    ISSUED = "issued"
    CASHED = "cashed"
    EXPIRED = "expired"
    UNDECIDED = "undecided"
    UNDER_ENQUIRY = "under enquiry"
    ANSWER_SET_ASIDE = "answer set aside"
    DISPUTED = "disputed"
    PAID_ELSEWHERE = "paid elsewhere"
    CORRECTED = "corrected"
    HELD = "held"
    REFUSED = "refused"


def outcome_of(state: PaymentState) -> Outcome:
    """The group of a payment's state: what has not left is one, and what is on its way."""
    if state in NOT_RELEASED or state is PaymentState.READ:
        return Outcome.NOT_RELEASED
    if state in (PaymentState.RELEASED, PaymentState.SUBMITTED, PaymentState.ACCEPTED):
        return Outcome.IN_FLIGHT
    return Outcome(state.replace("_", " "))


@dataclass(frozen=True)
class SentFile:
    """The payment file that was released for a run, as the ledger knows it, or what one of several days pays by itself.

    An answer is of one day; a report, on a run as a whole or on its whole file, has the first day and the last.

    Attributes:
        service_user_number: whose file it is.
        serial: its submission serial, six characters.
        payments: how many payments it holds.
        pence: their sum.
        processing_date: the date in UHL1, or of a day its own: day 2 of Bacs' cycle; of a message the day on which it
            is processed.
        entry_date: when payees have their money, day 3 of Bacs' cycle.
        final_on: the last day on which a payment may still come back (entry day + 2 bank days).
        rail: how the file was sent, in words.
        debits: where several contras balance its payments, what each does, in the order of the payments; else none.
        accounts: sort code and number together of each account that its payments may leave.
        processing_days: all of the file's, where it has several.
        entry_days: likewise.
        all_final_on: the last day on which a payment of any of them may still come back; None of a file of one day.
        is_withdrawn: people have said that it was never sent, so what does not name it is another file's.
    """

    service_user_number: str
    serial: str
    payments: int
    pence: int
    processing_date: date
    entry_date: date
    final_on: date
    rail: Terms = BACS
    debits: tuple[Debit, ...] = ()
    accounts: frozenset[str] = frozenset()
    processing_days: frozenset[date] = frozenset()
    entry_days: frozenset[date] = frozenset()
    all_final_on: date | None = None
    is_withdrawn: bool = False

    @property
    def sums(self) -> tuple[tuple[int, int], ...]:
        """Payments and pence of each debit that it makes, in the order of its payments."""
        return tuple((debit.payments, debit.pence) for debit in self.debits) or ((self.payments, self.pence),)


@dataclass(frozen=True)
class Extract:
    """What the extract held and what of it never became a payment.

    Attributes:
        rows: rows of the extract.
        pounds: the exact sum of every amount that can be read, as written.
        refused_rows: refused rows; refused_pounds the exact sum of those whose amount can be read.
        unreadable_rows: refused rows whose amount cannot be read: rows, not pounds.
        held_rows: held rows; held_pounds their sum.
        corrected_rows: refused or held before, with a correction's rows in their place; corrected_pounds likewise.
    """

    rows: int
    pounds: Decimal
    refused_rows: int
    refused_pounds: Decimal
    unreadable_rows: int
    held_rows: int
    held_pounds: Decimal
    corrected_rows: int = 0
    corrected_pounds: Decimal = Decimal(0)


@dataclass(frozen=True)
class Bucket:
    """One place where money can be.

    ``pounds`` is exact: a refused amount may have more than two decimals. ``not_proven`` is how many of its payments
    did not arrive by a message's word alone: nobody is paid again on that.
    """

    name: Outcome
    rows: int
    pounds: Decimal
    not_proven: int = 0


@dataclass(frozen=True)
class Unexplained:
    """Something that does not fit: ``cause`` says what, ``pounds`` is its absolute value."""

    cause: str
    items: int
    pounds: Decimal


@dataclass(frozen=True)
class Confirmation:
    """The same money as somebody else tells it.

    Attributes:
        source: who says so, about what.
        payments: how many payments are expected there.
        pounds: the sum expected.
        found_payments: how many were said, null if the source does not count payments or has not spoken.
        found_pounds: the sum said, null as long as the source has not spoken.
        may_still_come: what is missing is not late yet.
    """

    source: str
    payments: int
    pounds: Decimal
    found_payments: int | None
    found_pounds: Decimal | None
    may_still_come: bool

    @property
    def agrees(self) -> bool | None:
        """Whether the source says the same; null while the rest may still come."""
        if self.found_pounds == self.pounds and self.found_payments in (None, self.payments):
            return True
        return None if self.may_still_come else False


@dataclass(frozen=True)
class Share:
    """Some payments and their exact sum; ``payments`` is null where nobody has counted them."""

    name: str
    payments: int | None
    pounds: Decimal

    def less(self, *others: "Share") -> "Share":
        """What is left without others."""
        taken = sum((each.pounds for each in others), Decimal(0))
        if self.payments is None or any(each.payments is None for each in others):
            return Share(self.name, None, self.pounds - taken)
        return Share(self.name, self.payments - sum(each.payments or 0 for each in others), self.pounds - taken)


@dataclass(frozen=True)
class Way:
    """One of the five ways in which a run's money is told.

    Attributes:
        source: who says so.
        says: what it says, null as long as it has not come.
        less: what is taken off that, so that all leave the same.
        expected: what it has to leave: what payees have, or are to have.
        may_still_come: what is missing is not late yet.
    """

    source: str
    says: Share | None
    less: tuple[Share, ...]
    expected: Share
    may_still_come: bool

    @property
    def leaves(self) -> Share | None:
        """What is left of what it says."""
        return self.says.less(*self.less) if self.says else None

    @property
    def difference(self) -> Decimal | None:
        """By how much more or less than expected that is; null as long as it has said nothing."""
        return self.leaves.pounds - self.expected.pounds if self.leaves else None

    @property
    def agrees(self) -> bool:
        """Whether it leaves what is expected, to the payment and the penny."""
        return (
            self.leaves is not None and not self.difference and self.leaves.payments in (None, self.expected.payments)
        )


@dataclass(frozen=True)
class PaidSince:
    """Rows of a run that a payment of a later run has paid since, or that are on their way in it.

    Attributes:
        outcome: where they stand in this run.
        run_id: the other run.
        is_paid: they are paid; else on their way.
        rows: how many.
        pounds: what the other run pays for them.
    """

    outcome: Outcome
    run_id: str
    is_paid: bool
    rows: int
    pounds: Decimal


@dataclass(frozen=True)
class Loud:
    """What about a run has to be settled by people, beside what its buckets say.

    Attributes:
        paid_twice: debits that are perhaps of payments made twice, and what they come to.
        misfits: answers that fit no payment, and what they come to.
        files_set_aside: files that may speak of the run and do not count.
    """

    paid_twice: tuple[int, Decimal] = (0, Decimal(0))
    misfits: tuple[int, Decimal] = (0, Decimal(0))
    files_set_aside: int = 0


@dataclass(frozen=True)
class FollowUp:
    """Payments that need a person, with one cause: their row numbers in order."""

    outcome: Outcome
    message: str
    code: str | None
    meaning: str
    next_step: str
    row_numbers: tuple[int, ...]


@dataclass(frozen=True)
class Reconciliation:
    """A whole run at one moment.

    Attributes:
        run_id: the run.
        as_at: the moment, with its time zone.
        extract: what was sent in.
        sent: the payment file, null as long as nothing was released.
        buckets: every outcome, in the order of ``Outcome``, empty ones too but for what is rare.
        unexplained: what does not fit; empty is the aim.
        confirmations: the same money from other sources.
        follow_ups: what to do about payments that did not simply arrive.
        ways: the same money told five ways.
        paid_since: what later runs have paid of it.
        loud: what people have to settle.
        vouchers: the file of vouchers; null where the run has none, or nothing was released.
    """

    run_id: str
    as_at: datetime
    extract: Extract
    sent: SentFile | None
    buckets: tuple[Bucket, ...]
    unexplained: tuple[Unexplained, ...]
    confirmations: tuple[Confirmation, ...]
    follow_ups: tuple[FollowUp, ...]
    ways: tuple[Way, ...] = ()
    paid_since: tuple[PaidSince, ...] = ()
    loud: Loud = Loud()
    vouchers: SentVouchers | None = None

    def bucket(self, name: Outcome) -> Bucket:
        """The bucket of one outcome."""
        return next(bucket for bucket in self.buckets if bucket.name is name)

    @property
    def unexplained_pounds(self) -> Decimal:
        """The sum of what does not fit, every part with its absolute value so that none hides another."""
        return sum((part.pounds for part in self.unexplained), Decimal("0.00"))

    @property
    def final(self) -> bool:
        """Whether no payment can come back any more, and no voucher can still be cashed."""
        can_be_cashed = self.vouchers and any(each.rows for each in self.buckets if each.name in _WITH_PAYEES)
        of_bank = self.sent.final_on if self.sent else date.min
        return (self.sent or self.vouchers) is not None and self.as_at.date() > of_bank and not can_be_cashed


_WITH_PAYEES = frozenset({Outcome.ISSUED, Outcome.IN_FLIGHT})


def count_rows(rows: int, pence: int) -> tuple[int, Decimal]:
    """Rows and pence as rows and exact pounds."""
    return rows, Decimal(pence).scaleb(-2)
