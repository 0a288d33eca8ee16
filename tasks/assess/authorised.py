"""Which payments go to somebody who is not on the body's list of authorised payees."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tasks.authorised_payees.kept import KeptList

_QUERY = Path(__file__).with_name("unauthorised.sql")


@dataclass(frozen=True)
class Authorised:
    """A run beside the list.

    Attributes:
        rows: of the payments that go to nobody on it, or to another account than it says.
        listed: payees on it.
        confirmed_on: the day; None where no list is kept.
    """

    rows: tuple[int, ...] = ()
    listed: int = 0
    confirmed_on: date | None = None


def measure_authorised(connection: duckdb.DuckDBPyConnection, run_no: int, kept: KeptList) -> Authorised:
    """Hold a run's payments against a list.

    Args:
        connection: the tenant's open ledger, with never_twice's definitions; nothing is written.
        run_no: the run's number.
        kept: the list.
    """
    connection.register("authorised_payee", kept.payees.to_arrow())
    found = connection.execute(_QUERY.read_text(), {"run_no": run_no}).fetchall()
    connection.unregister("authorised_payee")
    return Authorised(tuple(row for (row,) in found), kept.count, kept.confirmed_on)
