"""A tethered process ends with its parent, however the parent ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from flows.service import child_process, server
from schemas.no_go import NoGo

PROJECT = Path(__file__).resolve().parents[3]
SLEEPER = "import time\nprint('started', flush=True)\ntime.sleep(60)\n"
PARENT = """
import sys
from pathlib import Path
from flows.service import child_process as tethered
child = tethered.start(["sleeper"], Path(sys.argv[1]))
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def log(tmp_path, monkeypatch) -> Path:
    """Where a module of the name sleeper, on the path of every child, says that it has started."""
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT), str(tmp_path)]))
    return tmp_path / "log"


def soon(happened: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.05)
    return False


def ended(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_ends_when_its_parent_is_killed(log):
    with subprocess.Popen([sys.executable, "-c", PARENT, str(log)], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert soon(lambda: "started" in log.read_text())
        parent.send_signal(signal.SIGKILL)
    assert soon(lambda: ended(child))


def test_it_is_stopped_by_its_process_id_and_its_log_is_private(log):
    child = child_process.start(["sleeper"], log)
    assert soon(lambda: "started" in log.read_text())
    child_process.stop(child)
    assert child.returncode == -signal.SIGTERM
    assert log.stat().st_mode & 0o077 == 0


def test_a_server_on_a_port_in_use_is_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NoGo, match=f"Port {port} is in use"), server.start_server(tmp_path, port):
            pass


def test_nobody_else_gets_the_port_before_the_server_listens_or_after_it_died(tmp_path, log, monkeypatch):
    """Whoever had it would be shown the internal secret by all that speaks to the server."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    start = child_process.start
    monkeypatch.setattr(child_process, "start", lambda _, log, handed: start(["sleeper"], log, handed))
    with server.start_server(tmp_path) as ours:
        port = int(ours.api_url.removesuffix("/api").rpartition(":")[2])
        for _ in ("it has not come up", "it is gone"):
            with socket.socket() as another, pytest.raises(OSError, match="in use"):
                another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                another.bind((server.HOST, port))
            ours._process.kill()
            ours._process.wait()
    with socket.socket() as another:
        another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        another.bind((server.HOST, port))


def test_who_speaks_to_a_server_that_died_is_turned_away_and_does_not_wait(tmp_path, log, monkeypatch):
    """The port is kept, so the system lets everybody in: each request waited a minute, and siller did not end."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    start = child_process.start
    monkeypatch.setattr(child_process, "start", lambda _, log, handed: start(["sleeper"], log, handed))
    told = threading.Event()
    with server.start_server(tmp_path, ended=told.set) as ours:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{ours.api_url}/health", timeout=0.5, trust_env=False)
        assert not told.is_set()
        ours._process.kill()
        assert told.wait(10)
        with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):  # and no timeout
            httpx.get(f"{ours.api_url}/health", timeout=60.0, trust_env=False)
