"""HDR1, the first header label: the file's identity and the days it is made and kept until.

Source: the field rules, which ask for file serial, owner and sequence in a submission of several files; all public
writers put VOL1's submitter into the owner of a single file too.
"""

from schemas.rails.bacs_standard_18.layout import (
    Field,
    Layout,
    Value,
    blank,
    choice,
    code,
    constant,
    day,
    number,
    number_or_blank,
)
from schemas.rails.bacs_standard_18.payment_file import Part, PaymentFile


def fields(label: str, block_count: Field) -> tuple[Field, ...]:
    """The field table, which HDR1 shares with EOF1 but for the block count."""
    return (
        constant("label", 1, label, "identifies the label"),
        constant("file_identifier", 5, "A", "always A"),
        code("service_user_number", 6, 6, "the service user's number"),
        constant("file_kind", 12, "S", "always S"),
        blank(13, 2, "any; blanks are normal"),
        choice("file_serial", 15, tuple(" 123456789"), "blank for a single file; of several 1 to 9, and 1 again"),
        number_or_blank("owner", 16, 6, "VOL1's number of the submitter; a single file may leave it blank"),
        number("set_identification", 22, 6, "VOL1's serial"),
        constant("file_section", 28, "0001", "always 0001"),
        number("file_sequence", 32, 4, "the file's place in the submission, from 0001"),
        blank(36, 4, "generation number: blank or digits"),
        blank(40, 2, "generation's version: blank or digits"),
        day("creation_date", 42, "not after the processing date"),
        day("expiry_date", 48, "after the last processing date"),
        blank(54, 1, "accessibility: blank or 0"),
        block_count,
        blank(61, 13, "system code: any"),
        blank(74, 7),
    )


LAYOUT = Layout("HDR1", 80, fields("HDR1", constant("block_count", 55, "000000", "always zeros")))


def values(file: PaymentFile, part: Part) -> dict[str, Value]:
    """What HDR1 and EOF1 both say."""
    return {
        "service_user_number": file.service_user_number,
        "file_serial": str((part.number - 1) % 9 + 1) if part.several else "",
        "owner": file.submitter if part.several or file.profile.header_owner == "submitter" else "",
        "set_identification": file.serial,
        "file_sequence": part.number,
        "creation_date": file.creation_date,
        "expiry_date": file.expiry_date,
    }
