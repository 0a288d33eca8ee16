"""A ledger that homes share: what a home says of an empty store, and what of an erased period it lets go of."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyrage
import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ledger.erasures import ErasureRow
from tasks.ledger.rows import insert
from tasks.ledger.shared import sweep_erased
from tasks.storage.atomic_write import write_atomic
from tasks.storage.commit import Commit
from tasks.storage.folder import Folder
from tasks.storage.keys import random_key
from tasks.storage.shared_folders import LIST
from tasks.storage.working_copy import WorkingCopy
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, context


@pytest.fixture
def ilf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    """A new home at a store, for which a folder stands: it has the store's code and its conditions."""
    monkeypatch.setenv("SILLER_STORE", "s3://bucket/prefix")
    monkeypatch.setenv("SILLER_OUTBOX", "s3://bucket/outbox")
    monkeypatch.setattr("tasks.ledger.shared.shared_store", lambda *_: Folder("store", tmp_path / "store"))
    return context(tmp_path / "home")


def test_a_home_that_finds_nothing_says_where_it_has_looked_and_what_to_do(ilf: TenantContext, tmp_path: Path) -> None:
    with pytest.raises(NoGo) as said, ilf.ledger.opened():
        pass
    assert str(said.value) == (
        f"ilf has no ledger in {tmp_path / 'store'} (SILLER_STORE): nothing has been run there yet. If something has, "
        "SILLER_STORE names another bucket or prefix here than on the machine that ran it. Hold the two against each "
        "other before anything is run."
    )
    assert not ilf.ledger.exists


def test_what_a_home_made_of_an_erased_period_goes_and_nothing_else(waiting_home: Path, tmp_path: Path) -> None:
    of = context(shutil.copytree(waiting_home, tmp_path / "home", symlinks=True))
    november, run, paths = Period.parsed("2026-11"), "ilf-2026-11-rehearsal-1", of.paths
    kept = [paths.changed("ilf-2026-12-rehearsal-1"), *paths.correction_files("ilf", Period.parsed("2026-12"))]
    gone = [paths.reports(run) / "gates" / "page.html", paths.recalls(run) / "sheet.csv"]
    gone += [paths.payee_checks(run) / "asked.csv", *paths.given_back(run), *paths.correction_files("ilf", november)]
    for path in (*kept, *gone):
        write_atomic(path, b"payees")
    with of.ledger.transaction() as connection:
        sweep_erased(connection, paths, "ilf")
        assert all(path.exists() for path in (*kept, *gone)), "nothing was erased yet"
        insert(connection, ErasureRow(1, november, "its years are over", "one", "another", NOVEMBER))
        sweep_erased(connection, paths, "ilf")
    assert [path for path in (*kept, *gone) if path.exists()] == kept


def test_what_is_made_of_an_erased_period_after_the_ledger_has_said_what_is_erased_is_not_shared(
    ilf: TenantContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a process that was paused since before the erasure: once shared it would come back into every home."""
    keys = {"ilf.ledger": random_key(), "ilf.sealed": str(pyrage.x25519.Identity.generate())}
    monkeypatch.setenv("SILLER_KEYS", json.dumps(keys))
    november, paths, commit = Period.parsed("2026-11"), ilf.paths, WorkingCopy.commit
    late, kept = (paths.correction_files("ilf", Period.parsed(f"2026-{month}"))[0] for month in (11, 12))
    with ilf.ledger.transaction(create=True) as connection:
        insert(connection, ErasureRow(1, november, "its years are over", "one", "another", NOVEMBER))
    write_atomic(kept, b"payees")

    def woken(copy: WorkingCopy, *asked: Any) -> Commit:
        write_atomic(late, b"payees")
        return commit(copy, *asked)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(WorkingCopy, "commit", woken)
        with ilf.ledger.opened():
            pass
    listed = (tmp_path / "store" / LIST).read_text()
    assert kept.name in listed and late.name not in listed
    with ilf.ledger.opened():
        pass
    assert kept.exists() and not late.exists()
