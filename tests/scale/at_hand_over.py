"""One home that hands a file over, in a process of its own that stops where ``STOP_AT`` says, or takes it back."""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.hand_over import on_its_way, stage
from tasks.hand_over.server import Server
from tasks.hand_over.taken_back import remove_part
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER
from tests.scale.at_work import at, say

RUN = "ilf-2026-11-live-1"
POINTS = ("before the upload", "after the intent", "after the name")
AT = NOVEMBER + timedelta(minutes=20)


def _watch() -> None:
    def watched(of: Any, name: str, before: str, after: str) -> None:
        does: Callable[..., Any] = getattr(of, name)

        async def awaited(*given: object) -> object:
            at(before)
            done = await does(*given)
            at(after)
            return done

        def called(*given: object) -> object:
            at(before)
            done = does(*given)
            at(after)
            return done

        setattr(of, name, awaited if asyncio.iscoroutinefunction(does) else called)

    watched(Server, "write", "before the upload", "")
    watched(on_its_way.OnItsWay, "_begin", "", "after the intent")
    watched(Server, "rename", "", "after the name")


def _hand_over(context: TenantContext) -> None:
    stage.hand_over(context, RUN, "sender@siller.example", lambda: AT, (0.0,) * 3)


STEPS: dict[str, Callable[[TenantContext], None]] = {
    "hand over": _hand_over,
    "take back": lambda context: remove_part(context, RUN),
}

if __name__ == "__main__":
    _watch()
    context = TenantContext("ilf", Mode.LIVE, Settings(home=os.environ["SILLER_HOME"], modulus_table=None))
    for step in sys.argv[1:]:
        try:
            STEPS[step](context)
            say(f"{step}: done")
        except NoGo as said:
            say(f"{step}: {type(said).__name__}: {said}")
