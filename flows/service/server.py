"""A Prefect server of our own, on this machine's loopback address unless another one is named."""

import contextlib
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import httpx

from flows.service import child_process, environment
from schemas.no_go import NoGo

HOST = "127.0.0.1"
PATIENCE_SECONDS = 180.0
_MOST_WAITING = 2048
_RESET = struct.pack("ii", 1, 0)
"""To linger for no time at all: whoever is at the other end of a connection learns at once that it is closed."""
_FORM_STYLE = Path(__file__).with_name("form.css")


@dataclass(frozen=True)
class Server:
    """A server that was started and may not answer yet.

    Attributes:
        api_url: where its API is going to be.
        log: the file that takes what it says.
        pages: where it keeps its copy of the pages.
    """

    api_url: str
    log: Path
    pages: Path
    _process: "subprocess.Popen[bytes]"

    def has_ended(self) -> bool:
        """Whether its process is gone, though nobody stopped it."""
        return self._process.poll() is not None

    def wait_until_ended(self) -> NoReturn:
        """Never return.

        Raises:
            NoGo: its process is gone.
        """
        self._process.wait()
        raise NoGo(f"The Prefect server ended. Start it again. Its log says why: {self.log}")

    def wait_until_healthy(self) -> None:
        """Return when it answers: some 25 s when it makes its database, half of that later.

        Raises:
            NoGo: it ended, or does not answer in three minutes.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        with httpx.Client(timeout=5.0, trust_env=False) as http:
            while time.monotonic() < end:
                if self.has_ended():
                    raise NoGo(f"The Prefect server ended while starting. Its log says why: {self.log}")
                try:
                    if http.get(f"{self.api_url}/health").status_code == httpx.codes.OK:
                        _give_the_form_room(self.pages)
                        return
                except httpx.TransportError:
                    pass  # not listening yet
                time.sleep(0.2)
        raise NoGo(f"The Prefect server did not answer within {PATIENCE_SECONDS:.0f} s. Its log: {self.log}")


@contextmanager
def start_server(
    home: Path, port: int | None = None, ended: Callable[[], None] = lambda: None, host: str = HOST, named: str = ""
) -> Iterator[Server]:
    """Run a Prefect server until the block ends, or this process does.

    This process is prepared for it (:func:`flows.service.environment.prepare`), and the server inherits that: its
    pages must be told their own API's address, and take another one for granted otherwise. It opens to this process,
    and to whoever the door lets in (:mod:`flows.service.door`).

    Args:
        home: ``SILLER_HOME``; the server's log stands in ``prefect/server.log`` below it.
        port: the port to listen on; any free one if not given.
        ended: called should it end though nobody stopped it.
        host: the address to listen on.
        named: what tells its log and its pages from those of the others in the home.

    Raises:
        NoGo: the port is taken.
    """
    listening = _taken(port, host)
    port = int(listening.getsockname()[1])
    api_url = f"http://{host}:{port}/api"
    environment.prepare(home, api_url)
    environment.lock(home)
    pages = environment.use_pages(home, named)
    _leave_out_second_pages(pages)
    log = home / "prefect" / f"server{named}.log"
    process = child_process.start(["flows.service.prefect_server", str(listening.fileno())], log, (listening.fileno(),))
    stopping = threading.Event()
    threading.Thread(target=_turn_away, args=(process, listening, stopping, ended), daemon=True).start()
    try:
        yield Server(api_url, log, pages, process)
    finally:
        stopping.set()
        child_process.stop(process)
        listening.shutdown(socket.SHUT_RDWR)  # ends an accept that waits; to close it would not
        listening.close()


def _turn_away(
    process: "subprocess.Popen[bytes]", listening: socket.socket, stopping: threading.Event, ended: Callable[[], None]
) -> None:
    """Wait for the server's end; unless it is being stopped, say so, and let nobody wait for an answer.

    The port stays ours, so that nobody else takes it and is shown the internal secret. But what speaks to it would be
    let in by the system and wait for minutes, request for request.
    """
    process.wait()
    if stopping.is_set():
        return
    ended()
    with contextlib.suppress(OSError):  # it is closed, perhaps while the end was being told
        # The server had it, too, and left it so that nobody waits for a connection: with none there, accept would fail.
        listening.setblocking(True)
        while True:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):  # it may be gone already
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _leave_out_second_pages(pages: Path) -> None:
    """Let the server come up without the second version of its pages, so that nobody can switch to it.

    A browser that opens it calls home, whatever the settings say (seen with 3.8.8). A server that cannot
    copy a version's pages to their place says so in its log and goes without; here a link to nowhere
    stands in that place.
    """
    second = pages / "v2"
    second.parent.mkdir(parents=True, exist_ok=True)
    if not second.is_symlink():
        second.symlink_to("left-out")


def _give_the_form_room(pages: Path) -> None:
    """Put siller's few lines of style into the server's copy of its page, for the pack above the form to be read."""
    page = pages / "v1" / "index.html"
    style = f"<style>{_FORM_STYLE.read_text()}</style>"
    text = page.read_text()
    if style not in text:
        part = page.with_suffix(".part")
        part.write_text(text.replace("</head>", f"{style}</head>"))
        part.replace(page)


def _taken(port: int | None, host: str = HOST) -> socket.socket:
    """Take a port, any free one if none is named, and keep it until siller ends.

    Whoever else on this machine had it, for the seconds that the server takes to come up or after it died, would be
    shown the internal secret by everything of siller's that speaks to the server.
    """
    listening = socket.socket()
    # As every server does: a port that only lingers from an earlier one is free.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port or 0))
        # What is only bound can be bound again by somebody else.
        listening.listen(_MOST_WAITING)
    except OSError:
        listening.close()
        raise NoGo(f"Port {port} is in use on this machine. Choose another one.") from None
    return listening
