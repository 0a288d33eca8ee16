"""The post: a real SMTP server in a process of its own, which can be killed and comes back, and what it took."""

import mailbox
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flows.service import child_process
from tests.told import free_port

_SECONDS_TO_START = 60.0


@dataclass
class PostOffice:
    """The SMTP server of all three bodies.

    Attributes:
        folder: the maildir in which it puts what it takes; it outlives the server.
        port: at which it answers, on this machine.
    """

    folder: Path
    port: int
    _server: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start the server, and wait until it answers."""
        module = ["aiosmtpd", "-n", "-l", f"127.0.0.1:{self.port}", "-c", "aiosmtpd.handlers.Mailbox", str(self.folder)]
        self._server = child_process.start(module, self.folder.with_suffix(".log"))
        end = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            assert time.monotonic() < end and self._server.poll() is None, "the SMTP server does not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server as a fault would: it says goodbye to nobody."""
        assert self._server is not None and self._server.stdin is not None
        self._server.kill()
        self._server.wait()
        self._server.stdin.close()

    @property
    def letters(self) -> list[EmailMessage]:
        """Everything that it took."""
        taken = mailbox.Maildir(self.folder)
        return [message_from_bytes(taken.get_bytes(key), policy=policy.default) for key in taken.iterkeys()]

    def _answers(self) -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def post_office(folder: Path) -> Iterator[PostOffice]:
    """A post office that is open for the length of the block."""
    post = PostOffice(folder, free_port())
    post.open()
    try:
        yield post
    finally:
        post.kill()
