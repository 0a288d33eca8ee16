"""What people prove themselves by: kept in the tenant's encrypted ledger, and never changed, only added to."""

from datetime import datetime
from enum import StrEnum

import duckdb

from schemas.stages import Event
from tasks.ledger import record, sha256_of
from tasks.ledger.catalogue.events import Credential
from tasks.ledger.counters import next_number
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.rows import CredentialRow, insert


class Kind(StrEnum):
    """What somebody proves themselves by."""

    ONE_TIME_CODE = "one_time_code"
    SIGNING_KEY = "signing_key"
    ACCOUNT = "account"


def value_of(connection: duckdb.DuckDBPyConnection, name: str, kind: Kind) -> str:
    """The secret or public key that counts for a person: the latest one; empty if there is none."""
    row = connection.execute(
        "SELECT value FROM credential WHERE name = ? AND kind = ? ORDER BY credential_no DESC LIMIT 1", [name, kind]
    ).fetchone()
    return str(row[0]) if row else ""


def values_of(connection: duckdb.DuckDBPyConnection, kind: Kind) -> dict[str, str]:
    """What counts for everybody who has one, by name: as :func:`value_of` says it of one."""
    latest = connection.execute(
        "SELECT name, arg_max(value, credential_no) FROM credential WHERE kind = ? GROUP BY name", [kind]
    )
    return dict(latest.fetchall())


def list_enrolled(connection: duckdb.DuckDBPyConnection, kind: Kind) -> set[str]:
    """The names of those who have one."""
    return {name for (name,) in connection.execute("SELECT name FROM credential WHERE kind = ?", [kind]).fetchall()}


def keep(
    connection: duckdb.DuckDBPyConnection, name: str, kind: Kind, value: str, vouched_by: tuple[str, ...], now: datetime
) -> None:
    """Add what a person proves themselves by from now on; what they had before counts no more.

    Args:
        connection: an open ledger, in a transaction.
        name: whose, as the agreement has it.
        kind: what sort of thing it is.
        value: the secret in base32, the public key in base64, or the operating-system account.
        vouched_by: who let them be enrolled.
        now: when.
    """
    number = next_number(connection, Event.CREDENTIAL)
    vouching = " and ".join(vouched_by)
    insert(connection, CredentialRow(number, name, kind, value, vouching, now))
    # The hash of a secret would let whoever reads the journal try secrets out: it does not cover the value.
    input_hash = sha256_of(name, kind, vouching)
    record(connection, 0, OF_NO_RUN, Credential(vouching, name, kind), input_hash, now, number)
