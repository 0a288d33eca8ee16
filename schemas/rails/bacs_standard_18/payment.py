"""The data record: one credit of 100 characters, or of 106 in a file of several processing days.

Rendered and parsed a whole column at a time.

Source: six public sources agree on characters 1 to 100, the field rules and HSBC's guide among them; on 101 to 106 the
field rules alone. The most that one item may be: RBS.
"""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from schemas.digits import number_of
from schemas.rails.bacs_standard_18.layout import (
    Characters,
    Form,
    Layout,
    Value,
    blank,
    code,
    constant,
    day,
    number,
    text,
)
from schemas.rails.bacs_standard_18.payment_file import LARGEST_ITEM_PENCE, PaymentFile, Scheme, Section
from schemas.rails.content import CONTENT
from schemas.rails.text import TEXT_LENGTH, as_bacs_text, either

_FIELDS = (
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
)

SINGLE_DAY = Layout("payment", 100, _FIELDS)
SEVERAL_DAYS = Layout("payment", 106, (*_FIELDS, day("processing_date", 101, "the payment's own processing day")))

#: The highest value of one item, £20,000,000.
LARGEST_AMOUNT_PENCE = LARGEST_ITEM_PENCE[Scheme.BACS]

NO_ASCII_AS_QUESTION_MARK = bytes(range(0x80)) + b"?" * 0x80


def has_roll_number() -> pl.Expr:
    """Whether the payment names a roll number, which then stands in its reference field."""
    return (pl.col("roll_number").str.strip_chars() != "").fill_null(False)


def reference() -> pl.Expr:
    """What stands in the reference field, in permitted characters.

    A building society finds its member by the roll number, so the roll number stands there if there is one,
    and else the payment reference, cut after 18 characters. Half a roll number is somebody else's: one that is
    too long stays too long and is refused by ``check_reference``.
    """
    return either(pl.col("roll_number"), pl.col("payment_reference"))


def content() -> list[pl.Expr]:
    """What is meant to be paid, from the ledger's columns, as the file may say it.

    From ``sort_code``, ``account_number``, ``amount_pence``, ``roll_number``, ``payment_reference`` and
    ``payee_name`` to the five columns of ``schemas.rails.content.CONTENT``.
    """
    return [pl.col("sort_code"), pl.col("account_number"), pl.col("amount_pence"), *texts()]


def texts() -> list[pl.Expr]:
    """The texts of ``content``: ``reference`` and ``payee_name``."""
    return [reference().alias("reference"), as_bacs_text(pl.col("payee_name")).alias("payee_name")]


def checks(file: PaymentFile) -> dict[str, pl.Expr]:
    """What each field of a payment must be, under the field's name: false or null is a fault."""
    return {
        "sort_code": number_of(pl.col("sort_code"), 6).is_not_null(),
        "account_number": number_of(pl.col("account_number"), 8).is_not_null(),
        "amount_pence": pl.col("amount_pence").is_between(1, file.largest_item_pence),
        **{name: check() for name, check in TEXT_CHECKS.items()},
    }


def check_reference() -> pl.Expr:
    """The reference can be written and has 1 to 18 characters."""
    return _fits("reference")


def check_payee_name() -> pl.Expr:
    """The payee's name can be written and has 1 to 18 characters."""
    return _fits("payee_name")


#: What the text of a payment must be, under the field's name: false or null is a fault.
TEXT_CHECKS = {"reference": check_reference, "payee_name": check_payee_name}


def layout(several_days: bool) -> Layout:
    """The field table for files of a single processing day or of several."""
    return SEVERAL_DAYS if several_days else SINGLE_DAY


def known(file: PaymentFile, section: Section) -> dict[str, Value]:
    """What every payment of one paying account and day says alike."""
    return {
        "originating_sort_code": section.account.sort_code,
        "originating_account_number": section.account.account_number,
        "service_user_name": file.service_user_name,
        "processing_date": section.processing_date,
    }


def records(file: PaymentFile, section: Section, meant: pl.DataFrame) -> Characters:
    """The records of payments in the columns of ``content``, each with its line end in a row of its own."""
    return layout(file.several_days).records(meant, known(file, section), file.profile.ends_lines_with)


def leading(block: bytes, table: Layout, line_end: str, known: Mapping[str, Value]) -> pl.DataFrame:
    """The payments that a block of records begins with, up to the first record that is none of them.

    Args:
        block: whole records, each with its line end.
        table: the field table.
        line_end: what each ends with.
        known: what every payment must say, beside the constants.

    Returns:
        The columns of ``schemas.rails.content.CONTENT``; as many rows as there are such payments.
    """
    width = table.length + len(line_end)
    # Bytes that are no ASCII are no text to polars either; what stands for them is not permitted.
    characters = block if block.isascii() else block.translate(NO_ASCII_AS_QUESTION_MARK)
    records = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), len(block) // width, [None, pa.py_buffer(characters)]
    )
    lines = pl.DataFrame({"line": pl.Series(records).cast(pl.String)})
    # A text is compared with what it must be a whole line at a time: one pattern, on all cores.
    fits = lines.lazy().select(pl.col("line").str.contains(f"^{table.pattern(known)}{line_end}$"))
    found = fits.collect(engine="streaming")["line"]
    if not found.all():
        lines = lines.head(int((~found).arg_true()[0]))
    read = [_read(table, name, dtype).alias(name) for name, dtype in CONTENT.items()]
    return lines.lazy().select(read).collect(engine="streaming")


def _fits(name: str) -> pl.Expr:
    # Text that could not be written is null by now, and what was written has one byte a character.
    return pl.col(name).str.len_bytes().is_between(1, TEXT_LENGTH)


def _read(table: Layout, name: str, dtype: pl.DataType) -> pl.Expr:
    field = table.field(name)
    characters = pl.col("line").str.slice(field.start - 1, field.length)
    # A strict cast would put what it cannot read into its error; a line that does not fit is refused anyway.
    return characters.cast(dtype, strict=False) if field.form is not Form.TEXT else characters.str.strip_chars_end(" ")
