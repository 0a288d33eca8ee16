"""The modulus check of sort codes without exceptions, by look-ups alone.

Most sort codes have one check or two, and none of the exceptions that ask for more of an account than its digits' sum.
Their accounts are answered here, a few numbers looked up for each; what the answer means is said in
:mod:`schemas.account.modulus`, whose expressions answer all other accounts.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers = npt.NDArray[np.uint32]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Check:
    """The first or the second check of every sort code that needs no exception.

    Attributes:
        row: at position n the row of the weight table by which sort code n is checked (Int32); 0 where it is not.
        total: at position n what sort code n's own digits add (Int16).
    """

    row: npt.NDArray[np.int32]
    total: npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Lookups:
    """A weight table, as numpy looks numbers up in it.

    Attributes:
        checks_of_sort_code: at position n how many checks sort code n has (0, 1 or 2), or ``WITH_EXCEPTION``.
        checks: the first and the second.
        modulus: at position r that of row r (10 or 11).
        addends: a table a pair of digits of the account number, from the left: position 100 r + n holds what the two
            digits of n add to the total of row r.
    """

    WITH_EXCEPTION = 3

    checks_of_sort_code: npt.NDArray[np.uint8]
    checks: tuple[Check, Check]
    modulus: npt.NDArray[np.int16]
    addends: tuple[npt.NDArray[np.int16], ...]

    @classmethod
    def of(
        cls,
        rows_of_sort_code: pl.DataFrame,
        check_of_row: pl.DataFrame,
        sort_code_totals: pl.DataFrame,
        account_addends: pl.DataFrame,
    ) -> Self:
        """Lay the table out; the arguments are the attributes of the same names of ``ModulusTable``."""
        rows = rows_of_sort_code.select(pl.all().is_not_null(), exceptions=_exceptions(check_of_row))
        has_exception = rows["exceptions"].to_numpy() > 0
        checks = rows["first_row"].to_numpy().astype(np.uint8) + rows["second_row"].to_numpy().astype(np.uint8)
        return cls(
            checks_of_sort_code=np.where(has_exception, np.uint8(cls.WITH_EXCEPTION), checks),
            checks=(
                Check(_filled(rows_of_sort_code["first_row"]), _filled(sort_code_totals["first"])),
                Check(_filled(rows_of_sort_code["second_row"]), _filled(sort_code_totals["second"])),
            ),
            modulus=check_of_row["modulus"].to_numpy(),
            addends=tuple(pair.to_numpy() for pair in account_addends),
        )

    def passes(self, sort_codes: Numbers, accounts: Numbers) -> Booleans:
        """Whether each account passes all checks of its sort code, which has one or two and no exception."""
        high, low = np.divmod(accounts, np.uint32(10_000))
        pairs = [pair.astype(np.int32) for half in (high, low) for pair in np.divmod(half, np.uint32(100))]
        passed = self._passes(self.checks[0], sort_codes, pairs)
        (twice,) = np.nonzero(self.checks_of_sort_code[sort_codes] == 2)
        if len(twice):
            passed[twice] &= self._passes(self.checks[1], sort_codes[twice], [pair[twice] for pair in pairs])
        return passed

    def _passes(self, check: Check, sort_codes: Numbers, pairs: list[npt.NDArray[np.int32]]) -> Booleans:
        row = check.row[sort_codes]
        total, first = check.total[sort_codes], row * np.int32(100)
        for addends, pair in zip(self.addends, pairs, strict=True):
            total += addends[first + pair]
        passed: Booleans = total % self.modulus[row] == 0
        return passed


def _exceptions(check_of_row: pl.DataFrame) -> pl.Expr:
    """The highest exception that any row of a sort code carries; 0 is none."""
    exception = pl.lit(check_of_row["exception"])
    return pl.max_horizontal(exception.gather(pl.col(row)) for row in ("first_row", "second_row")).fill_null(0)


def _filled(values: pl.Series) -> npt.NDArray[Any]:
    return values.fill_null(0).to_numpy()
