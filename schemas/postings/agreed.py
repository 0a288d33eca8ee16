"""What an agreement says of postings: the codes of the body's books, and a workbook of its own to be filled in."""

from collections import Counter
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.no_go import NoGo
from schemas.postings.movements import Movement

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$")]
"""A code of the body's books. It begins with a letter or a digit, so no spreadsheet takes it for a formula."""

CellName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,254}$")]
"""A name that the workbook itself gives to a cell."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountCodes(_Part):
    """The codes of one paying account.

    Attributes:
        pays: which account, where there are several: the same word as the paying account has there.
        bank: the code of the account itself.
        spending: the code that its payments are charged to.
    """

    pays: Annotated[str, Field(min_length=1)] | None = None
    bank: Code
    spending: Code


class Holds(StrEnum):
    """What can stand in a cell of the body's workbook."""

    NAME = "name"
    DESCRIPTION = "description"
    ACCOUNTING_DATE = "accounting_date"
    TOTAL = "total"
    DEBIT = "debit"
    CREDIT = "credit"


class PostingsCell(_Part):
    """A cell that is filled in.

    Attributes:
        cell: the name that the workbook gives it (in Excel: Formulas, Name Manager); the name of one cell.
        holds: what is written there: the postings' `name`, a `description`, the `accounting_date`, the `total` of all
            debits, which is that of all credits, or the `debit` or the `credit` of one code.
        code: which code, for `debit` and `credit` alone.
    """

    cell: CellName
    holds: Holds
    code: Code | None = None

    @model_validator(mode="after")
    def _a_code_for_a_side(self) -> Self:
        if (self.code is not None) != (self.holds in (Holds.DEBIT, Holds.CREDIT)):
            raise ValueError(f"{self.cell}: debit and credit name a code, and nothing else does")
        return self


