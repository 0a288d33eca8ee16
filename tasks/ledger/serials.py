"""Submission serials: each is given to one run, none is skipped, and one that was never sent has its reason."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from schemas.stages import Stage
from tasks.ledger.counters import next_in
from tasks.ledger.rows import SubmissionSerialRow

SKIPPED = """
SELECT service_user_number, number
FROM (
    SELECT service_user_number, unnest(range(1, max(serial))) AS number
    FROM submission_serial GROUP BY service_user_number
) AS wanted
ANTI JOIN submission_serial AS given
    ON given.service_user_number = wanted.service_user_number AND given.serial = wanted.number
ORDER BY ALL
"""
"""Serials below the highest that no run has. Empty means that all is well, where no other body has the number too."""

_NOT_SENT = f"""
SELECT service_user_number, serial, run_id
FROM submission_serial JOIN run USING (run_no)
WHERE (run_id NOT IN (SELECT run_id FROM journal WHERE stage = '{Stage.RELEASE}')
    OR run_no IN (SELECT run_no FROM withdrawal))
  AND serial < (SELECT max(later.serial) FROM submission_serial AS later JOIN run USING (run_no)
                JOIN journal USING (run_id)
                WHERE stage = '{Stage.RELEASE}' AND later.service_user_number = submission_serial.service_user_number)
ORDER BY ALL
"""


@dataclass(frozen=True)
class NotSent:
    """A serial before the last released one that the bank never saw, as the gap between two submissions shows it.

    Attributes:
        service_user_number: whose serial.
        serial: the number.
        run_id: the run that has it.
    """

    service_user_number: str
    serial: int
    run_id: str


def find_skipped(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, int]]:
    """Service user number and serial of each number that was never given to a run."""
    yield from connection.execute(SKIPPED).fetchall()


def list_given(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Service user number, serial and run of each number that was given to a run."""
    return connection.execute(
        "SELECT service_user_number, serial, run_id FROM submission_serial JOIN run USING (run_no) ORDER BY ALL"
    ).fetchall()


def find_highest(connection: duckdb.DuckDBPyConnection, service_user_number: str) -> int:
    """The highest serial of a service user number that the ledger has; 0 if it has none."""
    return next_in(connection, SubmissionSerialRow.TABLE, "serial", service_user_number=service_user_number) - 1


def find_not_sent(connection: duckdb.DuckDBPyConnection) -> list[NotSent]:
    """The serials of runs that were declined, stopped, replaced or taken back while a later one was released."""
    return [NotSent(*row) for row in connection.execute(_NOT_SENT).fetchall()]
