"""What may leave a stage that went wrong: a sentence, and nothing of a payee."""

import logging
import traceback

import duckdb
import pytest

from schemas.no_go import NoGo
from tasks.error_boundary import Fault, error_boundary

NAME = "Margaret Clarke"


def raised_inside(error: Exception) -> BaseException:
    with pytest.raises((Fault, NoGo)) as left, error_boundary("validate"):
        raise error
    return left.value


def test_a_no_go_passes_as_it_is() -> None:
    said = NoGo("Row 3 is empty.")
    assert raised_inside(said) is said


def test_nothing_raised_is_nothing_changed() -> None:
    with error_boundary("validate"):
        pass


@pytest.mark.parametrize(
    "error", [ValueError(NAME), KeyError(NAME), AssertionError(NAME), RuntimeError({"name": NAME})]
)
def test_of_anything_else_only_kind_and_place_are_left(error: Exception) -> None:
    fault = raised_inside(error)
    assert isinstance(fault, Fault)
    assert type(error).__name__ in str(fault)
    assert "raised_inside" in str(fault)
    assert NAME not in "".join(traceback.format_exception(fault))
    assert NAME not in repr(fault.__context__)


def test_nor_of_what_led_to_it() -> None:
    def trips() -> None:
        try:
            raise KeyError(NAME)
        except KeyError as first:
            raise ValueError(NAME) from first

    with pytest.raises(Fault) as fault, error_boundary("validate"):
        trips()
    context = fault.value.__context__
    assert isinstance(context, ValueError)
    assert (context.args, context.__cause__, context.__context__, context.__traceback__) == ((), None, None, None)


def test_duckdb_says_the_value_and_the_fault_does_not() -> None:
    with duckdb.connect() as connection, pytest.raises(duckdb.Error) as own:
        connection.execute("SELECT ?::INTEGER", [NAME])
    assert NAME in str(own.value)
    with duckdb.connect() as connection, pytest.raises(Fault) as fault, error_boundary("ingest"):
        connection.execute("SELECT ?::INTEGER", [NAME])
    assert NAME not in "".join(traceback.format_exception(fault.value))
    assert NAME not in str(fault.value.__context__)


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        # As DuckDB 1.5.5 says it of a commit.
        duckdb.TransactionException(f'Failed to commit: Could not write file "{NAME}": No space left on device'),
    ],
)
def test_a_full_disk_is_called_a_full_disk(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILLER_HOME", "/srv/siller")
    with pytest.raises(NoGo) as said, error_boundary("ingest"):
        raise error
    assert str(said.value) == (
        "The disk of /srv/siller is full: the stage ingest could not write. Nothing that it wrote counts. "
        "Make room there, then start the run again."
    )


def test_a_wish_to_end_is_not_held_back() -> None:
    with pytest.raises(KeyboardInterrupt), error_boundary("validate"):
        raise KeyboardInterrupt


def test_prefects_log_has_the_sentence_and_no_traceback() -> None:
    fault = raised_inside(ValueError(NAME))
    for name in ("prefect.task_runs", "prefect.flow_runs"):
        logger = logging.getLogger(name)
        info = (type(fault), fault, fault.__traceback__)
        record = logger.makeRecord(name, logging.ERROR, "engine.py", 1, "encountered an exception", (), info)
        assert logger.filter(record)
        assert record.exc_info is None
