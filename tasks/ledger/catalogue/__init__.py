"""The catalogue: a row a stage and a row an event, and nothing else of siller keeps a list of them.

Whoever adds one adds its name (``schemas/stages.py``), what its entry holds (``stages.py`` or ``events.py`` here) and
its row; journal, verify, audit and lineage then know it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.stages import Event, Stage
from tasks.ledger.catalogue import (
    adopting,
    authorising,
    carrying,
    checking,
    closing,
    events,
    funding,
    going_live,
    handing_over,
    learning,
    lineage,
    overpaying,
    posting,
    settling,
    stages,
    vouchers,
)
from tasks.ledger.catalogue.figures import Figures
from tasks.ledger.catalogue.lineage import Lineage


@dataclass(frozen=True)
class Row:
    """One stage or event.

    Attributes:
        entry: what its journal entry holds; None for what leaves none.
        tables: what its entry covers, in the order in which they are digested: the tables that it wrote, and those
            that must not have changed before it. Of an event, the first one has a row an event. Some are tables of an
        earlier version alone: see :func:`tasks.ledger.digests.of_version`.
        sentence: what it did, by the entry's figures, as the audit tells it; None: by its name and all its figures.
        numbered_by: of an event, the column that numbers it in each of its tables.
        can_move_a_payment: whether it can change the state of any payment, and so whether somebody may be paid.
        lineage: what lineage tells of it; None for nothing.
    """

    entry: type[Figures] | None
    tables: tuple[str, ...]
    sentence: str | None = None
    numbered_by: str | None = None
    can_move_a_payment: bool = True
    lineage: Lineage | None = None


def _act(entry: type[events.Act], sentence: str, can_move_a_payment: bool = False) -> Row:
    return Row(entry, ("act",), sentence, "act_no", can_move_a_payment)


CATALOGUE: Mapping[str, Row] = {
    Stage.INGEST: Row(
        stages.Ingest,
        ("run", "period_day", "line_break", "raw_extract_row", "part", "part_file"),
        "took in the extract: {rows} rows, £{total}; SHA-256 {extract_sha256}",
        lineage=lineage.INGEST,
    ),
    Stage.VALIDATE: Row(
        stages.Validate,
        ("core_payment", "core_judged", "core_left_out", "core_referred", "core_payee_finding"),
        "judged every row: {payable} payable ({pounds}), {refused} refused, {held} held",
        lineage=lineage.VALIDATE,
    ),
    Stage.INSTRUCT: Row(
        stages.Instruct,
        (
            "core_payment",
            "part",
            "submission_serial",
            "payment_file",
            "voucher_file",
            "core_voucher",
            "file_day",
            "file_day_rows",
            "out_written_character",
            "out_alike_reference",
        ),
        "wrote {files}",
        lineage=lineage.INSTRUCT,
    ),
    Stage.ASSESS: Row(stages.Assess, ("out_gate", "out_pack"), "asked the gates: {verdict}", lineage=lineage.ASSESS),
    Stage.APPROVE: Row(
        stages.Approve,
        ("payment_file", "voucher_file", "file_day", "out_pack"),
        "kept the decision: {verdict}, by {approver}",
        lineage=lineage.APPROVE,
    ),
    Stage.CONTINUITY: Row(
        stages.Continuity,
        ("payment_file", "file_day"),
        "left the continuity file for a fall-back day, encrypted",
        can_move_a_payment=False,
        lineage=lineage.CONTINUITY,
    ),
    Stage.RELEASE_PENDING: Row(
        stages.ReleasePending,
        ("core_payment", "part", "payment_file", "voucher_file", "core_voucher", "file_day"),
        "began to release {names}",
    ),
    Stage.RELEASE: Row(
        stages.Release,
        ("payment_file", "voucher_file", "file_day"),
        "released {sums}",
        lineage=lineage.RELEASE,
    ),
    Stage.PUBLISH: Row(
        stages.Publish,
        ("payment_file", "file_day"),
        "published it for analysts, version {version}",
        can_move_a_payment=False,
        lineage=lineage.PUBLISH,
    ),
    Stage.RECONCILE: Row(None, (), can_move_a_payment=False, lineage=lineage.RECONCILE),
    Event.CONTINUITY_SETTLED: Row(
        events.ContinuitySettled,
        ("continuity_settlement",),
        "settled {openings} openings of the continuity file of {run}: recorded {recorded}",
        "settlement_no",
        can_move_a_payment=False,  # what was paid is an event of its own
    ),
    Event.SUBMITTED: Row(
        events.Submitted,
        ("submission",),
        "sent {file_sha256} to the bank under the reference {reference}",
        "submission_no",
    ),
    Event.APPROVAL: Row(
        events.Approval,
        ("approval",),
        "judged the answer of {approver}{door}: {verdict}",
        "approval_no",
    ),
    Event.CREDENTIAL: Row(
        events.Credential,
        ("credential",),
        "registered for {name}: {kind}",
        "credential_no",
        can_move_a_payment=False,
    ),
    Event.CODE_TRY: Row(
        events.CodeTry,
        ("code_try",),
        "gave a one-time code for {purpose}: {outcome}",
        "code_try_no",
        can_move_a_payment=False,
    ),
    Event.BANK_FILE: Row(
        events.BankFile,
        ("bank_file", "core_statement", "core_bank_answer"),
        "took in the bank's {message}{aside}: {answers} answers, {matched} of them of a payment",
        "bank_file_no",
        lineage=lineage.BANK_FILE,
    ),
    Event.EXCEPTION_SETTLED: Row(
        settling.ExceptionSettled,
        ("settlement",),
        "settled what the bank left open: {decision}, agreed by {agreed_by}. {reason}",
        "settlement_no",
    ),
    Event.EXCEPTION_ANSWERED: _act(settling.ExceptionAnswered, "{said}"),
    Event.WITHDRAWN: Row(
        settling.Withdrawn,
        ("withdrawal",),
        "took {file_sha256} out of the outbox, never sent, agreed by {agreed_by}. {reason}",
        "withdrawal_no",
    ),
    Event.HOLD_LIFTED: Row(
        settling.HoldLifted,
        ("hold_lift",),
        "lifted what held the {holds} of {of}, agreed by {agreed_by}, under {reference}. {reason}",
        "hold_lift_no",
    ),
    Event.ENQUIRED: Row(
        settling.EnquiryRecorded,
        ("payment_enquiry",),
        "said of {of}, which has not arrived: {stands}, under {reference}. {reason}",
        "payment_enquiry_no",
    ),
    Event.PAYMENT_STOPPED: Row(settling.PaymentStopped, ("stop",), "{said}. {reason}", "stop_no"),
    Event.RECALLED: Row(
        settling.Recalled,
        ("recall",),
        "asked for a recall at the bank, agreed by {agreed_by}: {pounds} (payments: {payments}). {reason}",
        "recall_no",
        can_move_a_payment=False,  # it frees nobody
    ),
    Event.RECALL_ENDED: Row(
        settling.RecallEnded,
        ("recall_outcome",),
        "said what the bank answered to recall {recall}: {outcome}, agreed by {agreed_by}",
        "recall_outcome_no",
        can_move_a_payment=False,  # likewise
    ),
    Event.PAID_ELSEWHERE: Row(
        events.PaidElsewhere,
        ("paid_elsewhere", "core_paid_elsewhere", "core_paid_elsewhere_too"),
        numbered_by="paid_elsewhere_no",
    ),
    Event.ROTATE_KEYS: Row(
        events.RotateKeys, ("act", "part_file"), "changed the keys. {said}", "act_no", can_move_a_payment=False
    ),
    Event.COPIED_ANEW: _act(events.CopiedAnew, "copied the ledger anew. {said}"),
    Event.BACKUP: _act(events.Backup, "made a backup. {said}"),
    # What the ledger says from here on is what it said before, at another time.
    Event.RESTORE: _act(events.Restore, "restored the ledger from a backup. {said}", can_move_a_payment=True),
    Event.RESTORE_SETTLED: _act(events.RestoreSettled, "{said}, agreed by {agreed_by}"),
    Event.STOPPED: _act(events.Stopped, "stopped. {said}"),
    Event.TURNED_AWAY: _act(events.TurnedAway, "was turned away from {said}"),
    Event.DOOR: _act(events.Door, "{said}"),
    Event.AT_THE_DOOR: _act(events.AtTheDoor, "{said}, on the Prefect page"),
    Event.SIGNED: _act(events.Signed, "signed {said}"),
    Event.SHOWN: _act(events.Shown, "was shown {said}"),
    Event.AGREEMENT_PROPOSED: _act(adopting.AgreementProposed, "{said}"),
    Event.AGREEMENT_ADOPTED: _act(adopting.AgreementAdopted, "{said}, agreed by {agreed_by}"),
    Event.LESSON: _act(learning.LessonKept, "kept a lesson of {theme}: {said}"),
    Event.LESSONS_ANSWERED: _act(learning.LessonsAnswered, "{said}"),
    Event.LESSON_ENDED: _act(learning.LessonEnded, "{said}"),
    Event.PROOF_GIVEN: _act(going_live.ProofGiven, "{said}; SHA-256 {file_sha256}"),
    Event.RUN_CLOSED: _act(closing.RunClosed, "{said}, reviewed by {agreed_by}; certificate {page_sha256}"),
    Event.HAND_OVER_BEGUN: _act(handing_over.HandOverBegun, "{said}"),
    Event.VOUCHERS_HAND_OVER_BEGUN: _act(handing_over.VouchersHandOverBegun, "{said}"),
    # None of the three moves a payment: what it is to a run that waits is asked by tasks/ledger/payee_findings.py.
    Event.PAYEES_ASKED: Row(
        checking.PayeesAsked,
        ("payee_check", "core_payee_check"),
        "asked the bank about {rows} payees, by the profile {profile}; SHA-256 {request_sha256}",
        "payee_check_no",
        can_move_a_payment=False,
    ),
    Event.PAYEES_ANSWERED: Row(
        checking.PayeesAnswered,
        ("payee_answer_file", "core_payee_answer"),
        "took in what the bank answered of {rows} payees, {matches} of them a match; SHA-256 {sha256}",
        "payee_answer_file_no",
        can_move_a_payment=False,
    ),
    Event.CALLED_BACK: Row(
        checking.CalledBack,
        ("call_back",),
        "recorded that {called_by} called about {of} on {called_on} and spoke to: {spoke_to}. Number: {number_from}",
        "call_back_no",
        can_move_a_payment=False,
    ),
    Event.FUNDING_CONFIRMED: _act(funding.FundingConfirmed, "{said}"),
    Event.OVERPAYMENT_FOUND: _act(overpaying.OverpaymentFound, "{said}"),
    Event.OVERPAYMENT_RECOVERED: _act(overpaying.OverpaymentRecovered, "{said}"),
    Event.OVERPAYMENT_WRITTEN_OFF: _act(overpaying.OverpaymentWrittenOff, "{said}, agreed by {agreed_by}"),
    Event.POSTED: _act(posting.Posted, "{said}: {file_name}, SHA-256 {file_sha256}"),
    Event.PAYEES_AUTHORISED: _act(authorising.PayeesAuthorised, "{said}, agreed by {agreed_by}; SHA-256 {file_sha256}"),
    Event.ADVISORIES_LOOKED: _act(carrying.AdvisoriesLooked, "{said}; {lock_sha256}"),
    Event.VOUCHERS_SUBMITTED: Row(
        vouchers.VouchersSubmitted,
        ("voucher_submission",),
        "sent the vouchers {file_sha256} to the provider under the reference {reference}",
        "voucher_submission_no",
    ),
    Event.VOUCHERS_ANSWERED: Row(
        vouchers.VouchersAnswered,
        ("voucher_answer_file", "core_voucher_answer"),
        "took in what the provider says of {vouchers} vouchers, {ended} of which have ended; SHA-256 {sha256}",
        "voucher_answer_file_no",
    ),
    Event.VOUCHER_CANCELLATION_ASKED: Row(
        vouchers.VoucherCancellationAsked,
        ("voucher_cancellation",),
        "asked the provider to cancel the voucher {of}, under {reference}. {reason}",
        "voucher_cancellation_no",
        can_move_a_payment=False,  # it frees nobody
    ),
    Event.MIGRATE: Row(
        events.Migrate,
        ("migration", "migrated_entry"),
        "upgraded the ledger from version {from_version}; the backup before it has the SHA-256 {backup_sha256}",
        "version",
    ),
    Event.ERASE: Row(
        events.Erase,
        ("erasure", "erased_entry", "erased_file"),
        "erased {erased} by rule, with {agreed_by}: {runs} runs, {rows} rows. Reason: {reason}",
        "erasure_no",
        can_move_a_payment=False,  # the period takes no run any more
    ),
    Event.HOLD: Row(
        events.Hold, ("legal_hold",), "{said}, with {agreed_by}", "legal_hold_no", can_move_a_payment=False
    ),
}
"""By the names that stand in the journal."""

WRITTEN_BY = {table: stage for stage in reversed(Stage) for table in CATALOGUE[stage].tables}
"""The stage that writes each table: the first one whose entry covers it."""

_NAMES = {row.entry: name for name, row in CATALOGUE.items() if row.entry}


def named(entry: type[Figures], number: int | None = None) -> str:
    """What the journal calls a stage, or an event and its number, by what its entry holds."""
    name = _NAMES[entry]
    return name if number is None else Event(name).numbered(number)


def row_of(stage: str) -> Row | None:
    """The row of what the journal calls so; None if siller has no such stage, or no such event with a number."""
    name, _, number = stage.partition(" ")
    row = CATALOGUE.get(name)
    if row is None or row.entry is None:
        return None
    return row if (number.isdecimal() if row.numbered_by else name == stage) else None


def can_move_a_payment(stage: str) -> bool:
    """Whether what the journal calls so can change the state of a payment; what siller does not know may."""
    row = CATALOGUE.get(stage.partition(" ")[0])
    return row is None or row.can_move_a_payment


def covered() -> frozenset[str]:
    """The tables that the entry of any stage or event covers."""
    return frozenset(table for row in CATALOGUE.values() for table in row.tables)
