"""Back from a row as siller keeps it to one as the body writes it: what a contract's functions would take as it is."""

import re
from collections.abc import Callable, Mapping, Sequence

from schemas.contract.column import Column
from schemas.contract.contract import Contract

Row = Mapping[str, str]


def as_sent(row: Row, contract: Contract) -> dict[str, str]:
    """Return a row under the body's own names, in its dialect.

    Args:
        row: by siller's names. Of two columns that are made of the same one of the body's, the first has its way.
        contract: the body's.
    """
    sent: dict[str, str] = {}
    for column in contract.columns:
        for name, cell in zip(column.sources, _cells(row, column), strict=True):
            sent.setdefault(name, cell)
    return sent


def _cells(row: Row, column: Column) -> Sequence[str]:
    if column.origin is None:
        return [row[column.name]]
    cell = row[column.name]
    for function in reversed(column.origin.functions):
        if function == "join_with_spaces":
            parts = cell.split(" ", len(column.sources) - 1)
            return [*parts, *[""] * (len(column.sources) - len(parts))]
        cell = WRITTEN[function](cell, row)
    return [cell] if column.origin.functions else []


def _in_pairs(cell: str, _row: Row) -> str:
    return "-".join((cell[:2], cell[2:4], cell[4:])) if re.fullmatch("[0-9]{6}", cell) else cell


def _together(_cell: str, row: Row) -> str:
    return f"{row['sort_code']} {row['account_number']}"


def _in_pounds(cell: str, _row: Row) -> str:
    pounds = re.fullmatch(r"(-?)([0-9]+)(\.[0-9]+)?", cell)
    return f"{pounds[1]}£{int(pounds[2]):,}{pounds[3] or ''}" if pounds else cell


def _as_date(form: str) -> Callable[[str, Row], str]:
    def written(cell: str, _row: Row) -> str:
        day = re.fullmatch("([0-9]{2})/([0-9]{2})/([0-9]{4})", cell)
        return form.format(day=day[1], month=day[2], year=day[3]) if day else cell

    return written


WRITTEN: Mapping[str, Callable[[str, Row], str]] = {
    "strip_blanks": lambda cell, _row: cell,
    "join_pairs": _in_pairs,
    "first_six_of_fourteen": _together,
    "last_eight_of_fourteen": _together,
    "strip_pound_sign_and_commas": _in_pounds,
    "date_with_day_first": _as_date("{day}-{month}-{year}"),
    "date_with_year_first": _as_date("{year}-{month}-{day}"),
    "date_with_month_first": _as_date("{month}/{day}/{year}"),
}
"""By function, the cell that it makes into this one; ``join_with_spaces`` alone has several."""
