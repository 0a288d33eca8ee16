"""Websockets: siller's own processes have them, and people none."""

import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from flows.service.door import routes
from tests.attacks.conftest import Attacked

pytestmark = pytest.mark.e2e

APPROVER = "first.approver@ilf.example"
SERVICES = [path.replace(routes._NAME, "siller") for path in routes.SERVICES]


def said(attacked: Attacked, path: str, token: str | None, subprotocol: bool = True, first: str = "auth") -> str:
    """What comes of opening a websocket with this secret in its first message."""
    at = attacked.stack.address.api_url.replace("http://", "ws://") + path
    try:
        with connect(at, subprotocols=["prefect"] if subprotocol else None, proxy=None, open_timeout=20) as socket:
            socket.send(json.dumps({"type": first, "token": token}))
            return str(json.loads(socket.recv(timeout=20))["type"])
    except (InvalidHandshake, ConnectionClosed):
        return "closed"


@pytest.mark.parametrize("path", SERVICES)
def test_a_service_shows_the_internal_secret_first_and_a_person_has_none(attacked, path):
    assert said(attacked, path, attacked.passwords["itself"]) == "auth_success"
    for token in (attacked.passwords["siller"], attacked.passwords[APPROVER], "", None):
        assert said(attacked, path, token) == "closed"
    assert said(attacked, path, attacked.passwords["itself"], subprotocol=False) == "closed"
    assert said(attacked, path, attacked.passwords["itself"], first="filter") == "closed"


@pytest.mark.parametrize("path", ["/events/in/", "/logs/in", "/work_pools/a/b/workers/connect", "//events/out", ""])
def test_another_is_not_opened_to_anybody(attacked, path):
    assert said(attacked, path, attacked.passwords["itself"]) == "closed"


def test_who_opens_one_and_says_nothing_holds_it_no_longer_than_a_moment(attacked):
    at = attacked.stack.address.api_url.replace("http://", "ws://") + "/events/out"
    with connect(at, subprotocols=["prefect"], proxy=None) as socket, pytest.raises(ConnectionClosed):
        socket.recv(timeout=40)
