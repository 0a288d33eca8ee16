"""The weight table that the modulus check works from: two text files, read and checked.

Vocalink publishes `valacdos*.txt` (which check a range of sort codes has) and `scsubtab.txt` (sort codes
that are checked as another). Both are its copyright, so siller is handed a folder that holds them.

The 14 digits of an account go by letters everywhere: `u v w x y z` is the sort code, `a b c d e f g h`
the account number.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.account import exceptions
from schemas.account.lookups import Lookups
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo

SORT_CODE_LETTERS, ACCOUNT_LETTERS = "uvwxyz", "abcdefgh"
SORT_CODE_TOTALS = ("first", "second", "exception_2")
LETTERS = SORT_CODE_LETTERS + ACCOUNT_LETTERS
MODULUS = {"MOD10": 10, "MOD11": 11, "DBLAL": 10}

# Exception 2 puts these weights in the place of the row's own where the account does not begin with 0.
WEIGHTS_OF_EXCEPTION_2 = (0, 0, 1, 2, 5, 3, 6, 4, 8, 7, 10, 9, 3, 1)

# What a sort code's rows may carry, in file order; 0 is no exception. The specification says how each of
# these is to be read and is silent on any other, so another is not guessed at.
_DESCRIBED_EXCEPTIONS = {
    *[(0,), (1,), (4,), (7,), (8,), (14,)],
    *[(0, 0), (0, 3), (2, 9), (5, 5), (6, 6), (10, 11), (12, 13)],
}

# Published tables have had more than 1,050 rows since 2017. One that was cut off on its way would let
# accounts through as "cannot be checked".
_FEWEST_ROWS = 1_000
_HIGHEST_DIGIT = 9

_ROW = re.compile(
    r"(?P<start>[0-9]{6})\s+(?P<end>[0-9]{6})\s+(?P<method>MOD10|MOD11|DBLAL)"
    r"(?P<weights>(?:\s+-?[0-9]{1,3}){14})(?:\s+(?P<exception>[0-9]{1,2}))?"
)
_SUBSTITUTION = re.compile(r"(?P<sort_code>[0-9]{6})\s+(?P<checked_as>[0-9]{6})")


Addends = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class ModulusTable:
    """A weight table, laid out for looking up a whole column at a time.

    Attributes:
        version: what the file's name says after `valacdos`, for example `v8-50` or `practice`.
        sha256: of the weight table's bytes.
        substitutions_sha256: of the substitution table's bytes.
        valid_from: since when the table holds; the format has no date inside, so without a word it is the day on
            which the weight table's file was last changed (UTC).
        rows: how many rows the weight table has.
        is_practice: whether this is the practice table, which no live run may use.
        rows_of_sort_code: at position n the rows that sort code n has, `first_row` and `second_row` (Int32):
            numbers of rows in file order from 0, or null.
        check_of_row: at position r what row r asks for (Int16): `modulus` (10 or 11) and `exception` (0 for
            none). The last row is not the file's: it carries exception 2's other weights.
        sort_code_totals: at position n what sort code n adds to the totals of its checks (Int16), after the exceptions
            that check another sort code: `first`, `second`, and `exception_2` under that exception's other weights.
        account_addends: a column a pair of letters of the account number; position 100 r + n holds what the two
            digits of n add to the total of row r (Int16).
        substitutions: sort code to the one it is checked as (exception 5).
        lookups: the same for numpy, for the sort codes without exceptions.
    """

    version: str
    sha256: str
    substitutions_sha256: str
    valid_from: date
    rows: int
    is_practice: bool
    rows_of_sort_code: pl.DataFrame
    check_of_row: pl.DataFrame
    sort_code_totals: pl.DataFrame
    account_addends: pl.DataFrame
    substitutions: dict[int, int]
    lookups: Lookups

    @staticmethod
    def load(folder: Path, valid_from: date | None = None) -> "ModulusTable":
        """Read the one `valacdos*.txt` and the `scsubtab.txt` of a folder.

        Args:
            folder: which.
            valid_from: since when the table holds, if its publisher's word for it is known.

        Raises:
            NoGo: a file is missing, or is not what Vocalink publishes; the sentence names file and line.
        """
        weight_file, substitution_file = _found(folder, "valacdos*.txt"), _found(folder, "scsubtab.txt")
        weights, substitutions = (read(file, Incoming.ACCOUNT_TABLE) for file in (weight_file, substitution_file))
        since = valid_from or datetime.fromtimestamp(weight_file.stat().st_mtime, UTC).date()
        return _worked_out(weight_file.name, weights, substitution_file.name, substitutions, since)

    @property
    def row_of_exception_2(self) -> int:
        """The row that carries exception 2's other weights."""
        return self.rows


