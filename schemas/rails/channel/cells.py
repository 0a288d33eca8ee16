"""What a cell of a channel file may hold: siller's fields, and the forms in which banks write them."""

from datetime import date
from typing import Literal, get_args

OfPayment = Literal["sort_code", "account_number", "account", "payee_name", "amount", "reference", "roll_number"]
"""What differs from payment to payment. ``account`` is sort code and account number in one cell."""

OfFile = Literal[
    "paying_sort_code",
    "paying_account_number",
    "paying_account",
    "paying_account_name",
    "service_user_number",
    "service_user_name",
    "serial",
    "creation_date",
    "processing_date",
    "entry_date",
]
"""What is the same in every line of a file."""

OfTotals = Literal["payments", "total"]
"""What is known once all payments are written: for a trailer, or a header whose cells have a width of their own."""

FieldName = Literal[OfPayment, OfFile, OfTotals]

OF_PAYMENT: frozenset[str] = frozenset(get_args(OfPayment))
OF_TOTALS: frozenset[str] = frozenset(get_args(OfTotals))

TEXTS = frozenset({"payee_name", "reference", "roll_number"})
NAMES = frozenset({"paying_account_name", "service_user_name"})
MONEY = frozenset({"amount", "total"})
DAYS = frozenset({"creation_date", "processing_date", "entry_date"})
NUMBERS = frozenset({"payments"})
SORT_CODES = frozenset({"sort_code", "paying_sort_code"})
ACCOUNTS = frozenset({"account", "paying_account"})

CODES = {"account_number": 8, "paying_account_number": 8, "service_user_number": 6, "serial": 6}
"""Digits that are no number, and how many of them."""

MoneyForm = Literal["pounds", "pence"]
DayForm = Literal["dd/mm/yyyy", "dd/mm/yy", "dd-mm-yyyy", "ddmmyyyy", "ddmmyy", "yyyymmdd", "yyyy-mm-dd", "yyddd"]
CellForm = Literal[MoneyForm, DayForm]
"""How a bank asks for an amount, ``1234.50`` or ``123450``, and for a day; ``ddd`` is the day of the year."""

_DIRECTIVES = (("yyyy", "%Y"), ("yy", "%y"), ("mm", "%m"), ("ddd", "%j"), ("dd", "%d"))


def day_as(form: str, day: date) -> str:
    """A day in the form that a channel asks for."""
    return day.strftime(directive(form))


def directive(form: str) -> str:
    """The form of a day as ``strftime`` has it."""
    for said, meant in _DIRECTIVES:
        form = form.replace(said, meant)
    return form


def money_as(form: str, pence: int) -> str:
    """An amount in the form that a channel asks for."""
    return str(pence) if form == "pence" else f"{pence // 100}.{pence % 100:02d}"
