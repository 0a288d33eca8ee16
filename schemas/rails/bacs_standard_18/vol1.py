"""VOL1, the volume label: who submits, and the submission's serial.

Source: the field rules and HSBC's guide. That a serial is never used again follows Experian, where a known serial is
an error on the same day and a warning for 31 days.
"""

from schemas.rails.bacs_standard_18.layout import Layout, Value, blank, code, constant, number
from schemas.rails.bacs_standard_18.payment_file import PaymentFile

LAYOUT = Layout(
    "VOL1",
    80,
    (
        constant("label", 1, "VOL1", "identifies the label"),
        number("serial", 5, 6, "submission serial, unique for the service user, not all zeros"),
        blank(11, 1, "accessibility: blank or 0"),
        blank(12, 20),
        blank(32, 6),
        blank(38, 4),
        code("submitter", 42, 6, "the service user's number, or a bureau's"),
        blank(48, 4),
        blank(52, 28),
        constant("label_standard", 80, "1", "label standard level"),
    ),
)


def values(file: PaymentFile) -> dict[str, Value]:
    """What the label says."""
    return {"serial": file.serial, "submitter": file.submitter}
