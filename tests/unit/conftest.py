"""A month that is released, and one that has been through everything, for every test that goes on from there."""

import shutil
from pathlib import Path

import pytest

from tasks.tenant_context import Office
from tests.month import finished, office, released


@pytest.fixture(scope="session")
def released_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a released run of three payments; nobody changes anything there."""
    home = tmp_path_factory.mktemp("released")
    released(office(home))
    return home


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its home; nobody changes anything there."""
    home = tmp_path_factory.mktemp("finished")
    finished(office(home))
    return home


@pytest.fixture
def ilf(finished_home: Path, tmp_path: Path) -> Office:
    """Its context, in a copy of one's own."""
    return office(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
