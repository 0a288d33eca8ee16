"""An upgrade that is killed at every step: ``python -m tests.ledgers.killed_upgrade FOLDER`` prints what came of each.

Each upgrade is a process of its own, forked before anything has started a thread, on a fresh copy of a home that an
earlier siller left. Python reports each change of a file to an audit hook before it happens; the parts of the upgrade
that DuckDB takes by itself are seen by what stands around the functions that ask for them.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from tasks.ledger import migrating, verify, versions
from tasks.tenant_context import TenantContext
from tasks.upgrade import upgrading
from tasks.verify import problems
from tests.faults.steps import dies
from tests.ledgers.earlier import WAITING, unpacked, upgraded

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree", "shutil.copyfile"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_PARTS: list[tuple[ModuleType, str]] = [
    (upgrading, "keep"),
    (upgrading, "migrate"),
    (migrating, "_step"),
    (migrating, "_digest_again"),
    (migrating, "record"),
    (verify, "problems"),
]


def steps(home: Path, passed: Callable[[str], None]) -> None:
    """Call ``passed`` before each change of a file below a home, and around each part of an upgrade."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITING and _is_below(home, path):
                passed(f"open {Path(path).name}")
        elif event in _CHANGES and _is_below(home, arguments[0]):
            passed(f"{event} {Path(arguments[0]).name}")

    sys.addaudithook(hook)
    for module, name in _PARTS:
        setattr(module, name, _told(getattr(module, name), name, passed))


def _is_below(home: Path, path: object) -> bool:
    """Whether a file counts: locks and what DuckDB spills are nothing that an upgrade leaves."""
    if not isinstance(path, str | os.PathLike):
        return False
    below = Path(os.fspath(path))
    return below.is_relative_to(home) and "spill" not in below.parts and below.suffix != ".lock"


def _told(real: Callable[..., Any], name: str, passed: Callable[[str], None]) -> Callable[..., Any]:
    @wraps(real)
    def told(*arguments: Any, **named: Any) -> Any:
        passed(f"before {name}")
        done = real(*arguments, **named)
        passed(f"after {name}")
        return done

    return told


def _child(does: Callable[[], object]) -> int:
    """Run something in a forked process; its exit code, negative for the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            does()
        except BaseException as error:  # noqa: BLE001  # a child must not go on as its parent
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _upgrade(of: TenantContext, kill_at: int, told: Path) -> None:
    count = 0

    def passed(name: str) -> None:
        nonlocal count
        count += 1
        if count == kill_at:
            os.write(descriptor, name.encode())
            dies()

    descriptor = os.open(told, os.O_WRONLY | os.O_CREAT, 0o600)
    steps(of.settings.home, passed)
    upgraded(of)


def _look(of: TenantContext, told: Path) -> None:
    """What the killed upgrade left, and what the next one makes of it."""
    with of.ledger.as_it_is() as connection:
        left = versions.version_of(connection)
    again = left != versions.VERSION
    if again:
        upgraded(of)
    ledgers = of.paths.ledger("ilf").parent
    said = {
        "left": left,
        "problems": [str(problem) for problem in problems(of)],
        "remains": sorted(path.name for path in ledgers.iterdir() if path.name.startswith(".")) if again else [],
        "due": [str(each) for each in upgrading.due(of.settings, upgrading.due_version)[0]],
    }
    told.write_text(json.dumps(said))


def main(folder: Path) -> None:
    """Kill an upgrade at its first step, another at its second, until one comes to its end."""
    was = unpacked(WAITING, folder / "as it was")
    for number in range(1, 1000):
        home, step, said = folder / str(number), folder / f"{number}.step", folder / f"{number}.said"
        shutil.copytree(was.settings.home, home)
        of = was.at(home)
        code = _child(lambda of=of, number=number, step=step: _upgrade(of, number, step))
        assert code in (0, -signal.SIGKILL), code
        assert _child(lambda of=of, said=said: _look(of, said)) == 0
        line = {"step": step.read_text(), "killed": code != 0, **json.loads(said.read_text())}
        sys.stdout.write(json.dumps(line) + "\n")
        shutil.rmtree(home)
        if code == 0:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
