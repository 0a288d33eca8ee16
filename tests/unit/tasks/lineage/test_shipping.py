"""Lineage sent on to a store: in order, once, and marked where nobody knows whether it arrived."""

import fcntl
import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from flows.ship_lineage import ship_lineage
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger.catalogue.stages import Validate
from tasks.lineage import shipping
from tasks.lineage.events import tell
from tasks.lineage.shipping import Send, sender, ship
from tasks.settings import Settings
from tasks.storage.paths import Paths
from tests.entries import entry
from tests.told import Asked, free_port, http_server

RUN = "ilf-2026-11-rehearsal-1"
SHIPS = """
import sys
import threading
from pathlib import Path
from schemas.pay_run import Mode
from tasks.lineage.shipping import sender, ship
from tasks.settings import Settings
from tasks.storage.paths import Paths
ship(Paths(Path(sys.argv[1]), Mode.REHEARSAL), sender(Settings(lineage_url=sys.argv[2])))
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A file of four events: two stages that started and completed."""
    paths = Paths(tmp_path, Mode.REHEARSAL)
    for payable in (1, 2):
        tell(paths, RUN, "validate", entry(Validate, payable=payable, refused=0))
    return paths


def told(paths: Paths) -> list[dict[str, Any]]:
    return [json.loads(line) for line in paths.lineage().read_text().splitlines()]


def taken(asked: Asked) -> list[dict[str, Any]]:
    return [event for _, _, event in asked.requests]


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/api/v1/lineage"


def to(port: int, **settings: Any) -> Send:
    send = sender(Settings(lineage_url=address(port), **settings))
    assert send
    return send


def test_each_event_arrives_once_and_in_order(paths: Paths) -> None:
    with http_server(port := free_port(), Asked()) as store:
        assert ship(paths, to(port, lineage_token="a-token")) == 4
        assert ship(paths, to(port)) == 0
        tell(paths, RUN, "validate", entry(Validate, payable=3, refused=0))
        assert ship(paths, to(port)) == 2
    assert taken(store) == told(paths)
    path, headers, _ = store.requests[0]
    assert path == "/api/v1/lineage" and headers["authorization"] == "Bearer a-token"


def test_a_line_that_is_still_being_written_waits(paths: Paths) -> None:
    whole = paths.lineage().read_bytes()
    with http_server(port := free_port(), Asked()) as store:
        paths.lineage().write_bytes(whole[:-10])
        assert ship(paths, to(port)) == 3
        paths.lineage().write_bytes(whole)
        assert ship(paths, to(port)) == 1
    assert taken(store) == told(paths)


def test_what_the_store_refuses_is_sent_again_unmarked(paths: Paths) -> None:
    with http_server(port := free_port(), Asked(status=503)) as store:
        with pytest.raises(NoGo, match="answered 503 and took no event"):
            ship(paths, to(port))
        store.status = 201
        assert ship(paths, to(port)) == 4
    assert taken(store) == [told(paths)[0], *told(paths)]


def test_killed_between_sending_and_writing_down_it_is_sent_again_and_says_so(paths: Paths) -> None:
    started: list[subprocess.Popen[bytes]] = []
    with http_server(port := free_port(), Asked()) as store:
        store.before_reply = lambda: started[0].kill() if len(store.requests) == 2 else None
        started.append(subprocess.Popen([sys.executable, "-c", SHIPS, str(paths.root.parent), address(port)]))
        started[0].wait()
        store.before_reply = lambda: None
        assert ship(paths, to(port)) == 3
    first, second, again, *others = taken(store)
    assert [first, second, *others] == told(paths)
    facet = again["run"]["facets"].pop(shipping.AGAIN)
    assert again == second and facet["_schemaURL"].endswith("#/$defs/RunFacet") and facet["_producer"]


def test_a_store_that_hangs_holds_nobody_for_long_and_nothing_is_lost(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "TIMEOUT_SECONDS", 0.05)
    port = free_port()
    with pytest.raises(NoGo, match=r"did not answer \(ConnectError\)"):
        ship(paths, to(port))
    goes_on = threading.Event()
    with http_server(port, Asked(before_reply=goes_on.wait)) as store:
        with pytest.raises(NoGo, match=r"did not answer \(ReadTimeout\)"):
            ship(paths, to(port))
        goes_on.set()
        monkeypatch.setattr(shipping, "TIMEOUT_SECONDS", 10)
        assert ship(paths, to(port)) == 4
    for event in taken(store):
        event["run"]["facets"].pop(shipping.AGAIN, None)
    assert taken(store) == [told(paths)[0], *told(paths)]


def test_two_at_once_send_nothing_twice(paths: Paths) -> None:
    with http_server(port := free_port(), Asked()) as store:
        with paths.lineage().with_suffix(".sent.lock").open("w") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert ship(paths, to(port)) == 0
        assert store.requests == []


@pytest.mark.parametrize("said", ["", "[]", '{"taken": 10000000, "is_sending": false}', '{"taken": "a"}'])
def test_what_says_how_far_it_came_is_not_guessed(paths: Paths, said: str) -> None:
    paths.lineage().with_suffix(".sent.json").write_text(said)
    with pytest.raises(NoGo, match=r"openlineage\.sent\.json does not say how far openlineage\.jsonl was sent"):
        ship(paths, to(free_port()))


@pytest.mark.parametrize("url", ["http://lineage.example/api", "ftp://lineage.example", "lineage.example", "file:///a"])
def test_nothing_is_sent_in_the_clear(url: str) -> None:
    with pytest.raises(NoGo, match="not an https:// address"):
        sender(Settings(lineage_url=url))


def test_an_address_that_is_none_is_a_sentence() -> None:
    with pytest.raises(NoGo, match="SILLER_LINEAGE_URL is no address"):
        sender(Settings(lineage_url="https://lineage.example:port/api"))


def test_the_flow_sends_both_modes_and_nothing_where_no_store_is_named(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = paths.root.parent
    monkeypatch.setenv("SILLER_HOME", str(home))
    monkeypatch.delenv("SILLER_LINEAGE_URL", raising=False)
    live = Paths(home, Mode.LIVE)
    tell(live, "ilf-2026-11-live-1", "validate", entry(Validate, payable=1, refused=0))
    assert sender(Settings()) is None
    with http_server(port := free_port(), Asked()) as store:
        monkeypatch.setenv("SILLER_LINEAGE_URL", address(port))
        monkeypatch.setattr("flows.ship_lineage.get_run_logger", lambda: logging.getLogger("test"))
        ship_lineage.fn()
    assert taken(store) == [*told(live), *told(paths)]
