"""What the ledger says of parts: which rows of which run stand in which file, under which key.

A file has one row in ``part_file`` for each time that it was written: by the run that took the rows in, and by each
change of keys since. The latest one counts; the others say what was so, and stay provable.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import duckdb

from schemas.manifest import PaymentKind
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ledger import erasures
from tasks.ledger.counters import next_in
from tasks.ledger.parts import sealing
from tasks.ledger.parts.sealing import Sealed
from tasks.ledger.rows import Row, insert

_KEY_BYTES = 32
_FILES = """
SELECT file_no, name, sha256, key_no FROM part_file
QUALIFY row_number() OVER (PARTITION BY file_no ORDER BY act_no DESC) = 1
"""
_KEPT = f"SELECT * FROM part WHERE run_no NOT IN ({erasures.RUNS})"
"""The parts whose rows are there: of what was erased only their figures are."""

_LISTED = f"""
SELECT part.run_no, part.first_row, part.rows, part.payments, part.pence, content_digest, name, sha256, key
FROM ({_KEPT}) AS part
LEFT JOIN ({_FILES}) USING (file_no)
LEFT JOIN row_key USING (key_no)
"""


@dataclass(frozen=True)
class RowKeyRow(Row):
    """The key of a period and kind of payment; ``key`` as base64."""

    TABLE: ClassVar[str] = "row_key"

    key_no: int
    period: Period
    payment_kind: PaymentKind
    key: str


@dataclass(frozen=True)
class PartRow(Row):
    """Some rows of a run, and the file in which they stand."""

    TABLE: ClassVar[str] = "part"

    run_no: int
    first_row: int
    rows: int
    payments: int
    pence: int
    content_digest: str
    file_no: int


@dataclass(frozen=True)
class PartFileRow(Row):
    """That a file of rows was written: by a run, or by a change of keys."""

    TABLE: ClassVar[str] = "part_file"

    file_no: int
    run_no: int
    act_no: int
    name: str
    sha256: str
    key_no: int


@dataclass(frozen=True)
class Key:
    """The key of all rows of a period and kind of payment.

    Attributes:
        number: in the ledger.
        secret: 32 bytes.
    """

    number: int
    secret: bytes


@dataclass(frozen=True)
class Part:
    """Some rows of a run, and the file in which they stand: that of another run, where this one joins it.

    Attributes:
        run_no: the run that has the rows.
        first_row: the number of the first one; the others follow without a gap.
        rows: how many.
        payments: those that read as payments.
        pence: their sum.
        content_digest: over what the rows say.
        name: of the file.
        sha256: of the file.
        key: that opens it.
    """

    run_no: int
    first_row: int
    rows: int
    payments: int
    pence: int
    content_digest: str
    name: str
    sha256: str
    key: str

    @property
    def last_row(self) -> int:
        """The number of its last row."""
        return self.first_row + self.rows - 1

    @property
    def secret(self) -> bytes:
        """The key's bytes."""
        return base64.b64decode(self.key)


def listed(connection: duckdb.DuckDBPyConnection, run_no: int | None = None) -> list[Part]:
    """The parts of every run, or of one, in the order of their rows.

    Raises:
        NoGo: the ledger has a part without its file or key.
    """
    which, values = ("", []) if run_no is None else ("WHERE run_no = ?", [run_no])
    rows = connection.execute(f"{_LISTED} {which} ORDER BY run_no, first_row", values).fetchall()
    if any(None in row or not _is_key(row[-1]) for row in rows):
        raise NoGo(
            "The ledger lists rows in a part of which it has no file or no key any more: somebody changed it. Restore "
            "the newest backup, and release nothing until then."
        )
    return [Part(*row) for row in rows]


def key_of(connection: duckdb.DuckDBPyConnection, period: Period, kind: PaymentKind) -> Key:
    """The key of a period and kind of payment; it is made for the first run that has it."""
    row = connection.execute(
        "SELECT key_no, key FROM row_key WHERE period = ? AND payment_kind = ?", [str(period), kind]
    ).fetchone()
    if row:
        return Key(int(row[0]), base64.b64decode(row[1]))
    return _made(connection, period, kind)


def keep(connection: duckdb.DuckDBPyConnection, run_no: int, sealed: Sequence[Sealed], key: Key) -> None:
    """List what was written of a run's own extract.

    Raises:
        NoGo: the keys were changed since, and nothing would open it.
    """
    if not connection.execute("SELECT 1 FROM row_key WHERE key_no = ?", [key.number]).fetchone():
        raise NoGo("The keys were changed while the extract was read. Nothing was done; start this one again.")
    numbered = list(enumerate(sealed, start=next_in(connection, PartFileRow.TABLE, "file_no")))
    insert(
        connection,
        *(
            PartRow(run_no, each.first_row, each.rows, each.payments, each.pence, each.content_digest, file_no)
            for file_no, each in numbered
        ),
    )
    insert(
        connection, *(PartFileRow(file_no, run_no, 0, each.name, each.sha256, key.number) for file_no, each in numbered)
    )


def join(connection: duckdb.DuckDBPyConnection, run_no: int, joined: int) -> None:
    """Give a run the rows of another, under the numbers that they have there: no row is copied."""
    connection.execute(
        "INSERT INTO part BY NAME SELECT * REPLACE (? AS run_no) FROM part WHERE run_no = ?", [run_no, joined]
    )


def seal_anew(connection: duckdb.DuckDBPyConnection, folder: Path, act_no: int) -> None:
    """Write every part again, under new keys, and let the ledger forget the old ones.

    The files of before are swept once the ledger that lists them is gone.

    Raises:
        NoGo: a part does not open, or is not what was written.
    """
    new = {
        number: _made(connection, Period.parsed(period), PaymentKind(kind))
        for number, period, kind in connection.execute(
            "SELECT key_no, period, payment_kind FROM row_key ORDER BY key_no"
        ).fetchall()
    }
    keys = dict(connection.execute("SELECT key_no, key FROM row_key").fetchall())
    digests = dict(connection.execute("SELECT file_no, content_digest FROM part").fetchall())
    kept = f"SELECT file_no, name, key_no FROM ({_FILES}) SEMI JOIN ({_KEPT}) USING (file_no)"
    for file_no, name, key_no in connection.execute(kept).fetchall():
        sealed = sealing.reseal(folder / name, base64.b64decode(keys[key_no]), new[key_no].secret, digests[file_no])
        insert(connection, PartFileRow(file_no, 0, act_no, sealed.name, sealed.sha256, new[key_no].number))
    connection.execute("DELETE FROM row_key WHERE key_no IN (SELECT unnest(?))", [list(new)])


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _KEY_BYTES
    except ValueError:
        return False


def _made(connection: duckdb.DuckDBPyConnection, period: Period, kind: PaymentKind) -> Key:
    # A key that was erased leaves its number in part_file, and it is not given again.
    number = max(next_in(connection, table, "key_no") for table in (RowKeyRow.TABLE, PartFileRow.TABLE))
    key = Key(number, secrets.token_bytes(_KEY_BYTES))
    insert(connection, RowKeyRow(key.number, period, kind, base64.b64encode(key.secret).decode()))
    return key