@lru_cache(maxsize=1)  # ingest and validate ask for the same one, and it takes a twentieth of a second
def _worked_out(
    weight_file: str, weights: bytes, substitution_file: str, substitutions: bytes, valid_from: date
) -> ModulusTable:
    """The table of two files' names and bytes."""
    version = Path(weight_file).stem.removeprefix("valacdos").strip("-_ ") or "unnamed"
    rows = [_row(match, where) for where, match in _lines(weights, weight_file, _ROW)]
    if len(rows) < _FEWEST_ROWS and version != "practice":
        _refuse(f"{weight_file} has only {len(rows)} rows, so it seems to have been cut off")
    rows_of_sort_code, check_of_row = _rows_of_sort_code(rows, weight_file), _check_of_row(rows)
    substituted, addends = _substitutions(substitutions, substitution_file), _addends(rows)
    sort_code_totals = _sort_code_totals(rows_of_sort_code, check_of_row, addends, substituted)
    account_addends = _account_addends(addends)
    return ModulusTable(
        version=version,
        sha256=sha256(weights).hexdigest(),
        substitutions_sha256=sha256(substitutions).hexdigest(),
        valid_from=valid_from,
        rows=len(rows),
        is_practice=version == "practice",
        rows_of_sort_code=rows_of_sort_code,
        check_of_row=check_of_row,
        sort_code_totals=sort_code_totals,
        account_addends=account_addends,
        substitutions=substituted,
        lookups=Lookups.of(rows_of_sort_code, check_of_row, sort_code_totals, account_addends),
    )


@dataclass(frozen=True)
class _Row:
    """One line of the weight table: the check of the sort codes from start to end."""

    start: int
    end: int
    method: str
    weights: tuple[int, ...]
    exception: int


def _found(folder: Path, pattern: str) -> Path:
    files = sorted(folder.glob(pattern))
    if len(files) != 1:
        raise NoGo(
            f"The account table in {folder} needs one file {pattern} and has {len(files)}. "
            "It takes Vocalink's valacdos*.txt and scsubtab.txt, one of each."
        )
    return files[0]


def _lines(content: bytes, file_name: str, form: re.Pattern[str]) -> list[tuple[str, re.Match[str]]]:
    """Every line that is not blank, with where it stands."""
    lines = []
    for number, line in enumerate(content.decode("ascii", errors="replace").splitlines(), start=1):
        where, match = f"{file_name}, line {number},", form.fullmatch(line.strip())
        if match:
            lines.append((where, match))
        elif line.strip():
            _refuse(f"{where} is no line of such a table")
    if not lines:
        _refuse(f"{file_name} is empty")
    return lines


def _substitutions(content: bytes, file_name: str) -> dict[int, int]:
    substitutions: dict[int, int] = {}
    for where, match in _lines(content, file_name, _SUBSTITUTION):
        sort_code = int(match["sort_code"])
        if sort_code in substitutions:
            _refuse(f"{where} names a sort code that an earlier line has")
        substitutions[sort_code] = int(match["checked_as"])
    return substitutions


def _row(match: re.Match[str], where: str) -> _Row:
    row = _Row(
        start=int(match["start"]),
        end=int(match["end"]),
        method=match["method"],
        weights=tuple(int(weight) for weight in match["weights"].split()),
        exception=int(match["exception"] or 0),
    )
    if row.start > row.end:
        _refuse(f"{where} has a range of sort codes that ends before it starts")
    if _HIGHEST_DIGIT * sum(map(abs, row.weights)) > np.iinfo(np.int16).max:
        _refuse(f"{where} has weights so large that no account could be added up; none that was published has such")
    if row.method == "DBLAL" and min(row.weights) < 0:
        _refuse(f"{where} has a negative weight, and the digits of a negative number cannot be added up")
    return row


