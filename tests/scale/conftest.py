"""One S3 server for all of these tests, and in it an approved run to go on from, for each under another name."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.scale.homes import Home, Shared, kill_all
from tests.scale.seaweedfs import seaweedfs

_names = count()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with seaweedfs(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture(scope="session")
def approved(server: str, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """A store with an approved run in it."""
    shared = Shared(server, "approved")
    assert Home(tmp_path_factory.mktemp("first"), shared).work("approved") == "approved: done"
    return shared


@pytest.fixture(autouse=True)
def nobody_stays_stopped() -> Iterator[None]:
    """What stopped itself in a test that failed does not wait for ever."""
    yield
    kill_all()


@pytest.fixture
def shared(approved: Shared) -> Shared:
    return approved.copied(f"month-{next(_names)}")
