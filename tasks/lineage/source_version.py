"""Which siller this is."""

import subprocess
from functools import cache
from importlib.metadata import version

from tasks.settings import PROJECT


@cache
def source_version() -> str:
    """The git commit of a checkout, else the version of the installed package."""
    if (PROJECT / ".git").exists():
        try:
            said = subprocess.run(
                ["git", "-C", str(PROJECT), "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=5
            )
        except (OSError, subprocess.SubprocessError):
            return version("siller")
        return said.stdout.strip()
    return version("siller")
