"""Prefect's server asked again while it is busy, against a small server that counts what it is asked."""

import asyncio
import logging

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from flows.service.door.inside import Inside
from flows.service.door.refusal import Reply


class Busy:
    """Answers 503 so many times, as Prefect does: by a handler whose error goes on to whoever runs the server."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.heard: list[tuple[bytes, str]] = []

    async def answer(self, request: Request) -> JSONResponse:
        self.heard.append((await request.body(), request.headers["authorization"]))
        if len(self.heard) <= self.times:
            raise RuntimeError("database is locked")
        return JSONResponse({"status": "ACCEPT"}, status_code=201)

    async def unavailable(self, request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"exception_message": "Service Unavailable"}, status_code=503)


def asked(busy: Busy) -> Reply:
    routes = [Mount("/api", routes=[Route("/{path:path}", busy.answer, methods=["POST"])])]
    app = Starlette(routes=routes, exception_handlers={Exception: busy.unavailable})

    async def reply() -> Reply:
        return await Inside(app, "name:secret", pauses=(0.0, 0.0)).ask("POST", "/flow_runs/0/resume", {"run_input": {}})

    return asyncio.run(reply())


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_answer_is_put_whole_and_with_the_secret_until_the_server_has_time(times):
    busy = Busy(times)
    reply = asked(busy)
    assert (reply.status, reply.json()) == (201, {"status": "ACCEPT"})
    assert busy.heard == [(b'{"run_input": {}}', "Basic bmFtZTpzZWNyZXQ=")] * (times + 1)


def test_a_server_that_stays_busy_says_so_in_the_end(caplog):
    busy = Busy(10)
    with caplog.at_level(logging.ERROR, logger="uvicorn.error"):
        reply = asked(busy)
    assert (reply.status, reply.json()) == (503, {"exception_message": "Service Unavailable"})
    assert len(busy.heard) == 3
    assert "database is locked" in caplog.text
