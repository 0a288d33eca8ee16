"""The process that has loaded all that a flow run needs: ``python -m flows.service.loaded PARENT``.

It waits at the socket that it was handed as standard input. Each flow run that is asked for
(:mod:`flows.service.flow_process`) is worked on by a copy of it, which the system makes and which ends with the run, so
nothing of one body or run is there for the next. It has itself opened nothing, read no setting of a body and spoken to
nobody, and has one thread of Python's.

It ends when the process that started it (PARENT, a process id) is gone.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import NoReturn

from flows.service.flow_process import HEADER
from tasks.assess.doorway import is_ours

NEEDED = (
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.concurrency.services",
    "anyio._backends._asyncio",
    "flows.pay_run",
    "flows.bank_answers",
    "flows.settle_exceptions",
    "flows.keep_lessons",
    # What DuckDB, and stages, import only once they need it.
    "pandas",
    "tasks.lineage.facets",
    "tasks.validate.judging",
    "schemas.contract.frame_schema",
    "pandera.backends.polars.components",
    "pandera.backends.polars.container",
    "prefect.utilities.visualization",
)
PAGES = ("tasks.assess.pack", "tasks.assess.pack_page", "tasks.reconcile.report", "tasks.validate.left_out")
"""What writes the pages of every run, by templates that are compiled once: siller's own, with nothing of a body."""
_TURN_SECONDS = 0.5
_ASKING_SECONDS = 10.0


@dataclass(frozen=True)
class Request:
    """What a flow run's process is handed.

    Attributes:
        environment: its environment, whole.
        folder: its working folder.
        standard: its standard input, output and error.
        connection: to whoever asked; the copy has it open too, so that they learn of no end before its own.
    """

    environment: Mapping[str, str]
    folder: str
    standard: tuple[int, ...]
    connection: socket.socket

    def work(self) -> NoReturn:
        """Be the process of the flow run, as ``python -m prefect.engine`` is, to its end."""
        for number, descriptor in enumerate(self.standard):
            os.dup2(descriptor, number)
            os.close(descriptor)
        threading.Thread(target=self._end_with_whoever_asked, daemon=True).start()
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        sys.argv = ["prefect.engine"]
        sys.modules.pop("prefect.engine", None)  # run once more, as by -m, it would warn of the one that is imported
        from prefect.context import SettingsContext, get_settings_context
        from prefect.settings import Settings

        code = 1
        try:
            with SettingsContext(profile=get_settings_context().profile, settings=Settings()):
                runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
            code = 0
        except SystemExit as said:
            code = said.code if isinstance(said.code, int) else int(said.code is not None)
        finally:  # of whatever else Prefect has told
            _end(code)

    def _end_with_whoever_asked(self) -> None:
        """End as they are ended, also where what this is a copy of is gone and sees to it no more."""
        select.select([self.connection], [], [])  # they say nothing more
        os.kill(os.getpid(), signal.SIGKILL)


def _end(code: int) -> NoReturn:
    """End a copy as Python ends, but for what libraries in other languages do last.

    They would wait for threads that are in what it is a copy of, and abort. Python's own forked processes end so too.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # as multiprocessing does
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@dataclass
class Copy:
    """A copy at work.

    Attributes:
        pid: its process id.
        connection: to whoever asked for it, and stays until it has ended.
        ended: comes to its end when the copy does.
        is_left: whether whoever asked is gone.
    """

    pid: int
    connection: socket.socket
    ended: int
    is_left: bool = False

    def close(self) -> None:
        """Let go of it."""
        self.connection.close()
        os.close(self.ended)


def main(parent: int) -> None:
    """Load, then make copies for as long as the parent lives."""
    os.umask(0o077)
    waiting = socket.socket(fileno=os.dup(0))
    gc.disable()
    for module in NEEDED:
        importlib.import_module(module)
    for module in PAGES:
        importlib.import_module(module).template()
    importlib.import_module("flows.service.time_zones").remember()
    gc.collect()
    gc.freeze()  # what is loaded stays: no copy looks through it, and the pages stay shared
    gc.enable()
    assert threading.active_count() == 1, "a thread would not be in the copies, and what it holds would stay held"
    if (request := _asked(waiting, parent)) is not None:
        request.work()


def _asked(waiting: socket.socket, parent: int) -> Request | None:
    """Make copies: in each of them this returns what it is to do, and in the process itself nothing, at its end."""
    copies: list[Copy] = []
    while os.getppid() == parent:
        watched: list[socket.socket | int] = [waiting, *(each.ended for each in copies)]
        watched += [each.connection for each in copies if not each.is_left]
        ready = select.select(watched, [], [], _TURN_SECONDS)[0]
        for copy in tuple(copies):
            if copy.ended in ready:
                _tell_its_end(copy)
                copies.remove(copy)
            elif copy.connection in ready:  # nobody is there any more to whom it could be told
                copy.is_left = True
                os.kill(copy.pid, signal.SIGKILL)
        if waiting in ready:
            connection = waiting.accept()[0]
            with ExitStack() as ours, contextlib.suppress(OSError, ValueError, TypeError, EOFError):
                # Who is gone, or asks nothing, or for whom the machine makes no copy now, leaves nothing open here.
                in_vain = ours.enter_context(ExitStack())
                in_vain.callback(connection.close)
                request = _read(connection, ours)
                ends, ended = os.pipe()
                in_vain.callback(os.close, ends)
                ours.callback(os.close, ended)
                if not (pid := os.fork()):
                    ours.pop_all()  # the other end of the pipe stays open until this process ends
                    for other in copies:
                        other.close()
                    waiting.close()
                    os.close(ends)
                    return request
                in_vain.pop_all()
                copies.append(Copy(pid, connection, ends))
                connection.sendall(b"%d\n" % pid)  # who is gone by now is found so at the next turn
    return None


def _read(connection: socket.socket, closing: ExitStack) -> Request:
    """What is asked; the descriptors that come with it are closed here by the stack."""
    connection.settimeout(_ASKING_SECONDS)
    if not is_ours(connection):
        raise EOFError
    header, standard, _, _ = socket.recv_fds(connection, HEADER, 3)
    for descriptor in standard:
        closing.callback(os.close, descriptor)
    written, length = b"", int.from_bytes(header)
    while len(written) < length and (more := connection.recv(length - len(written))):
        written += more
    return Request(**json.loads(written), standard=tuple(standard), connection=connection)


def _tell_its_end(copy: Copy) -> None:
    code = os.waitstatus_to_exitcode(os.waitpid(copy.pid, 0)[1])
    with contextlib.suppress(OSError):  # whoever asked is gone
        copy.connection.sendall(b"%d\n" % code)
    copy.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
