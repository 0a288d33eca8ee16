"""Prefect's server with more patience: an answer that meets a busy database is handed to it again.

``python -m flows.prefect_server 127.0.0.1 4200`` serves as ``prefect server start`` does, without its words of
welcome and without its look at the port, which :mod:`flows.server` has taken.
SQLite turns away at once whoever reads and then writes what somebody else has written in between. Prefect's own
clients take the 503 that follows as a request to ask again. Its page does not: it tells an approver that something
went wrong, and the same answer a second later would have counted.
"""

import asyncio
import sys
from collections.abc import Iterable
from http import HTTPStatus

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import get_current_settings
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAUSES_SECONDS = (0.05, 0.1, *(0.25,) * 20)


class PatientWithAnswers:
    """The server around ``app``: asks it again, after each pause in turn, while an answer to a form meets a 503.

    Prefect resumes no run that has gone on, so nothing is answered twice. The last answer is passed on, whatever it is.

    Args:
        app: Prefect's server.
        pauses: seconds to wait before it is asked again, each in turn.
    """

    def __init__(self, app: ASGIApp, pauses: Iterable[float] = PAUSES_SECONDS) -> None:
        self._app, self._pauses = app, tuple(pauses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if not (scope["type"] == "http" and scope["method"] == "POST" and scope["path"].endswith("/resume")):
            await self._app(scope, receive, send)
            return
        asked = _Asked(self._app, scope, receive)
        await asked.once()
        for pause in self._pauses:
            if not asked.in_vain:
                break
            await asyncio.sleep(pause)
            await asked.once()
        await asked.pass_on(send)


class _Asked:
    """One request, put to the server as often as need be."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        self._app, self._scope, self._receive = app, scope, receive
        # Only what the server has asked for: whom it does not let in shall not fill its memory.
        self._read: list[Message] = []
        self._said: list[Message] = []
        self._raised: Exception | None = None

    @property
    def in_vain(self) -> bool:
        """Whether the server had no time for it."""
        return bool(self._said) and self._said[0]["status"] == HTTPStatus.SERVICE_UNAVAILABLE

    async def once(self) -> None:
        """Put it to the server from its beginning."""
        again = iter(list(self._read))

        async def read() -> Message:
            if (message := next(again, None)) is None:
                message = await self._receive()
                if message["type"] == "http.request":
                    self._read.append(message)
            return message

        async def said(message: Message) -> None:
            self._said.append(message)

        self._said, self._raised = [], None
        try:
            # The server writes into the scope that it is given.
            await self._app(dict(self._scope), read, said)
        except Exception as error:  # noqa: BLE001  # it has answered already, and raises for the log: see pass_on
            self._raised = error

    async def pass_on(self, send: Send) -> None:
        """Pass on what it said at last, and raise what it raised."""
        for message in self._said:
            await send(message)
        if self._raised:
            raise self._raised


if __name__ == "__main__":
    server = get_current_settings().server
    uvicorn.run(
        PatientWithAnswers(create_app(final=True)),
        host=sys.argv[1],
        port=int(sys.argv[2]),
        timeout_keep_alive=server.api.keepalive_timeout,
        ws_ping_interval=server.api.websocket_ping_interval,
        ws_ping_timeout=server.api.websocket_ping_timeout,
        log_level=server.logging_level.lower(),
    )
