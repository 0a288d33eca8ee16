"""A month that is released, and one that has been through everything, for every test that goes on from there."""

import shutil
from pathlib import Path

import pytest

from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, approve, assessed, context, deliver, finished

RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture(scope="session")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a run of three payments that waits for its approval; nobody changes anything there."""
    home = tmp_path_factory.mktemp("waiting")
    deliver(context(home))
    assessed(context(home))
    return home


@pytest.fixture(scope="session")
def approved_home(waiting_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a run of three payments that may be released; nobody changes anything there."""
    home = shutil.copytree(waiting_home, tmp_path_factory.mktemp("approved") / "home", symlinks=True)
    approve(context(home), RUN)
    return home


@pytest.fixture(scope="session")
def released_home(approved_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a released run of three payments; nobody changes anything there."""
    home = shutil.copytree(approved_home, tmp_path_factory.mktemp("released") / "home", symlinks=True)
    release(context(home), RUN, NOVEMBER)
    return home


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a run that has been through everything; nobody changes anything there."""
    home = tmp_path_factory.mktemp("finished")
    finished(context(home))
    return home


@pytest.fixture
def waiting_month(waiting_home: Path, tmp_path: Path) -> TenantContext:
    """The context of the run that waits, in a copy of one's own."""
    return context(shutil.copytree(waiting_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def approved_month(approved_home: Path, tmp_path: Path) -> TenantContext:
    """The context of the run that may be released, in a copy of one's own."""
    return context(shutil.copytree(approved_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def released_month(released_home: Path, tmp_path: Path) -> TenantContext:
    """The context of the released run, in a copy of one's own."""
    return context(shutil.copytree(released_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def ilf(finished_home: Path, tmp_path: Path) -> TenantContext:
    """The context of the run that has been through everything, in a copy of one's own."""
    return context(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
