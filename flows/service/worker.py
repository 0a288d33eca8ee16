"""A worker: takes what is due from a work pool of a Prefect server, and works on it on this machine."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from flows.service import child_process, environment
from flows.service.keeper import kept

QUERY_SECONDS = "1"
"""How often it is asked what is due: an approver waits for the answer to be judged."""


def work(home: Path, pool: str, queues: Sequence[str], limit: int, api_url: str) -> int:
    """Work until told to end.

    Prefect's own process worker does it, in a folder in which nothing stands; beside it this process keeps the home
    (:mod:`flows.service.keeper`).

    Args:
        home: ``SILLER_HOME``; what the worker prints goes to ``prefect/worker.log`` below it.
        pool: the work pool.
        queues: the work queues that it serves; none for all of the pool.
        limit: how many flow runs it works on at once.
        api_url: the server's API.

    Returns:
        the worker's exit code.

    Raises:
        NoGo: the folder in which judges are reached is not siller's alone.
    """
    environment.prepare(home, api_url)
    from prefect.logging.configuration import setup_logging

    setup_logging()  # of what the watch says
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PREFECT_WORKER_QUERY_SECONDS"] = QUERY_SECONDS
    # The work pool's command is python's: this very one.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    folder = home / "prefect" / "worker"
    folder.mkdir(exist_ok=True, mode=0o700)
    command = ["flows.service.prefect_command", "worker", "start"]
    command += ["--pool", pool, "--type", "process", "--limit", str(limit)]
    command += [word for queue in queues for word in ("--work-queue", queue)]
    with kept(home):
        os.chdir(folder)
        process = child_process.start(command, log_of(home))
        try:
            return process.wait()
        finally:
            child_process.stop(process)


def log_of(home: Path) -> Path:
    """Where what the worker prints goes."""
    return home / "prefect" / "worker.log"
