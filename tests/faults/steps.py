"""Where a pay run can be killed: each change of a file, and each side of each commit to the ledger.

Nothing in siller knows of this. Python itself reports every file operation to an audit hook before it happens, and
commits are seen by what stands around :func:`tasks.ledger.connection.all_or_nothing`.
"""

import contextlib
import os
import re
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

_CHANGES = {"os.rename", "os.link", "os.remove", "os.symlink"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_BALLAST = "ballast"
_NOT_OURS = {"prefect", "alive", "spill", "ledgers"}
"""Prefect's files, locks, and what DuckDB has opened by itself: the commits stand for those."""


def watched(home: Path, passed: Callable[[str], None], trips_at: str | None = None) -> None:
    """Call ``passed`` with the name of each step that this process takes from here on, before it takes it.

    Args:
        home: where siller works.
        passed: takes the name of a step.
        trips_at: a commit before which the process trips over a payee's row; None for none.
    """

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITING and (name := _name(home, path)):
                passed(f"write {name}")
        elif event in _CHANGES and (name := _name(home, arguments[1 if event != "os.remove" else 0])):
            passed(f"{event.removeprefix('os.')} {name}")

    sys.addaudithook(hook)
    _watch_commits(passed, trips_at)


def happening_at(
    marked: Collection[str] | None, spared: Collection[str], happens: Callable[[], None], log: Path
) -> Callable[[str], None]:
    """What to do at each step: note it, and let something happen at the right ones.

    Args:
        marked: the steps at which it happens; None for all there are.
        spared: steps at which it does not all the same.
        happens: what.
        log: takes the steps, one a line.
    """

    def step(name: str) -> None:
        if threaded:
            return
        threaded.append(name)  # to write the log is a step itself
        with log.open("a") as file:
            file.write(f"{name}\n")
        if (marked is None or name in marked) and name not in spared:
            happens()
        threaded.clear()

    threaded: list[str] = []
    return step


def dies() -> None:
    """As by the kernel when memory runs out, or by the power."""
    os.kill(os.getpid(), signal.SIGKILL)


def fills(home: Path) -> None:
    """Fill the disk to its last page, with a file that :func:`emptied` removes."""
    with (home / _BALLAST).open("ab", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while ballast.write(bytes(size)) == size:
                    pass


def emptied(home: Path) -> None:
    """Make room again."""
    (home / _BALLAST).unlink(missing_ok=True)


def trip_over_a_row(connection: Any) -> None:
    """Fail as DuckDB does, while failing as polars does: the messages of both hold what payees are called."""
    try:
        connection.execute("SELECT payee_name FROM raw_extract_row").pl()["payee_name"].cast(pl.Int64)
    except pl.exceptions.InvalidOperationError:
        connection.execute("SELECT (payee_name || ' ' || account_number)::INTEGER FROM raw_extract_row").fetchall()


def _name(home: Path, path: object) -> str | None:
    """What a file is called in every trial alike; None for what is not siller's."""
    if not isinstance(path, str | bytes | os.PathLike):
        return None
    whole = Path(os.fsdecode(path))
    if not whole.is_relative_to(home):
        return None
    below = [part for part in whole.relative_to(home).parts if part != "rehearsal"]
    if not below or below[0] in _NOT_OURS or "data_docs" in below:
        return None
    named = re.sub(r"[0-9a-f]{64}", "SHA", "/".join(below))
    named = re.sub(r"[0-9a-f]{32}(?=\.parquet)", "PART", named)
    named = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "FLOW-RUN", named)
    # Each start needs a fresh approval, so answers are counted on for as long as processes die.
    return re.sub(r"(?<=age\.)[0-9a-f]{8}|\d{6,}[\dTZ-]*|(?<=answer-)\d+", "N", named)


def _watch_commits(passed: Callable[[str], None], trips_at: str | None) -> None:
    from tasks.ledger import connection as opening

    all_or_nothing = opening.all_or_nothing

    @contextmanager
    def told(connection: Any) -> Iterator[None]:
        with all_or_nothing(connection):
            before = _entries(connection)
            yield
            new = _entries(connection)[len(before) :]
            what = new[0] if new else f"no stage, after {before[-1] if before else 'nothing'}"
            passed(f"before the commit of {what}")
            if what == trips_at:
                trip_over_a_row(connection)
        passed(f"after the commit of {what}")

    for module in list(sys.modules.values()):  # whoever has it by its own name too
        if getattr(module, "all_or_nothing", None) is all_or_nothing:
            module.all_or_nothing = told  # type: ignore[attr-defined]


def _entries(connection: object) -> list[str]:
    """The stages and events of the journal; an event without its number, which a second try does not share."""
    rows = connection.execute("SELECT stage FROM journal ORDER BY entry").fetchall()  # type: ignore[attr-defined]
    return [stage.partition(" ")[0] for (stage,) in rows]
