"""Prefect's server asked again while it is busy, against a small server that counts what it is asked."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

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


def asked(busy: Busy, path: str = RESUME, method: str = "POST") -> httpx.Response:
    routes = [Route("/{path:path}", busy.answer, methods=["GET", "POST"])]
    app = Starlette(routes=routes, exception_handlers={Exception: busy.unavailable})
    server = PatientWithAnswers(app, pauses=(0.0, 0.0))

    async def response() -> httpx.Response:
        transport = httpx.ASGITransport(server, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
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


@pytest.mark.parametrize(("path", "method"), [(RESUME, "GET"), ("/api/flow_runs/", "POST"), ("/resume/other", "POST")])
def test_whatever_else_is_asked_is_asked_once(path, method):
    busy = Busy(1)
    assert asked(busy, path, method).status_code == 503
    assert len(busy.heard) == 1
