"""The names of what a run goes through, and of what can happen to it: no other place writes them out."""

from enum import StrEnum


class Stage(StrEnum):
    """What is done once for a run, in the order in which a run comes to it.

    The names stand in every ledger's journal and are never changed.
    """

    INGEST = "ingest"
    VALIDATE = "validate"
    INSTRUCT = "instruct"
    ASSESS = "assess"
    APPROVE = "approve"
    CONTINUITY = "continuity"
    RELEASE_PENDING = "release_pending"
    RELEASE = "release"
    PUBLISH = "publish"
    RECONCILE = "reconcile"


class Event(StrEnum):
    """What can happen more than once, to a run or to the tenant; the names likewise."""

    CONTINUITY_SETTLED = "continuity_settled"
    SUBMITTED = "submitted"
    APPROVAL = "approval"
    CREDENTIAL = "credential"
    CODE_TRY = "code_try"
    BANK_FILE = "bank_file"
    PAID_ELSEWHERE = "paid_elsewhere"
    EXCEPTION_SETTLED = "exception_settled"
    EXCEPTION_ANSWERED = "exception_answered"
    WITHDRAWN = "withdrawn"
    HOLD_LIFTED = "hold_lifted"
    ENQUIRED = "enquired"
    PAYMENT_STOPPED = "payment_stopped"
    RECALLED = "recalled"
    RECALL_ENDED = "recall_ended"
    ROTATE_KEYS = "rotate_keys"
    BACKUP = "backup"
    RESTORE = "restore"
    RESTORE_SETTLED = "restore_settled"
    STOPPED = "stopped"
    TURNED_AWAY = "turned_away"
    DOOR = "door"
    AT_THE_DOOR = "at_the_door"
    SIGNED = "signed"
    SHOWN = "shown"
    MIGRATE = "migrate"
    ERASE = "erase"
    AGREEMENT_PROPOSED = "agreement_proposed"
    AGREEMENT_ADOPTED = "agreement_adopted"
    HOLD = "hold"
    LESSON = "lesson"
    LESSONS_ANSWERED = "lessons_answered"
    LESSON_ENDED = "lesson_ended"
    PROOF_GIVEN = "proof_given"
    RUN_CLOSED = "run_closed"
    HAND_OVER_BEGUN = "hand_over_begun"
    PAYEES_ASKED = "payees_asked"
    PAYEES_ANSWERED = "payees_answered"
    CALLED_BACK = "called_back"
    FUNDING_CONFIRMED = "funding_confirmed"
    OVERPAYMENT_FOUND = "overpayment_found"
    OVERPAYMENT_RECOVERED = "overpayment_recovered"
    OVERPAYMENT_WRITTEN_OFF = "overpayment_written_off"
    POSTED = "posted"
    PAYEES_AUTHORISED = "payees_authorised"
    ADVISORIES_LOOKED = "advisories_looked"
    VOUCHERS_SUBMITTED = "vouchers_submitted"
    VOUCHERS_ANSWERED = "vouchers_answered"
    VOUCHER_CANCELLATION_ASKED = "voucher_cancellation_asked"

    def numbered(self, number: int) -> str:
        """What the journal calls one of them: the third file from the bank is ``bank_file 3``."""
        return f"{self} {number}"
