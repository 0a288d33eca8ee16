"""UTL1, the user trailer label: what the file adds up to, by debits and credits."""

from schemas.rails.bacs_standard_18.layout import Layout, Value, blank, constant, number

LAYOUT = Layout(
    "UTL1",
    80,
    (
        constant("label", 1, "UTL1", "identifies the label"),
        number("debit_pence", 5, 13, "the contra, which is the same number as the credits"),
        number("credit_pence", 18, 13, "the sum of the payments"),
        number("debit_count", 31, 7, "the contras: one"),
        number("credit_count", 38, 7, "the payments"),
        blank(45, 8),
        constant("instruction_count", 53, "0000000", "direct debit instructions: none"),
        blank(60, 21, "for the user's own use"),
    ),
)

#: What seven digits count.
LARGEST_COUNT = 9_999_999


def values(payments: int, pence: int) -> dict[str, Value]:
    """What the trailer of a file of so many payments and so much money says."""
    return {"debit_pence": pence, "credit_pence": pence, "debit_count": 1, "credit_count": payments}


def render(payments: int, pence: int) -> str:
    """The label's 80 characters."""
    return LAYOUT.render(values(payments, pence))


def parse(record: str, line: int, payments: int, pence: int) -> dict[str, str]:
    """The label's fields, which must be what the payments add up to.

    Raises:
        PaymentFileError: this is no UTL1, or its totals are others.
    """
    return LAYOUT.parse(record, line, values(payments, pence))
