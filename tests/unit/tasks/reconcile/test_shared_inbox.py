"""An inbox that homes share: what comes into one is there for all, and nothing is left of what was received."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.reconcile.shared_inbox import BANK, INBOXES, PROVIDER, Inbox, SharedInbox, list_waiting
from tasks.storage.folder import Folder
from tests.month import context

ANSWER = b"what the bank said"


@pytest.fixture(params=INBOXES, ids=["bank", "provider"])
def of(request: pytest.FixtureRequest) -> Inbox:
    found: Inbox = request.param
    return found


@pytest.fixture
def one(tmp_path: Path, of: Inbox) -> SharedInbox:
    return SharedInbox(context(tmp_path / "one"), Folder("store", tmp_path / "store"), of)


def came(shared: SharedInbox, *names: str) -> None:
    folder = shared.inbox.folder(shared.context.paths, "ilf")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(ANSWER)
    shared.move_in(list_waiting(shared.context, shared.inbox))
    assert list_waiting(shared.context, shared.inbox) == []


def test_nothing_is_left_of_an_answer_that_came_under_two_names(one: SharedInbox) -> None:
    came(one, "answer.xml", "answer-again.xml")
    assert [path.read_bytes() for path in one.fetch()] == [ANSWER]
    one.remove({hashlib.sha256(ANSWER).hexdigest()})
    assert one.fetch() == [] and one.store.names() == []


def test_a_name_that_leaves_no_room_on_a_disk_keeps_no_answer_back(one: SharedInbox, tmp_path: Path) -> None:
    came(one, f"{'n' * 246}.xml")
    other = replace(one, context=context(tmp_path / "other"))
    keys, its_keys = (each.context.paths.key("ilf", "sealed").parent for each in (one, other))
    shutil.copytree(keys, its_keys)
    (found,) = other.fetch()
    assert found.read_bytes() == ANSWER and found.suffix == ".xml"


def test_what_the_bank_said_is_no_answer_of_the_provider(tmp_path: Path) -> None:
    home, store = context(tmp_path / "one"), Folder("store", tmp_path / "store")
    of_bank, of_provider = (SharedInbox(home, store, each) for each in (BANK, PROVIDER))
    came(of_bank, "answer.csv")
    assert of_provider.fetch() == []
    came(of_provider, "answer.csv")
    of_provider.remove({hashlib.sha256(ANSWER).hexdigest()})
    assert [path.read_bytes() for path in of_bank.fetch()] == [ANSWER]


def test_one_that_comes_by_the_name_of_another_while_that_is_moved_is_not_lost(
    one: SharedInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a bank's report of every day, which its sender puts over the last one."""
    swap, path = Folder.swap, one.inbox.folder(one.context.paths, "ilf") / "daily.xml"

    def slow(store: Folder, *asked: Any) -> bool:
        done = swap(store, *asked)
        path.with_name(".daily").write_bytes(b"what the bank said next")
        path.with_name(".daily").replace(path)
        return done

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Folder, "swap", slow)
        path.parent.mkdir(parents=True)
        path.write_bytes(ANSWER)
        one.move_in([path])
    one.move_in([path])
    assert sorted(found.read_bytes() for found in one.fetch()) == [ANSWER, b"what the bank said next"]
    assert not path.exists()
