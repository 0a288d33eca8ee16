"""The submission serials of a service user number that several bodies have: one counter, beside their ledgers.

Each body has a ledger of its own, which no other may read in the middle of its work, so no ledger can count for all of
them. The counter is a small file without a payee's data: which number was given to which run, when, and for which day.
Where the bank has a limit
for a day, it also notes which file was let go (:mod:`tasks.instruct.day_limit`).
It is written whole, on disk, before anything uses the number; a run that asks again, after a kill, has the number that
it was given. A number that no ledger has is one whose run did not come back for it: a gap, which the file explains.
"""

import fcntl
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.rails.bacs_standard_18.payment_file import MOST_FILE_NUMBERS
from tasks.storage.atomic_write import make_folder, write_atomic
from tasks.storage.paths import Paths


@dataclass(frozen=True)
class Given:
    """A submission serial, and what it was given for.

    Attributes:
        serial: the number.
        run_id: the run, and with that the body.
        processing_date: of its payment file, in ISO 8601.
        given_at: when, in ISO 8601.
    """

    serial: int
    run_id: str
    processing_date: str
    given_at: str

    @property
    def tenant(self) -> str:
        """The body that the run belongs to."""
        return PayRun.of(self.run_id).tenant


@dataclass(frozen=True)
class LetGo:
    """That the release of a payment file was begun: what it takes of the bank's limit for a day.

    Attributes:
        number: from 1; a release that is begun once more, after a kill, has another one.
        run_id: the run, and with that the body.
        processing_date: in ISO 8601.
        pence: what the file pays on that day.
    """

    number: int
    run_id: str
    processing_date: str
    pence: int


@dataclass(frozen=True)
class Numbers:
    """All that the counter knows.

    Attributes:
        alone: each body's highest serial of the time before it shared the number.
        given: the serials since then.
        let_go: the files whose release was begun, where the bank has a limit for a day.
    """

    alone: Mapping[str, int]
    given: tuple[Given, ...] = ()
    let_go: tuple[LetGo, ...] = ()

    @property
    def highest(self) -> int:
        """The highest serial that any body has."""
        return max((*self.alone.values(), *(each.serial for each in self.given)), default=0)

    @property
    def runs(self) -> Mapping[int, str]:
        """The run that each serial was given to."""
        return {each.serial: each.run_id for each in self.given}

    def explains(self, tenant: str, serial: int) -> bool:
        """Whether the counter explains a serial that a body's ledger does not have."""
        theirs = max((highest for body, highest in self.alone.items() if body != tenant), default=0)
        return serial <= theirs or serial in self.runs

    def knows(self, tenant: str) -> bool:
        """Whether a body has had a serial, as far as the counter knows."""
        return self.alone.get(tenant, 0) > 0 or any(each.tenant == tenant for each in self.given)

    def of_run(self, run_id: str, processing_date: date) -> Given | None:
        """The last serial that a run was given for a day."""
        found = [each for each in self.given if (each.run_id, each.processing_date) == (run_id, str(processing_date))]
        return found[-1] if found else None


