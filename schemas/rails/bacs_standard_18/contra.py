"""The contra record: the paying account's one debit, which balances the credits."""

from schemas.rails.bacs_standard_18.layout import Layout, Value, blank, code, constant, number, text
from schemas.rails.bacs_standard_18.payment_file import PaymentFile

LAYOUT = Layout(
    "contra",
    100,
    (
        code("sort_code", 1, 6, "the paying account's"),
        code("account_number", 7, 8, "the paying account's"),
        constant("account_type", 15, "0", "always 0"),
        constant("transaction_code", 16, "17", "a debit that balances credits"),
        code("originating_sort_code", 18, 6, "the paying account's once more"),
        code("originating_account_number", 24, 8, "the paying account's once more"),
        blank(32, 4, "free format"),
        number("amount_pence", 36, 11, "the sum of the credits"),
        text("service_user_name", 47, "narrative for the service user's own statement"),
        constant("reference", 65, "CONTRA            ", "always CONTRA"),
        text("paying_account_name", 83, "the paying account's name"),
    ),
)

#: What eleven digits of pence hold: £999,999,999.99. A file that pays more must be split.
LARGEST_AMOUNT_PENCE = 99_999_999_999


def values(file: PaymentFile, pence: int) -> dict[str, Value]:
    """What the contra of a file with this sum of credits says."""
    account = file.paying_account
    return {
        "sort_code": account.sort_code,
        "account_number": account.account_number,
        "originating_sort_code": account.sort_code,
        "originating_account_number": account.account_number,
        "amount_pence": pence,
        "service_user_name": file.service_user_name,
        "paying_account_name": account.name,
    }


def render(file: PaymentFile, pence: int) -> str:
    """The record's 100 characters."""
    return LAYOUT.render(values(file, pence))


def parse(record: str, line: int, known: dict[str, Value] | None = None) -> dict[str, str]:
    """The record's fields.

    Raises:
        PaymentFileError: this is no contra, or it differs from what is known.
    """
    return LAYOUT.parse(record, line, known)
