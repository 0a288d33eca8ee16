"""HDR1, the first header label: the file's identity and the days it is made and kept until."""

from schemas.rails.bacs_standard_18.layout import Field, Layout, Value, blank, code, constant, day, number
from schemas.rails.bacs_standard_18.payment_file import PaymentFile


def fields(label: str) -> tuple[Field, ...]:
    """The field table, which HDR1 shares with EOF1.

    Positions 15–21 and 32–35 are blank or 1 because the submission holds one file; a submission of several
    numbers its files there.
    """
    return (
        constant("label", 1, label, "identifies the label"),
        constant("file_identifier", 5, "A", "always A"),
        code("service_user_number", 6, 6, "the service user's number"),
        constant("file_kind", 12, "S", "always S"),
        blank(13, 2, "any; blanks are normal"),
        blank(15, 1, "blank for a single file"),
        blank(16, 6, "blank for a single file"),
        number("set_identification", 22, 6, "VOL1's serial"),
        constant("file_section", 28, "0001", "always 0001"),
        constant("file_sequence", 32, "0001", "0001 for a single file"),
        blank(36, 4, "generation number: blank or digits"),
        blank(40, 2, "generation's version: blank or digits"),
        day("creation_date", 42, "not after the processing date"),
        day("expiry_date", 48, "after the processing date"),
        blank(54, 1, "accessibility: blank or 0"),
        constant("block_count", 55, "000000", "always zeros"),
        blank(61, 13, "system code: any"),
        blank(74, 7),
    )


def values(file: PaymentFile) -> dict[str, Value]:
    """What HDR1 and EOF1 both say."""
    return {
        "service_user_number": file.service_user_number,
        "set_identification": file.serial,
        "creation_date": file.creation_date,
        "expiry_date": file.expiry_date,
    }


LAYOUT = Layout("HDR1", 80, fields("HDR1"))


def render(file: PaymentFile) -> str:
    """The label's 80 characters."""
    return LAYOUT.render(values(file))


def parse(record: str, line: int) -> dict[str, str]:
    """The label's fields.

    Raises:
        PaymentFileError: this is no HDR1.
    """
    return LAYOUT.parse(record, line)
