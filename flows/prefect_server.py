"""Prefect's server with more patience: an answer that meets a busy database is handed to it again.

``python -m flows.prefect_server 127.0.0.1 4200`` is ``prefect server start`` there, with this one thing added.
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
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAUSES_SECONDS = (0.05, 0.1, 0.1, 0.2, 0.2, 0.5, 0.5, 1.0, 1.0, 2.0)


class PatientWithAnswers:
    """The server around ``app``: asks it again, after each pause in turn, while an answer to a form meets a 503.

    A 503 comes of a transaction that was rolled back, so nothing is answered twice; the last one is passed on.

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
        body = await Request(scope, receive).body()
        for pause in self._pauses:
            said = await self._asked(scope, body, receive)
            if said[0]["status"] != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            await asyncio.sleep(pause)
        else:
            said = await self._asked(scope, body, receive)
        for message in said:
            await send(message)

    async def _asked(self, scope: Scope, body: bytes, receive: Receive) -> list[Message]:
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        said: list[Message] = []

        async def once_more() -> Message:
            return unread.pop() if unread else await receive()

        async def heard(message: Message) -> None:
            said.append(message)

        try:
            # What is asked writes into the scope.
            await self._app(dict(scope), once_more, heard)
        except Exception:
            # The server raises again what it has answered with an error: that answer stands.
            if not said:
                raise
        return said


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
