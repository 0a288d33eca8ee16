"""A flow run's process is a copy of one that has loaded all: real processes, with a stand-in for Prefect's engine."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from flows.service import kept_warm
from flows.service.flow_process import HEADER, LOADED
from flows.service.loaded import NEEDED, PAGES
from tasks.assess import doorway
from tests.e2e.stack import PROJECT
from tests.judges import LONG

SITE = f"""
import contextlib, sys, types
for name in {(*NEEDED, *PAGES, "flows.service.time_zones", "prefect.context", "prefect.settings")}:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].template = sys.modules[name].remember = lambda: None
settings, context = sys.modules["prefect.settings"], sys.modules["prefect.context"]
settings.Settings = dict
context.SettingsContext = lambda **_: contextlib.nullcontext()
context.get_settings_context = lambda: types.SimpleNamespace(profile=None)
"""

ENGINE = """
import atexit, os, signal, sys, threading, time
assert "of another run" not in sys.modules
sys.modules["of another run"] = sys
atexit.register(lambda: print("ended in order", flush=True))
act = os.environ["ACT"]
print(os.getpid(), os.getcwd(), sys.stdin.read(), flush=True)
if act == "leave":
    threading.Thread(target=lambda: (time.sleep(0.3), print("its thread too", flush=True))).start()
    sys.exit(3)
elif act == "raise":
    raise KeyboardInterrupt
elif act == "told":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    print("ready", flush=True)
    time.sleep(600)
elif act == "sleep":
    time.sleep(600)
"""


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every process that is started here finds the stand-in."""
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "__init__.py").touch()
    (tmp_path / "prefect" / "engine.py").write_text(ENGINE)
    (tmp_path / "sitecustomize.py").write_text(SITE)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, [tmp_path, PROJECT])))
    return tmp_path


@pytest.fixture
def home(beside: Path) -> Path:
    (beside / "home").mkdir()
    return beside / "home"


@pytest.fixture
def loaded(home: Path) -> Iterator[psutil.Process]:
    with kept_warm.kept_loaded(home):
        (process,) = [each for each in psutil.Process().children() if "flows.service.loaded" in each.cmdline()]
        yield process
    assert doorway.reached(home, LOADED) is None
    assert _comes_true(lambda: not process.is_running())


Begin = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def begun(home: Path) -> Iterator[Begin]:
    """Starts what Prefect starts for a flow run, whose engine then does an act."""
    with ExitStack() as running:

        def begin(act: str) -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "flows.service.flow_process"],
                env=os.environ | {"SILLER_HOME": str(home), "ACT": act},
                cwd=home,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            running.enter_context(process)
            running.callback(process.kill)
            return process

        yield begin


def copy_of(process: "subprocess.Popen[str]") -> psutil.Process:
    """Close its input, and return the process that says something."""
    assert process.stdin
    assert process.stdout
    process.stdin.close()
    return psutil.Process(int(process.stdout.readline().split()[0]))


