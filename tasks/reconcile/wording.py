"""How a reconciliation is put into words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from schemas import money
from schemas.reconciliation.figures import Outcome, Reconciliation
from tasks.overpayments.register import Summed

MEANINGS = {
    Outcome.CREDITED: "Taken by the bank, entry day reached, not returned.",
    Outcome.IN_FLIGHT: "Released, and not yet at its entry day or not yet confirmed by the bank.",
    Outcome.NOT_RELEASED: "Payable, and waiting for approval and release.",
    Outcome.AMENDED: "Paid, with something changed by the bank.",
    Outcome.RETURNED: "Could not be credited and came back.",
    Outcome.REJECTED: "Refused by the bank, before any money moved.",
    Outcome.CANCELLED: "Withdrawn before any money moved, as the bank confirms; or a voucher that was taken back.",
    Outcome.NOT_SENT: "In a released file that was taken back and never sent.",
    Outcome.NOT_PAID: "Two people have settled, by the bank's word, that the payee does not have it.",
    Outcome.ISSUED: "By voucher, and can still be cashed.",
    Outcome.CASHED: "By voucher, and cashed; a voucher cashed in part is a row where the rest of it is.",
    Outcome.EXPIRED: "By voucher, not cashed in time, and back: the payee is still owed it.",
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


def pounds(amount: Decimal) -> str:
    """An exact amount, with at least two decimals and never rounded: a refused one may have more."""
    sign = "−" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.{decimals(amount)}f}"


def decimals(amount: Decimal) -> int:
    """How many decimals an exact amount needs: two at least."""
    exponent = amount.normalize().as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2


def count_in_words(number: int, one: str, many: str) -> str:
    """``1 payment``, ``5,229 payments``."""
    return f"{number:,} {one if number == 1 else many}"


def day(when: date) -> str:
    """``Monday 30 November 2026``."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    """``30 November 2026, 09:12 GMT``."""
    return f"{when.day} {when:%B %Y, %H:%M %Z}"


def say_overpaid(summed: Summed) -> Iterator[tuple[str, str]]:
    """What of a run was paid that should not have been, and what became of it, by name; nothing where there is none."""
    if summed.payments:
        yield "Overpaid", f"{count_in_words(summed.payments, 'payment', 'payments')}, {money.pounds(summed.overpaid)}"
        yield "Recovered", money.pounds(summed.recovered)
        yield "Written off", money.pounds(summed.written_off)
        yield "Still owed", money.pounds(summed.still_owed)


@dataclass(frozen=True)
class Figure:
    """One figure of the headline; ``mood`` is a class of the stylesheet."""

    amount: str
    label: str
    mood: str = ""


PAID = (Outcome.CREDITED, Outcome.CASHED, Outcome.AMENDED, Outcome.PAID_ELSEWHERE)
_BACK = (Outcome.RETURNED,)
_NOT_PAID = (Outcome.REJECTED, Outcome.CANCELLED, Outcome.NOT_SENT, Outcome.NOT_PAID)
_WAIT = (Outcome.NOT_RELEASED, Outcome.HELD, Outcome.REFUSED)


def headline(reconciliation: Reconciliation) -> tuple[Figure, ...]:
    """Where every payment is that was asked for, in figures that read as one sentence; what is not settled comes first.

    A row in whose place a correction has put another is not asked for twice.
    """
    asked = reconciliation.extract.rows - _rows(reconciliation, Outcome.CORRECTED)
    paid = f"{_rows(reconciliation, *PAID):,} of {asked:,}"
    return (
        *unsettled(reconciliation),
        Figure(paid, "payment asked for was paid" if asked == 1 else "payments asked for were paid"),
        *_counted(reconciliation, (Outcome.IN_FLIGHT,), "on the way"),
        *_counted(reconciliation, (Outcome.ISSUED,), "with a voucher that can still be cashed"),
        *_counted(reconciliation, (Outcome.EXPIRED,), "with a voucher that was not cashed in time", "warning"),
        *(_counted(reconciliation, _BACK, "came back", "warning") or (Figure("0", "came back", "positive"),)),
        *_counted(reconciliation, (Outcome.UNDER_ENQUIRY,), "said not to have arrived, under enquiry", "warning"),
        *_counted(reconciliation, _NOT_PAID, "not taken by the bank, or not paid", "warning"),
        _waiting(reconciliation),
        *_paid_since(reconciliation),
        _unexplained(reconciliation),
    )


def sentence(reconciliation: Reconciliation) -> str:
    """The headline as text."""
    return "; ".join(f"{figure.amount} {figure.label}" for figure in headline(reconciliation))


def unsettled(reconciliation: Reconciliation) -> tuple[Figure, ...]:
    """What people have to settle before anybody relies on the rest: the first words of the page, if there is any."""
    loud = reconciliation.loud
    not_proven = sum(bucket.not_proven for bucket in reconciliation.buckets)
    figures = [
        _of_items(*loud.paid_twice, "debit perhaps paid twice", "debits perhaps paid twice"),
        *_counted(reconciliation, (Outcome.DISPUTED,), "disputed", "negative"),
        *_counted(reconciliation, (Outcome.ANSWER_SET_ASIDE,), "in doubt, as an answer was set aside", "negative"),
        *_counted(reconciliation, (Outcome.UNDECIDED,), "undecided by the bank", "negative"),
        _of_items(*loud.misfits, "answer that fits no payment", "answers that fit no payment"),
        Figure(f"{not_proven:,}", "not proven: only a message says so", "negative") if not_proven else None,
        _files(loud.files_set_aside),
    ]
    return tuple(figure for figure in figures if figure)


def is_settled(reconciliation: Reconciliation) -> bool:
    """Whether nobody has anything left to settle, or to ask the bank, of what is known by now."""
    asked = _rows(reconciliation, Outcome.UNDER_ENQUIRY)
    return not (reconciliation.unexplained or unsettled(reconciliation) or asked)


def closing(reconciliation: Reconciliation) -> str:
    """What is left to do where no step and no matter is named."""
    if not is_settled(reconciliation):
        return "Not everything is settled yet, so the run cannot be closed."
    return "Nothing. The run can be closed." if reconciliation.final else "Nothing."


def _of_items(items: int, amount: Decimal, one: str, many: str) -> Figure | None:
    return Figure(f"{items:,}", f"{one if items == 1 else many} ({pounds(amount)})", "negative") if items else None


def _files(files: int) -> Figure | None:
    said = "file of the bank set aside" if files == 1 else "files of the bank set aside"
    return Figure(f"{files:,}", said, "negative") if files else None


def _counted(
    reconciliation: Reconciliation, outcomes: tuple[Outcome, ...], label: str, mood: str = ""
) -> tuple[Figure, ...]:
    """Payments and pounds of these outcomes; nothing if there are none."""
    rows = _rows(reconciliation, *outcomes)
    return (Figure(f"{rows:,}", f"{label} ({pounds(_sum(reconciliation, *outcomes))})", mood),) if rows else ()


def _waiting(reconciliation: Reconciliation) -> Figure:
    rows = _rows(reconciliation, *_WAIT) - _since(reconciliation, *_WAIT)
    return Figure(f"{rows:,}", "still waits" if rows == 1 else "still wait", "warning" if rows else "positive")


def _paid_since(reconciliation: Reconciliation) -> tuple[Figure, ...]:
    waited, back = _since(reconciliation, *_WAIT), _since(reconciliation, *_BACK, *_NOT_PAID)
    said = [f"{waited:,} that waited"] * bool(waited) + [f"{back:,} that did not arrive"] * bool(back)
    return (Figure(f"{waited + back:,}", f"paid since by a later run ({', '.join(said)})", "positive"),) if said else ()


def _since(reconciliation: Reconciliation, *outcomes: Outcome) -> int:
    return sum(each.rows for each in reconciliation.paid_since if each.is_paid and each.outcome in outcomes)


def _unexplained(reconciliation: Reconciliation) -> Figure:
    mood = "negative" if reconciliation.unexplained else "positive"
    return Figure(pounds(reconciliation.unexplained_pounds), "unexplained", mood)


def _sum(reconciliation: Reconciliation, *names: Outcome) -> Decimal:
    return sum((bucket.pounds for bucket in reconciliation.buckets if bucket.name in names), Decimal(0))


def lead(reconciliation: Reconciliation) -> str:
    """The sentence or two under the headline: pounds and days, and whether this can still change."""
    sent, vouchers = reconciliation.sent, reconciliation.vouchers
    if sent is None and vouchers is None:
        waiting = reconciliation.bucket(Outcome.NOT_RELEASED)
        payments = count_in_words(waiting.rows, "payment waits", "payments wait")
        return f"Nothing has been released: {payments} for approval, {pounds(waiting.pounds)}."
    credited = _sum(reconciliation, Outcome.CREDITED, Outcome.AMENDED)
    flying = reconciliation.bucket(Outcome.IN_FLIGHT).pounds
    parts = []
    if credited and sent:
        parts.append(f"{pounds(credited)} was credited on {day(sent.entry_date)}")
    if flying:
        until = f", to be credited on {day(sent.entry_date)}" if sent else ""
        parts.append(f"{pounds(flying)} is on the way{until}")
    if cashed := _sum(reconciliation, Outcome.CASHED):
        parts.append(f"{pounds(cashed)} was cashed by voucher")
    if expired := _sum(reconciliation, Outcome.EXPIRED):
        parts.append(f"{pounds(expired)} was not cashed in time")
    if elsewhere := _sum(reconciliation, Outcome.PAID_ELSEWHERE):
        parts.append(f"{pounds(elsewhere)} was paid through the bank's portal")
    parts += _in_doubt(reconciliation)
    if reconciliation.final and is_settled(reconciliation):
        ending = "No payment can come back any more: these figures are final."
    elif reconciliation.final:
        ending = "No payment can come back any more, but not everything is settled."
    else:
        ending = " ".join(_still_open(reconciliation))
    said = " and ".join(parts) or "Nothing of it is known to have arrived"
    return f"{said[0].upper()}{said[1:]}. {ending}"


def _still_open(reconciliation: Reconciliation) -> Iterator[str]:
    sent, vouchers = reconciliation.sent, reconciliation.vouchers
    if sent and reconciliation.as_at.date() <= sent.final_on:
        yield f"Payments may still come back until {day(sent.final_on)}."
    if vouchers and (left := _sum(reconciliation, Outcome.ISSUED)):
        yield f"{pounds(left)} can still be cashed by voucher until {day(vouchers.expires)}."
    elif vouchers and (not sent or reconciliation.as_at.date() > sent.final_on):
        yield "The provider of the vouchers has not answered yet."


def _in_doubt(reconciliation: Reconciliation) -> Iterator[str]:
    """Of how many payments nobody knows what became of them, and why."""
    why = {
        Outcome.UNDECIDED: "the bank has not decided",
        Outcome.UNDER_ENQUIRY: "it is said that they have not arrived, which the bank is asked about",
        Outcome.ANSWER_SET_ASIDE: "a file may speak that was set aside",
        Outcome.DISPUTED: "the bank says two things that cannot both be true",
    }
    for name, said in why.items():
        if rows := _rows(reconciliation, name):
            yield f"of {count_in_words(rows, 'payment', 'payments')} {said}"


def disputed_rows(reconciliation: Reconciliation) -> int:
    """How many payments the bank disputes; the bucket is there only if there are any."""
    return _rows(reconciliation, Outcome.DISPUTED)


def _rows(reconciliation: Reconciliation, *names: Outcome) -> int:
    return sum(bucket.rows for bucket in reconciliation.buckets if bucket.name in names)


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
