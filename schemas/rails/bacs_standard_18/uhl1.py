"""UHL1, the user header label: the processing day, the destination and the kind of work."""

from schemas.rails.bacs_standard_18.layout import Layout, blank, constant, day, number
from schemas.rails.bacs_standard_18.payment_file import PaymentFile

LAYOUT = Layout(
    "UHL1",
    80,
    (
        constant("label", 1, "UHL1", "identifies the label"),
        day("processing_date", 5, "day 2 of the cycle, not the pay day; a Bacs day, at most 31 days ahead"),
        constant("destination", 11, "999999", "Bacs"),
        blank(17, 4),
        constant("currency", 21, "00", "sterling"),
        constant("country", 23, "000000", "always zeros"),
        constant("work_code", 29, "1 DAILY  ", "a single processing day; several would say 4 MULTI"),
        number("file_number", 38, 3, "the file's number"),
        blank(41, 7),
        blank(48, 7, "audit print: AUDnnnn or blank"),
        blank(55, 26, "any"),
    ),
)


def render(file: PaymentFile) -> str:
    """The label's 80 characters."""
    return LAYOUT.render({"processing_date": file.processing_date, "file_number": file.file_number})


def parse(record: str, line: int) -> dict[str, str]:
    """The label's fields.

    Raises:
        PaymentFileError: this is no UHL1.
    """
    return LAYOUT.parse(record, line)
