"""The data record: one credit, 100 characters, rendered and parsed a whole column at a time."""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from schemas.rails.bacs_standard_18.layout import (
    Form,
    Layout,
    PaymentFileError,
    Value,
    blank,
    code,
    constant,
    number,
    text,
)
from schemas.rails.bacs_standard_18.payment_file import LineEnd, PaymentFile
from schemas.rails.content import CONTENT
from schemas.rails.text import PERMITTED, TEXT_LENGTH, as_bacs_text, folded

LAYOUT = Layout(
    "payment",
    100,  # a file of several processing days would add the day in 101–106
    (
        code("sort_code", 1, 6, "the payee's, without hyphens"),
        code("account_number", 7, 8, "the payee's, zero-filled on the left"),
        constant("account_type", 15, "0", "0 unless told otherwise"),
        constant("transaction_code", 16, "99", "direct credit"),
        code("originating_sort_code", 18, 6, "of an account registered to the service user"),
        code("originating_account_number", 24, 8, "the paying account"),
        blank(32, 4, "free format: spaces or zeros; payroll writes HMRC's cross-reference here"),
        number("amount_pence", 36, 11, "not zero"),
        text("service_user_name", 47, "the service user's name"),
        text("reference", 65, "the service user's reference, or the payee's roll number"),
        text("payee_name", 83, "the destination account's name"),
    ),
)

#: The highest value of one item, £20,000,000.
LARGEST_AMOUNT_PENCE = 2_000_000_000

_NO_ASCII_AS_QUESTION_MARK = bytes(range(0x80)) + b"?" * 0x80


def reference(roll_number: pl.Expr, payment_reference: pl.Expr) -> pl.Expr:
    """What stands in the reference field, in permitted characters and never cut.

    A building society finds its member by the roll number, so the roll number stands there if there is one,
    and else the payment reference. Half a roll number is somebody else's: what is too long stays too long
    and is refused by ``check_reference``.
    """
    has_roll_number = (roll_number.str.strip_chars() != "").fill_null(False)
    return folded(pl.when(has_roll_number).then(roll_number).otherwise(payment_reference))


def content() -> list[pl.Expr]:
    """What is meant to be paid, from the ledger's columns, as the file may say it.

    From ``sort_code``, ``account_number``, ``amount_pence``, ``roll_number``, ``payment_reference`` and
    ``payee_name`` to the five columns of ``schemas.rails.content.CONTENT``.
    """
    return [
        pl.col("sort_code"),
        pl.col("account_number"),
        pl.col("amount_pence"),
        reference(pl.col("roll_number"), pl.col("payment_reference")).alias("reference"),
        as_bacs_text(pl.col("payee_name")).alias("payee_name"),
    ]


def check_sort_code() -> pl.Expr:
    """The sort code is six digits."""
    return pl.col("sort_code").str.contains("^[0-9]{6}$")


def check_account_number() -> pl.Expr:
    """The account number is eight digits."""
    return pl.col("account_number").str.contains("^[0-9]{8}$")


def check_amount_pence() -> pl.Expr:
    """The amount is more than nothing and at most £20,000,000."""
    return pl.col("amount_pence").is_between(1, LARGEST_AMOUNT_PENCE)


def check_reference() -> pl.Expr:
    """The reference is there, is of permitted characters and has 18 at most."""
    return _is_permitted("reference")


def check_payee_name() -> pl.Expr:
    """The payee's name is there and is of permitted characters."""
    return _is_permitted("payee_name")


#: What each field of a payment must be, under the field's name: false or null is a fault.
CHECKS = {
    "sort_code": check_sort_code,
    "account_number": check_account_number,
    "amount_pence": check_amount_pence,
    "reference": check_reference,
    "payee_name": check_payee_name,
}


def known(file: PaymentFile) -> dict[str, Value]:
    """What every payment of one file says alike."""
    return {
        "originating_sort_code": file.paying_account.sort_code,
        "originating_account_number": file.paying_account.account_number,
        "service_user_name": file.service_user_name,
    }


def record(file: PaymentFile) -> pl.Expr:
    """One record a payment, named ``record`` and with its line end, from the columns of ``content``."""
    return LAYOUT.expression(known(file), file.line_end.value).alias("record")


def parse(block: bytes, line_end: LineEnd, known: Mapping[str, Value], first_line: int) -> pl.DataFrame:
    """The payments that a run of records says, in their order.

    Args:
        block: whole records, each with its line end.
        line_end: what each ends with.
        known: what every record must say, beside the constants.
        first_line: the line of the first record, for the error.

    Returns:
        The columns of ``schemas.rails.content.CONTENT``.

    Raises:
        PaymentFileError: a record is not what it must be.
    """
    width = LAYOUT.length + len(line_end.value)
    # Bytes that are no ASCII are no text to polars either; what stands for them is not permitted.
    characters = block if block.isascii() else block.translate(_NO_ASCII_AS_QUESTION_MARK)
    records = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), len(block) // width, [None, pa.py_buffer(characters)]
    )
    lines = pl.DataFrame({"line": pl.Series(records).cast(pl.String)})
    fits = pl.col("line").str.contains(f"^{LAYOUT.pattern(known)}{line_end.value}$").alias("fits")
    payments = lines.select(fits, *(_read(name, dtype).alias(name) for name, dtype in CONTENT.items()))
    if not payments["fits"].all():
        at = int((~payments["fits"]).arg_true()[0])
        raise _fault(characters[at * width : (at + 1) * width], line_end, known, first_line + at)
    possible = payments.select(check_amount_pence())["amount_pence"]
    if not possible.all():
        at = int((~possible).arg_true()[0])
        raise PaymentFileError(first_line + at, 36, "amount_pence is more than nothing and at most £20,000,000")
    return payments.drop("fits")


def _is_permitted(name: str) -> pl.Expr:
    first = PERMITTED.replace(" ", "")
    return pl.col(name).str.contains(f"^[{first}][{PERMITTED}]{{0,{TEXT_LENGTH - 1}}}$")


def _read(name: str, dtype: pl.DataType) -> pl.Expr:
    field = LAYOUT.field(name)
    characters = pl.col("line").str.slice(field.start - 1, field.length)
    # A strict cast would put what it cannot read into its error; a line that does not fit is refused anyway.
    return characters.cast(dtype, strict=False) if field.form is not Form.TEXT else characters.str.strip_chars_end(" ")


def _fault(line: bytes, line_end: LineEnd, known: Mapping[str, Value], number: int) -> PaymentFileError:
    """What is wrong with a line that is no payment."""
    try:
        LAYOUT.parse(line.removesuffix(line_end.value.encode("ascii")).decode("ascii"), number, known)
    except PaymentFileError as fault:
        return fault
    return PaymentFileError(number, LAYOUT.length + 1, "the line end is missing or another")
