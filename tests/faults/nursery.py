"""``python -m tests.faults.nursery``: a process that has everything loaded and bears the processes that work.

A flow run's process takes five seconds to load, and the judge of its gates twelve. A few hundred trials would be hours
of imports. Here both are loaded once, and each trial's process, and each judge, is forked from this one: a process of
its own in every other way, which runs Prefect's own engine against a real server, and dies by a real SIGKILL.

One order a line on standard input; the answers are lines of JSON.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.faults.steps import dies, fills, happening_at, watched


def main(address: str) -> None:
    """Load, then bear one working process an order, and wait for its end."""
    gc.disable()
    _load()
    gc.freeze()
    gc.enable()
    if threading.active_count() > 1:
        raise SystemExit("a module started a thread when it was imported: nothing may be forked from here")
    with socket.socket(socket.AF_UNIX) as asked:
        asked.bind(address)
        asked.listen()
        _say({"loaded": True})
        for line in sys.stdin:
            _bear(json.loads(line), asked, address)


def _load() -> None:
    for name in ("prefect.flow_engine", "flows.pay_run", "flows.bank_answers"):
        import_module(name)
    for name in ("validate.judging", "assess.suite", "lineage.facets"):  # what a flow's process loads when it needs it
        import_module(f"tasks.{name}")


def _bear(order: dict[str, Any], asked: socket.socket, address: str) -> None:
    for_whom = os.getppid()
    worker = os.fork()
    if worker == 0:
        _as_child(lambda: _work(order, address), Path(order["log"]))
    _say({"pid": worker})
    judges: list[int] = []
    while True:
        ended, status = os.waitpid(worker, os.WNOHANG)
        if ended:
            break
        if os.getppid() != for_whom:  # who ordered it was killed: nobody would ever end what was born
            for born in (worker, *judges):
                os.kill(born, signal.SIGKILL)
            raise SystemExit(1)
        if select.select([asked], [], [], 0.02)[0]:
            judges.append(_bear_judge(asked))
        judges = [judge for judge in judges if not os.waitpid(judge, os.WNOHANG)[0]]
    for judge in judges:  # as the judge itself does when its parent is gone
        os.killpg(judge, signal.SIGKILL)
        os.waitpid(judge, 0)
    _say({"ended": os.waitstatus_to_exitcode(status)})


def _bear_judge(asked: socket.socket) -> int:
    connection, _ = asked.accept()
    with connection:
        log, (doorway,), _, _ = socket.recv_fds(connection, 4096, 1)
        judge = os.fork()
        if judge == 0:
            os.setpgid(0, 0)
            _as_child(lambda: _judge(doorway), Path(log.decode()))
        os.setpgid(judge, judge)
        os.close(doorway)
        connection.sendall(str(judge).encode())
    return judge


def _as_child(act: Any, log: Path) -> None:
    """Do what the child is there for, and never return into the parent's code."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        act()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  # whatever it was, it goes to the log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _judge(doorway: int) -> None:
    from tasks.assess.great_expectations_child import main as judge

    os.dup2(doorway, 0)
    os.close(doorway)
    judge(os.getppid())


def _work(order: dict[str, Any], address: str) -> None:
    """Run a flow run's flow as Prefect's own engine does when a worker has started its process."""
    from prefect.engine import handle_engine_signals
    from prefect.flow_engine import flow_run_logger, load_flow_run, run_flow

    flow = getattr(import_module(f"flows.{order['flow']}"), order["flow"])
    home = Path(order["home"])
    os.environ["SILLER_HOME"] = str(home)
    os.environ["PREFECT__FLOW_RUN_ID"] = order["flow_run"]
    os.umask(0o077)
    _let_judges_be_born_here(address)
    happens = partial(fills, home) if order["fills"] else dies
    watched(home, happening_at(order["marked"], order["spared"], happens, Path(order["steps"])), order["trips_at"])
    with handle_engine_signals(order["flow_run"]):
        run = load_flow_run(order["flow_run"])
        run_flow(flow, flow_run=run, error_logger=flow_run_logger(run))


def _let_judges_be_born_here(address: str) -> None:
    from tasks.assess import judging

    class ByNursery:
        """``os``, but for how the judge of the gates is started."""

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def posix_spawn(self, *_: object, file_actions: list[tuple[Any, ...]], **__: object) -> int:
            (_, doorway, _), (_, _, log, *_), _ = file_actions
            with socket.socket(socket.AF_UNIX) as nursery:
                nursery.connect(address)
                socket.send_fds(nursery, [log.encode()], [doorway])
                return int(nursery.recv(64))

    judging.os = ByNursery()  # type: ignore[assignment]


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
