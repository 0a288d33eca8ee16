"""A month that is released, and one that has been through everything, for every test that goes on from there."""

import shutil
from pathlib import Path

import pytest

from tasks.tenant_context import TenantContext
from tests.month import assessed, context, deliver, finished, released


@pytest.fixture(scope="session")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a run of three payments that waits for its approval; nobody changes anything there."""
    home = tmp_path_factory.mktemp("waiting")
    deliver(context(home))
    assessed(context(home))
    return home


@pytest.fixture(scope="session")
def released_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a released run of three payments; nobody changes anything there."""
    home = tmp_path_factory.mktemp("released")
    released(context(home))
    return home


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its home; nobody changes anything there."""
    home = tmp_path_factory.mktemp("finished")
    finished(context(home))
    return home


@pytest.fixture
def ilf(finished_home: Path, tmp_path: Path) -> TenantContext:
    """Its context, in a copy of one's own."""
    return context(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