def hands_on(process: "subprocess.Popen[str]") -> bool:
    """Whether it knows its copy by now; who is told to end before ends at once, and the copy with it."""
    (caught,) = re.findall(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def test_a_copy_has_environment_folder_input_and_output_and_ends_in_order(
    begun: Begin, home: Path, loaded: psutil.Process
) -> None:
    for _ in range(2):  # and nothing of the first is there for the second
        process = begun("leave")
        said, _ = process.communicate("asked")
        first, *others = said.splitlines()
        pid, folder, asked = first.split()
        assert (folder, asked) == (str(home), "asked")
        assert int(pid) not in (process.pid, loaded.pid)
        assert others == ["its thread too", "ended in order"]
        assert process.returncode == 3
    assert loaded.children() == []


@pytest.mark.usefixtures("loaded")
def test_how_a_copy_ends_is_how_its_process_ends(begun: Begin) -> None:
    process = begun("sleep")
    copy_of(process).send_signal(signal.SIGKILL)
    assert process.wait(LONG) == -signal.SIGKILL
    process = begun("raise")
    process.communicate("", LONG)  # it may be over before anybody can look at it
    assert process.returncode == 1


@pytest.mark.usefixtures("loaded")
def test_a_copy_is_told_what_its_process_is_told(begun: Begin) -> None:
    process = begun("told")
    copy_of(process)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    assert _comes_true(lambda: hands_on(process))
    process.terminate()
    assert process.wait(LONG) == 7


@pytest.mark.usefixtures("loaded")
def test_a_copy_whose_process_is_killed_is_ended(begun: Begin) -> None:
    process = begun("sleep")
    copy = copy_of(process)
    process.kill()
    process.wait()
    assert _comes_true(lambda: not copy.is_running())


def test_a_copy_outlives_what_it_is_a_copy_of_and_another_is_loaded(begun: Begin, loaded: psutil.Process) -> None:
    process = begun("told")
    copy = copy_of(process)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    assert _comes_true(lambda: hands_on(process))
    loaded.kill()
    assert _comes_true(lambda: not loaded.is_running())
    assert copy.is_running()
    assert process.poll() is None
    process.terminate()
    assert process.wait(LONG) == 1, "nobody could say how it ended"
    assert _comes_true(lambda: begun("leave").communicate("")[0].endswith("ended in order\n"))


def test_where_nothing_is_loaded_the_process_is_the_flow_run_s_own(begun: Begin) -> None:
    process = begun("leave")
    assert copy_of(process).pid == process.pid
    assert process.wait(LONG) == 3


def _comes_true(said: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONG
    while not said():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


ALL_OF_IT = """
import importlib, threading
from flows.service.loaded import NEEDED, PAGES
for module in NEEDED:
    importlib.import_module(module)
for module in PAGES:
    importlib.import_module(module).template()
print([each.name for each in threading.enumerate()])
"""


@pytest.mark.slow
def test_what_is_loaded_starts_no_thread_that_a_copy_would_be_without() -> None:
    said = subprocess.run([sys.executable, "-c", ALL_OF_IT], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert said.stdout == "['MainThread']\n"


def test_a_process_that_is_killed_while_it_waits_for_its_copy_ends_no_other(
    begun: Begin, home: Path, loaded: psutil.Process
) -> None:
    other = begun("told")
    copy_of(other)
    loaded.suspend()  # it has much to do, or has only begun to load
    asking = doorway.reached(home, LOADED)
    assert asking
    written = json.dumps({"environment": os.environ | {"ACT": "sleep"}, "folder": str(home)}).encode()
    with asking, Path(os.devnull).open("r+b") as nothing:
        socket.send_fds(asking, [len(written).to_bytes(HEADER)], [nothing.fileno()] * 3)
        asking.sendall(written)
    loaded.resume()
    assert begun("leave").communicate("")[0].endswith("ended in order\n")
    assert loaded.is_running()
    assert _comes_true(lambda: len(loaded.children()) == 1), "the copy of the one that was killed goes on"
    assert other.poll() is None


def test_a_copy_whose_process_is_killed_is_ended_also_where_nobody_else_can_see_to_it(
    begun: Begin, loaded: psutil.Process
) -> None:
    process = begun("sleep")
    copy = copy_of(process)
    loaded.kill()
    assert _comes_true(lambda: not loaded.is_running())
    process.kill()
    process.wait()
    assert _comes_true(lambda: not copy.is_running())


@pytest.mark.parametrize("asked", [b"", b"not JSON", b"5", b'{"another": 5}'])
def test_who_leaves_in_the_middle_of_a_request_or_asks_nothing_leaves_nothing_open(
    home: Path, loaded: psutil.Process, asked: bytes
) -> None:
    said, ours = os.pipe()
    asking = doorway.reached(home, LOADED)
    assert asking
    with asking:
        socket.send_fds(asking, [(len(asked) or 100).to_bytes(HEADER)], [ours, ours, ours])
        asking.sendall(asked)
    os.close(ours)
    with os.fdopen(said) as told:
        assert select.select([told], [], [], LONG)[0], "whoever reads what a run says would wait for ever"
    assert loaded.is_running()
    assert loaded.children() == []
