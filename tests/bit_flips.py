"""Single bits flipped in every kind of file under ``SILLER_HOME``, each found by ``siller verify``: ``make bit-flips``.

What verify does not cover stands, with the reason, in ``docs/operating/what-verify-covers.md``.
"""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from schemas.no_go import NoGo
from tasks.account_table.install import install
from tasks.continuity.leave import leave
from tasks.continuity.opening import open_file
from tasks.continuity.settle import settle
from tasks.people.door import let_in
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, context, finished
from tests.published_table import published_table

FLIPS = 500
SEED = 20261128
KINDS: Mapping[str, str] = {
    "ledger": "rehearsal/ledgers/ilf.duckdb",
    "checksum": "rehearsal/ledgers/ilf.duckdb.sha256",
    "head": "rehearsal/ledgers/ilf.head.json",
    "part": "rehearsal/parts/ilf/*.parquet",
    "sealed file": "rehearsal/sealed/ilf/*.sealed",
    "receipt": "rehearsal/receipts/ilf/*.json",
    "continuity file": "rehearsal/continuity/ilf/*.csv.age",
    "openings": "rehearsal/continuity/ilf/openings.jsonl",
    "payment file": "rehearsal/outbox/ilf/*.txt",
    "manifest": "rehearsal/outbox/ilf/*.manifest.json",
    "ledger key": "rehearsal/keys/ilf.ledger.key",
    "sealed key": "rehearsal/keys/ilf.sealed.key",
    "pseudonym key": "rehearsal/keys/ilf.pseudonym.key",
    "continuity key": "rehearsal/keys/ilf.continuity.key",
    "passwords": "prefect/people.json",
    "account table": "modulus-table/*/*.txt",
}
"""What verify covers: each kind of file, and where it stands under SILLER_HOME."""

_OPERATOR, _OWNER = "operator@siller.example", "decision.owner@ilf.example"


def whole_home(home: Path) -> TenantContext:
    """A home with every kind of file, of a month that has been through everything."""
    of = context(home)
    run_id = finished(of)
    leave(of, run_id, NOVEMBER)
    with tempfile.TemporaryDirectory() as elsewhere:
        for reason in ("the bank's channel is down", "the first disk was full"):
            open_file(of.settings, run_id, _OPERATOR, reason, Path(elsewhere) / reason, NOVEMBER)
        install(of.settings, published_table(Path(elsewhere)), date(2026, 10, 1), None, _OPERATOR, NOVEMBER)
    settle(of, run_id, None, _OWNER, NOVEMBER)
    for name in (APPROVER, "second.approver@ilf.example"):
        let_in(of, name, (_OPERATOR,), NOVEMBER)
    return of


def kind_of(number: int) -> str:
    """The kind of file that a flip is in: one after the other."""
    return list(KINDS)[number % len(KINDS)]


@contextmanager
def flipped(of: TenantContext, number: int) -> Iterator[str]:
    """Flip a bit that the number draws, for as long as the block runs; says where."""
    lots = random.Random(SEED + number)
    file = lots.choice(sorted(of.settings.home.glob(KINDS[kind_of(number)])))
    whole = file.read_bytes()
    place, bit = lots.randrange(len(whole)), lots.randrange(8)
    changed = bytearray(whole)
    changed[place] ^= 1 << bit
    try:
        file.write_bytes(changed)
        yield f"bit {bit} of byte {place} of {file.relative_to(of.settings.home)}"
    finally:
        file.write_bytes(whole)


def is_found(of: TenantContext) -> bool:
    """Whether ``siller verify`` would say that something does not hold."""
    try:
        return any(True for _ in problems(of))
    except NoGo:  # what does not open says so too
        return True


def main() -> int:
    """Flip every bit, say what was found, and return how many were not."""
    missed, times = [], Counter(kind_of(number) for number in range(FLIPS))
    with tempfile.TemporaryDirectory() as folder:
        of = whole_home(Path(folder))
        for number in track(range(FLIPS), "Flipping"):
            with flipped(of, number) as where:
                if not is_found(of):
                    missed.append((kind_of(number), where))
        if is_found(of):
            raise RuntimeError("The home was not put back as it was, so nothing was shown.")
    table = Table("kind of file", "flipped", "not found")
    for kind, count in times.items():
        table.add_row(kind, str(count), ", ".join(where for of_kind, where in missed if of_kind == kind))
    Console().print(table)
    return len(missed)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