def _rows_of_sort_code(rows: list[_Row], file_name: str) -> pl.DataFrame:
    ranges = pl.LazyFrame(
        {"row": range(len(rows)), "start": [row.start for row in rows], "end": [row.end for row in rows]},
        schema_overrides={"row": pl.Int32},
    )
    covered = (
        ranges.select("row", sort_code=pl.int_ranges("start", pl.col("end") + 1))
        .explode("sort_code")
        .group_by("sort_code")
        .agg(first_row=pl.col("row").min(), last_row=pl.col("row").max(), rows=pl.len())
        .with_columns(second_row=pl.when(pl.col("rows") > 1).then("last_row"))
        .collect()
    )
    kinds = covered.group_by("first_row", "last_row", "rows").agg(pl.col("sort_code").min()).sort("sort_code")
    for first, last, count, sort_code in kinds.iter_rows():
        exceptions = [rows[row].exception for row in (first, last)[:count]]
        if count > 2 or tuple(exceptions) not in _DESCRIBED_EXCEPTIONS:
            raise NoGo(
                "The account table cannot be used: siller has not been taught the check of sort code "
                f"{sort_code:06d} in {file_name} (rows: {count}, exceptions: {exceptions}, where 0 is none). "
                "Use the version before it until it has."
            )
    return pl.DataFrame({name: _placed(covered["sort_code"], covered[name]) for name in ("first_row", "second_row")})


def _placed(sort_codes: pl.Series, values: pl.Series) -> pl.Series:
    """Put each value at the position of its sort code, among nulls."""
    return pl.repeat(None, 1_000_000, dtype=values.dtype, eager=True).scatter(sort_codes, values)


def _check_of_row(rows: list[_Row]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "modulus": [*(MODULUS[row.method] for row in rows), MODULUS["MOD11"]],
            "exception": [*(row.exception for row in rows), 2],
        },
        schema_overrides={"modulus": pl.Int16, "exception": pl.Int16},
    )


def _addends(rows: list[_Row]) -> dict[str, Addends]:
    """By letter what digit d in that place adds to the total of row r, at [r, d].

    That is digit times weight, or for DBLAL the sum of the product's decimal digits. The last row is exception 2's.
    """
    checks = [*((row.method, row.weights) for row in rows), ("MOD11", WEIGHTS_OF_EXCEPTION_2)]
    return {
        letter: np.array(
            [[_addend(method, weights[place] * digit) for digit in range(10)] for method, weights in checks], np.int16
        )
        for place, letter in enumerate(LETTERS)
    }


def _addend(method: str, product: int) -> int:
    return sum(int(digit) for digit in str(product)) if method == "DBLAL" else product


def _sort_code_totals(
    rows_of_sort_code: pl.DataFrame,
    check_of_row: pl.DataFrame,
    addends: dict[str, Addends],
    substitutions: dict[int, int],
) -> pl.DataFrame:
    """Sum what each sort code's six digits add, so that nothing of it is left to be done for each account."""
    known = rows_of_sort_code.with_row_index("sort_code").drop_nulls("first_row").cast({"sort_code": pl.Int32})
    row_of_exception_2 = check_of_row.height - 1

    def total(row: pl.Series) -> pl.Series:
        exception = pl.lit(check_of_row["exception"]).gather(row)
        checked = known.select(exceptions.sort_code_to_check(pl.col("sort_code"), exception, substitutions))
        digits = [checked.to_series() // 10**place % 10 for place in (5, 4, 3, 2, 1, 0)]
        done = row.fill_null(row_of_exception_2)
        added = [addends[letter][done, digit] for letter, digit in zip(SORT_CODE_LETTERS, digits, strict=True)]
        return _placed(known["sort_code"], pl.Series(np.sum(added, axis=0, dtype=np.int16)))

    exception_2 = pl.repeat(row_of_exception_2, known.height, dtype=pl.Int32, eager=True)
    rows = (known["first_row"], known["second_row"], exception_2)
    return pl.DataFrame(dict(zip(SORT_CODE_TOTALS, map(total, rows), strict=True)))


def _account_addends(addends: dict[str, Addends]) -> pl.DataFrame:
    """Take the account number's digits two at a time, which halves what is looked up for each account."""
    pairs = zip(ACCOUNT_LETTERS[::2], ACCOUNT_LETTERS[1::2], strict=True)
    return pl.DataFrame(
        {left + right: (addends[left][:, :, None] + addends[right][:, None, :]).ravel() for left, right in pairs}
    )


def _refuse(what: str) -> NoReturn:
    raise NoGo(f"The account table cannot be used: {what}. Take the file from Vocalink again, unchanged.")
