"""Homes that share a store and an outbox, each worked by processes of its own."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pyrage

from tasks.settings import PROJECT
from tests.e2e.s3 import BUCKET, CREDENTIALS, client
from tests.scale.seaweedfs import LOCKED

KEYS = {
    "ilf.ledger": base64.b64encode(bytes(range(32))).decode(),
    **{f"ilf.{use}": str(pyrage.x25519.Identity.generate()) for use in ("sealed", "continuity")},
    "ilf.pseudonym": base64.b64encode(bytes(range(32, 64))).decode(),
}
"""What all homes are given, as no home may make one of its own."""


def keys_of(bodies: Iterable[str]) -> dict[str, str]:
    """The same for other bodies, new ones each time."""

    def one(use: str) -> str:
        if use in ("ledger", "pseudonym"):
            return base64.b64encode(os.urandom(32)).decode()
        return str(pyrage.x25519.Identity.generate())

    return {f"{body}.{use}": one(use) for body in bodies for use in ("ledger", "sealed", "pseudonym", "continuity")}


@dataclass(frozen=True)
class Shared:
    """What homes share.

    Attributes:
        server: the address of the S3 server that has it.
        name: tells it from what others share.
        released_into: the bucket of the outbox.
    """

    server: str
    name: str
    released_into: str = LOCKED

    @property
    def store(self) -> str:
        return f"s3://{BUCKET}/{self.name}"

    @property
    def outbox(self) -> str:
        return f"s3://{self.released_into}/{self.name}"

    def copied(self, name: str) -> "Shared":
        """The same under another name: what was prepared once is gone on from many times."""
        s3, other = client(self.server), Shared(self.server, name)
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{self.name}/"):
            for found in page.get("Contents", ()):
                key = found["Key"].replace(self.name, name, 1)
                s3.copy_object(Bucket=BUCKET, Key=key, CopySource={"Bucket": BUCKET, "Key": found["Key"]})
        return other

    def payment_files(self) -> dict[str, bytes]:
        """The payment files in the outbox, whoever put them there."""
        s3 = client(self.server)
        found = s3.list_objects_v2(Bucket=LOCKED, Prefix=f"{self.name}/").get("Contents", ())
        keys = [each["Key"] for each in found if each["Key"].endswith(".txt")]
        return {key.rpartition("/")[2]: s3.get_object(Bucket=LOCKED, Key=key)["Body"].read() for key in keys}

    def take_away(self) -> None:
        """Do what a sender does who removes what they have taken."""
        s3 = client(self.server)
        for found in s3.list_objects_v2(Bucket=LOCKED, Prefix=f"{self.name}/").get("Contents", ()):
            s3.delete_object(Bucket=LOCKED, Key=found["Key"])

    def versions(self) -> int:
        """How many payment files have ever appeared in the outbox."""
        found = client(self.server).list_object_versions(Bucket=LOCKED, Prefix=f"{self.name}/").get("Versions", ())
        return len([each for each in found if each["Key"].endswith(".txt")])


@dataclass(frozen=True)
class Home:
    """One home.

    Attributes:
        root: its folder.
        shared: what it shares.
        way: another address of the same server, over which this home alone goes.
        module: what its processes run.
        others: what else its environment has.
    """

    root: Path
    shared: Shared
    way: str | None = None
    module: str = "tests.scale.at_work"
    others: Mapping[str, str] = field(default_factory=dict)

    def start(self, *steps: str, stop_at: str = "") -> "subprocess.Popen[str]":
        """Start a process that works here."""
        command = [sys.executable, "-m", self.module, *steps]
        environment = {**os.environ, **self.settings, "PYTHONPATH": str(PROJECT), "STOP_AT": stop_at}
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        _started.append(process)
        return process

    @property
    def settings(self) -> dict[str, str]:
        """What the home is given by its environment."""
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL_S3": self.way or self.shared.server,
            "SILLER_HOME": str(self.root),
            "SILLER_STORE": self.shared.store,
            "SILLER_OUTBOX": self.shared.outbox,
            "SILLER_KEYS": json.dumps(KEYS),
            **self.others,
        }

    def work(self, *steps: str) -> str:
        """Let a process come to its end; what it said."""
        return ended(self.start(*steps))


_started: list["subprocess.Popen[str]"] = []


def kill_all() -> None:
    """Kill every process that was started and has not come to its end."""
    while _started:
        process = _started.pop()
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> str:
    """Wait for the end of a process; what it said."""
    said, wrong = process.communicate(timeout=300)
    _started.remove(process)
    assert not wrong, wrong
    return said.strip()


def wait_until_stopped(process: "subprocess.Popen[str]") -> None:
    """Wait until a process has stopped itself."""
    deadline = time.monotonic() + 120
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        assert process.poll() is None and time.monotonic() < deadline, "it never came to where it was to stop"
        time.sleep(0.02)
