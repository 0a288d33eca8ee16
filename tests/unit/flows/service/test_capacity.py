"""How many runs at once: by cores and memory, of a container too."""

import os
from pathlib import Path

import pytest

from flows.service import capacity

GIB = 1 << 30


@pytest.mark.parametrize(
    ("cores", "memory", "container", "at_once"),
    [
        (2, 24 * GIB, None, 4),
        (16, 128 * GIB, None, 32),
        (16, 8 * GIB, None, 8),
        (16, 128 * GIB, f"{3 * GIB}\n", 3),
        (2, 24 * GIB, "max\n", 4),
        (1, GIB // 2, None, 1),
    ],
)
def test_two_a_core_and_a_gibibyte_each(
    cores: int, memory: int, container: str | None, at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": memory // 4096, "SC_PAGE_SIZE": 4096}.__getitem__)
    monkeypatch.setattr(capacity, "_MEMORY_OF_A_CONTAINER", tmp_path / "memory.max")
    if container is not None:
        (tmp_path / "memory.max").write_text(container)
    assert capacity.runs_at_once() == at_once
