"""Who asks for nothing holds no connection."""

import asyncio
import socket

import httpx
import pytest
import uvicorn

from flows.service.door import patient
from flows.service.door.patient import Patient


async def slow(scope, receive, send):
    """Answer after a while: longer than two looks."""
    if scope["type"] == "http":
        await asyncio.sleep(1.0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nhost: x\r\nx: "])
def test_a_connection_without_a_whole_request_is_closed_and_a_slow_answer_is_not(monkeypatch, sent):
    monkeypatch.setattr(patient, "LOOKED_AT_SECONDS", 0.2)

    async def played() -> tuple[str, bytes]:
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(slow, http=Patient, lifespan="off", log_level="error"))
        serving = asyncio.create_task(server.serve([listening]))
        reading, writing = await asyncio.open_connection("127.0.0.1", port)
        writing.write(sent)
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(f"http://127.0.0.1:{port}/")
        left = await asyncio.wait_for(reading.read(), 5)
        writing.close()
        await writing.wait_closed()
        server.should_exit = True
        await serving
        return answer.text, left

    assert asyncio.run(played()) == ("here", b"")
