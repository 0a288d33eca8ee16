"""Homes of earlier sillers, each upgraded once for all tests of a process."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.ledgers import earlier


@pytest.fixture(scope="session")
def upgraded_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """An earlier siller's home, upgraded, by its file; nobody changes anything there."""

    @cache
    def of(file: Path) -> Path:
        home = tmp_path_factory.mktemp("earlier")
        earlier.upgraded(earlier.unpacked(file, home))
        return home

    return of
