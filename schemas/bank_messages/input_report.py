"""The Bacs input report: what Bacs took from a submission, usually known by the morning of day 2.

See ``submission`` for what it shares with other reports. Of each file it has ``Errors/Error`` with ``ErrorItem``;
whether these were REJECTED, AMENDED or RETURNED is said by the ``type`` of the ``Error`` or of its ``ErrorMessage``.
``TotalNumberOfErrors`` counts them. ``AgreementOfFileTotals/CreditEntry`` has the records accepted and rejected; the
contra of a file of credits stands under ``DebitEntry``, so the credit entry counts payments alone. *Accepted* is not
*paid*. A file of several processing days has a ``DaySection`` of each, whose ``daySectionLevelErrorMessage`` says why
all of it was rejected.
"""

from collections.abc import Iterator

import polars as pl
from lxml import etree

from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.bank_messages.documents import elements, local_name
from schemas.bank_messages.fields import (
    attribute,
    bacs_account,
    bacs_own_account_of,
    count,
    day,
    pence,
    sort_code,
    total,
)
from schemas.bank_messages.gathering import AMOUNT, NUMBER, Rows, as_answers, unread
from schemas.bank_messages.submission import PARTS, Submission
from schemas.no_go import NoGo

_KINDS = {"REJECTED": Kind.REJECTED, "AMENDED": Kind.AMENDED, "RETURNED": Kind.RETURNED}
_COUNTED = {
    "amendedRecords": Kind.AMENDED,
    "returnedRecords": Kind.RETURNED,
    "rejectedRecords": Kind.REJECTED,
}
_ERRORS = ("DaySection", "ErrorItem", "Error", "TotalNumberOfErrors", "AgreementOfFileTotals")


def read_input_report(data: bytes, name: str) -> BankFile:
    """Read one input report.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, or lacks its header, its user file or its totals.
    """
    report = _Report(name)
    for element in elements(data, name, *PARTS, *_ERRORS):
        report.take(local_name(element), element)
    return report.file()


