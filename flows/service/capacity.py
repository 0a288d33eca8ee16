"""How many flow runs a machine works on at once."""

import os
from pathlib import Path

RUNS_A_CORE = 2
"""A run waits for Prefect's answers and for the disk a good part of its time."""
MEMORY_OF_A_RUN = 1 << 30
"""Bytes; what a run of a million payments takes at its most (docs/speed.md)."""
_MEMORY_OF_A_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def runs_at_once() -> int:
    """As many as this process's cores and memory allow, one at least; the others wait their turn.

    More of them at once would all be late: each takes the processor from the others, and none is done sooner.
    """
    return max(1, min(RUNS_A_CORE * _cores(), _memory() // MEMORY_OF_A_RUN))


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> int:
    """The machine's bytes, or those of the container in which this is."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        return min(machine, int(_MEMORY_OF_A_CONTAINER.read_text()))
    except (OSError, ValueError):  # no container, or one without a limit, which says "max"
        return machine
