"""While a large extract is taken in, the ledger is anybody's: another process asks it between one part and the next."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.ledger.overview import overview
from tasks.ledger.parts import listing
from tasks.ledger.parts.sealing import PART_ROWS
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tests.month import ROWS, context, deliver

MANY = 300_000
assert PART_ROWS < MANY < 2 * PART_ROWS

TAKES_IN = """
import sys
from pathlib import Path
from tasks.ledger.parts import sealing
from tests.month import context, ingest

def waits_after(seals):
    def sealed(*rows):
        part = seals(*rows)
        print("a part is written", flush=True)
        input()
        return part
    return sealed

sealing.seal = waits_after(sealing.seal)
print(ingest(context(Path(sys.argv[1]))), flush=True)
"""


@contextmanager
def taking_in(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that takes in what has landed, and waits after each part until it is told to go on."""
    command = [sys.executable, "-c", TAKES_IN, str(home)]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def runs_told(of: TenantContext) -> list[str]:
    """What ``siller status`` asks the ledger, by somebody who waits for nobody."""
    with replace(of.ledger, patience=0.0).opened() as connection:
        return [told.run_id for told in overview(connection)]


@pytest.mark.slow
def test_it_answers_and_takes_entries_after_each_part_and_has_the_run_at_the_end(tmp_path: Path) -> None:
    of = context(tmp_path)
    deliver(of, [ROWS[0]] * MANY)
    with taking_in(tmp_path) as child:
        assert child.stdin and child.stdout
        for written in (1, 2):
            assert child.stdout.readline() == "a part is written\n"
            assert len(list(of.paths.parts("ilf").glob("*.parquet"))) >= written
            assert runs_told(of) == [], "it is no run before all of it is there"
            with replace(of.ledger, patience=0.0).transaction() as connection:
                connection.execute("INSERT INTO flow_run VALUES (0, ?, now())", [f"another flow {written}"])
            child.stdin.write("\n")
        assert child.stdout.readline() == "ilf-2026-11-rehearsal-1\n"
        assert child.wait() == 0
    assert runs_told(of) == ["ilf-2026-11-rehearsal-1"]
    with of.ledger.opened() as connection:
        assert sum(part.rows for part in listing.listed(connection)) == MANY
        assert connection.execute("SELECT count(*) FROM flow_run WHERE run_no = 0").fetchone() == (2,)