class PostingsTemplate(_Part):
    """A workbook of the body's own (.xlsx) that is filled in, in the place of CSV.

    Attributes:
        file: its name, beside the agreement.
        sha256: SHA-256 of that file, so that nobody changes it unseen.
        cells: what is filled in; each code that anything is posted to needs the cells of its sides.
    """

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*\.xlsx$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    cells: Annotated[tuple[PostingsCell, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_cell_once(self) -> Self:
        twice = [name for name, count in Counter(each.cell.casefold() for each in self.cells).items() if count > 1]
        if twice:
            raise ValueError(f"cells: {', '.join(twice)} stands twice")
        sides = Counter((each.holds, each.code) for each in self.cells if each.code)
        if again := [f"{holds} of {code}" for (holds, code), count in sides.items() if count > 1]:
            raise ValueError(f"cells: the {', '.join(again)} stands in two cells, and would be posted twice")
        return self


class VoucherCodes(_Part):
    """The codes of payments by voucher.

    Attributes:
        provider: the code of what the body has with the provider: credited by what is cashed, and debited by the body
            itself with what it pays in.
        outstanding: the code of what payees can still cash.
        spending: the code that vouchers are charged to.
        not_cashed: the code that takes what was left of vouchers that expired or were cancelled; as `returned`, if it
            is not there.
    """

    provider: Code
    outstanding: Code
    spending: Code
    not_cashed: Code | None = None


class Postings(_Part):
    """The codes of the body's books, by which what a run moved is posted.

    Attributes:
        accounts: those of each paying account.
        returned: the code that takes what came back: credited, and the bank's account debited.
        rejected: the code that takes what the bank never took, withdrew, or did not pay as two people have settled.
        recalled: the code that takes what came back after a recall; as `returned`, if it is not there.
        paid_outside: the code that is debited by what was paid through the bank's portal for a payment of the run; as
            `returned`, if it is not there.
        vouchers: the codes of payments by voucher, where the agreement has any.
        template: a workbook to be filled in; CSV, if it is not there.
    """

    accounts: Annotated[tuple[AccountCodes, ...], Field(min_length=1)]
    returned: Code
    rejected: Code
    recalled: Code | None = None
    paid_outside: Code | None = None
    vouchers: VoucherCodes | None = None
    template: PostingsTemplate | None = None

    def check(self, words: tuple[str | None, ...], has_vouchers: bool) -> None:
        """Hold the codes against the paying accounts, and those of vouchers against whether there are any.

        Args:
            words: each paying account's ``pays``.
            has_vouchers: whether the agreement has vouchers.

        Raises:
            ValueError: an account or vouchers have no codes, or codes are of nothing, or of both sides.
        """
        if has_vouchers != (self.vouchers is not None):
            raise ValueError(
                "vouchers: the agreement pays by voucher, and its books have no codes of them (provider, outstanding, "
                "spending)"
                if has_vouchers
                else "vouchers: the agreement pays nobody by voucher"
            )
        named = Counter(each.pays for each in self.accounts)
        if unknown := [str(word) for word in named if word not in words]:
            raise ValueError(f"accounts: no paying account has the word {', '.join(unknown)} under pays")
        if missing := [str(word) for word in words if word not in named]:
            raise ValueError(f"accounts: the paying account {', '.join(missing)} has no codes")
        if twice := [str(word) for word, count in named.items() if count > 1]:
            raise ValueError(f"accounts: {', '.join(twice)} stands twice")
        if both := {each.bank for each in self.accounts} & self._other_sides():
            raise ValueError(f"accounts: {', '.join(sorted(both))} is a bank's account, and the other side of it too")
        if of := self.vouchers:
            other_sides = {of.spending, of.not_cashed or self.returned}
            if of.provider == of.outstanding or {of.provider, of.outstanding} & other_sides:
                raise ValueError("vouchers: provider and outstanding are two codes, and neither its own other side")

    def _other_sides(self) -> set[str | None]:
        of = self.vouchers
        return {each.spending for each in self.accounts} | {
            self.returned,
            self.rejected,
            self.recalled,
            self.paid_outside,
            *((of.provider, of.outstanding, of.spending, of.not_cashed) if of else ()),
        }

    def sides_of(self, movement: Movement, pays: str | None) -> tuple[str, str]:
        """The code that a movement debits, and the one that it credits.

        Args:
            movement: what moved.
            pays: from which paying account, by its word.

        Raises:
            NoGo: no paying account has that word, or it is of vouchers, and there are no codes of them any more.
        """
        if movement in (Movement.VOUCHERS_ISSUED, Movement.VOUCHERS_CASHED, Movement.VOUCHERS_NOT_CASHED):
            return self._sides_of_vouchers(movement)
        account = self._of(pays)
        return {
            Movement.PAID: (account.spending, account.bank),
            Movement.REJECTED: (account.bank, self.rejected),
            Movement.RETURNED: (account.bank, self.returned),
            Movement.RECALLED: (account.bank, self.recalled or self.returned),
            Movement.PAID_OUTSIDE: (self.paid_outside or self.returned, account.bank),
        }[movement]

    def _sides_of_vouchers(self, movement: Movement) -> tuple[str, str]:
        of = self.vouchers
        if of is None:
            raise NoGo(
                "The run has vouchers, of which the agreement has no codes: put them under postings, vouchers. Nothing "
                "was posted."
            )
        return {
            Movement.VOUCHERS_ISSUED: (of.spending, of.outstanding),
            Movement.VOUCHERS_CASHED: (of.outstanding, of.provider),
            Movement.VOUCHERS_NOT_CASHED: (of.outstanding, of.not_cashed or self.returned),
        }[movement]

    def _of(self, pays: str | None) -> AccountCodes:
        found = next((each for each in self.accounts if each.pays == pays), None)
        if found is None:
            raise NoGo(
                f"The run paid from the account {pays or 'without a word'}, of which the agreement has no codes any "
                "more: put them back under postings, accounts. Nothing was posted."
            )
        return found
