"""A server that would know nothing of the others does not start, and says what is to be set."""

import socket
from pathlib import Path

import pytest

from flows.service.replica import serving
from schemas.no_go import NoGo
from tests.scale.set_up import SET_UP, read_settings

SHIPPED = read_settings(SET_UP / "prefect-server.env")
NEEDED = [
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_MESSAGING_BROKER",
    "PREFECT_MESSAGING_CACHE",
    "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE",
    "PREFECT_SERVER_DOCKET_URL",
]


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING"):
        monkeypatch.setenv(name, "")  # what a start sets is taken back
    monkeypatch.setenv("PREFECT__SERVER_WEBSERVER_ONLY", "")
    for name, value in SHIPPED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", NEEDED)
def test_each_setting_that_is_missing_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(NoGo, match="nothing of the others") as said, serving(tmp_path, "127.0.0.1", 0):
        pass
    assert [each for each in NEEDED if f"{each}=" in str(said.value)] == [name]
    assert "PASSWORD" not in str(said.value)


def test_the_shipped_settings_are_enough(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NoGo, match=f"Port {port} is in use"), serving(tmp_path, "127.0.0.1", port):
            pass
