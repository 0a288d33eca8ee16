"""The door itself, around Prefect's server."""

import asyncio
import hmac
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.service.door import routes
from flows.service.door.asked import Asked
from flows.service.door.boards import Boards
from flows.service.door.figures import figures_for
from flows.service.door.inside import Inside
from flows.service.door.people import Caller, People, read_credentials
from flows.service.door.record import Record
from flows.service.door.refusal import CLOSED, JSON, NO_PAGE, SERVED_ALREADY, Refused, Reply
from tasks.settings import Settings

API = "/api"
MOST_BYTES = 100_000
SECRET_SECONDS = 20.0
_ELSEWHERE = (b"cross-site", b"same-site")
"""What a browser says of a request that a page of another address made; a port of its own is another address too."""
_POLICY_VIOLATION = 1008


class Door:
    """Lets siller's own processes through, and people to what stands on the list.

    Args:
        app: Prefect's server.
        secret: the internal one, before which the server opens.
        settings: of this machine.
    """

    def __init__(self, app: ASGIApp, secret: str, settings: Settings) -> None:
        self._app, self._secret = app, secret
        self._prefect = Inside(app, secret)
        self._people = People(settings)
        self._record = Record(settings)
        self._boards = Boards(settings)
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._is_open(scope):
            await self._app(scope, receive, _in_no_frame(send))
        elif f"{scope['path']}/".startswith(routes.BOARD):
            await _say(send, await self._board(scope))
        elif scope["path"] == routes.METRICS:
            await _say(send, figures_for(self._person(scope), scope["method"], self._settings))
        elif not scope["path"].startswith(f"{API}/"):
            await _say(send, Reply(HTTPStatus.NOT_FOUND, NO_PAGE.encode(), "text/plain; charset=utf-8"))
        else:
            await _say(send, await self._reply(scope, receive))

    def _is_open(self, scope: Scope) -> bool:
        """Whether Prefect is asked as it stands: by siller itself, or for what anybody may have."""
        method, path = scope["method"], scope["path"]
        if path.startswith(f"{API}/"):
            anybody = method == "GET" and path.removeprefix(API) in routes.ANYBODY
            return anybody or self._is_siller(read_credentials(_header(scope, b"authorization")))
        return method in ("GET", "HEAD") and routes.PAGES.fullmatch(path) is not None

    def _is_siller(self, given: str | None) -> bool:
        return given is not None and hmac.compare_digest(given.encode(), self._secret.encode())

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open no websocket but siller's own: they are asked for the internal secret in their first message."""
        path = scope["path"]
        if path.startswith(f"{API}/") and routes.is_service(path.removeprefix(API)):
            await self._app(scope, _in_time(receive), send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "closed to people"})

    async def _board(self, scope: Scope) -> Reply:
        return await self._boards.reply(scope["method"], scope["path"], self._person(scope))

    def _person(self, scope: Scope) -> Caller | None:
        given = read_credentials(_header(scope, b"authorization"))
        return self._people.caller(given) if given else None

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        caller = self._person(scope)
        if caller is None:
            # As Prefect says it: its page then asks for the password.
            return Reply.of({"exception_message": "Unauthorized"}, HTTPStatus.UNAUTHORIZED)
        try:
            return await self._answered(caller, scope, receive)
        except Refused as refused:
            return refused.reply

    async def _answered(self, caller: Caller, scope: Scope, receive: Receive) -> Reply:
        method = scope["method"]
        found = routes.find_route(method, scope["path"].removeprefix(API))
        if found is None:
            # Prefect's own command line, with the password of a person.
            if _header(scope, b"user-agent").startswith(b"prefect/"):
                raise Refused(SERVED_ALREADY, HTTPStatus.FORBIDDEN)
            raise Refused(CLOSED, HTTPStatus.NOT_FOUND)
        if _header(scope, b"sec-fetch-site") in _ELSEWHERE:
            raise Refused(
                "Another site's page has asked for this in your name. Nothing was done.", HTTPStatus.FORBIDDEN
            )
        route, parts = found
        path = route.filled(parts)
        query = {name: text for name, text in parse_qsl(scope["query_string"].decode("latin-1")) if name in route.query}
        body = await _body(scope, receive) if method == "POST" else {}
        return await route.deed(Asked(caller, self._prefect, self._record, method, path, parts, query, body))


async def _body(scope: Scope, receive: Receive) -> Mapping[str, Any]:
    """Read the JSON object that a request brings; an empty one where it brings nothing.

    Raises:
        Refused: it is none, or too long.
    """
    read = b""
    more = True
    while more:
        message = await receive()
        read += message.get("body", b"")
        more = message.get("more_body", False)
        if len(read) > MOST_BYTES:
            raise Refused("That is too much to read.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not read:
        return {}
    try:
        body = json.loads(read) if _header(scope, b"content-type").startswith(JSON.encode()) else None
        # Half a character and what is no number can be written in JSON as Python reads it, and stored by nobody.
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused("Send a JSON object, and say that it is one.", HTTPStatus.UNPROCESSABLE_ENTITY)
    return body


def _header(scope: Scope, name: bytes) -> bytes:
    """A header that comes once; nothing where it comes twice, for nobody knows who reads which."""
    found = [value for given, value in scope["headers"] if given == name]
    return found[0] if len(found) == 1 else b""


def _in_time(receive: Receive) -> Receive:
    """Receive on, and take for gone who opens a websocket and then does not show the secret."""
    awaited = ["the opening", "the secret"]

    async def received() -> Message:
        if not awaited:
            return await receive()
        awaited.pop()
        try:
            return await asyncio.wait_for(receive(), SECRET_SECONDS)
        except TimeoutError:
            return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    return received


def _in_no_frame(send: Send) -> Send:
    """Send on, and let no other page show this one inside itself: a click there would be a click here."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            alone = (b"content-security-policy", b"frame-ancestors 'none'")
            message = {**message, "headers": [*message.get("headers", ()), alone]}
        await send(message)

    return sent


async def _say(send: Send, reply: Reply) -> None:
    headers = [(b"content-type", reply.content_type.encode()), (b"content-length", str(len(reply.content)).encode())]
    if reply.disposition:
        headers.append((b"content-disposition", reply.disposition.encode()))
    headers += [(name.encode(), value.encode()) for name, value in reply.headers.items()]
    await send({"type": "http.response.start", "status": int(reply.status), "headers": headers})
    await send({"type": "http.response.body", "body": reply.content})
