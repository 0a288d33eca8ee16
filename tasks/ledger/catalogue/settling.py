"""What the journal entry holds of what people settle and put right."""

from dataclasses import dataclass
from datetime import date, datetime

from tasks.ledger.catalogue.events import FormAnswered
from tasks.ledger.catalogue.figures import Figures


@dataclass(frozen=True)
class ExceptionSettled(Figures):
    """What two people decided of what the bank left open.

    Attributes:
        by: who said so.
        agreed_by: somebody else.
        decision: admit, dismiss, paid or not_paid.
        reason: why; nothing of a payee.
        bank_reference: under which the bank said so.
        rows: how many things it settles.
    """

    by: str
    agreed_by: str
    decision: str
    reason: str
    bank_reference: str
    rows: int


@dataclass(frozen=True)
class ExceptionAnswered(FormAnswered):
    """One answer to the form by which two people settle what the bank left open.

    Attributes:
        subject: what the first of two settles, as the form names it; None, like all that follows, of any other answer.
        known_sha256: of what was known of it.
        named: what of it, as the command names it.
        item: of a file.
        decision: admit, dismiss, paid or not_paid.
        reason: why; nothing of a payee.
        bank_reference: under which the bank said so.
    """

    subject: str | None = None
    known_sha256: str | None = None
    named: str | None = None
    item: int | None = None
    decision: str | None = None
    reason: str | None = None
    bank_reference: str | None = None


@dataclass(frozen=True)
class Withdrawn(Figures):
    """That a released payment file was never sent.

    Attributes:
        by: the sender.
        agreed_by: somebody else.
        reason: why; nothing of a payee.
        file_sha256: of the file that left the outbox.
        payments: in it.
        pence: their sum.
    """

    by: str
    agreed_by: str
    reason: str
    file_sha256: str
    payments: int
    pence: int


@dataclass(frozen=True)
class HoldLifted(Figures):
    """That an account, or a payee, is no longer held for a payment that came back.

    Attributes:
        by: who said so.
        agreed_by: somebody else.
        holds: account or payee.
        of: the payment that came back, as run and row.
        reason: why; nothing of a payee.
        reference: under which the bank confirmed the account, or the body decided.
    """

    by: str
    agreed_by: str
    holds: str
    of: str
    reason: str
    reference: str


@dataclass(frozen=True)
class EnquiryRecorded(Figures):
    """That a payment has not arrived, or what came of asking the bank.

    Attributes:
        by: somebody of the body's.
        of: the payment, as run and row.
        stands: opened, found, coming_back, lost or refused.
        review_on: when the body looks at it again; None once it was found.
        reason: why; nothing of a payee.
        reference: of the enquiry at the bank.
    """

    by: str
    of: str
    stands: str
    review_on: date | None
    reason: str
    reference: str


@dataclass(frozen=True)
class PaymentStopped(Figures):
    """That a payment was taken out before the release, or is let in again.

    Attributes:
        by: who said so.
        said: what was done, by run and row.
        reason: why; nothing of a payee.
    """

    by: str
    said: str
    reason: str


@dataclass(frozen=True)
class Recalled(Figures):
    """That the bank is asked to stop a payment, or a whole file.

    Attributes:
        by: who said so.
        agreed_by: somebody else.
        reason: why; nothing of a payee.
        payments: how many.
        pence: their sum.
        recall_by: until when the bank takes such a request.
    """

    by: str
    agreed_by: str
    reason: str
    payments: int
    pence: int
    recall_by: datetime


@dataclass(frozen=True)
class RecallEnded(Figures):
    """What the bank answered to a recall, as two people say it.

    Attributes:
        by: who said so.
        agreed_by: somebody else.
        recall: the recall's number.
        outcome: confirmed or failed.
        bank_reference: under which the bank said so.
    """

    by: str
    agreed_by: str
    recall: int
    outcome: str
    bank_reference: str