@dataclass(frozen=True)
class SharedCounter:
    """The counter of one service user number, in one mode.

    Attributes:
        paths: where it stands.
        service_user_number: whose serials.
    """

    paths: Paths
    service_user_number: str

    @property
    def exists(self) -> bool:
        """Whether several bodies have ever had the number."""
        return self._file.exists()

    def read(self) -> Numbers:
        """What it knows; nothing where it was never used.

        Raises:
            NoGo: the file is not what siller has written.
        """
        if not self.exists:
            return Numbers({})
        try:
            said = json.loads(self._file.read_bytes())
            given, let_go = said["given"], said.get("let_go", ())
            numbers = Numbers(
                said["alone"], tuple(Given(**each) for each in given), tuple(LetGo(**each) for each in let_go)
            )
        except (ValueError, KeyError, TypeError):
            raise self._changed() from None
        if said["sha256"] != _sha256(numbers):
            raise self._changed()
        return numbers

    def take(self, run_id: str, processing_date: date, ledgers: Mapping[str, int], now: datetime) -> int:
        """Give a run its serial; one process at a time.

        Args:
            run_id: the run.
            processing_date: of its payment file.
            ledgers: the highest serial in the run's own ledger, and in those of the bodies that share the number.
            now: the time that counts.

        Raises:
            NoGo: a file for the same day has the same file number, or the counter is not what siller has written.
        """
        with self._alone():
            numbers = self.read()
            if kept := numbers.of_run(run_id, processing_date):
                return kept.serial
            numbers = replace(numbers, alone={**ledgers, **numbers.alone})
            serial = max(numbers.highest, *ledgers.values()) + 1
            given = Given(serial, run_id, str(processing_date), now.isoformat(timespec="seconds"))
            self._refuse_file_number(numbers, given)
            self._write(replace(numbers, given=(*numbers.given, given)))
            return serial

    def let_go(
        self,
        run_id: str,
        wanted: Mapping[date, int],
        known: Collection[LetGo],
        check: Callable[[Sequence[LetGo]], None],
        *,
        keeps: bool,
    ) -> None:
        """Ask whether a run's file may leave beside those of the other bodies, and note it; one process at a time.

        Args:
            run_id: the run; its own body's ledger is open, and says what else of that body counts.
            wanted: what its file pays, by processing day.
            known: what the counter had noted before the other ledgers were read: of that they say what counts.
            check: is given what other bodies have let go since; it raises where that is too much.
            keeps: whether the file leaves, so that the others count it.

        Raises:
            NoGo: by ``check``, or the counter is not what siller has written.
        """
        body = PayRun.of(run_id).tenant
        with self._alone():
            numbers = self.read()
            others = (each for each in numbers.let_go if PayRun.of(each.run_id).tenant != body)
            check([each for each in others if each not in known])
            if keeps:
                # Always anew: whoever knows of an earlier start, which was killed, may have read that nothing left.
                number = max((each.number for each in numbers.let_go), default=0) + 1
                kept = (each for each in numbers.let_go if each.run_id != run_id)
                noted = (LetGo(number, run_id, str(day), pence) for day, pence in wanted.items())
                self._write(replace(numbers, let_go=(*kept, *noted)))

    def _refuse_file_number(self, numbers: Numbers, wanted: Given) -> None:
        for other in numbers.given:
            is_same_number = other.serial % MOST_FILE_NUMBERS == wanted.serial % MOST_FILE_NUMBERS
            if is_same_number and other.processing_date == wanted.processing_date:
                raise NoGo(
                    f"The submission {other.serial} of {self.service_user_number} for {wanted.processing_date}, of "
                    f"{other.run_id}, has the file number that this one would have, so the bank would refuse it. Pay "
                    "on another day."
                )

    def _write(self, numbers: Numbers) -> None:
        written = {"sha256": _sha256(numbers), **_as_written(numbers)}
        write_atomic(self._file, json.dumps(written, indent=1).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self._file.parent)
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _changed(self) -> NoGo:
        return NoGo(
            f"The counter of submission serials {self._file.name} is not what siller has written. Find out who "
            "changed it, then take it away: it is made anew from the ledgers of the bodies that share the number."
        )

    @property
    def _file(self) -> Path:
        return self.paths.shared_serials(self.service_user_number)


def _sha256(numbers: Numbers) -> str:
    return hashlib.sha256(json.dumps(_as_written(numbers), sort_keys=True).encode()).hexdigest()


def _as_written(numbers: Numbers) -> dict[str, object]:
    """What stands in the file; an earlier siller noted no release, and its files hold as they are."""
    said = asdict(numbers)
    return said if numbers.let_go else {name: each for name, each in said.items() if name != "let_go"}
