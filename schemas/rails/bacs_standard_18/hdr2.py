"""HDR2, the second header label: how long the records are."""

from schemas.rails.bacs_standard_18.layout import Field, Layout, Value, blank, code, constant
from schemas.rails.bacs_standard_18.payment_file import PaymentFile


def fields(label: str) -> tuple[Field, ...]:
    """The field table, which HDR2 shares with EOF2."""
    return (
        constant("label", 1, label, "identifies the label"),
        constant("record_format", 5, "F", "fixed length"),
        code("block_length", 6, 5, "a historic tape field; banks differ"),
        constant("record_length", 11, "00100", "00100 for a single processing day, 00106 for several"),
        blank(16, 35, "any"),
        constant("buffer_offset", 51, "00", "always 00"),
        blank(53, 28),
    )


def values(file: PaymentFile) -> dict[str, Value]:
    """What HDR2 and EOF2 both say."""
    return {"block_length": file.block_length}


LAYOUT = Layout("HDR2", 80, fields("HDR2"))


def render(file: PaymentFile) -> str:
    """The label's 80 characters."""
    return LAYOUT.render(values(file))


def parse(record: str, line: int) -> dict[str, str]:
    """The label's fields.

    Raises:
        PaymentFileError: this is no HDR2.
    """
    return LAYOUT.parse(record, line)
