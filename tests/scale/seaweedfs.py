"""SeaweedFS, an S3 server that nobody of siller or of Python wrote, in a process of its own with a disk of its own."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.e2e.s3 import BUCKET, CREDENTIALS, client

_PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
_S3_PORTS = ("s3.port", "s3.port.grpc")
LOCKED = "outbox"
"""A bucket with object lock, which keeps every object for a day."""


@contextmanager
def seaweedfs(folder: Path) -> Iterator[str]:
    """Start the server with two empty buckets; yields its address."""
    may_all = {
        "name": "siller",
        "credentials": [
            {"accessKey": CREDENTIALS["AWS_ACCESS_KEY_ID"], "secretKey": CREDENTIALS["AWS_SECRET_ACCESS_KEY"]}
        ],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "disk").mkdir(parents=True)
    (folder / "s3.json").write_text(json.dumps({"identities": [may_all]}))
    ports = dict(zip((*_PORTS, *_S3_PORTS), free_ports(len(_PORTS) + len(_S3_PORTS)), strict=True))
    command = [
        str(Path(sys.executable).with_name("weed")), "-logtostderr=true", "server", f"-dir={folder / 'disk'}",
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=40", "-master.volumeSizeLimitMB=64",
        "-s3", f"-s3.config={folder / 's3.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    with (folder / "seaweedfs.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{ports['s3.port']}"
        _make_buckets(address, server)
        yield address
    finally:
        server.kill()  # it takes half a minute to end by itself
        server.wait()


def _make_buckets(address: str, server: subprocess.Popen[bytes]) -> None:
    s3 = client(address, Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10))
    deadline = time.monotonic() + 120
    while True:
        try:
            s3.create_bucket(Bucket=BUCKET)
            s3.put_object(Bucket=BUCKET, Key="there-is-room", Body=b"x")
            break
        except (BotoCoreError, ClientError):
            assert server.poll() is None and time.monotonic() < deadline, "SeaweedFS did not start"
            time.sleep(0.2)
    s3.delete_object(Bucket=BUCKET, Key="there-is-room")
    s3.create_bucket(Bucket=LOCKED, ObjectLockEnabledForBucket=True)
    keeps = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}
    s3.put_object_lock_configuration(Bucket=LOCKED, ObjectLockConfiguration=keeps)


def free_ports(number: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
