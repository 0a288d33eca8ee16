"""A ledger's file is held against what its last holder left before DuckDB sees it, however that holder ended."""

import hashlib
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.keys.rotate import rotate
from tasks.ledger import Ledger, checksum
from tasks.ledger.attaching import BLOCK_BYTES
from tasks.release.stage import release
from tasks.settings import PROJECT
from tasks.storage.paths import Paths
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, approve, assessed, context, deliver

SEED = 20261128
HEADERS = 3 * 4096
KILLED = """
import os, sys
from pathlib import Path
from tests.month import context
of = context(Path(sys.argv[1]))
with of.ledger.opened() as connection:
    connection.execute("CREATE TABLE kept AS SELECT * FROM range(100000)")
    if sys.argv[2] == "checkpointed":
        connection.execute("CHECKPOINT ledger")
    os._exit(9)
"""


@pytest.fixture
def file(ilf: TenantContext) -> Path:
    return ilf.paths.ledger("ilf")


def told(of: TenantContext) -> list[str]:
    return [problem.what for problem in problems(of)]


def swap_blocks(file: Path, first: int, second: int) -> None:
    content = bytearray(file.read_bytes())
    one, other = (
        slice(HEADERS + number * BLOCK_BYTES, HEADERS + (number + 1) * BLOCK_BYTES) for number in (first, second)
    )
    content[one], content[other] = content[other], content[one]
    file.write_bytes(content)


def test_a_closed_ledger_has_the_checksum_that_sha256sum_reckons(ilf: TenantContext, file: Path) -> None:
    for _ in range(2):
        with ilf.ledger.opened() as connection:
            assert not checksum.beside(file).exists(), "nobody can say what a ledger is while it is open"
            connection.execute("CREATE OR REPLACE TABLE another AS SELECT 1")
        line = f"{hashlib.sha256(file.read_bytes()).hexdigest()}  ilf.duckdb\n"
        assert checksum.beside(file).read_text() == line


def test_two_blocks_that_changed_places_are_found_before_the_ledger_is_opened(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of)
    run_id = assessed(of)
    approve(of, run_id)
    file = of.paths.ledger("ilf")
    blocks = (file.stat().st_size - HEADERS) // BLOCK_BYTES
    assert blocks > 30
    for second in range(1, blocks, 5):
        whole = file.read_bytes()
        swap_blocks(file, 0, second)
        with pytest.raises(NoGo, match=r"is not the file that siller closed last.*It was not opened"):
            release(of, run_id, NOVEMBER)
        assert len(told(of)) == 1
        file.write_bytes(whole)
    assert not of.paths.outbox("ilf").exists()
    release(of, run_id, NOVEMBER)
    assert told(of) == []


@pytest.mark.parametrize("damaged", ["ledger", "checksum"])
def test_every_changed_bit_is_found(ilf: TenantContext, file: Path, damaged: str) -> None:
    path = file if damaged == "ledger" else checksum.beside(file)
    whole = path.read_bytes()
    lots = random.Random(SEED)
    for _ in range(40):
        changed = bytearray(whole)
        changed[lots.randrange(len(whole))] ^= 1 << lots.randrange(8)
        path.write_bytes(changed)
        assert len(told(ilf)) == 1
    path.write_bytes(whole)
    assert told(ilf) == []


def test_verifying_reads_a_ledger_that_seems_untouched(ilf: TenantContext, file: Path) -> None:
    swap_blocks(file, 0, 1)
    checksum.beside(file).touch()
    assert len(told(ilf)) == 1


@pytest.mark.parametrize("how", ["logged", "checkpointed"])
def test_a_ledger_whose_holder_was_killed_opens_and_has_a_checksum_again(
    ilf: TenantContext, file: Path, how: str
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(ilf.paths.home), how], cwd=PROJECT, check=False)
    assert killed.returncode == 9
    assert not checksum.beside(file).exists()
    assert told(ilf) == [], "verifying opens it"
    with ilf.ledger.opened() as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (100_000,)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in checksum.beside(file).read_text()


def test_killed_between_closing_and_the_checksum_it_opens(
    ilf: TenantContext, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(checksum, "keep", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError), ilf.ledger.opened() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1")
    with ilf.ledger.opened() as connection:
        assert connection.execute("SELECT * FROM kept").fetchone() == (1,)
    assert told(ilf) == []


def test_a_stage_that_fails_leaves_a_checksum(ilf: TenantContext, file: Path) -> None:
    with pytest.raises(NoGo), ilf.ledger.transaction() as connection:
        connection.execute("CREATE TABLE never AS SELECT * FROM range(100000)")
        raise NoGo("It went wrong.")
    assert checksum.beside(file).exists()
    assert told(ilf) == []


def test_a_ledger_of_a_siller_without_checksums_gets_one(ilf: TenantContext, file: Path) -> None:
    checksum.beside(file).unlink()
    assert told(ilf) == []
    assert checksum.beside(file).exists()


def copied(of: TenantContext, tmp_path: Path) -> Ledger:
    with of.ledger.held():
        return of.ledger.copied_to(Paths(tmp_path / "copy", of.mode))


def rotated(of: TenantContext, _: Path) -> Ledger:
    rotate(of, "operator@siller.example", NOVEMBER)
    return of.ledger


@pytest.mark.parametrize("way", [copied, rotated])
def test_a_copy_and_a_ledger_with_another_key_have_their_own(
    ilf: TenantContext, tmp_path: Path, way: Callable[[TenantContext, Path], Ledger]
) -> None:
    ledger = way(ilf, tmp_path)
    for _ in range(2):
        with ledger.opened() as connection:
            assert connection.execute("SELECT count(*) FROM run").fetchone() == (1,)
    assert ledger.changed is None
    assert told(ilf) == []


@pytest.mark.parametrize("way", [copied, rotated])
def test_neither_is_made_of_a_ledger_that_was_changed(
    ilf: TenantContext, file: Path, tmp_path: Path, way: Callable[[TenantContext, Path], Ledger]
) -> None:
    swap_blocks(file, 0, 1)
    with pytest.raises(NoGo, match="is not the file that siller closed last"):
        way(ilf, tmp_path)


def test_what_only_reads_leaves_the_checksum_as_it_is(ilf: TenantContext, file: Path) -> None:
    before = checksum.beside(file).stat().st_mtime_ns
    with ilf.ledger.opened() as connection:
        connection.execute("SELECT count(*) FROM run").fetchall()
    assert checksum.beside(file).stat().st_mtime_ns == before


def test_a_clock_that_steps_back_while_a_ledger_is_open_puts_no_old_checksum_back(
    ilf: TenantContext, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can set a file's time of change: that of the lifted checksum is read as if it had come from later on."""
    untouched = checksum._untouched
    with monkeypatch.context() as patched:
        patched.setattr(
            checksum, "_untouched", lambda path, beside: beside.name.startswith(".") or untouched(path, beside)
        )
        with ilf.ledger.opened() as connection:
            connection.execute("CREATE TABLE written AS SELECT * FROM range(100000)")
    assert checksum.beside(file).read_text().startswith(hashlib.sha256(file.read_bytes()).hexdigest())
    assert told(ilf) == []
