"""Prefect's server asked again while it is busy, against a small server that counts what it is asked."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from flows.prefect_server import PatientWithAnswers

RESUME = "/api/flow_runs/0/resume"


class Busy:
    """Answers 503 so many times, as Prefect does: by a handler whose error goes on to whoever runs the server."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.heard: list[bytes] = []

    async def answer(self, request: Request) -> JSONResponse:
        self.heard.append(await request.body())
        if len(self.heard) <= self.times:
            raise RuntimeError("database is locked")
        return JSONResponse({"status": "ACCEPT"}, status_code=201)

    async def unavailable(self, request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"exception_message": "Service Unavailable"}, status_code=503)


def transport(busy: Busy, raises: bool = False) -> httpx.ASGITransport:
    routes = [Route("/{path:path}", busy.answer, methods=["GET", "POST"])]
    app = Starlette(routes=routes, exception_handlers={Exception: busy.unavailable})
    return httpx.ASGITransport(PatientWithAnswers(app, pauses=(0.0, 0.0)), raise_app_exceptions=raises)


def asked(busy: Busy, path: str = RESUME, method: str = "POST", raises: bool = False) -> httpx.Response:
    async def response() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport(busy, raises), base_url="http://server") as client:
            return await client.request(method, path, content=b'{"run_input": {}}' if method == "POST" else None)

    return asyncio.run(response())


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_answer_is_handed_on_whole_until_the_server_has_time(times):
    busy = Busy(times)
    response = asked(busy)
    assert (response.status_code, response.json()) == (201, {"status": "ACCEPT"})
    assert busy.heard == [b'{"run_input": {}}'] * (times + 1)


def test_a_server_that_stays_busy_says_so_in_the_end():
    busy = Busy(10)
    response = asked(busy)
    assert (response.status_code, response.json()) == (503, {"exception_message": "Service Unavailable"})
    assert len(busy.heard) == 3


def test_whom_the_server_does_not_let_in_is_not_read():
    """Else anybody could fill its memory without the password."""

    async def refuses(scope: Scope, _: Receive, send: Send) -> None:
        await JSONResponse({}, status_code=401)(scope, _, send)

    async def never_read() -> Message:
        raise AssertionError("the body was read")

    said: list[Message] = []

    async def heard(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": RESUME, "headers": []}
    asyncio.run(PatientWithAnswers(refuses)(scope, never_read, heard))
    assert said[0]["status"] == 401


def test_an_answer_in_pieces_is_handed_on_in_pieces():
    busy = Busy(1)

    async def response() -> httpx.Response:
        async def pieces() -> AsyncIterator[bytes]:
            for piece in (b'{"run_', b'input"', b": {}}"):
                yield piece

        async with httpx.AsyncClient(transport=transport(busy), base_url="http://server") as client:
            return await client.post(RESUME, content=pieces())

    assert asyncio.run(response()).status_code == 201
    assert busy.heard == [b'{"run_input": {}}'] * 2


def test_why_it_stayed_busy_goes_on_to_whoever_logs_it():
    with pytest.raises(RuntimeError, match="database is locked"):
        asked(Busy(10), raises=True)
    assert asked(Busy(2), raises=True).status_code == 201


@pytest.mark.parametrize(("path", "method"), [(RESUME, "GET"), ("/api/flow_runs/", "POST"), ("/resume/other", "POST")])
def test_whatever_else_is_asked_is_asked_once(path, method):
    busy = Busy(1)
    assert asked(busy, path, method).status_code == 503
    assert len(busy.heard) == 1
