"""The Bacs reports on a submission that came in, and on one that was withdrawn.

Siblings of the input report: see ``submission``. Of each file they have ``DaySection`` with ``DaySectionRecord``
(``processingDate``) or ``Totals``, and in these ``Credit`` (``numberOf``, ``valueOf``). *Arrived* is not decided yet;
of what was withdrawn nobody is paid.
"""

from collections.abc import Iterator

import polars as pl

from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.bank_messages.documents import elements, local_name
from schemas.bank_messages.fields import attribute, bacs_own_account_of, count, day, pence, total
from schemas.bank_messages.gathering import Rows, as_answers
from schemas.bank_messages.submission import PARTS, Submission
from schemas.no_go import NoGo

_KINDS = {Message.ARRIVAL_REPORT: Kind.PENDING_TOTAL, Message.WITHDRAWAL_REPORT: Kind.CANCELLED_TOTAL}
_DAYS = ("Account", "DaySectionRecord", "Totals")


def read_passage(data: bytes, name: str, message: Message) -> BankFile:
    """Read one arrival report or withdrawal report.

    Args:
        data: the document.
        name: its file name, for messages.
        message: which of the two it is.

    Raises:
        NoGo: it is broken, or lacks its header or its user file.
    """
    sent = Submission(name)
    own: str | None = None
    rows = Rows(part=pl.String, own_account=pl.String, processed=pl.String, number=pl.String, value=pl.String)
    for element in elements(data, name, *PARTS, *_DAYS):
        match local_name(element):
            case "Account":
                own = bacs_own_account_of(element)
            case ("DaySectionRecord" | "Totals") as part:
                said = element.find("{*}Credit")
                processed = attribute(element, "processingDate")
                rows.add(part, own, processed, attribute(said, "numberOf"), attribute(said, "valueOf"))
            case part:
                sent.take(part, element)
    if sent.produced is None or not sent.users:
        raise NoGo(f"{name} is a report without its header or user file. Fetch it again.")
    read = rows.frame().with_columns(
        kind=pl.lit(str(_KINDS[message])),
        payments=count("number"),
        amount_pence=pence("value"),
        serial=pl.lit(sent.serial),
        bank_date=pl.lit(sent.processing, pl.Date),
        original_processing_date=day("processed").fill_null(pl.lit(sent.processing, pl.Date)),
    )
    days, totals = (read.filter(pl.col("part") == part) for part in ("DaySectionRecord", "Totals"))
    return BankFile(
        message=message,
        service_user_number=sent.users[0],
        serial=sent.serial,
        reported_on=sent.produced,
        practice=sent.practice,
        made_at=sent.made_at,
        message_id=sent.message_id,
        answers=as_answers(message, days if days.height else totals),
        faults=(*sent.faults(), *_faults(name, days, totals)),
    )


def _faults(name: str, days: pl.DataFrame, totals: pl.DataFrame) -> Iterator[str]:
    sums = [part.select(total("payments", "amount_pence")).row(0) for part in (days, totals)]
    missing = [part.select(pl.col("payments", "amount_pence").null_count()).row(0) for part in (days, totals)]
    if not days.height and not totals.height:
        yield f"{name} does not say how many payments it is about. Ask the bank for it again."
    elif missing != [(0, 0), (0, 0)]:
        yield f"The totals of {name} are no numbers. Ask the bank for it again."
    elif days.height and totals.height and sums[0] != sums[1]:
        yield f"The days in {name} do not add up to its totals. Ask the bank for it again."
