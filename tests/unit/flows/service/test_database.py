"""Which address of a database is taken, and that one with a password in it is not said."""

import os

import pytest

from flows.service import database
from schemas.no_go import NoGo

SETTING = "PREFECT_SERVER_DATABASE_CONNECTION_URL"


@pytest.mark.parametrize(
    ("given", "set_to"),
    [
        ("postgresql://siller:s%40cret@db:5432/prefect", "postgresql+asyncpg://siller:s%40cret@db:5432/prefect"),
        ("postgresql+asyncpg://db/prefect?ssl=require", "postgresql+asyncpg://db/prefect?ssl=require"),
    ],
    ids=["whole", "with its driver"],
)
def test_an_address_is_prefect_s_with_the_driver_that_it_has(
    given: str, set_to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "")
    database.use(given)
    assert os.environ[SETTING] == set_to


@pytest.mark.parametrize(
    "given",
    [
        "mysql://siller:secret@db/prefect",
        "postgresql://siller:secret@db",
        "postgresql://siller:secret@db:x/p",
        "secret",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    with pytest.raises(NoGo, match="not the address of a PostgreSQL database") as said:
        database.use(given)
    assert "secret" not in str(said.value)
    assert SETTING not in os.environ
