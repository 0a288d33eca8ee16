"""The means by which a payee is paid: a transfer to an account, or a voucher that is cashed without one."""

from enum import StrEnum

import polars as pl

from schemas.rails.text import fold

LONGEST_CONTACT = 200
TELEPHONE = r"^(?:(?:\+|00)?44|0)7[0-9]{9}$"
"""A mobile telephone of the United Kingdom, without what is written between its digits."""
_EMAIL = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?\.[A-Za-z]{2,24}$"
_POSTCODE = r"[A-Z0-9.&/-] [A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$"


class Means(StrEnum):
    """How one payment reaches its payee, as the column ``means_of_payment`` says it."""

    TRANSFER = "transfer"
    VOUCHER_BY_TEXT = "voucher_by_text"
    VOUCHER_BY_EMAIL = "voucher_by_email"
    VOUCHER_BY_POST = "voucher_by_post"

    @property
    def words(self) -> str:
        """It as people read it."""
        return self.value.replace("_", " ").replace("by text", "by text message").replace("email", "e-mail")


VOUCHERS = tuple(means for means in Means if means is not Means.TRANSFER)
"""Those that need no account."""


def is_by_voucher(means: pl.Expr) -> pl.Expr:
    """Whether a payment is made by a voucher."""
    return means.is_in([str(each) for each in VOUCHERS]).fill_null(False)


def written_contact(means: pl.Expr, contact: pl.Expr) -> pl.Expr:
    """A contact as a voucher file has it: a number in its digits from 07, an address in capitals; null if it is none.

    A telephone is a mobile of the United Kingdom, an address ends with a postcode. No delimiter of a file is among
    the characters of any of them.
    """
    digits = contact.str.replace_all(r"[ ()-]", "")
    number = pl.when(digits.str.contains(TELEPHONE)).then(digits.str.replace(r"^(?:(?:\+|00)?44|0)", "0"))
    stripped = contact.str.strip_chars()
    email = pl.when(stripped.str.contains(_EMAIL)).then(stripped)
    folded = fold(contact)
    address = pl.when(folded.str.contains(_POSTCODE) & (folded.str.len_bytes() <= LONGEST_CONTACT)).then(folded)
    return (
        pl.when(means == Means.VOUCHER_BY_TEXT)
        .then(number)
        .when(means == Means.VOUCHER_BY_EMAIL)
        .then(email)
        .when(means == Means.VOUCHER_BY_POST)
        .then(address)
    )
