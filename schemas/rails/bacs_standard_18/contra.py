"""The contra record: the one debit of a paying account and day, which balances the credits.

Source: the field rules and HSBC's guide; that it is a record of code 17: ClearBank. Whether the bank adds it itself
differs between banks, so the profile says.
"""

from schemas.rails.bacs_standard_18.layout import Layout, Value, blank, code, constant, day, number, text
from schemas.rails.bacs_standard_18.payment_file import PaymentFile, Section

_FIELDS = (
    code("sort_code", 1, 6, "the paying account's"),
    code("account_number", 7, 8, "the paying account's"),
    constant("account_type", 15, "0", "always 0"),
    constant("transaction_code", 16, "17", "a debit that balances credits"),
    code("originating_sort_code", 18, 6, "the paying account's once more"),
    code("originating_account_number", 24, 8, "the paying account's once more"),
    blank(32, 4, "free format"),
    number("amount_pence", 36, 11, "the sum of the credits"),
    text("narrative", 47, "for the service user's own statement"),
    constant("reference", 65, "CONTRA            ", "always CONTRA"),
    text("paying_account_name", 83, "the paying account's name"),
)

SINGLE_DAY = Layout("contra", 100, _FIELDS)
SEVERAL_DAYS = Layout("contra", 106, (*_FIELDS, day("processing_date", 101, "the day that it balances")))

REHEARSAL = "REHEARSAL"


def layout(several_days: bool) -> Layout:
    """The field table for files of a single processing day or of several."""
    return SEVERAL_DAYS if several_days else SINGLE_DAY


def values(file: PaymentFile, section: Section, pence: int) -> dict[str, Value]:
    """What the contra of payments with this sum says."""
    account = section.account
    return {
        "sort_code": account.sort_code,
        "account_number": account.account_number,
        "originating_sort_code": account.sort_code,
        "originating_account_number": account.account_number,
        "amount_pence": pence,
        "narrative": REHEARSAL if file.rehearsal else file.service_user_name,
        "paying_account_name": account.name,
        "processing_date": section.processing_date,
    }
