"""Files of a home that are the working copy of what a store has: taken before the work, committed after it.

The store has immutable objects and one pointer. The pointer names a commit, an object that lists every file by its
place below the home's tree, with the object that holds its bytes. Moving the pointer by compare-and-swap is the commit:
whoever was paused, cut off or slow meanwhile finds it moved, is told so, and what it did never was.

An object's name begins with the number of the commit that it was put for, one more than that which the work began
with. So what the pointer's commit does not name can never be named again once its number is no later than the
pointer's: the commit that would have named it was fenced, however long it was paused. That alone says what may be
swept.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from schemas.no_go import NoGo
from tasks.storage.atomic_write import write_atomic
from tasks.storage.commit import Commit, Kept, Taken
from tasks.storage.conditions import check_conditions
from tasks.storage.custody import sha256_of_file
from tasks.storage.store import Seen, Store

POINTER = "head.json"
KEPT_COMMITS = 50
"""What no commit names any more stays for so many commits, as a backup."""

_LIST = "-commit.json"
"""How the name of the object ends that lists a commit's files."""
_AT_ONCE = 8
_MOST_BYTES = 1 << 40


class Fenced(NoGo):
    """Somebody else has committed since this work began: none of it counts."""


@dataclass(frozen=True)
class WorkingCopy:
    """Files of a home, and the store that has them.

    Everything is called by who keeps the home's other processes out meanwhile.

    Attributes:
        store: where the commits are.
        root: what places are below.
        note: where the home keeps which commit it took or made last.
        whose: whose files they are, for a sentence.
    """

    store: Store
    root: Path
    note: Path
    whose: str

    @property
    def exists(self) -> bool:
        """Whether anything was ever committed.

        Raises:
            NoGo: the home's files are of another store, the pointer is gone, or the store cannot be reached.
        """
        self._noted()
        if self.store.see(POINTER) is not None:
            return True
        self._check_never_begun()
        return False

    def take(self, own: Iterable[Path], immutable: Collection[str]) -> Taken:
        """Make the home's files those of the pointer's commit, and return what it is.

        A home that takes for the first time proves first that the store keeps its conditions.

        Args:
            own: the files here that nobody writes but between a take and its commit: what of them the commit does not
                have was left by who was killed or fenced, and goes.
            immutable: folders below the root whose files never change: what is there is not read again.

        Raises:
            NoGo: the pointer or the store's object is gone, older than what this home has had, or not what it says;
                the home's files are of another store or of none; the store does not keep its conditions; or it cannot
                be reached.
        """
        own = list(own)
        noted = self._noted()
        if noted is None:
            if own:
                raise NoGo(
                    f"{own[0]} stands in this home, and was never in {self.store.address}. What a home has of its own "
                    "is not mixed with a store's. Use an empty SILLER_HOME, or unset SILLER_STORE."
                )
            check_conditions(self.store)
            self._keep(Commit())
            noted = Commit()
        while True:
            pointer = self.store.see(POINTER)
            try:
                commit = self._fetched(pointer, noted, immutable)
                break
            except NoGo:
                if self.store.see(POINTER) == pointer:
                    raise
                # Another home has committed, and removed what this one was fetching, as an erasure does.
        for path in own:
            if self._place(path) not in commit.files:
                path.unlink(missing_ok=True)
        if commit != noted:
            self._keep(commit)
        return Taken(commit, pointer)

    def _fetched(self, pointer: Seen | None, noted: Commit, immutable: Collection[str]) -> Commit:
        """Fetch what this home has not of the commit that a pointer names, if that is none that it may not go on from.

        Raises:
            NoGo: as :meth:`take` says.
        """
        commit = self._named_by(pointer, noted)
        if commit.number < noted.number:
            raise NoGo(
                f"{self.store.address} is at commit {commit.number} of {self.whose}, and this home has had its commit "
                f"{noted.number}: somebody has put an older pointer back, or taken it away. Nothing was done. Put the "
                "later one back; until then nobody can tell what was released."
            )
        if pointer is None:
            self._check_never_begun()
        missing = [place for place in commit.files if self._differs(place, commit.files[place], immutable)]
        if missing:
            with ThreadPoolExecutor(_AT_ONCE) as beside:
                list(beside.map(lambda place: self._fetch(place, commit.files[place]), missing))
        return commit

    def _check_never_begun(self) -> None:
        """See that there was no commit, where there is no pointer.

        Raises:
            NoGo: the list of one stands there, or what was put for a later one.
        """
        for name in self.store.names():
            if _number_of(name) > 1 or (_number_of(name) and name.endswith(_LIST)):
                raise NoGo(
                    f"{self.store.address} had a ledger of {self.whose} ({name} is there), and its pointer is gone: a "
                    f"new ledger would not know who was paid. Nothing was done. Put {POINTER} back, or use another "
                    "prefix if nothing of it was ever released."
                )

    def begin(self) -> Taken:
        """Begin a store with what stands in this home, once that is committed.

        Raises:
            NoGo: the store has something already, does not keep its conditions, or cannot be reached.
        """
        if self.exists:
            raise NoGo(f"{self.store.address} has a ledger of {self.whose} already. Nothing was put there.")
        check_conditions(self.store)
        return Taken(Commit(), None)

    def commit(self, taken: Taken, files: Iterable[Path], immutable: Collection[str]) -> Commit:
        """Have the store keep the home's files, if nobody else has committed since they were taken; what stands here.

        The objects come first, then the list of them, then the pointer. Where nothing has changed nothing is committed.

        Args:
            taken: what the work began with.
            files: every file that there is to be.
            immutable: as it was taken.

        Raises:
            Fenced: somebody else has.
            NoGo: a file is missing, or the store cannot be reached.
        """
        number, token = taken.commit.number + 1, secrets.token_hex(8)
        before = taken.commit.files
        kept = {self._place(path): self._kept(path, before, immutable, f"{number:08d}-{token}") for path in files}
        if kept == before:
            return taken.commit  # somebody only looked
        new = [place for place, each in kept.items() if each.name.startswith(f"{number:08d}-{token}")]
        with ThreadPoolExecutor(_AT_ONCE) as beside:
            list(beside.map(lambda at: self.store.copy(kept[at].name, self.root / at, kept[at].sha256), new))
        commit = Commit(number, f"{number:08d}-{token}{_LIST}", kept)
        text = commit.as_json()
        self.store.put_if_absent(commit.name, text)
        pointer = {"number": number, "name": commit.name, "sha256": hashlib.sha256(text).hexdigest()}
        if not self.store.swap(POINTER, json.dumps(pointer).encode(), taken.pointer):
            raise Fenced(
                f"Another machine has worked for {self.whose} since this one began, and what this one did in the "
                "ledger never was: it was too late. Start it again; it goes on from what stands."
            )
        self._keep(commit)
        if number % KEPT_COMMITS == 0:
            self.sweep(commit, number - KEPT_COMMITS)
        return commit

    def is_last(self, commit: Commit) -> bool:
        """Whether nobody has committed since a commit; of a pointer that names none of siller's the next take says so.

        Raises:
            NoGo: the store cannot be reached.
        """
        seen = self.store.see(POINTER)
        try:
            return (str(json.loads(seen.data)["name"]) if seen else "") == commit.name
        except (ValueError, KeyError, TypeError):
            return False

    def find_changed(self) -> Iterator[str]:
        """Read every object of the pointer's commit; a sentence for each that is gone or is not what was put there.

        Raises:
            NoGo: the pointer does not name a commit of siller's, or the store cannot be reached.
        """
        for place, kept in self._named_by(self.store.see(POINTER), Commit()).files.items():
            if self.store.sha256_of(kept.name) != kept.sha256:
                yield self._not_as_put(place, kept)

    def forget_earlier(self) -> None:
        """Remove every object that the pointer's commit does not name: in earlier ones stands what was erased since.

        What a process that was fenced still puts there stays until the next sweep.

        Raises:
            NoGo: the pointer does not name a commit of siller's, or the store cannot be reached.
        """
        commit = self._named_by(self.store.see(POINTER), Commit())
        self.sweep(commit, commit.number)

    def sweep(self, commit: Commit, up_to: int) -> None:
        """Remove the objects of commits up to a number that the pointer's commit does not name.

        Raises:
            NoGo: the store cannot be reached.
        """
        named = {POINTER, commit.name, *(kept.name for kept in commit.files.values())}
        for name in self.store.names():
            if name not in named and 0 < _number_of(name) <= up_to:
                self.store.remove(name)

    def _named_by(self, pointer: Seen | None, noted: Commit) -> Commit:
        if pointer is None:
            return Commit()
        try:
            said = json.loads(pointer.data)
            name, sha256, number = str(said["name"]), str(said["sha256"]), int(said["number"])
            if name == noted.name:
                return noted
            text = self.store.text_of(name)
            commit = Commit.read((text or "").encode())
            as_said = hashlib.sha256((text or "").encode()).hexdigest() == sha256 and commit.number == number
        except (ValueError, KeyError, TypeError):
            as_said = False
        if not as_said:
            raise NoGo(
                f"The pointer of {self.whose} in {self.store.address} does not name a commit of siller's, or the "
                "commit is gone or was changed. Nothing was done. Find out who writes there."
            )
        return commit

    def _kept(self, path: Path, before: Mapping[str, Kept], immutable: Collection[str], name: str) -> Kept:
        place = self._place(path)
        if not path.exists():
            raise NoGo(f"{place} is missing, and the ledger of {self.whose} names it. Nothing was committed.")
        was = before.get(place)
        if was and place.rpartition("/")[0] in immutable:
            return was
        sha256 = sha256_of_file(path)
        return was if was and was.sha256 == sha256 else Kept(f"{name}-{path.name}", sha256)

    def _differs(self, place: str, kept: Kept, immutable: Collection[str]) -> bool:
        path = self.root / place
        if not path.exists():
            return True
        return place.rpartition("/")[0] not in immutable and sha256_of_file(path) != kept.sha256

    def _fetch(self, place: str, kept: Kept) -> None:
        path = self.root / place
        apart = path.with_name(f".{path.name}.fetched")
        if not self.store.fetch(kept.name, apart, _MOST_BYTES) or sha256_of_file(apart) != kept.sha256:
            apart.unlink(missing_ok=True)
            raise NoGo(f"{self._not_as_put(place, kept)} Nothing was done.")
        apart.replace(path)

    def _not_as_put(self, place: str, kept: Kept) -> str:
        return (
            f"{kept.name} in {self.store.address} is gone, or is not what was put there: it holds {place} of "
            f"{self.whose}. A home that has not got it releases nothing without it. Restore that object."
        )

    def _noted(self) -> Commit | None:
        if not self.note.exists():
            return None
        try:
            said = json.loads(self.note.read_bytes())
            address, commit = str(said["store"]), Commit.read(json.dumps(said["commit"]).encode())
        except (ValueError, KeyError, TypeError):
            raise NoGo(f"{self.note} cannot be read: somebody changed it. Use an empty SILLER_HOME.") from None
        if address != self.store.address:
            raise NoGo(
                f"What this home has of {self.whose} is a working copy of {address}, and SILLER_STORE now means "
                f"{self.store.address}. Nothing was done; use an empty SILLER_HOME for another store."
            )
        return commit

    def _keep(self, commit: Commit) -> None:
        write_atomic(self.note, json.dumps({"store": self.store.address, "commit": asdict(commit)}).encode())

    def _place(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def _number_of(name: str) -> int:
    """Of the commit that an object was put for; 0 of what was put for none."""
    number = name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def take_pointer(store: Store, name: str, path: Path) -> Seen | None:
    """Make a file of a home what a store's pointer says, where it says something; returns what it says.

    Raises:
        NoGo: the store cannot be reached.
    """
    seen = store.see(name)
    if seen and not (path.exists() and path.read_bytes() == seen.data):
        write_atomic(path, seen.data)
    return seen
