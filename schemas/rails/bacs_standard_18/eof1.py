"""EOF1, the first end-of-file label: HDR1 once more."""

from schemas.rails.bacs_standard_18 import hdr1
from schemas.rails.bacs_standard_18.layout import Layout
from schemas.rails.bacs_standard_18.payment_file import PaymentFile

LAYOUT = Layout("EOF1", 80, hdr1.fields("EOF1"))


def render(file: PaymentFile) -> str:
    """The label's 80 characters."""
    return LAYOUT.render(hdr1.values(file))


def parse(record: str, line: int, file: PaymentFile) -> dict[str, str]:
    """The label's fields, which must say what HDR1 says.

    Raises:
        PaymentFileError: this is no EOF1, or another file's.
    """
    return LAYOUT.parse(record, line, hdr1.values(file))
