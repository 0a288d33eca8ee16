"""The one door to a ledger: one holder at a time, private, encrypted, and a sentence where it does not open."""

import base64
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger import Ledger, LedgerBusy, checksum, engine
from tasks.ledger.versions import VERSION
from tasks.settings import PROJECT, Settings
from tasks.storage.paths import Paths

NAME = "Ffoulkes-Arbuthnot Gwenhwyfar"
HOLDER = """
import sys, time
from pathlib import Path
from schemas.pay_run import Mode
from tasks.ledger import Ledger
from tasks.storage.paths import Paths
from tasks.settings import Settings
home, seconds = Path(sys.argv[1]), float(sys.argv[2])
ledger = Ledger("ilf", Paths(home, Mode.REHEARSAL), Settings(home=home))
with ledger.opened(create=True) as connection:
    connection.execute("CREATE TABLE held (text VARCHAR)")
    connection.execute("INSERT INTO held VALUES ('by another')")
    print("holding", flush=True)
    time.sleep(seconds)
"""
KILLED = """
import os, sys
from pathlib import Path
from schemas.pay_run import Mode
from tasks.ledger import Ledger
from tasks.storage.paths import Paths
from tasks.settings import Settings
home = Path(sys.argv[1])
ledger = Ledger("ilf", Paths(home, Mode.REHEARSAL), Settings(home=home, memory_limit="50MB", threads=1))
with ledger.opened(create=True) as connection:
    connection.execute("CREATE TABLE sent (text VARCHAR)")
    connection.execute("INSERT INTO sent VALUES (?)", [sys.argv[2]])
    # More than memory may hold, so that DuckDB spills it.
    connection.execute(
        "CREATE TEMP TABLE big AS SELECT ? || md5(i::VARCHAR) || md5((i + 1)::VARCHAR) || sha256(i::VARCHAR) AS text "
        "FROM range(500000) AS t(i)", [sys.argv[2]]
    )
    os._exit(9)
"""


def ledger_in(home: Path, patience: float = 60.0) -> Ledger:
    return Ledger("ilf", Paths(home, Mode.REHEARSAL), Settings(home=home), patience)


def run_python(program: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=PROJECT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def held(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the ledger for two seconds."""
    with run_python(HOLDER, str(tmp_path), "2") as process:
        assert process.stdout
        assert process.stdout.readline() == "holding\n"
        yield process


def test_a_second_process_waits_and_then_says_that_the_ledger_is_in_use(
    tmp_path: Path, held: "subprocess.Popen[str]"
) -> None:
    began = time.monotonic()
    busy = pytest.raises(LedgerBusy, match=r"ledger of ilf has been in use.*try again when it has ended")
    with busy, ledger_in(tmp_path, patience=0.3).opened():
        pass
    assert time.monotonic() - began >= 0.3


def test_a_second_process_goes_on_with_what_the_first_one_wrote(tmp_path: Path, held: "subprocess.Popen[str]") -> None:
    with ledger_in(tmp_path).opened() as connection:
        assert connection.execute("SELECT text FROM held").fetchall() == [("by another",)]
    assert held.wait() == 0


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a process was killed with a name in its ledger's log and more in its spill."""
    home = tmp_path_factory.mktemp("killed")
    before = os.umask(0o022)
    try:
        with run_python(KILLED, str(home), NAME) as process:
            assert process.wait() == 9
    finally:
        os.umask(before)
    return home


def test_a_name_is_in_no_file_in_plain(killed: Path) -> None:
    files = {path.relative_to(killed).as_posix(): path.read_bytes() for path in killed.rglob("*") if path.is_file()}
    assert files["rehearsal/ledgers/ilf.duckdb.wal"], "the log is where the last rows of a killed process are"
    assert any(name.startswith("rehearsal/spill/") and content for name, content in files.items()), "DuckDB has spilled"
    assert not [name for name, content in files.items() if NAME[:12].encode() in content]


def test_every_file_is_its_owners_alone_whatever_the_shell_allows(killed: Path) -> None:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in killed.rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}


def test_what_a_killed_process_had_committed_is_there(killed: Path) -> None:
    with ledger_in(killed).opened() as connection:
        assert connection.execute("SELECT text FROM sent").fetchall() == [(NAME,)]
    assert not list(killed.glob("rehearsal/spill/*/*")), "what it had spilled is cleared away"


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    with ledger.opened(create=True) as connection:
        connection.execute("CREATE TABLE written (number INTEGER)")
    with pytest.raises(RuntimeError), ledger.transaction() as connection:
        connection.execute("INSERT INTO written VALUES (1)")
        raise RuntimeError
    with ledger.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM written").fetchone() == (0,)


def test_no_ledger_is_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(NoGo, match="ilf has no ledger"), ledger_in(tmp_path).opened():
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_may_have_an_apostrophe_in_its_name(tmp_path: Path) -> None:
    home = tmp_path / "the operator's"
    with ledger_in(home).opened(create=True):
        pass
    with ledger_in(home).opened() as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)


