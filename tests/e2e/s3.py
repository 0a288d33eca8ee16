"""An S3 server in a process of its own, and a way to it on which answers can be lost."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import boto3
from botocore.config import Config

from flows.service import child_process

BUCKET = "payments"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-2"}

ANSWERS = {
    "500": b"<Error><Code>InternalError</Code></Error>",
    "503": b"<Error><Code>SlowDown</Code></Error>",
    "403": b"<Error><Code>AccessDenied</Code></Error>",
}


@contextmanager
def s3_server(log: Path) -> Iterator[str]:
    """Start moto's server with an empty bucket; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = child_process.start(["moto.server", "-H", "127.0.0.1", "-p", str(port)], log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server)
        client(address).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": CREDENTIALS["AWS_DEFAULT_REGION"]}
        )
        yield address
    finally:
        child_process.stop(server)


def client(address: str, config: Config | None = None, identity: dict[str, str] | None = None):
    """A plain client of the server, which goes no faulty way; siller's own identity, or another one."""
    os.environ.update(CREDENTIALS)
    return boto3.client(
        "s3",
        endpoint_url=address,
        config=config,
        aws_access_key_id=(identity or CREDENTIALS)["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=(identity or CREDENTIALS)["AWS_SECRET_ACCESS_KEY"],
    )


def objects(address: str) -> dict[str, bytes]:
    """Everything in the bucket by its key."""
    s3 = client(address)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"{address}/moto-api/", timeout=5):
                return
        except OSError:
            assert server.poll() is None and time.monotonic() < deadline, "moto's server did not start"
            time.sleep(0.1)


class Way(ThreadingHTTPServer):
    """Takes requests on to a server, except where it was told what goes wrong.

    ``wrong`` is a list of (method, fault), used up one request of that method at a time; beside the method the end of
    a path can stand. A fault is a status to answer in the server's place, ``hang`` (no answer in time), ``cut`` (the
    connection ends before the server has the request) or ``cut after`` (the server has done it, and its answer is
    lost). Where it ``is_cut`` off, no request comes to the server.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target.removeprefix("http://")
        self.wrong: list[tuple[str, str]] = []
        self.seen: list[str] = []
        self.is_cut = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fault(self, method: str, path: str) -> str | None:
        """What goes wrong with this request; each is used once."""
        self.seen.append(method)
        if self.is_cut:
            return "cut"
        asked = method, f"{method} {path.partition('?')[0].rpartition('/')[2]}"
        found = next((each for each in self.wrong if each[0] in asked), None)
        if found is None:
            return None
        self.wrong.remove(found)
        return found[1]

    def handle_error(self, request, client_address) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _take_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.fault(self.command, self.path)
        if fault in ANSWERS:
            self._answer(int(fault), {"Content-Type": "application/xml"}, ANSWERS[fault])
            return
        if fault == "hang":
            time.sleep(3)
        if fault in ("hang", "cut"):
            self.close_connection = True
            return
        connection = HTTPConnection(self.server.target, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        if fault == "cut after":
            self.close_connection = True
            return
        self._answer(answer.status, dict(answer.getheaders()), data)

    def _answer(self, status: int, headers: dict[str, str], data: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(data))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _take_on  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def way_to(target: str) -> Iterator[Way]:
    """Open a way to a server, without faults so far."""
    with Way(target) as way:
        thread = Thread(target=way.serve_forever, daemon=True)
        thread.start()
        try:
            yield way
        finally:
            way.shutdown()
            thread.join()
