"""Work in threads: in the items' order, a few at a time, and the first fault by place is the one that is told."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.in_threads import in_threads
from tests.sampled import one_in


class FaultError(Exception):
    """Of an item."""


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_what_comes_of_items_comes_in_their_order_whoever_is_done_first(threads: int) -> None:
    others_are_done = threading.Event()

    def work(item: int) -> int:
        if item == 0 and threads > 1:
            assert others_are_done.wait(10)
        if item == 1:
            others_are_done.set()
        return item * item

    assert list(in_threads(work, range(20), threads)) == [item * item for item in range(20)]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_no_more_are_taken_than_are_in_work_and_one_that_waits(threads: int) -> None:
    taken, told = [], []

    def items() -> Iterator[int]:
        for item in range(20):
            taken.append(item)
            assert len(taken) - len(told) <= threads + 1
            yield item

    for done in in_threads(lambda item: item, items(), threads):
        told.append(done)
    assert told == list(range(20))


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_first_fault_by_place_is_told_and_no_thread_is_left(threads: int) -> None:
    later_has_failed = threading.Event()
    before = threading.active_count()

    def work(item: int) -> int:
        if item == 3 and threads > 1:
            assert later_has_failed.wait(10)
        if item >= 3:
            later_has_failed.set()
            raise FaultError(str(item))
        return item

    told = []
    with pytest.raises(FaultError, match=r"^3$"):
        for done in in_threads(work, range(20), threads):
            told.append(done)
    assert told == [0, 1, 2]
    assert threading.active_count() == before


@pytest.mark.parametrize(("fails_at", "said"), [(2, r"^2$"), (7, r"^no more$")])
def test_where_no_item_can_be_taken_what_came_before_is_told_first(fails_at: int, said: str) -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise FaultError("no more")

    def work(item: int) -> int:
        if item == fails_at:
            raise FaultError(str(item))
        return item

    with pytest.raises(FaultError, match=said):
        list(in_threads(work, items(), 2))


def test_who_stops_half_way_leaves_no_thread() -> None:
    before = threading.active_count()
    done = in_threads(lambda item: item, range(20), 2)
    assert next(done) == 0
    done.close()  # type: ignore[attr-defined]  # it is a generator
    assert threading.active_count() == before


_COUNTS = """
import sys
from pathlib import Path
{first}
import polars as pl
import pyarrow as pa
from tasks.ledger import engine
from tasks.settings import Settings

engine.start(Settings(), Path(sys.argv[1])).close()
print(pl.thread_pool_size(), pa.cpu_count(), pa.io_thread_count())
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", one_in(3, ["import flows.cli", "import tasks.tenant_context", "import flows.pay_run"])
)
@pytest.mark.parametrize(("asked", "counts"), [({}, "2 2 2"), ({"SILLER_THREADS": "3"}, "3 3 3")], ids=["", "3"])
def test_one_setting_counts_the_threads_of_all(tmp_path: Path, first: str, asked: dict[str, str], counts: str) -> None:
    env = {name: value for name, value in os.environ.items() if "THREADS" not in name} | asked
    code = [sys.executable, "-c", _COUNTS.format(first=first), str(tmp_path)]
    said = subprocess.run(code, env=env, capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout.split("\n")[-2] == counts
