"""The board at the door, and a period's plan: siller's own pages, by the same name and password as Prefect's.

It needs no JavaScript, so the browser itself asks for the password (HTTP Basic) and brings it along. The board reads
only, and the door takes no request to Prefect that another page's address made.
"""

import asyncio
import time
from datetime import datetime
from http import HTTPStatus

from flows.service.board import draw_board
from flows.service.door.people import Caller
from flows.service.door.refusal import NO_PAGE, Reply
from flows.service.door.routes import BOARD
from flows.service.period_plan import as_page, plan_of
from flows.service.standing import picture
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.clock import clock
from tasks.error_boundary import kind_and_place
from tasks.settings import Settings
from tasks.tenant_context import TenantContext, list_agreed_in_both_modes

HELD_SECONDS = 5.0
"""Who asks again within so many is shown the same: to draw it opens each ledger, and keeps a run out meanwhile."""
PATIENCE_SECONDS = 2.0
"""Whoever works on a ledger for longer has it; the board says so."""

_TEXT, _HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"
_ALONE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Nobody keeps it, nothing in it loads or runs anything, and no other page shows it inside itself."""


class Boards:
    """Draws each person's board, one at a time.

    Args:
        settings: of this machine.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._one_at_a_time = asyncio.Lock()
        self._drawn: dict[tuple[object, ...], tuple[float, bytes]] = {}

    async def reply(self, method: str, path: str, caller: Caller | None) -> Reply:
        """The board of whoever asks, or a period's plan; else the request for a password."""
        if method not in ("GET", "HEAD"):
            return Reply(HTTPStatus.METHOD_NOT_ALLOWED, NO_PAGE.encode(), _TEXT)
        if f"{path}/" == BOARD:
            return Reply(HTTPStatus.PERMANENT_REDIRECT, b"", _TEXT, headers={"location": BOARD})
        if caller is None:
            asks = {"www-authenticate": 'Basic realm="siller board", charset="UTF-8"'}
            said = "Come with your name and password for the Prefect page."
            return Reply(HTTPStatus.UNAUTHORIZED, said.encode(), _TEXT, headers=asks)
        async with self._one_at_a_time:
            try:
                drawn = await asyncio.to_thread(self._draw, caller, path.removeprefix(BOARD))
            except Exception as error:  # noqa: BLE001  # its message might hold a row
                said = f"The page cannot be drawn ({kind_and_place(error)}). siller status says where the runs stand."
                return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, said.encode(), _TEXT)
        if drawn is None:
            return Reply(HTTPStatus.NOT_FOUND, NO_PAGE.encode(), _TEXT)
        return Reply(HTTPStatus.OK, b"" if method == "HEAD" else drawn, _HTML, headers=_ALONE)

    def _draw(self, caller: Caller, plan: str) -> bytes | None:
        """The board, or the plan that is named as BODY/PERIOD; None for one that whoever asks has not."""
        contexts = list_seen(caller, self._settings)
        of = (caller.name, plan, *((context.tenant, context.mode) for context in contexts))
        at, drawn = self._drawn.get(of, (float("-inf"), b""))
        if time.monotonic() - at > HELD_SECONDS:
            now = clock(Mode.LIVE, None)
            if plan:
                page = self._draw_plan(contexts, plan, now)
            else:
                seen = picture(contexts, self._settings.home, now, PATIENCE_SECONDS)
                page = draw_board(seen, contexts, self._settings, caller.name, now, is_served=True)
            if page is None:
                return None
            drawn = page.encode()
            self._drawn[of] = time.monotonic(), drawn
        return drawn

    def _draw_plan(self, contexts: list[TenantContext], named: str, now: datetime) -> str | None:
        tenant, _, period = named.partition("/")
        context = next((each for each in contexts if each.tenant == tenant and each.mode is Mode.LIVE), None)
        if context is None:
            return None
        try:
            asked = Period.parsed(period)
            plan_of(context, asked, [], now)
        except NoGo:  # it is no period, or none of the body's
            return None
        seen = picture([context], self._settings.home, now, PATIENCE_SECONDS)
        if unread := (*seen.refused, *seen.busy):  # without its runs all would stand there as over
            raise NoGo(unread[0])
        return as_page(plan_of(context, asked, list(seen.standings), now))


def list_seen(caller: Caller, settings: Settings) -> list[TenantContext]:
    """The bodies, each in the modes, whose runs somebody may see."""
    return [each for each in list_agreed_in_both_modes(settings) if caller.sees(each.tenant, each.mode)]
