"""Bytes from a writer to a reader without a file in between: what is secret is never on disk in plain text."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def pipe_from(write: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """Let ``write`` fill a pipe in a thread of its own, and read from it while the block runs.

    Yields:
        the end to read from.

    Raises:
        Exception: what ``write`` raised, once the block has ended: what was read until then is not whole.
    """
    source, sink = os.pipe()

    def fill() -> None:
        with os.fdopen(sink, "wb") as file:
            write(file)

    with ThreadPoolExecutor(max_workers=1) as beside:
        writing = beside.submit(fill)
        with os.fdopen(source, "rb") as file:  # closed first: a writer whose reader is gone ends
            yield file
        writing.result()
