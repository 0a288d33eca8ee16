"""The single values inside a bank's messages, normalised exactly as the messages require and no further.

What a message says once is read as text; what it says of each payment stands in a column and is read as one.
"""

import re
from datetime import date, datetime

import polars as pl
from lxml import etree

from schemas.bank_days import LONDON
from schemas.no_go import NoGo

_POUNDS = r"^0*[0-9]{1,13}(\.[0-9]{1,2}0*)?$"
_LONGEST = 60
"""Characters of a number that is one: what is longer is not looked at."""
_COUNT = "^[0-9]{1,15}$"
_ISO_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NONE = "NOTPROVIDED"
_UK_IBAN = "^(?i:GB)[0-9]{2}[A-Za-z]{4}([0-9]{6})([0-9]{8})$"
_YEARS = range(1970, 2200)
"""A day outside them is none that a bank means."""


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute without surrounding blanks; null if it is missing or blank, or there is no element."""
    return None if element is None else (element.get(name) or "").strip() or None


def date_of(text: str | None) -> date | None:
    """An ISO date; null for none and for the filler ``^^-^^-^^`` that Bacs puts where it has no date."""
    try:
        found = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def moment_of(text: str | None) -> datetime | None:
    """An ISO date and time, London's where it names no other; null for none, and for a day alone."""
    try:
        found = datetime.fromisoformat(text if text and "T" in text else "")
    except ValueError:
        return None
    if found.year not in _YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=LONDON)


def required_date(text: str | None, where: str) -> date:
    """An ISO date that must be there.

    Raises:
        NoGo: it is missing or no date.
    """
    found = date_of(text)
    if found is None:
        raise NoGo(f"{where} has no date. Ask the bank for the file again.")
    return found


def sort_code_of(text: str | None) -> str | None:
    """A sort code without the hyphens that some messages write and others do not."""
    return text.replace("-", "").replace(" ", "") if text else None


def own_account_of(sort_code: str | None, number: str | None) -> str | None:
    """An account that payments leave: sort code and number together, or the number alone if that is all that is said.

    An IBAN of a British bank ends with both.
    """
    digits = (number or "").replace(" ", "").replace("-", "")
    if digits.upper().startswith("GB"):
        return digits[-14:]
    return (sort_code or "") + digits if 0 < len(digits) <= 8 else digits or None


def bacs_account_of(text: str | None) -> str | None:
    """An account number as Bacs XML gives it, with its leading zeros back; see ``bacs_account``."""
    return text.zfill(8) if text and re.fullmatch("[0-9]{1,7}", text) else text


def bacs_own_account_of(originating: etree._Element | None) -> str | None:
    """The account that payments leave, as Bacs XML gives it: ``sortCode`` and ``number``."""
    return own_account_of(
        sort_code_of(attribute(originating, "sortCode")), bacs_account_of(attribute(originating, "number"))
    )


def pence(column: str) -> pl.Expr:
    """Exact pence of decimal numbers of pounds; banks write pounds, never pence. Null for what is no sum of money."""
    text = pl.col(column)
    is_money = (text.str.len_bytes() <= _LONGEST) & text.str.contains(_POUNDS)
    whole = text.str.extract(r"^([0-9]+)", 1).cast(pl.Int64, strict=False)
    part = text.str.extract(r"\.([0-9]{1,2})", 1).str.pad_end(2, "0").cast(pl.Int64, strict=False).fill_null(0)
    return pl.when(is_money).then(whole * 100 + part)


def count(column: str) -> pl.Expr:
    """Numbers of records, at most fifteen digits (ISO 20022 ``Max15NumericText``); null for what is none."""
    return pl.when(pl.col(column).str.contains(_COUNT)).then(pl.col(column)).cast(pl.Int64, strict=False)


def total(*columns: str) -> pl.Expr:
    """Sums that no number of numbers that a message may have can be too large for."""
    return pl.col(*columns).cast(pl.Int128).sum()


def day(column: str) -> pl.Expr:
    """Days of ISO dates, with or without a time; null for none and for what is no date."""
    text = pl.when(pl.col(column).str.contains(_ISO_DATE)).then(pl.col(column).str.head(10))
    found = text.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(found.dt.year().is_between(_YEARS.start, _YEARS.stop - 1)).then(found)


def sort_code(column: str) -> pl.Expr:
    """Sort codes, as ``sort_code_of`` has them."""
    return pl.col(column).str.replace_all("[- ]", "")


def bacs_account(column: str) -> pl.Expr:
    """Account numbers as Bacs XML gives them, with their leading zeros back.

    The Bacs schema types account numbers as integers, so up to seven digits may have lost zeros on the
    left; these are filled to eight. Anything else stays as it is, and then simply matches no payment.
    """
    text = pl.col(column)
    return pl.when(text.str.contains("^[0-9]{1,7}$")).then(text.str.zfill(8)).otherwise(text)


def given(column: str) -> pl.Expr:
    """References that ISO 20022 messages give; a field that must be there says so if there is none."""
    return pl.when(pl.col(column) != _NONE).then(column)


def account_parts(sort: str, number: str) -> tuple[pl.Expr, pl.Expr]:
    """Sort code and number of accounts that ISO 20022 gives in any of its forms: eight digits, fourteen, or an IBAN."""
    digits = pl.col(number).str.replace_all("[- ]", "")
    both = pl.coalesce(digits.str.extract("^([0-9]{14})$", 1), digits.str.extract_groups(_UK_IBAN).struct[0])
    iban = digits.str.extract(_UK_IBAN, 2)
    code = pl.coalesce(both.str.head(6), sort_code(sort))
    return code, pl.coalesce(iban, pl.when(both.str.len_bytes() == 14).then(both.str.tail(8)), digits)
