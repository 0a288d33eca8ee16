"""How a reconciliation is put into words."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from schemas.payment_state import FREED_BY
from schemas.reconciliation.figures import Outcome, Reconciliation, outcome_of

MEANINGS = {
    Outcome.CREDITED: "Taken by the bank, entry day reached, not returned.",
    Outcome.IN_FLIGHT: "Released, and not yet at its entry day or not yet confirmed by the bank.",
    Outcome.NOT_RELEASED: "Payable, and waiting for approval and release.",
    Outcome.AMENDED: "Paid, with something changed by the bank.",
    Outcome.RETURNED: "Could not be credited and came back.",
    Outcome.REJECTED: "Refused by the bank, before any money moved.",
    Outcome.CANCELLED: "Withdrawn before any money moved, as the bank confirms.",
    Outcome.NOT_SENT: "In a released file that was taken back and never sent.",
    Outcome.NOT_PAID: "Two people have settled, by the bank's word, that the payee does not have it.",
    Outcome.UNDECIDED: "Their day has come, and the bank has not decided yet.",
    Outcome.UNDER_ENQUIRY: "Said not to have arrived: the bank is asked, and nobody pays them again meanwhile.",
    Outcome.ANSWER_SET_ASIDE: "Taken by the bank, and a file that may speak of them was set aside: not known to have "
    "arrived until that is settled.",
    Outcome.DISPUTED: "The bank says both that it took them and that it did not. Held: nobody pays them again.",
    Outcome.PAID_ELSEWHERE: "Paid through the bank's portal, and not by this run.",
    Outcome.CORRECTED: "Was refused or held, and a correction's row has taken its place.",
    Outcome.HELD: "Set aside before payment until a person decides.",
    Outcome.REFUSED: "Broke a rule of the contract and was never paid.",
}
"""What each bucket means, to a person who runs payday."""

CAME_BACK = tuple(outcome_of(state) for state in FREED_BY)
"""What left and did not reach its payee."""


def pounds(amount: Decimal) -> str:
    """An exact amount, with at least two decimals and never rounded: a refused one may have more."""
    digits = amount.normalize()
    exponent = digits.as_tuple().exponent
    decimals = max(2, -exponent) if isinstance(exponent, int) else 2
    sign = "−" if amount < 0 else ""
    return f"{sign}£{abs(digits):,.{decimals}f}"


def count_in_words(number: int, one: str, many: str) -> str:
    """``1 payment``, ``5,229 payments``."""
    return f"{number:,} {one if number == 1 else many}"


def day(when: date) -> str:
    """``Monday 30 November 2026``."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    """``30 November 2026, 09:12 GMT``."""
    return f"{when.day} {when:%B %Y, %H:%M %Z}"


@dataclass(frozen=True)
class Figure:
    """One of the three figures of the headline; ``mood`` is a class of the stylesheet."""

    amount: str
    label: str
    mood: str


def headline(reconciliation: Reconciliation) -> tuple[Figure, Figure, Figure]:
    """What was paid, what came back, what is unexplained: three figures that read as one sentence."""
    return (_paid(reconciliation), _came_back(reconciliation), _unexplained(reconciliation))


def _paid(reconciliation: Reconciliation) -> Figure:
    paid = _sum(reconciliation, Outcome.CREDITED, Outcome.AMENDED)
    if paid:
        return Figure(pounds(paid), "paid", "")
    if reconciliation.sent is None:
        return Figure(pounds(reconciliation.bucket(Outcome.NOT_RELEASED).pounds), "waiting for release", "")
    return Figure(pounds(reconciliation.bucket(Outcome.IN_FLIGHT).pounds), "on its way", "")


def _came_back(reconciliation: Reconciliation) -> Figure:
    back = _sum(reconciliation, *CAME_BACK)
    return Figure(pounds(back), "came back", "warning" if back else "positive")


def _unexplained(reconciliation: Reconciliation) -> Figure:
    mood = "negative" if reconciliation.unexplained else "positive"
    return Figure(pounds(reconciliation.unexplained_pounds), "unexplained", mood)


def _sum(reconciliation: Reconciliation, *names: Outcome) -> Decimal:
    return sum((bucket.pounds for bucket in reconciliation.buckets if bucket.name in names), Decimal(0))


def lead(reconciliation: Reconciliation) -> str:
    """The sentence or two under the headline: counts, and whether this can still change."""
    sent = reconciliation.sent
    if sent is None:
        waiting = reconciliation.bucket(Outcome.NOT_RELEASED).rows
        return f"Nothing has been released: {count_in_words(waiting, 'payment waits', 'payments wait')} for approval."
    credited = reconciliation.bucket(Outcome.CREDITED).rows + reconciliation.bucket(Outcome.AMENDED).rows
    flying = reconciliation.bucket(Outcome.IN_FLIGHT).rows
    came_back = sum(bucket.rows for bucket in reconciliation.buckets if bucket.name in CAME_BACK)
    parts = []
    if credited:
        parts.append(f"{count_in_words(credited, 'payment was', 'payments were')} credited on {day(sent.entry_date)}")
    if flying:
        were = count_in_words(flying, "payment is", "payments are")
        parts.append(f"{were} on the way, to be credited on {day(sent.entry_date)}")
    if came_back:
        parts.append(f"{came_back:,} came back" if parts else f"All {came_back:,} came back")
    if undecided := _rows(reconciliation, Outcome.UNDECIDED):
        parts.append(f"of {count_in_words(undecided, 'payment', 'payments')} the bank has not decided")
    if asked := _rows(reconciliation, Outcome.UNDER_ENQUIRY):
        were = count_in_words(asked, "payment is", "payments are")
        parts.append(f"{were} said not to have arrived, which the bank is asked about")
    if in_doubt := _rows(reconciliation, Outcome.ANSWER_SET_ASIDE):
        payments = count_in_words(in_doubt, "payment", "payments")
        parts.append(f"{payments} may be spoken of by a file that was set aside")
    if disputed := disputed_rows(reconciliation):
        parts.append(
            f"of {count_in_words(disputed, 'payment', 'payments')} the bank says two things that cannot both be true"
        )
    if reconciliation.final and reconciliation.unexplained:
        ending = "No payment can come back any more, but not everything is explained."
    elif reconciliation.final:
        ending = "No payment can come back any more: these figures are final."
    else:
        ending = f"Payments may still come back until {day(sent.final_on)}."
    return f"{' and '.join(parts)}. {ending}"


def disputed_rows(reconciliation: Reconciliation) -> int:
    """How many payments the bank disputes; the bucket is there only if there are any."""
    return _rows(reconciliation, Outcome.DISPUTED)


def _rows(reconciliation: Reconciliation, name: Outcome) -> int:
    return sum(bucket.rows for bucket in reconciliation.buckets if bucket.name is name)


def open_end(reconciliation: Reconciliation) -> str:
    """What a run leaves for a person to explain, as one line of the outcome; empty if it leaves nothing."""
    if not reconciliation.unexplained:
        return ""
    said = f"{reconciliation.run_id}: {pounds(reconciliation.unexplained_pounds)} is unexplained."
    if disputed := disputed_rows(reconciliation):
        payments = count_in_words(disputed, "payment", "payments")
        said += f" Of {payments} the bank says both that it took and that it did not take them: nobody is paid again."
    return said


def text_of_picture(reconciliation: Reconciliation) -> str:
    """What the picture shows, in words: the same figures."""
    shown = [
        f"{bucket.name} {pounds(bucket.pounds)} ({count_in_words(bucket.rows, 'row', 'rows')})"
        for bucket in reconciliation.buckets
        if bucket.rows
    ]
    shown.append(f"unexplained {pounds(reconciliation.unexplained_pounds)}")
    whole = pounds(reconciliation.extract.pounds)
    return f"Bars that divide the extract's {whole} by where the money is: {', '.join(shown)}."
