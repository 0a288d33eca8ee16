"""What may leave a stage that went wrong: a sentence, and nothing of a payee.

An exception of DuckDB or polars can hold the very value that it tripped over, and Prefect keeps and shows
the exceptions of tasks and flows for good.
"""

import errno
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from schemas.no_go import NoGo
from tasks.settings import Settings

_NO_ROOM = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
"""What the system says when a disk, or somebody's share of it, is full; DuckDB and polars repeat it."""
_LOGGERS = ("prefect.task_runs", "prefect.flow_runs")


class Fault(Exception):  # noqa: N818  # the opposite of a NoGo: siller did not decide this
    """Something unforeseen, told by its kind and place alone."""


@contextmanager
def error_boundary(stage: str) -> Iterator[None]:
    """Let a NoGo pass, and turn every other exception into a :class:`Fault` without its values.

    Raises:
        NoGo: as it was raised inside; or the disk is full.
        Fault: anything else went wrong inside.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_sentence_only)
    try:
        yield
    except NoGo:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, only its kind and place may leave
        told = _told(stage, error)
        _empty(error)
    else:
        return
    # Python keeps the first exception as the context of this one wherever it is raised in a with statement.
    raise told from None


def _told(stage: str, error: BaseException) -> NoGo | Fault:
    if is_full(error):
        return NoGo(
            f"The disk of {Settings().home} is full: the stage {stage} could not write. Nothing that it wrote counts. "
            "Make room there, then start the run again."
        )
    return Fault(
        f"The stage {stage} failed: {kind_and_place(error)}. Nothing that it wrote counts; start the run again."
    )


def is_full(error: BaseException) -> bool:
    """Whether an exception says that the disk, or somebody's share of it, is full."""
    return any(said in str(error) for said in _NO_ROOM)


def kind_and_place(error: BaseException) -> str:
    """What an exception may be told by: its kind and where it was raised, without what it says."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, line {place.lineno} of {place.filename.rpartition('/')[2]}"


def _empty(error: BaseException | None) -> None:
    """Take from an exception, and from those that led to it, what they say and the frames that they hold."""
    while error is not None:
        cause = error.__cause__ or error.__context__
        error.args = ()
        error.__traceback__ = error.__cause__ = error.__context__ = None
        error = cause


def _sentence_only(record: logging.LogRecord) -> bool:
    """Take the traceback off a log record whose exception is one of ours: its sentence says all."""
    if record.exc_info and isinstance(record.exc_info[1], NoGo | Fault):
        record.exc_info = None
    return True
