"""UTL1, the user trailer label: what the file adds up to, by debits and credits.

Source: the field rules and the translation guide's golden file; that a contra which balances credits counts as a
debit: ClearBank. Writers put zeros or blanks for the number of instructions.
"""

from collections.abc import Sequence

from schemas.rails.bacs_standard_18.layout import Layout, Value, blank, choice, constant, number
from schemas.rails.bacs_standard_18.payment_file import PaymentFile
from schemas.rails.bacs_standard_18.profile import fill

LAYOUT = Layout(
    "UTL1",
    80,
    (
        constant("label", 1, "UTL1", "identifies the label"),
        number("debit_pence", 5, 13, "the contras, which are the same number as the credits"),
        number("credit_pence", 18, 13, "the sum of the payments"),
        number("debit_count", 31, 7, "the contras: one for each paying account and day"),
        number("credit_count", 38, 7, "the payments"),
        blank(45, 8),
        choice("instruction_count", 53, ("0000000", " " * 7), "direct debit instructions: none"),
        blank(60, 21, "for the user's own use"),
    ),
)


def values(file: PaymentFile, payments: int, pence_by_section: Sequence[int]) -> dict[str, Value]:
    """What the trailer of a file of so many payments says; a bank that adds the contras itself finds none counted."""
    contras = list(pence_by_section) if file.profile.writes_contra else []
    return {
        "debit_pence": sum(contras),
        "credit_pence": sum(pence_by_section),
        "debit_count": len(contras),
        "credit_count": payments,
        "instruction_count": fill(file.profile.instruction_count, 7),
    }
