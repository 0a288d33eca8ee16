"""Before any test imports Prefect: a home of its own, and nothing that phones home."""

import atexit
import shutil
import tempfile
from pathlib import Path

from flows import environment

_HOME = Path(tempfile.mkdtemp(prefix="siller-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
environment.prepare(_HOME)
