"""UHL1, the user header label: the processing day, the destination and the kind of work.

Source: the field rules, HSBC's guide and the translation guide. Odoo's writer has the service user number as the
destination, and no date for several days.
"""

from schemas.rails.bacs_standard_18.layout import Layout, Value, blank, choice, code, constant, day_or_blank, number
from schemas.rails.bacs_standard_18.payment_file import Part, PaymentFile

BACS = "999999"
SINGLE_DAY, SEVERAL_DAYS = "1 DAILY", "4 MULTI"
REHEARSAL = "REHEARSAL NO MONEY MOVES"

LAYOUT = Layout(
    "UHL1",
    80,
    (
        constant("label", 1, "UHL1", "identifies the label"),
        day_or_blank("processing_date", 5, "day 2 of the cycle, not the pay day; a Bacs day, at most 31 days ahead"),
        code("destination", 11, 6, "999999, which is Bacs; one writer has the service user number"),
        blank(17, 4),
        constant("currency", 21, "00", "sterling"),
        constant("country", 23, "000000", "always zeros"),
        choice("work_code", 29, (SINGLE_DAY.ljust(9), SEVERAL_DAYS.ljust(9)), "a single processing day, or several"),
        number("file_number", 38, 3, "the file's number"),
        blank(41, 7),
        blank(48, 7, "audit print: AUDnnnn or blank"),
        choice("remark", 55, (" " * 26, REHEARSAL.ljust(26)), "any; a rehearsal says here that it is one"),
    ),
)


def values(file: PaymentFile, part: Part) -> dict[str, Value]:
    """What the label says."""
    dated = not file.several_days or file.profile.several_days_date == "first_day"
    return {
        "processing_date": file.processing_date if dated else "",
        "destination": BACS if file.profile.destination == "bacs" else file.service_user_number,
        "work_code": SEVERAL_DAYS if file.several_days else SINGLE_DAY,
        "file_number": file.number_of(part),
        "remark": REHEARSAL if file.rehearsal else "",
    }
