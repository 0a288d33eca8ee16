"""The single values inside a bank's messages, normalised exactly as the messages require and no further."""

import re
from datetime import date
from decimal import Decimal

from lxml import etree

from schemas.no_go import NoGo

_POUNDS = re.compile(r"0*[0-9]{1,13}(\.[0-9]{1,2}0*)?")
_COUNT = re.compile(r"[0-9]{1,15}")
_FEWER_DIGITS = re.compile(r"[0-9]{1,7}")


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute without surrounding blanks; null if it is missing or blank."""
    return (element.get(name) or "").strip() or None


def pence_of(pounds: str | None, where: str) -> int:
    """Exact pence of a decimal number of pounds; banks write pounds, never pence.

    Raises:
        NoGo: this is no sum of money (``where`` names the place; the text itself is not shown).
    """
    if pounds is None or not _POUNDS.fullmatch(pounds):
        raise NoGo(f"{where} has an amount that is not pounds and pence. Ask the bank for the file again.")
    return int(Decimal(pounds).scaleb(2))


def count_of(text: str | None, where: str) -> int:
    """A number of records, at most fifteen digits (ISO 20022 ``Max15NumericText``).

    Raises:
        NoGo: this is no such number.
    """
    if text is None or not _COUNT.fullmatch(text):
        raise NoGo(
            f"{where} has a number of records that is not a whole number of at most 15 digits. "
            "Ask the bank for it again."
        )
    return int(text)


def date_of(text: str | None) -> date | None:
    """An ISO date; null for none and for the filler ``^^-^^-^^`` that Bacs puts where it has no date."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


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
    """An account number as Bacs XML gives it, with its leading zeros back.

    The Bacs schema types account numbers as integers, so up to seven digits may have lost zeros on the
    left; these are filled to eight. Anything else stays as it is, and then simply matches no payment.
    """
    return text.zfill(8) if text and _FEWER_DIGITS.fullmatch(text) else text


def bacs_own_account_of(originating: etree._Element) -> str | None:
    """The account that payments leave, as Bacs XML gives it: ``sortCode`` and ``number``."""
    return own_account_of(
        sort_code_of(attribute(originating, "sortCode")), bacs_account_of(attribute(originating, "number"))
    )
