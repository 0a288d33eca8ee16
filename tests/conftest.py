"""Before any test imports Prefect: a home of its own, nothing that phones home, and an operator at the keyboard."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from flows import environment

_HOME = Path(tempfile.mkdtemp(prefix="siller-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
environment.prepare(_HOME)

# Whoever runs the tests sits at the operator's account, as `sudo` would hand it on.
os.environ["SUDO_USER"] = "operator"

# How long an example takes is the machine's affair, and no fault of what is tested.
settings.register_profile("siller", deadline=None)
settings.load_profile("siller")

DEAR = ("payday", "faults", "stack")
"""What takes a minute to have: whoever needs one of these shares it, so they go to one process."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, say which go together: else those of one file."""
    for item in items:
        needs = getattr(item, "fixturenames", ())
        group = next((name for name in DEAR if name in needs), str(item.path))
        item.add_marker(pytest.mark.xdist_group(group))
