"""Servers by which people are told: a real SMTP server, and stand-ins for GOV.UK Notify and a webhook over HTTP."""

import asyncio
import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from schemas.pay_run import Mode
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

SENDER = "payments@siller.example"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class Post:
    """The letters that an SMTP server took.

    Attributes:
        letters: each as it came.
        before_reply: called when a letter has come whole, before the server says that it took it.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    before_reply: Callable[[], object] = lambda: None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage) and envelope.rcpt_tos == [letter["To"]]
        self.letters.append(letter)
        self.before_reply()
        return "250 taken"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("gone."):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    @property
    def told(self) -> list[tuple[str, str]]:
        """To whom, and under which subject."""
        return [(str(letter["To"]), str(letter["Subject"]).strip()) for letter in self.letters]  # a long one is folded


@dataclass
class Mute(Post):
    """A server that takes each letter and hangs up before it says so."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # likewise
        await super().handle_DATA(server, session, envelope)
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        return "250 taken"


@dataclass
class Rude(Post):
    """A server that takes each letter and says to a goodbye that it is too busy."""

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # likewise
        return "421 too busy"


@contextmanager
def smtp_server(port: int, post: Post, takes_all_letters: bool = True) -> Iterator[Post]:
    """An SMTP server on this machine for the length of the block, with or without SMTPUTF8."""
    server = Controller(post, hostname="127.0.0.1", port=port, enable_SMTPUTF8=takes_all_letters)
    server.start()
    try:
        yield post
    finally:
        server.stop()


@dataclass
class Asked:
    """What an HTTP server was asked: path, headers and the JSON that came; ``status`` is what it answers.

    ``before_reply`` is called when a request has come whole, before the server answers.
    """

    status: int = 201
    before_reply: Callable[[], object] = lambda: None
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)


@contextmanager
def http_server(port: int, asked: Asked) -> Iterator[Asked]:
    """An HTTP server on this machine for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.requests.append((self.path, dict(self.headers), said))
            asked.before_reply()
            self.send_response(asked.status)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()


def body_told(home: Path, notices: str, tenant: str = "ilf", settings: Settings | None = None) -> TenantContext:
    """A live body whose agreement has these notices, in YAML; nobody has adopted it yet."""
    contracts = home / "contracts"
    if not contracts.exists():
        source = (settings or Settings()).contracts
        shutil.copytree(source, contracts, ignore=shutil.ignore_patterns("__pycache__"))
    agreement = contracts / tenant / "agreement.yaml"
    agreement.write_text(f"{agreement.read_text(encoding='utf-8')}notices:\n{notices}", encoding="utf-8")
    table = home / "table"
    return TenantContext(tenant, Mode.LIVE, Settings(home=home / "home", modulus_table=table, contracts=contracts))
