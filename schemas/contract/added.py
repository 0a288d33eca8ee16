"""The columns that siller adds to rows which it gives back: what is said of each row, for who puts it right.

The corrected file may come back with them: a reader knows them, and drops them.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from schemas.contract.contract import Contract
from schemas.contract.origin import Stated


class Added(StrEnum):
    """What is said beside a row, as the column's name has it."""

    RUN = "Pay run"
    LINE = "Line"
    COLUMN = "Column"
    WRONG = "What is wrong"
    TO_DO = "What to do"
    PAY_DATE = "Pay date to write"


def added_columns(contract: Contract) -> dict[Added, str]:
    """Return the name of each in a body's files; one that the body has itself, however written, is siller's by name."""
    own = {name.strip().casefold() for name in (*contract.source_columns, *contract.ignored_columns)}
    return {each: f"{each} (siller)" if each.casefold() in own else each.value for each in Added}


def pay_date_to_write(contract: Contract, pay_day: date | None) -> str | None:
    """Say which pay date a corrected row needs, as the body writes days; None if the body sends none.

    Args:
        contract: the tenant's.
        pay_day: of the run that the row can still join as a correction; None if it is too late for that.
    """
    column = contract.column("pay_date")
    if contract.states(column.name, Stated.PAY_DAY):
        return None
    if contract.has_several_pay_days:
        return "the day on which the payment was due, whenever it is paid"
    later = "the day that the file's manifest names"
    if pay_day is None:
        return later
    functions = column.origin.functions if column.origin else ()
    written = pay_day.strftime(_WRITTEN.get(functions[-1] if functions else "", "%d/%m/%Y"))
    return f"{written} in a correction before the release; after it, {later}"


_WRITTEN: Mapping[str, str] = {"date_with_year_first": "%Y-%m-%d", "date_with_month_first": "%m/%d/%Y"}
"""How a body writes days of which a function makes a date; every other writes the day first."""
