"""One Prefect server and one nursery for all trials, and a month that nothing happened to."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.trial import Undisturbed, undisturbed
from tests.faults.workshop import Workshop, workshop


@pytest.fixture(scope="package")
def faults() -> Iterator[Workshop]:
    before = dict(os.environ)
    with workshop() as shop:
        yield shop
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="package")
def quiet(faults: Workshop) -> Undisturbed:
    return undisturbed(faults)
