"""Folders of a home that homes share: what people read of a run, whichever home has made it.

They stand beside the ledger and not in its commit, as each of these files can be made again from it. In the store a
file is an immutable object, and a pointer lists them all: it is moved last, by compare-and-swap. Where a file has
changed both here and there, the one there counts: whoever made it knew what stood there, and this home did not.

What was erased stays erased: a home shares what it has made only once its ledger has said what of it is erased, and
only while no home has committed since. An erasure commits first and moves the list then, so of a home that was paused
in between either the commit is no longer the last or the list is no longer what it saw.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from schemas.no_go import NoGo
from tasks.storage.atomic_write import write_atomic
from tasks.storage.store import Seen, Store

LIST = "for-people.json"
_OBJECT = "for-people-"
_TRIES = 8


@dataclass(frozen=True)
class _Shared:
    """A file as the store has it: the object that holds it, and the SHA-256 of what is in it."""

    name: str
    sha256: str


_State = tuple[int, int]
"""When a file was written last, in nanoseconds, and how long it is."""


@dataclass(frozen=True)
class SharedFolders:
    """Files of a home, and the store that has them. Called by who keeps the home's other processes out meanwhile.

    Attributes:
        store: where they are shared.
        root: what their places are below.
        note: where the home keeps what it took or shared last.
        seal: encrypts one.
        unseal: opens one.
    """

    store: Store
    root: Path
    note: Path
    seal: Callable[[bytes], bytes]
    unseal: Callable[[bytes], bytes]

    def fetch(self) -> None:
        """Fetch what other homes have made, and remove what they have erased.

        Raises:
            NoGo: the store cannot be reached, or it is not what siller left.
        """
        self._fetch(self._read(self.store.see(LIST)))

    def bring_together(self, files: Collection[Path], is_last: Callable[[], bool]) -> None:
        """Fetch what other homes have made or erased, and share what was made here and is not erased.

        Args:
            files: those that were here when the ledger here said what is erased.
            is_last: whether no home has committed since the ledger here said what is erased. Where one has, what was
                made here is shared another time.

        Raises:
            NoGo: the store cannot be reached, others go on changing what is shared, or it is not what siller left.
        """
        for _ in range(_TRIES):
            seen = self.store.see(LIST)
            there = self._read(seen)
            lacking, states = self._fetch(there)
            ours = {self._place(path): path for path in files if path.exists()}
            changed = {at: state for at, path in ours.items() if (state := _state_of(path)) != states.get(at)}
            changed = {at: state for at, state in changed.items() if at not in lacking}
            if not changed or not is_last():
                return
            made = {place: self._put(ours[place]) for place in changed}
            if self._move(seen, there | made):
                self._keep(there | made, states | changed, lacking)
                self._remove(there[place] for place in made if place in there)
                return
            self._remove(made.values())
        raise NoGo(f"Others go on changing what is shared in {self.store.address}. Do the same again.")

    def erase(self, paths: Iterable[Path]) -> None:
        """Remove files, or all in a folder, here and in the store; other homes remove theirs when they next look there.

        Raises:
            NoGo: as :meth:`bring_together` says.
        """
        places = {self._place(path) for path in paths if path.is_relative_to(self.root)}
        for _ in range(_TRIES):
            seen = self.store.see(LIST)
            there = self._read(seen)
            gone = {at: shared for at, shared in there.items() if not places.isdisjoint((at, *_above(at)))}
            left = {at: shared for at, shared in there.items() if at not in gone}
            if self._move(seen, left):  # also where nothing is gone: whoever has seen it before shares nothing by it
                self._remove(gone.values())
                self._fetch(left)
                return
        raise NoGo(f"Others go on changing what is shared in {self.store.address}. Do the same again.")

    def _fetch(self, there: Mapping[str, _Shared]) -> tuple[set[str], dict[str, _State]]:
        """Make the files here those of the store, but for what was made here since.

        Returns:
            the places of what has just been replaced in the store, and how each of the others was left here.
        """
        (before, states), lacking = self._noted(), set[str]()
        for place, shared in there.items():
            path = self.root / place
            if path.exists() and before.get(place) == shared:
                continue
            sealed = self.store.get(shared.name)
            if sealed is None:  # it has just been replaced: the next opening has the new one
                lacking.add(place)
                continue
            with sealed:
                content = self.unseal(sealed.read())
            if hashlib.sha256(content).hexdigest() != shared.sha256:
                raise NoGo(f"{shared.name} in {self.store.address} is not what siller put there. Find out who did.")
            write_atomic(path, content)
            states[place] = _state_of(path)
        for place in before.keys() - there.keys():
            (self.root / place).unlink(missing_ok=True)
            del states[place]
        if before != there:
            self._keep(there, states, lacking)
        return lacking, states

    def _put(self, path: Path) -> _Shared:
        content = path.read_bytes()
        shared = _Shared(f"{_OBJECT}{secrets.token_hex(8)}", hashlib.sha256(content).hexdigest())
        self.store.put_if_absent(shared.name, self.seal(content))
        return shared

    def _move(self, seen: Seen | None, listed: Mapping[str, _Shared]) -> bool:
        files = {place: asdict(shared) for place, shared in sorted(listed.items())}
        # A pointer says each time what it never said before.
        return self.store.swap(LIST, json.dumps({"moved": secrets.token_hex(8), "files": files}).encode(), seen)

    def _remove(self, shared: Iterable[_Shared]) -> None:
        for each in shared:
            self.store.remove(each.name)

    def _read(self, seen: Seen | None) -> dict[str, _Shared]:
        if seen is None:
            return {}
        try:
            return {str(place): _Shared(**shared) for place, shared in json.loads(seen.data)["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NoGo(f"{LIST} in {self.store.address} is not what siller wrote there. Find out who did.") from None

    def _noted(self) -> tuple[dict[str, _Shared], dict[str, _State]]:
        try:
            said = json.loads(self.note.read_bytes())
            shared = {place: _Shared(name, sha256) for place, (name, sha256, *_) in said.items()}
            return shared, {place: (at, size) for place, (*_, at, size) in said.items()}
        except (OSError, ValueError, TypeError, AttributeError):  # it is compared anew, with what the store has
            return {}, {}

    def _keep(self, there: Mapping[str, _Shared], states: Mapping[str, _State], lacking: set[str]) -> None:
        noted = {at: (each.name, each.sha256, *states[at]) for at, each in there.items() if at not in lacking}
        write_atomic(self.note, json.dumps(noted).encode())

    def _place(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def _above(place: str) -> list[str]:
    return [parent.as_posix() for parent in PurePosixPath(place).parents]


def _state_of(path: Path) -> _State:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
