"""One Prefect server and one nursery for all trials, and the file of a month that nothing happened to."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.server import PrefectServer
from tests.faults.trial import Nursery, undisturbed, workshop


@dataclass(frozen=True)
class Workshop:
    """What every trial needs."""

    server: PrefectServer
    nursery: Nursery
    folder: Path


@dataclass(frozen=True)
class Undisturbed:
    """The month that nothing happened to."""

    file: bytes
    steps: Sequence[str]
    seconds: float


@pytest.fixture(scope="session")
def faults() -> Iterator[Workshop]:
    before = dict(os.environ)
    with workshop() as (server, nursery, folder):
        yield Workshop(server, nursery, folder)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def quiet(faults: Workshop) -> Undisturbed:
    return Undisturbed(*undisturbed(faults.server, faults.nursery, faults.folder))
