"""Work on one item after the other in threads, and have what comes of it as if it were done in turn."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


def in_threads(work: Callable[[Item], Done], items: Iterable[Item], threads: int) -> Iterator[Done]:
    """Yield what comes of each item, in the items' order, whoever is done first.

    At most ``threads`` items are in work and one waits, so that memory is bounded. Items are taken in the caller's own
    thread.

    Args:
        work: what is done with an item; it must not depend on the others.
        items: they may be as many as there are.
        threads: how many.

    Raises:
        Exception: the first one in the order of the items, whether the work or the taking of an item raised it.
            Nothing is in work any more then.
    """
    doing = deque[Future[Done]]()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for begun in _begun(pool, work, items):
                doing.append(begun)
                if len(doing) > threads:
                    yield doing.popleft().result()
            while doing:
                yield doing.popleft().result()
        finally:
            for left in doing:
                left.cancel()


def _begun(pool: Executor, work: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[Future[Done]]:
    """Begin with each item; where none can be taken any more, what was raised has its place after the others."""
    try:
        for item in items:
            yield pool.submit(work, item)
    except Exception as raised:  # noqa: BLE001  # it is raised when its turn comes
        fault = Future[Done]()
        fault.set_exception(raised)
        yield fault
