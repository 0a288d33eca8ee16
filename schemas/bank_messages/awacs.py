"""AWACS, the advice of wrong accounts: credits that **were** applied, to an account other than the file names.

The payee was paid. The scheme wants the body's own records changed within three working days. Banks write the advice
in either of two shapes: that of ARUCS (see ``advice``), or ``MessagingAdvices``, which AWACS shares with the advices
on direct debits: ``MessagingHeader`` (``user-number``, ``report-generation-date``, ``envelope-sequence-number``) and
any number of ``MessagingAdvice`` with ``record-type`` W, ``reference``, ``reason-code``, ``payer-sort-code`` and
``payer-account-number`` (the payee's, as sent), ``payer-new-sort-code`` and ``payer-new-account-number``,
``orig-sort-code`` and ``orig-account-number`` (whence the payment came), ``original-proc-date`` and
``vol-serial-number``.
"""

from datetime import date

import polars as pl

from schemas.bank_messages.advice import read_advice
from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.bank_messages.documents import elements, local_name
from schemas.bank_messages.fields import (
    attribute,
    bacs_account,
    bacs_account_of,
    day,
    own_account_of,
    pence,
    required_date,
    sort_code,
    sort_code_of,
)
from schemas.bank_messages.gathering import Rows, as_answers
from schemas.bank_messages.practice import PRACTICE
from schemas.no_go import NoGo

_ITEMS = ("ReturnedCreditItem", "AdvisedCreditItem", "AmendedCreditItem")


def read_awacs(data: bytes, name: str) -> BankFile:
    """Read one advice in the shape of ARUCS; see ``read_messaging_advices`` for the other.

    Raises:
        NoGo: it is broken, or has no header.
    """
    return read_advice(data, name, Message.AWACS, Kind.ADVISED, *_ITEMS)


def read_messaging_advices(data: bytes, name: str) -> BankFile:
    """Read one advice of details to change.

    ``description`` of an answer is the sort code and number of the account that took the payment. An amount is read
    only where it is written as pounds and pence: the scheme types it as a whole number, of which nobody says what.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, or has no header.
    """
    advised_on: date | None = None
    user = number = None
    practice = False
    items = Rows(
        record_type=pl.String,
        code=pl.String,
        reference=pl.String,
        payee_sort=pl.String,
        payee_number=pl.String,
        new_sort=pl.String,
        new_number=pl.String,
        own_account=pl.String,
        processed=pl.String,
        value=pl.String,
        serial=pl.String,
        entry_reference=pl.String,
    )
    for element in elements(data, name, "MessagingHeader", "MessagingAdvice", "SignatureMethod"):
        match local_name(element):
            case "MessagingHeader":
                advised_on = required_date(attribute(element, "report-generation-date"), f"The header of {name}")
                user = attribute(element, "user-number")
                number = attribute(element, "envelope-sequence-number")
            case "MessagingAdvice":
                items.add(
                    *(attribute(element, said) for said in _PAYEE),
                    own_account_of(
                        sort_code_of(attribute(element, "orig-sort-code")),
                        bacs_account_of(attribute(element, "orig-account-number")),
                    ),
                    *(attribute(element, said) for said in _PAYMENT),
                )
            case _:
                practice = element.text == PRACTICE
    if advised_on is None:
        raise NoGo(f"{name} is an advice without its header. Fetch it from the bank again.")
    rows = items.frame()
    others = rows.filter(pl.col("record_type").ne("W").fill_null(True)).height
    told = f"{others:,} of the {rows.height:,} advices in {name} are of direct debits. Ask the bank what they are."
    return BankFile(
        message=Message.AWACS,
        service_user_number=user.zfill(6) if user else None,
        serial=None,
        reported_on=advised_on,
        practice=practice,
        message_id=number,
        answers=as_answers(
            Message.AWACS,
            rows.filter(pl.col("record_type") == "W").with_columns(
                kind=pl.lit(str(Kind.ADVISED)),
                description=pl.concat_str(
                    sort_code("new_sort"), bacs_account("new_number"), separator=" ", ignore_nulls=True
                ).replace("", None),
                sort_code=sort_code("payee_sort"),
                account_number=bacs_account("payee_number"),
                payments=pl.lit(1, pl.Int64),
                amount_pence=pl.when(pl.col("value").str.contains(".", literal=True)).then(pence("value")),
                bank_date=pl.lit(advised_on),
                original_processing_date=day("processed"),
            ),
        ),
        faults=(told,) if others else (),
    )


_PAYEE = (
    "record-type",
    "reason-code",
    "reference",
    "payer-sort-code",
    "payer-account-number",
    "payer-new-sort-code",
    "payer-new-account-number",
)
_PAYMENT = (
    "original-proc-date",
    "amount-of-payment",
    "vol-serial-number",
    "aosn",
)
