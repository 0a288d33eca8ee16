"""EOF2, the second end-of-file label: HDR2 once more."""

from schemas.rails.bacs_standard_18 import hdr2
from schemas.rails.bacs_standard_18.layout import Layout
from schemas.rails.bacs_standard_18.payment_file import PaymentFile

LAYOUT = Layout("EOF2", 80, hdr2.fields("EOF2"))


def render(file: PaymentFile) -> str:
    """The label's 80 characters."""
    return LAYOUT.render(hdr2.values(file))


def parse(record: str, line: int, file: PaymentFile) -> dict[str, str]:
    """The label's fields, which must say what HDR2 says.

    Raises:
        PaymentFileError: this is no EOF2, or another file's.
    """
    return LAYOUT.parse(record, line, hdr2.values(file))
