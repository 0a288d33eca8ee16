"""Prefect as the door asks it: with the internal secret, and again while its database is busy."""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from weakref import WeakValueDictionary

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from flows.service.door.refusal import JSON, UNKNOWN, Refused, Reply

PAUSES_SECONDS = (0.05, 0.1, *(0.25,) * 20)

Found = dict[str, Any]


class Inside:
    """The server behind the door.

    SQLite turns away at once whoever reads and then writes what somebody else has written in between. Prefect's own
    clients take the 503 that follows as a request to ask again; its page does not: it would tell an approver that
    something went wrong, and the same answer a second later would have counted. So the door asks again. Prefect resumes
    no run that has gone on, so nothing is answered twice; a run that could be started twice has a key of its own.

    Args:
        app: Prefect's server.
        secret: the internal one, as ``name:password``.
        pauses: seconds to wait before it is asked again, each in turn.
    """

    def __init__(self, app: ASGIApp, secret: str, pauses: Iterable[float] = PAUSES_SECONDS) -> None:
        name, _, password = secret.partition(":")
        self._pauses = tuple(pauses)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(_logging(app), raise_app_exceptions=False),
            base_url="http://behind.the.door/api",
            auth=(name, password),
            timeout=None,
        )

    async def ask(self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Reply:
        """Put one question to Prefect, made of nothing but what the door gives it."""
        content = None if body is None else json.dumps(body).encode()
        headers = {} if content is None else {"content-type": JSON}
        for pause in (*self._pauses, None):
            got = await self._client.request(method, path, content=content, headers=headers, params=query)
            if got.status_code != HTTPStatus.SERVICE_UNAVAILABLE or pause is None:
                break
            await asyncio.sleep(pause)
        kind, disposition = (got.headers.get(f"content-{name}", "") for name in ("type", "disposition"))
        return Reply(got.status_code, got.content, kind, disposition)

    def turn(self, flow_run_id: str) -> asyncio.Lock:
        """What is held by whoever answers a flow run's form, so that nobody else does meanwhile."""
        return self._turns.setdefault(flow_run_id, asyncio.Lock())

    async def found(self, path: str) -> Found:
        """Read one thing.

        Raises:
            Refused: there is no such thing.
        """
        reply = await self.ask("GET", path)
        found = reply.json() if reply.is_good else None
        if not isinstance(found, dict):
            raise Refused(UNKNOWN, HTTPStatus.NOT_FOUND)
        return found


def _logging(app: ASGIApp) -> ASGIApp:
    """What the server raises it has answered already: it raises for whoever runs it to log."""

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            # The logger by which Prefect itself decides what of a busy database is worth a word.
            logging.getLogger("uvicorn.error").exception("Prefect's server, asked by siller's door")
            raise

    return logged
