"""A process that is killed at each change that it makes to a disk, one after the other, as a power cut would."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from tasks.settings import PROJECT

# One process loads what the program imports, once, and each that dies is forked from it.
_BEARS = """
import os, signal, sys
{loads}
for line in sys.stdin:
    if not (child := os.fork()):
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
signal.alarm(60)
dies_at, passed = int(line), 0

def step(*_):
    global passed
    passed += 1
    if passed == dies_at:
        os.kill(os.getpid(), signal.SIGKILL)

def watched(does):
    def does_it(*arguments, **named):
        step()
        try:
            return does(*arguments, **named)
        finally:
            step()
    return does_it
"""
ON_DISK = """
for name in ("open", "fsync", "link", "replace", "unlink", "mkdir"):
    setattr(os, name, watched(getattr(os, name)))
"""
IN_A_BUCKET = """
from botocore.client import BaseClient
BaseClient._make_api_call = watched(BaseClient._make_api_call)
"""
MOST_STEPS = 200


def at_every_step(watching: str, loads: str, program: str) -> Iterator[int]:
    """Run a program again and again, killed before and after each change that it makes; yields the step of each kill.

    Ends when the program came to its end.

    Args:
        watching: which changes count: ``ON_DISK`` or ``IN_A_BUCKET``.
        loads: its import statements, which start no thread.
        program: what it does; ``step()`` is wherever else it may die, ``dies_at`` the step at which it does.
    """
    command = [sys.executable, "-c", f"{_BEARS.format(loads=loads)}{watching}{program}"]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": "."},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as bearer:
        assert bearer.stdin and bearer.stdout
        for step in range(1, MOST_STEPS):
            bearer.stdin.write(f"{step}\n")
            bearer.stdin.flush()
            ended = int(bearer.stdout.readline())
            if ended == 0:
                return
            assert ended == -signal.SIGKILL
            yield step
    raise AssertionError("The program has more steps than anybody counted on.")
