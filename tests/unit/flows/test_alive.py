"""A flow run's lock is its process's, and goes with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows import alive
from flows.alive import Begun
from tasks.settings import PROJECT

HOLDER = """
import sys
from pathlib import Path
from flows import alive
alive.hold(Path(sys.argv[1]), sys.argv[2], alive.Begun("pay-run/ilf", {"period": "2026-11"}))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holding(home: Path, flow_run: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home), flow_run],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_nobody_gets_the_lock_while_the_process_lives_and_everybody_after_it_was_killed(tmp_path):
    with holding(tmp_path, "one") as process:
        with alive.unattended(tmp_path, "one") as left:
            assert left is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with alive.unattended(tmp_path, "one") as left:
            assert left and left.begun == Begun("pay-run/ilf", {"period": "2026-11"})
            # Two watches at once: the second one keeps off.
            with alive.unattended(tmp_path, "one") as again:
                assert again is None


def test_a_run_without_a_file_can_be_looked_after_and_forgotten(tmp_path):
    with alive.unattended(tmp_path, "never-began") as left:
        assert left and left.begun == Begun()
        left.forget()
    assert alive.known(tmp_path) == []


def test_what_was_given_up_is_said_until_the_same_is_begun_again(tmp_path):
    begun = Begun("pay-run/ilf", {"period": "2026-11"})
    for flow_run, parameters in (("dead", begun.parameters), ("another", {"period": "2026-10"})):
        with alive.unattended(tmp_path, flow_run) as left:
            assert left
            left.keep(Begun("pay-run/ilf", parameters, f"{flow_run} died three times"))
    assert [each.given_up for each in alive.given_up(tmp_path)] == ["another died three times", "dead died three times"]
    with holding(tmp_path, "new"):
        assert [each.given_up for each in alive.given_up(tmp_path)] == ["another died three times"]
        assert alive.known(tmp_path) == ["another", "new"]
