"""HDR2, the second header label: how long the records are.

Source: the field rules. Block length 02000 and 00000 are both seen; Odoo's writer leaves the buffer offset blank and
says 00100 for several days too.
"""

from schemas.rails.bacs_standard_18.layout import Field, Layout, Value, blank, choice, code, constant
from schemas.rails.bacs_standard_18.payment_file import PaymentFile
from schemas.rails.bacs_standard_18.profile import fill


def fields(label: str) -> tuple[Field, ...]:
    """The field table, which HDR2 shares with EOF2."""
    return (
        constant("label", 1, label, "identifies the label"),
        constant("record_format", 5, "F", "fixed length"),
        code("block_length", 6, 5, "a historic tape field; banks differ"),
        choice("record_length", 11, ("00100", "00106"), "00100 for a single processing day, 00106 for several"),
        blank(16, 35, "any"),
        choice("buffer_offset", 51, ("00", "  "), "zeros; one writer leaves it blank"),
        blank(53, 28),
    )


LAYOUT = Layout("HDR2", 80, fields("HDR2"))


def values(file: PaymentFile) -> dict[str, Value]:
    """What HDR2 and EOF2 both say."""
    return {
        "block_length": file.profile.block_length,
        "record_length": file.profile.several_days_record_length if file.several_days else "00100",
        "buffer_offset": fill(file.profile.buffer_offset, 2),
    }
