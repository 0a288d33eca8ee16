"""A month with a transfer and three vouchers that is released, for every test that goes on from there."""

import shutil
from pathlib import Path

import pytest

from tasks.tenant_context import TenantContext
from tests.unit.tasks.vouchers.month import body, released


@pytest.fixture(scope="session")
def vouchers_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its home; nobody changes anything there."""
    home = tmp_path_factory.mktemp("vouchers")
    released(body(home))
    return home


@pytest.fixture
def cash(vouchers_home: Path, tmp_path: Path) -> TenantContext:
    """Its context, in a copy of one's own."""
    return body(shutil.copytree(vouchers_home, tmp_path / "home", symlinks=True))
