"""Where a payment stands: the states, and the one table of what frees a payment to be made again.

``tasks/ledger/payment_state.sql`` derives them from what the stages recorded and from what the bank's files prove;
whatever shows, counts or asks where a payment is uses these.
"""

from collections.abc import Mapping
from enum import StrEnum


class PaymentState(StrEnum):
    """Where one row of an extract stands.

    Attributes:
        meaning: the state as a person reads it.
    """

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "PaymentState":
        """Make a member that is its name in the ledger and carries its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    READ = "read", "read from the extract, not judged yet"
    REFUSED = "refused", "breaks a rule of the contract; not paid in this run"
    HELD = "held", "may have been paid already; not paid until a person has looked"
    CORRECTED = "corrected", "was refused or held, and a row of a correction has taken its place"
    PAYABLE = "payable", "to be paid, not in a payment file yet"
    REPLACED = "replaced", "in a run that a later run of the same period has taken the place of; not paid by this one"
    STOPPED = "stopped", "to be paid, but a gate said no-go to the run"
    AWAITING_APPROVAL = "awaiting_approval", "in the payment file, which waits for its approver"
    DECLINED = "declined", "in a payment file that the approver rejected; not paid"
    APPROVED = "approved", "in an approved payment file that is not released yet"
    RELEASED = "released", "in the released payment file; nobody has said that it was sent"
    SUBMITTED = "submitted", "in the payment file that was sent, and nobody has said yet that it was taken"
    ACCEPTED = "accepted", "taken by the bank; the day on which payees have their money is still to come"
    CREDITED = "credited", "taken by the bank, its day has come, and nothing has come back so far"
    AMENDED = "amended", "paid, but the bank changed something: correct the details, do not pay again"
    ISSUED = "issued", "by voucher: the provider has issued it, and what was not cashed of it can still be"
    CASHED = "cashed", "by voucher, and all of it was cashed"
    UNDECIDED = "undecided", "its day has come, and the bank has not decided yet"
    UNDER_ENQUIRY = (
        "under_enquiry",
        "said not to have arrived; the bank is asked, and it is not paid again meanwhile",
    )
    ANSWER_SET_ASIDE = (
        "answer_set_aside",
        "taken by the bank, and a file that may speak of it was set aside; not known to have arrived",
    )
    RETURNED = "returned", "came back: the payee does not have the money"
    REJECTED = "rejected", "refused by the bank before any money moved: the payee does not have it"
    CANCELLED = (
        "cancelled",
        "withdrawn before any money moved, as the bank confirms, or a voucher that was taken back: what was not cashed "
        "the payee does not have",
    )
    EXPIRED = "expired", "by voucher: what was not cashed in time has come back, and the payee is still owed it"
    NOT_SENT = "not_sent", "in a released payment file that was taken back and never sent"
    NOT_PAID = "not_paid", "two people have settled, by the bank's word, that the payee does not have it"
    DISPUTED = (
        "disputed",
        "the bank says both that it took it and that it did not; not paid again until settled",
    )
    PAID_ELSEWHERE = "paid_elsewhere", "paid outside siller, through the bank's portal; this run does not pay it"


LEFT_OUT = frozenset({PaymentState.REFUSED, PaymentState.HELD, PaymentState.CORRECTED})
"""Rows that are not in the payment file."""

NOT_RELEASED = frozenset(
    {
        PaymentState.PAYABLE,
        PaymentState.REPLACED,
        PaymentState.STOPPED,
        PaymentState.AWAITING_APPROVAL,
        PaymentState.DECLINED,
        PaymentState.APPROVED,
    }
)
"""Payments of which nothing has left."""

IN_FLIGHT = frozenset(
    {
        PaymentState.RELEASED,
        PaymentState.SUBMITTED,
        PaymentState.ACCEPTED,
        PaymentState.ISSUED,
        PaymentState.UNDECIDED,
        PaymentState.UNDER_ENQUIRY,
        PaymentState.ANSWER_SET_ASIDE,
        PaymentState.DISPUTED,
    }
)
"""Payments that have left, with their outcome to come."""

PAID = frozenset({PaymentState.CREDITED, PaymentState.CASHED, PaymentState.AMENDED, PaymentState.PAID_ELSEWHERE})
"""Payments that reached their payee, by siller's file or through the bank's portal."""

FREED_BY: Mapping[PaymentState, str] = {
    PaymentState.RETURNED: "the credit on the paying account's statement, or the reversal there of the whole debit, by "
    "name; or two people, on the bank's reference",
    PaymentState.REJECTED: "the statement of the entry day, with a debit smaller by what was rejected (none, if that "
    "is the whole file); or two people, on the bank's reference",
    PaymentState.CANCELLED: "the same, of what the bank confirms to have withdrawn, extracted or cancelled; of a "
    "voucher the provider's latest word, for what was not cashed of it",
    PaymentState.EXPIRED: "the provider's latest word, for what was not cashed of the voucher",
    PaymentState.NOT_SENT: "the sender and a second person, who took the file out of the outbox",
    PaymentState.NOT_PAID: "two people, on the bank's reference",
}
"""The one table of what frees a payment's identity: by state, what has to prove it. Of all that has left, payments in
these states and proven so may be paid again, and no other. Nothing frees by time alone."""

UNPAID = frozenset(FREED_BY)
"""Payments that left and did not reach their payee, as the bank or people say; see ``FREED_BY`` for what proves it."""

OPEN = frozenset({PaymentState.DISPUTED, PaymentState.UNDECIDED, PaymentState.ANSWER_SET_ASIDE})
"""What two people can settle, beside what a message alone says did not arrive: what is proven nobody settles."""
