"""What banks say of the details that a run's payees were not paid by before, and who waits for a call: for the pack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.payee_checks.finding import Finding

MOST_SHOWN = 50
"""So many close matches the page has, the first ones; siller payee-check show has all."""

_QUERY = Path(__file__).with_name("payees_checked.sql")


@dataclass(frozen=True)
class CloseMatch:
    """A payee whom the bank has under a name that is close. Of one payee: only the page of the pack shows it.

    Attributes:
        row_number: the payee's row.
        reference: the payee's.
        name: as the body sent it; it stays as it is.
        bank_name: as the bank has it.
        is_held: whether it waits for a call.
    """

    row_number: int
    reference: str
    name: str
    bank_name: str
    is_held: bool


@dataclass(frozen=True)
class PayeesChecked:
    """What is known of such details, but for plain matches.

    Attributes:
        waiting: how many payees wait.
        waiting_by: how many payments wait, by what is known.
        on_call_back: the rows that are paid as their payee was called, by what is known.
        close: the close matches.
    """

    waiting: int = 0
    waiting_by: Mapping[Finding, int] = field(default_factory=dict)
    on_call_back: Mapping[Finding, Sequence[int]] = field(default_factory=dict)
    close: tuple[CloseMatch, ...] = ()

    @property
    def called_rows(self) -> list[int]:
        """The rows that are paid as their payee was called, in the order of the extract."""
        return sorted(row for rows in self.on_call_back.values() for row in rows)

    @property
    def open(self) -> int:
        """How many payees wait and payments are made upon a call: a person looks at each."""
        return self.waiting + len(self.called_rows)


def measure_payees(connection: duckdb.DuckDBPyConnection, run_no: int) -> PayeesChecked:
    """Ask the ledger, which has the definitions of ``never_twice.sql``, of a validated run."""
    found = connection.execute(_QUERY.read_text(), {"run_no": run_no}).pl()
    held, paid = found.filter("is_held"), found.filter(~pl.col("is_held"))
    close = found.filter(pl.col("finding") == Finding.CLOSE_MATCH).head(MOST_SHOWN)
    return PayeesChecked(
        waiting=held["payee_reference"].n_unique(),
        waiting_by={Finding(name): rows for name, rows in _by_finding(held, pl.len())},
        on_call_back={Finding(name): rows for name, rows in _by_finding(paid, pl.col("row_number"))},
        close=tuple(
            CloseMatch(*each)
            for each in close.select("row_number", "payee_reference", "payee_name", "bank_name", "is_held").iter_rows()
        ),
    )


def _by_finding(found: pl.DataFrame, what: pl.Expr) -> Iterator[tuple[str, Any]]:
    return found.group_by("finding", maintain_order=True).agg(what.alias("what")).iter_rows()