class _Report:
    """Gathers the parts of one report in the order in which they stand in the document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._submission = Submission(name)
        self._error = 1
        self._items = Rows(
            error=pl.Int64,
            code=pl.String,
            reference=pl.String,
            value=pl.String,
            payee_sort=pl.String,
            payee_number=pl.String,
            own_account=pl.String,
        )
        self._errors = Rows(error=pl.Int64, type=pl.String, description=pl.String)
        self._counts = Rows(kind=pl.String, number=pl.String)
        self._totals = Rows(kind=pl.String, number=pl.String, value=pl.String)
        self._days = Rows(day=pl.String, said=pl.String, number=pl.String, value=pl.String)

    def take(self, part: str, element: etree._Element) -> None:
        match part:
            case "ErrorItem":
                account = element.find("{*}DestinationAccount")
                self._items.add(
                    self._error,
                    attribute(element, "errorCode"),
                    attribute(element, "reference"),
                    attribute(element, "valueOf"),
                    attribute(account, "sortCode"),
                    attribute(account, "number"),
                    bacs_own_account_of(element.find("{*}OriginatingAccount")),
                )
            case "Error":
                said = attribute(element, "type") or attribute(element.find("{*}ErrorMessage"), "type")
                lines = [line.text.strip() for line in element.iterfind(".//{*}MessageLine") if line.text]
                self._errors.add(self._error, (said or "").upper(), " ".join(lines) or None)
                self._error += 1
            case "DaySection":
                sums = element.find("{*}DaySectionRecord/{*}Credit")
                self._days.add(
                    attribute(element.find("{*}DaySectionRecord"), "processingDate"),
                    attribute(element, "daySectionLevelErrorMessage"),
                    attribute(sums, "numberOf"),
                    attribute(sums, "valueOf"),
                )
            case "TotalNumberOfErrors":
                for name, kind in _COUNTED.items():
                    self._counts.add(str(kind), attribute(element, name))
            case "AgreementOfFileTotals":
                for records, kind in (("Accepted", Kind.ACCEPTED_TOTAL), ("Rejected", Kind.REJECTED_TOTAL)):
                    found = element.find(f"{{*}}CreditEntry/{{*}}{records}Records")
                    self._totals.add(str(kind), attribute(found, "numberOf"), attribute(found, "valueOf"))
            case _:
                self._submission.take(part, element)

    def file(self) -> BankFile:
        sent = self._submission
        if sent.produced is None or not sent.users or not self._totals.height:
            raise NoGo(f"{self._name} is an input report without its header, user file or file totals. Fetch it again.")
        totals = self._totals.frame().with_columns(payments=count("number"), amount_pence=pence("value"))
        items, refused = self._read_items(), self._read_refused_days()
        processed = {
            "bank_date": pl.lit(sent.processing, pl.Date),
            "original_processing_date": pl.lit(sent.processing, pl.Date),
        }
        answers = as_answers(
            Message.INPUT_REPORT,
            *(
                part.with_columns(**processed, serial=pl.lit(sent.serial))
                for part in (_without(totals, refused), items)
            ),
            refused.with_columns(bank_date=processed["bank_date"], serial=pl.lit(sent.serial)),
        )
        return BankFile(
            message=Message.INPUT_REPORT,
            service_user_number=sent.users[0],
            serial=sent.serial,
            reported_on=sent.produced,
            practice=sent.practice,
            made_at=sent.made_at,
            message_id=sent.message_id,
            answers=answers,
            faults=(*sent.faults(), *self._faults(totals, items)),
        )

    def _read_items(self) -> pl.DataFrame:
        """The items with what their error says; what is none of the three is not decided."""
        errors = self._errors.frame().with_columns(
            kind=pl.col("type").replace_strict(
                {said: str(kind) for said, kind in _KINDS.items()}, default=str(Kind.PENDING), return_dtype=pl.String
            )
        )
        return (
            self._items.frame()
            .join(errors.drop("place"), on="error", how="left", maintain_order="left")
            .with_columns(
                pl.col("kind").fill_null(str(Kind.PENDING)),
                amount_pence=pence("value"),
                payments=pl.lit(1, pl.Int64),
                sort_code=sort_code("payee_sort"),
                account_number=bacs_account("payee_number"),
            )
        )

    def _read_refused_days(self) -> pl.DataFrame:
        """What was rejected of a file of several days because its day was."""
        sections = self._days.frame().with_columns(
            kind=pl.lit(str(Kind.REJECTED_TOTAL)),
            payments=count("number"),
            amount_pence=pence("value"),
            original_processing_date=day("day"),
        )
        if sections["original_processing_date"].n_unique() < 2:
            return sections.clear()
        return sections.filter(
            pl.col("said").fill_null("") != "",
            pl.all_horizontal(pl.col("original_processing_date", "payments", "amount_pence").is_not_null()),
        )

    def _faults(self, totals: pl.DataFrame, items: pl.DataFrame) -> Iterator[str]:
        name = self._name
        for column, read, value in (("number", "payments", NUMBER), ("value", "amount_pence", AMOUNT)):
            filled = totals.with_columns(pl.col(column).fill_null(""))
            yield from unread(filled, column, read, f"File total {{}} of {name}", value)
        yield from unread(items, "value", "amount_pence", f"Error item {{}} of {name}", AMOUNT)
        if unknown := items.filter(pl.col("kind") == str(Kind.PENDING)).height:
            yield (
                f"{name} has {unknown:,} payments that are neither rejected, amended nor returned. "
                "Ask the bank what it means."
            )
        rejected = items.filter(pl.col("kind") == str(Kind.REJECTED))
        whole = totals.filter(pl.col("kind") == str(Kind.REJECTED_TOTAL))
        for column in ("payments", "amount_pence"):
            if whole[column].null_count() == 0 and _sum(rejected, column) > _sum(whole, column):
                yield f"{name} lists more rejected payments than its own total. Ask the bank for it again."
                break
        declared = self._counts.frame().with_columns(payments=count("number"))
        yield from unread(declared, "number", "payments", f"Number {{}} of errors in {name}", NUMBER)
        by_kind = declared.group_by("kind").agg(total("payments")).sort("kind")
        for kind, payments in by_kind.iter_rows():
            listed = items.filter(pl.col("kind") == kind).height
            # What was rejected need not be listed: a whole file is not.
            if listed > payments or (listed < payments and kind != Kind.REJECTED):
                yield f"{name} counts {payments:,} {kind} payments and lists {listed:,}. Ask the bank for it again."


def _without(totals: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """File totals without what was rejected of whole days, which is told apart: the first that has room loses it."""
    payments, pence = _sum(refused, "payments"), _sum(refused, "amount_pence")
    is_rejected = pl.col("kind") == str(Kind.REJECTED_TOTAL)
    has_room = is_rejected & (pl.col("payments") >= payments).fill_null(value=False)
    has_room &= (pl.col("amount_pence") >= pence).fill_null(value=False)
    is_first = has_room & (has_room.cum_sum() == 1)
    return totals.with_columns(
        payments=pl.col("payments") - pl.when(is_first).then(payments).otherwise(0),
        amount_pence=pl.col("amount_pence") - pl.when(is_first).then(pence).otherwise(0),
    )


def _sum(rows: pl.DataFrame, column: str) -> int:
    return int(rows.select(total(column)).item())
