"""The catalogue: every event of which somebody can be told, when it is told and in which words.

A text says what to do and never names a payee; how much and until when stand beside it (``text.py``). Whoever adds an
event adds its row here and says in ``due.py`` what it follows from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NoticeEvent(StrEnum):
    """What somebody can be told of, by the names that an agreement has."""

    EXTRACT_DUE_SOON = "extract_due_soon"
    EXTRACT_LATE = "extract_late"
    REFUSED_ROWS = "refused_rows"
    NO_GO = "no_go"
    STOPPED = "stopped"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    WAITING_FOR_CORRECTION = "waiting_for_correction"
    WAITING_FOR_FUNDING = "waiting_for_funding"
    ABOUT_TO_RUN_OUT = "about_to_run_out"
    NOT_APPROVED_IN_TIME = "not_approved_in_time"
    TURNED_DOWN = "turned_down"
    APPROVED = "approved"
    RELEASED = "released"
    TO_BE_SUBMITTED = "to_be_submitted"
    NOT_SUBMITTED_IN_TIME = "not_submitted_in_time"
    PERHAPS_HANDED_OVER = "perhaps_handed_over"
    NEVER_SENT = "never_sent"
    VOUCHERS_ISSUED = "vouchers_issued"
    ANSWERS_IN = "answers_in"
    RETURNS = "returns"
    DETAILS_TO_CHANGE = "details_to_change"
    DISPUTED = "disputed"
    REJECTED = "rejected"
    PAID_TWICE = "paid_twice"
    FILE_SET_ASIDE = "file_set_aside"
    UNSETTLED = "unsettled"
    SILENCE = "silence"
    ENQUIRY = "enquiry"
    TO_BE_CLOSED = "to_be_closed"
    CLOSED = "closed"
    REOPENED = "reopened"
    DATA_LAPSES = "data_lapses"
    HOLIDAYS_DIFFER = "holidays_differ"


@dataclass(frozen=True)
class Words:
    """How people are told of an event.

    Attributes:
        when: at which moment, for the docs and whoever agrees on it.
        subject: what has come to pass; ``{count}`` is how many.
        to_do: what to do about it.
    """

    when: str
    subject: str
    to_do: str


_STATUS = "siller status says why, and what to do next."

CATALOGUE: Mapping[NoticeEvent, Words] = {
    NoticeEvent.EXTRACT_DUE_SOON: Words(
        "`extract_soon_hours` before the extract is due, if none of the period has arrived",
        "the extract is due soon",
        "Send it with its manifest. If that is done by now, there is nothing to do.",
    ),
    NoticeEvent.EXTRACT_LATE: Words(
        "once siller status calls it late, and again each bank day up to the pay day, until it is here",
        "the extract is late",
        "Send it with its manifest, and tell the operator. Once the time to approve is over, the payees are paid late.",
    ),
    NoticeEvent.REFUSED_ROWS: Words(
        "once a run's rows are judged, if any were refused, or held as a payment before came back for instance",
        "refused or held rows to correct: {count}",
        "The file of left-out rows says of each why, and what to do. Send the rows put right as a correction, before "
        "the run is approved.",
    ),
    NoticeEvent.NO_GO: Words(
        "once a gate says no-go",
        "stopped by a gate",
        "Nobody is paid by this extract. The pack says why; the body sends another extract that replaces it.",
    ),
    NoticeEvent.STOPPED: Words(
        "once a run has stopped, hangs, was not judged, or has no form",
        "stopped, and does not go on by itself",
        _STATUS,
    ),
    NoticeEvent.WAITING_FOR_APPROVAL: Words(
        "once the form is open, and again for the second of two; not whoever may not approve this run",
        "waits for your approval",
        "Read the pack above the form, then answer it.",
    ),
    NoticeEvent.WAITING_FOR_CORRECTION: Words(
        "once the decision owner has chosen to wait for a correction",
        "waits for a correction",
        "Send the rows put right, as a correction. Nobody can approve the run until then.",
    ),
    NoticeEvent.WAITING_FOR_FUNDING: Words(
        "once the form is open, where the agreement says who confirms the money, until all of it is confirmed",
        "waits for the money to be confirmed",
        "Confirm with your own bank or treasury that the money is there, then say so: siller funding. Nobody can "
        "approve the run until then.",
    ),
    NoticeEvent.ABOUT_TO_RUN_OUT: Words(
        "`runs_out_hours` before the time to correct, confirm the money, approve or submit is over",
        "the time is about to run out",
        "Correct it, confirm the money, approve it, or send the released file before then: later it is done no more.",
    ),
    NoticeEvent.NOT_APPROVED_IN_TIME: Words(
        "once the time to approve is over",
        "not approved in time",
        "This file is not released any more. Agree another pay day with the body, or abandon it.",
    ),
    NoticeEvent.TURNED_DOWN: Words(
        "once an approver has rejected a run, or the decision owner has abandoned it",
        "turned down: nobody is paid by it",
        "siller decision says by whom and why. If its payees are to be paid, the body sends another extract that "
        "replaces it.",
    ),
    NoticeEvent.APPROVED: Words("once it is approved", "approved", "There is nothing to do: it is released next."),
    NoticeEvent.RELEASED: Words(
        "once its payment file is in the outbox", "released", "There is nothing to do, unless you send it to the bank."
    ),
    NoticeEvent.TO_BE_SUBMITTED: Words(
        "once its files are in the outbox, as long as nobody has said that they were sent",
        "a released file is to be submitted",
        "Send it to the bank, or vouchers to their provider, then say so with the reference that was given.",
    ),
    NoticeEvent.NOT_SUBMITTED_IN_TIME: Words(
        "once the time to submit is over, and nobody has said that it was sent",
        "not submitted in time, as far as siller knows",
        "Do not send it any more. If it was sent, say so; if not, two people take it back.",
    ),
    NoticeEvent.PERHAPS_HANDED_OVER: Words(
        "once siller has begun to hand a released file over and does not know whether it is there",
        "a file was perhaps handed over",
        "Do not send it by another way. Look with siller hand-over; what that cannot tell, ask whoever takes it.",
    ),
    NoticeEvent.NEVER_SENT: Words(
        "once a released file was taken back",
        "the payment file was taken back and never sent",
        "Nobody in it has the money. Start the same extract again, or agree a later day.",
    ),
    NoticeEvent.VOUCHERS_ISSUED: Words(
        "once a provider of vouchers has those of a run that was taken back",
        "vouchers can be cashed of a run that was said to be never sent",
        "Have the provider cancel what is left of them at once: siller vouchers show has them. What was paid again may "
        "be paid twice.",
    ),
    NoticeEvent.ANSWERS_IN: Words(
        "once files of the bank have come, at most once a day",
        "the bank's answers are in",
        "The reconciliation report says where every pound is.",
    ),
    NoticeEvent.RETURNS: Words(
        "once payments came back or were rejected, and again when there are more",
        "payments that came back or were rejected: {count}",
        "These payees do not have the money. Put their details right: siller correction-file has the rows.",
    ),
    NoticeEvent.DETAILS_TO_CHANGE: Words(
        "once the bank advises changed details (AWACS)",
        "payees whose details the bank advises to change: {count}",
        "They have the money. Change the details in your own system before the next extract, and pay nobody again.",
    ),
    NoticeEvent.DISPUTED: Words(
        "once the bank contradicts itself about payments",
        "the bank contradicts itself about some of the money",
        "Nobody of them is paid again. Ask the bank; two people settle it with the bank's word.",
    ),
    NoticeEvent.REJECTED: Words(
        "once the bank has rejected every payment of a run",
        "the bank has rejected every payment",
        "Nobody has the money. Put right what the bank names, and send the payments again as a supplementary extract.",
    ),
    NoticeEvent.PAID_TWICE: Words(
        "once money may have left twice, and again when its time is over",
        "perhaps paid twice",
        "Recall it at the bank at once: that takes hours, not days. siller exceptions says what and how.",
    ),
    NoticeEvent.FILE_SET_ASIDE: Words(
        "once a file of the bank is set aside",
        "a file of the bank is set aside",
        "It counts for nothing until two people admit or dismiss it: siller exceptions says what is wrong with it.",
    ),
    NoticeEvent.UNSETTLED: Words(
        "once something waits for two people, and again when its time is over",
        "something that the bank left open waits for two people",
        "siller exceptions says what it is, and which choices there are.",
    ),
    NoticeEvent.SILENCE: Words(
        "once a report or statement of the bank is overdue, or what a provider says of vouchers",
        "what the bank, or a provider of vouchers, should have sent has not come",
        "Fetch it, or ask for it: without it nobody knows what became of the money.",
    ),
    NoticeEvent.ENQUIRY: Words(
        "once a payment is said not to have arrived, and when it should have been looked at again",
        "a payment that is said not to have arrived is to be looked at again",
        "siller enquiries says which, and since when.",
    ),
    NoticeEvent.TO_BE_CLOSED: Words(
        "once nothing can come back any more and every report and statement is in",
        "to be closed: nothing can come back any more",
        "Compare the report with your own books, then two people close it: siller close.",
    ),
    NoticeEvent.CLOSED: Words(
        "once two people have closed a run",
        "closed",
        "There is nothing to do. The certificate stands beside the report.",
    ),
    NoticeEvent.REOPENED: Words(
        "once the bank or people have said anything of a run that was closed",
        "closed, and something came after",
        "Its certificate does not hold any more. Read the report anew, settle what is open, and close it again.",
    ),
    NoticeEvent.DATA_LAPSES: Words(
        "once the account table, the bank holidays or the look at advisories is to be renewed, each month",
        "{count}",
        "Renew it, as siller board says: with what is too old, runs are stopped or days cannot be reckoned.",
    ),
    NoticeEvent.HOLIDAYS_DIFFER: Words(
        "once the two lists of bank holidays differ on a weekday of the next twelve months",
        "two lists of bank holidays differ on {count}",
        "Look the day up at gov.uk, and enter it in bank_holidays.yaml: siller calendar then shows what moves.",
    ),
}
"""One row an event."""
