"""The data record: one credit, 100 characters, rendered and parsed a whole column at a time."""

from collections.abc import Mapping

import polars as pl

from schemas.rails.bacs_standard_18.layout import Layout, Value, blank, constant, digits, text
from schemas.rails.bacs_standard_18.payment_file import LineEnd, PaymentFile
from schemas.rails.content import CONTENT
from schemas.rails.text import PERMITTED, TEXT_LENGTH, as_bacs_text, folded

LAYOUT = Layout(
    "payment",
    100,  # a file of several processing days would add the day in 101–106
    (
        digits("sort_code", 1, 6, "the payee's, without hyphens"),
        digits("account_number", 7, 8, "the payee's, zero-filled on the left"),
        constant("account_type", 15, "0", "0 unless told otherwise"),
        constant("transaction_code", 16, "99", "direct credit"),
        digits("originating_sort_code", 18, 6, "of an account registered to the service user"),
        digits("originating_account_number", 24, 8, "the paying account"),
        blank(32, 4, "free format: spaces or zeros; payroll writes HMRC's cross-reference here"),
        digits("amount_pence", 36, 11, "not zero"),
        text("service_user_name", 47, "the service user's name"),
        text("reference", 65, "the service user's reference, or the payee's roll number"),
        text("payee_name", 83, "the destination account's name"),
    ),
)

#: The highest value of one item, £20,000,000.
LARGEST_AMOUNT_PENCE = 2_000_000_000


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
    """One line a payment, named ``record``, without its line end, from the columns of ``content``."""
    return LAYOUT.expression(known(file)).alias("record")


def is_record(line: pl.Expr, line_end: LineEnd, known: Mapping[str, Value]) -> pl.Expr:
    """Whether a line, with its line end, is a payment that says what is known."""
    return line.str.contains(f"^{LAYOUT.pattern(known)}{line_end.value}$").fill_null(False)


def parse(line: pl.Expr) -> list[pl.Expr]:
    """The five columns of ``content`` back from lines of which ``is_record`` is true."""
    return [_read(line, name, dtype).alias(name) for name, dtype in CONTENT.items()]


def _is_permitted(name: str) -> pl.Expr:
    first = PERMITTED.replace(" ", "")
    return pl.col(name).str.contains(f"^[{first}][{PERMITTED}]{{0,{TEXT_LENGTH - 1}}}$")


def _read(line: pl.Expr, name: str, dtype: pl.DataType) -> pl.Expr:
    field = LAYOUT.field(name)
    characters = line.str.slice(field.start - 1, field.length)
    # A strict cast would put the characters that it cannot read into its error.
    return (
        characters.str.strip_chars_end(" ")
        if name in ("reference", "payee_name")
        else characters.cast(dtype, strict=False)
    )