class TestWhatDoesNotOpen:
    """Each ends in a sentence that names the file, and nothing is made in the place of what is lost."""

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        ledger = ledger_in(tmp_path)
        with ledger.opened(create=True):
            pass
        return ledger

    def test_a_lost_key(self, ledger: Ledger) -> None:
        key = ledger.paths.key("ilf", "ledger")
        key.unlink()
        gone = pytest.raises(NoGo, match=f"key ilf.ledger is gone: there is no {re.escape(str(key))}")
        with gone, ledger.opened():
            pass
        assert not key.exists()

    def test_another_key(self, ledger: Ledger) -> None:
        ledger.paths.key("ilf", "ledger").write_text(base64.b64encode(b"b" * 32).decode())
        with pytest.raises(NoGo, match="does not open with the key in"), ledger.opened():
            pass

    @pytest.mark.parametrize("kept", [0, 5, 5000])
    def test_a_ledger_that_was_cut_short(self, ledger: Ledger, kept: int) -> None:
        file = ledger.paths.ledger("ilf")
        whole = file.read_bytes()
        file.write_bytes(whole[:kept])
        with pytest.raises(NoGo, match="is not the file that siller closed last"), ledger.opened():
            pass
        checksum.beside(file).unlink()  # as after a kill
        with pytest.raises(NoGo, match="does not open with the key in"), ledger.opened():
            pass
        file.write_bytes(whole)
        with ledger.opened() as connection:
            assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('{key}')",
        "SELECT * FROM read_csv('{key}')",
        "SELECT * FROM glob('{home}/keys/*')",
        "COPY (SELECT 1) TO '{home}/out.csv'",
        "ATTACH '{home}/other.duckdb' AS other",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_directories = ['{home}']",
    ],
)
def test_sql_reaches_no_file_and_no_setting(tmp_path: Path, statement: str) -> None:
    ledger = ledger_in(tmp_path)
    with ledger.opened(create=True) as connection:
        key = ledger.paths.key("ilf", "ledger")
        assert key.exists()
        refused = pytest.raises(duckdb.Error, match=r"disabled by configuration|has been locked")
        with refused as told:
            connection.execute(statement.format(key=key, home=ledger.paths.root))
        assert key.read_text() not in str(told.value)
    assert {path.name for path in ledger.paths.root.iterdir()} == {"keys", "ledgers", "spill"}


def test_a_database_is_attached_in_the_one_folder_that_was_named(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    with ledger_in(tmp_path).opened(create=True, beside=tmp_path / "published") as connection:
        connection.execute(f"ATTACH '{tmp_path}/published/shown.duckdb' AS shown")
        connection.execute("CREATE TABLE shown.one AS SELECT 1")
        connection.execute("CHECKPOINT shown")
        with pytest.raises(duckdb.Error, match="disabled by configuration"):
            connection.execute(f"ATTACH '{tmp_path}/other.duckdb' AS other")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("UPDATE ledger_version SET version = 99", "has version 99, .* a newer siller has upgraded it. Use that one"),
        ("UPDATE ledger_version SET version = 3", "has version 3, .* Upgrade it, .* siller upgrade$"),
        ("UPDATE ledger_version SET version = 1", "has version 1, .* only the siller that made it opens it"),
        ("DROP TABLE ledger_version", "has version 1, .* from before version 3, the first that can be upgraded"),
    ],
)
def test_a_ledger_of_another_version_is_left_alone(tmp_path: Path, other: str, said: str) -> None:
    ledger = Ledger("ilf", Paths(tmp_path, Mode.REHEARSAL), Settings(home=tmp_path))
    with ledger.opened(create=True) as connection:
        connection.execute(other)
    before = ledger.paths.ledger("ilf").read_bytes()
    with pytest.raises(NoGo, match=said) as refused, ledger.opened():
        pass
    assert f"and this siller works with version {VERSION}. Nothing was changed" in str(refused.value)
    assert ledger.paths.ledger("ilf").read_bytes() == before


def test_an_extension_that_was_changed_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else whoever can write that one file reads every key of a ledger."""
    true = engine._extension("httpfs")
    version = tmp_path / "extensions" / true.parent.name
    version.mkdir(parents=True)
    data = bytearray(true.read_bytes())
    data[len(data) // 2] ^= 1
    (version / true.name).write_bytes(data)
    monkeypatch.setattr(engine, "find_spec", lambda name: SimpleNamespace(submodule_search_locations=[tmp_path]))
    engine._extension.cache_clear()
    ledger = Ledger("ilf", Paths(tmp_path, Mode.REHEARSAL), Settings(home=tmp_path))
    with pytest.raises(NoGo, match="is not the extension that DuckDB's makers signed"), ledger.opened(create=True):
        pass
    engine._extension.cache_clear()
    assert not ledger.exists
