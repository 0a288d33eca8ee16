"""Which siller this is."""

import subprocess
from functools import cache
from importlib.metadata import version

from tasks.settings import PROJECT


@cache
def source_version() -> str:
    """The git commit of a checkout, else the version of the installed package."""
    return _git("rev-parse", "HEAD") or version("siller")


def described_version() -> str:
    """The version as people are told it: that of the package, and of a checkout what git calls its state."""
    described = _git("describe", "--tags", "--always", "--dirty")
    return f"{version('siller')} ({described})" if described else version("siller")


def _git(*asked: str) -> str | None:
    """What git says of the checkout; None where there is none, or no git."""
    if not (PROJECT / ".git").exists():
        return None
    try:
        said = subprocess.run(
            ["git", "-C", str(PROJECT), *asked], capture_output=True, text=True, check=True, timeout=5
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()
