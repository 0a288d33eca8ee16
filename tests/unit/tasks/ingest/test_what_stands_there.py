"""Whatever stands in the landing folder: nothing hangs, the ledger is free, and what is hashed is what lands."""

import hashlib
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ingest import landing, rows, stage
from tasks.ingest.stage import open_run
from tasks.ledger.runs import runs_of_period
from tasks.storage.custody import seal
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, context, deliver, ingest

NAMES = ("ilf.csv", "ilf.csv.manifest.json", "ilf.csv.manifest.json.sig")


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Nothing here may wait for anybody."""
    signal.alarm(30)
    yield
    signal.alarm(0)


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    of = context(tmp_path / "home")
    deliver(of)
    return of


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_link_to_another_bodys(path: Path) -> None:
    elsewhere = path.parent.parent / "other-body"
    elsewhere.mkdir()
    path.rename(elsewhere / path.name)
    path.symlink_to(elsewhere / path.name)


def far_too_long(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(5 * 2**30)


STANDS: dict[Callable[[Path], None], str] = {
    a_pipe: "is a pipe and no file",
    a_folder: "is a folder and no file",
    a_link_to_another_bodys: "is a link that leads out of its folder",
    far_too_long: "is larger than",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", STANDS, ids=lambda make: make.__name__)
def test_a_run_does_not_begin_and_says_why(ilf: TenantContext, name: str, make: Callable[[Path], None]) -> None:
    make(ilf.paths.landing("ilf") / name)
    with pytest.raises(NoGo, match=STANDS[make]) as said:
        ingest(ilf)
    assert name in str(said.value)
    with ilf.ledger.opened() as connection:
        assert not runs_of_period(connection, Period.parsed("2026-11"))


def test_the_ledger_is_free_while_the_extract_is_hashed(ilf: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    def hashed(path: Path, kind: Incoming) -> str:
        with replace(ilf.ledger, patience=0.0).opened():
            return hash_of(path, kind)

    monkeypatch.setattr(landing, "hash_of", hashed)
    assert ingest(ilf) == "ilf-2026-11-rehearsal-1"


class TestExchanged:
    """Between the hash and the reading somebody puts another file there, of as many rows and pounds."""

    @pytest.fixture
    def opened(self, ilf: TenantContext) -> tuple[Any, ...]:
        run, arrived = open_run(ilf, "2026-11", "flow-1", NOVEMBER)
        assert arrived
        extract = arrived.extract
        shutil.copy(extract, extract.with_name("sent"))
        extract.write_bytes(extract.read_bytes().replace(b"Royal", b"Other"))
        return ilf, run, arrived, "flow-1", NOVEMBER

    def none_landed(self, of: TenantContext) -> None:
        with of.ledger.opened() as connection:
            assert not runs_of_period(connection, Period.parsed("2026-11"))
        assert not list(of.paths.sealed("ilf", "").parent.glob("*"))

    def test_and_leaves_it_there(self, opened: tuple[Any, ...]) -> None:
        with pytest.raises(NoGo, match=r"ilf\.csv changed while it was being read"):
            stage.ingest(*opened)
        self.none_landed(opened[0])

    def test_and_puts_the_first_one_back(self, opened: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        real, extract = rows.seal, opened[2].extract

        def and_put_back(*arguments: Any) -> Any:
            shutil.copy(extract.with_name("sent"), extract)
            return real(*arguments)

        monkeypatch.setattr(rows, "seal", and_put_back)
        with pytest.raises(NoGo, match=r"ilf\.csv changed while it was being read"):
            stage.ingest(*opened)
        self.none_landed(opened[0])

    def test_by_a_pipe(self, opened: tuple[Any, ...]) -> None:
        a_pipe(opened[2].extract)
        with pytest.raises(NoGo, match="is a pipe and no file"):
            stage.ingest(*opened)
        self.none_landed(opened[0])

    def test_before_it_is_sealed(self, opened: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        extract = opened[2].extract
        shutil.copy(extract.with_name("sent"), extract)

        def after_another_came(file: Any, *arguments: Any) -> Path:
            extract.write_bytes(extract.read_bytes().replace(b"Royal", b"Other"))
            return seal(file, *arguments)

        monkeypatch.setattr(stage, "seal", after_another_came)
        with pytest.raises(NoGo, match=r"ilf\.csv changed while it was being read"):
            stage.ingest(*opened)
        self.none_landed(opened[0])

    def test_a_manifest_that_changes_after_it_was_signed_is_sealed_as_it_was_read(
        self, opened: tuple[Any, ...]
    ) -> None:
        of, _, arrived = opened[:3]
        shutil.copy(arrived.extract.with_name("sent"), arrived.extract)
        manifest = arrived.declared_in.path
        as_signed = manifest.read_bytes()
        manifest.write_text("{}")
        stage.ingest(*opened)
        with of.ledger.opened() as connection:
            [(said,)] = connection.execute("SELECT said FROM act WHERE act = 'signed'").fetchall()
        assert hashlib.sha256(as_signed).hexdigest() in said
