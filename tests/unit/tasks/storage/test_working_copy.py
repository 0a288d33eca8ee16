"""Homes that share what a store has: one commit after the other counts, and none that began before another ended."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.storage.commit import Taken
from tasks.storage.folder import Folder
from tasks.storage.store import Seen
from tasks.storage.working_copy import KEPT_COMMITS, POINTER, Fenced, WorkingCopy

FIXED = ("parts",)


class Home:
    """A home with one file that is written again and again, and parts that never change."""

    def __init__(self, root: Path, store: Folder) -> None:
        self.root, self.ledger = root, root / "ledgers" / "ilf"
        self.copy = WorkingCopy(store, root, root / "ledgers" / "ilf.taken.json", "ilf")

    def own(self) -> Iterator[Path]:
        return (path for path in (self.ledger, self.ledger.with_name("ilf.log")) if path.exists())

    def take(self) -> Taken:
        return self.copy.take(self.own(), FIXED)

    def write(self, said: str, *parts: str) -> list[Path]:
        self.ledger.parent.mkdir(parents=True, exist_ok=True)
        self.ledger.write_text(said)
        files = [self.root / "parts" / part for part in parts]
        for file in files:
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"rows of {file.name}")
        return [self.ledger, *files]

    def commit(self, said: str, *parts: str) -> None:
        taken = self.take()
        self.copy.commit(taken, self.write(said, *parts), FIXED)


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder("store", tmp_path / "store")


@pytest.fixture
def one(tmp_path: Path, store: Folder) -> Home:
    return Home(tmp_path / "one", store)


@pytest.fixture
def two(tmp_path: Path, store: Folder) -> Home:
    return Home(tmp_path / "two", store)


def said(home: Home) -> str:
    home.take()
    return home.ledger.read_text()


def test_what_one_home_commits_the_other_takes(one: Home, two: Home) -> None:
    assert not one.copy.exists
    one.commit("first", "a")
    assert two.copy.exists and said(two) == "first"
    two.commit("second", "a", "b")
    assert said(one) == "second"
    assert (one.root / "parts" / "b").read_text() == "rows of b"
    assert list(one.copy.find_changed()) == []


def test_who_only_looks_commits_nothing(one: Home, two: Home, store: Folder) -> None:
    one.commit("first", "a")
    before = store.names(), store.text_of(POINTER)
    one.commit("first", "a")
    two.commit("first", "a")
    assert (store.names(), store.text_of(POINTER)) == before


def test_a_file_that_did_not_change_is_put_once(one: Home, store: Folder) -> None:
    for number in range(3):
        one.commit(f"{number}", "a")
    assert len([name for name in store.names() if name.endswith("-a")]) == 1


def test_who_began_before_another_home_ended_is_fenced_and_leaves_nothing(one: Home, two: Home) -> None:
    one.commit("first")
    late = one.take()
    files = one.write("late", "x")
    two.commit("second")
    with pytest.raises(Fenced, match=r"Another machine has worked for ilf since this one began"):
        one.copy.commit(late, files, FIXED)
    assert (said(one), said(two)) == ("second", "second")


def test_of_two_first_commits_one_counts(one: Home, two: Home) -> None:
    late = one.take()
    two.commit("of two")
    with pytest.raises(Fenced):
        one.copy.commit(late, one.write("of one"), FIXED)
    assert said(one) == "of two"


def test_what_a_killed_process_wrote_never_was(one: Home) -> None:
    one.take()
    one.write("killed before the first commit")
    one.take()
    assert not one.ledger.exists()
    one.commit("first")
    one.take()
    one.write("killed later")
    (one.ledger.parent / "ilf.log").write_text("half a transaction")
    assert said(one) == "first"
    assert not (one.ledger.parent / "ilf.log").exists()


def test_a_lost_answer_is_looked_up(one: Home, store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    swap = Folder._swap

    def lost(self: Folder, *asked: object) -> bool:
        swap(self, *asked)  # type: ignore[arg-type]
        return False

    monkeypatch.setattr(Folder, "_swap", lost)
    one.commit("first")
    one.commit("second")
    assert said(one) == "second"


def test_a_part_that_is_missing_is_not_committed(one: Home) -> None:
    one.commit("first", "a")
    taken = one.take()
    (one.root / "parts" / "a").unlink()
    with pytest.raises(NoGo, match=r"parts/a is missing, and the ledger of ilf names it. Nothing was committed"):
        one.copy.commit(taken, [one.ledger, one.root / "parts" / "a"], FIXED)
    assert said(one) == "first", "the store has it"
    assert (one.root / "parts" / "a").exists()


@pytest.mark.parametrize("breaks", ["gone", "changed"])
def test_an_object_that_is_not_what_was_put_is_a_no_go(one: Home, two: Home, store: Folder, breaks: str) -> None:
    one.commit("first", "a")
    (part,) = (store.path / name for name in store.names() if name.endswith("-a"))
    part.unlink() if breaks == "gone" else part.write_text("other rows")
    with pytest.raises(NoGo, match=r"holds parts/a of ilf\. A home that has not got it releases nothing without it"):
        two.take()
    assert [part.name in said for said in one.copy.find_changed()] == [True], "verifying tells who has it still"
    assert not (two.root / "parts" / "a").exists()


def test_an_older_pointer_is_a_no_go_for_who_has_had_the_later_one(one: Home, two: Home, store: Folder) -> None:
    one.commit("first")
    earlier = store.text_of(POINTER)
    one.commit("second")
    two.take()
    assert earlier is not None
    (store.path / POINTER).write_text(earlier)
    for home in one, two:
        with pytest.raises(NoGo, match="is at commit 1 of ilf, and this home has had its commit 2: somebody has put"):
            home.take()
    store.remove(POINTER)
    with pytest.raises(NoGo, match="is at commit 0 of ilf"):
        one.take()


@pytest.mark.parametrize("commits", [("first",), ("first", "second: paid")], ids=["one", "two"])
def test_a_new_home_begins_no_second_ledger_where_the_pointer_has_gone(
    one: Home, two: Home, store: Folder, commits: tuple[str, ...]
) -> None:
    early = Home(two.root.with_name("early"), store)
    early.take()
    for commit in commits:
        one.commit(commit, "a")
    store.remove(POINTER)
    for home in two, early:
        for look in home.take, lambda home=home: home.copy.exists:
            with pytest.raises(NoGo, match=r"had a ledger of ilf .*, and its pointer is gone.*Put head\.json back"):
                look()
        assert not home.ledger.exists()


def test_a_first_commit_that_was_killed_before_its_pointer_is_begun_again(one: Home, two: Home, store: Folder) -> None:
    store.put_if_absent("00000001-x-ilf", b"of one who was killed")
    one.commit("first")
    assert said(two) == "first"


def test_who_reads_an_earlier_commit_that_is_removed_meanwhile_reads_the_later_one(
    one: Home, two: Home, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.commit("payees", "a")
    see = Folder.see

    def erased_once_seen(folder: Folder, name: str) -> Seen | None:
        found = see(folder, name)
        monkeypatch.undo()
        one.commit("erased")
        one.copy.forget_earlier()
        return found

    two.take()
    one.commit("payees, later", "a")
    monkeypatch.setattr(Folder, "see", erased_once_seen)
    assert said(two) == "erased"


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"name": "1-x"}, {"number": 7}, None], ids=str)
def test_a_pointer_that_siller_did_not_write_is_a_no_go(
    one: Home, two: Home, store: Folder, changes: dict[str, object] | None
) -> None:
    one.commit("first")
    pointer = json.loads(store.text_of(POINTER) or "")
    (store.path / POINTER).write_text("[]" if changes is None else json.dumps(pointer | changes))
    with pytest.raises(NoGo, match=r"The pointer of ilf in .* does not name a commit of siller's"):
        two.take()


def test_who_asks_whether_anybody_has_committed_since_is_told_though_that_commit_is_gone_again(
    one: Home, two: Home, store: Folder
) -> None:
    """As where two more are made while it is asked, the later one by an erasure: what was committed stands."""
    taken = one.take()
    stands = one.copy.commit(taken, one.write("first"), FIXED)
    assert one.copy.is_last(stands)
    two.commit("second")
    assert not one.copy.is_last(stands)
    store.remove(json.loads(store.text_of(POINTER) or "")["name"])
    assert not one.copy.is_last(stands)


def test_an_answer_that_is_named_as_a_list_of_files_keeps_no_body_from_beginning(one: Home, store: Folder) -> None:
    store.put_if_absent("answer-0123-of-the-commit.json", b"what the bank said")
    assert not one.copy.exists
    one.commit("first")


def test_a_home_with_a_ledger_of_its_own_is_not_mixed_with_a_store(one: Home, two: Home) -> None:
    two.commit("shared")
    one.write("its own")
    with pytest.raises(NoGo, match=r"stands in this home, and was never in .*Use an empty SILLER_HOME"):
        one.take()
    assert one.ledger.read_text() == "its own"


def test_a_home_of_another_store_is_a_no_go(one: Home, tmp_path: Path) -> None:
    one.commit("first")
    other = Home(one.root, Folder("store", tmp_path / "other"))
    with pytest.raises(NoGo, match=r"is a working copy of .*store, and SILLER_STORE now means .*other"):
        other.take()
    one.copy.note.write_text("{}")
    with pytest.raises(NoGo, match=r"taken\.json cannot be read: somebody changed it"):
        one.take()


def test_what_nobody_can_name_any_more_is_swept_and_nothing_else(one: Home, two: Home, store: Folder) -> None:
    one.commit("first", "a", "dropped")
    late = two.take()
    files = two.write("late", "a", "dropped", "of-the-late-one")
    one.commit("second", "a")
    with pytest.raises(Fenced):
        two.copy.commit(late, files, FIXED)
    began = one.take()
    store.put_if_absent(f"{began.commit.number + 1:08d}-x-of-one-who-has-not-ended", b"")
    one.copy.sweep(began.commit, began.commit.number)
    left = {name.partition("-")[2].partition("-")[2] for name in store.names()} - {""}
    assert left == {"ilf", "a", "commit.json", "of-one-who-has-not-ended"}
    shutil.rmtree(two.root)
    assert said(two) == "second"


def test_old_commits_stay_for_a_while_as_backups(one: Home, store: Folder) -> None:
    for number in range(1, KEPT_COMMITS + 3):
        one.commit(f"{number}", "a")
    numbers = {int(name.partition("-")[0]) for name in store.names() if name != POINTER}
    assert numbers == set(range(1, KEPT_COMMITS + 3)), "commit 50 sweeps those up to 0"
