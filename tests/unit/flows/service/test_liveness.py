"""A flow run's lock is its process's, and goes with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.service import liveness
from flows.service.liveness import Begun
from tasks.settings import PROJECT

HOLDER = """
import sys
from pathlib import Path
from flows.service import liveness as alive
alive.hold(Path(sys.argv[1]), sys.argv[2], alive.Begun("pay-run/ilf", {"period": "2026-11"}))
print("held", flush=True)
sys.stdin.read()
"""


ONE, DEAD, ANOTHER, NEW = (f"00000000-0000-4000-8000-00000000000{digit}" for digit in range(4))


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
    with holding(tmp_path, ONE) as process:
        with liveness.take_over(tmp_path, ONE) as left:
            assert left is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with liveness.take_over(tmp_path, ONE) as left:
            assert left and left.begun == Begun("pay-run/ilf", {"period": "2026-11"})
            # Two watches at once: the second one keeps off.
            with liveness.take_over(tmp_path, ONE) as again:
                assert again is None


def test_a_run_without_a_file_can_be_looked_after_and_forgotten(tmp_path):
    with liveness.take_over(tmp_path, ONE) as left:
        assert left and left.begun == Begun()
        left.forget()
    assert liveness.list_known(tmp_path) == []


def test_what_was_given_up_is_said_until_the_same_is_begun_again(tmp_path):
    begun = Begun("pay-run/ilf", {"period": "2026-11"})
    for flow_run, name, parameters in ((DEAD, "dead", begun.parameters), (ANOTHER, "another", {"period": "2026-10"})):
        with liveness.take_over(tmp_path, flow_run) as left:
            assert left
            left.keep(Begun("pay-run/ilf", parameters, f"{name} died three times"))
    assert {flow: each.given_up for flow, each in liveness.list_given_up(tmp_path).items()} == {
        DEAD: "dead died three times",
        ANOTHER: "another died three times",
    }
    with holding(tmp_path, NEW):
        assert [*liveness.list_given_up(tmp_path)] == [ANOTHER]
        assert liveness.list_known(tmp_path) == [ANOTHER, NEW]


def test_whether_a_process_lives_is_asked_without_taking_its_lock_or_making_a_file(tmp_path):
    assert not liveness.lives(tmp_path, ONE)
    assert not (tmp_path / "alive").exists()
    with holding(tmp_path, ONE) as process:
        assert liveness.lives(tmp_path, ONE)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not liveness.lives(tmp_path, ONE)


def test_what_somebody_else_has_put_beside_the_locks_is_passed_over(tmp_path):
    (tmp_path / "alive").mkdir()
    for stray in ("NOTES", ".DS_Store", ".nfs0000000004", "f4b3.swp", ONE.replace("-", "")):
        (tmp_path / "alive" / stray).write_text("{}")
    os.mkfifo(tmp_path / "alive" / ANOTHER)  # to read it would never end
    (tmp_path / "alive" / NEW).mkdir()
    (tmp_path / "alive" / DEAD).write_text('{"deployment": "pay-run/ilf", "parameters": null, "given_up": "so"}')
    with holding(tmp_path, ONE):
        assert liveness.list_known(tmp_path) == [ONE, DEAD]
        assert liveness.list_given_up(tmp_path) == {}
