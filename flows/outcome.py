"""How a no-go shows in Prefect."""

from collections.abc import Callable
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.tenant_lock import leave_if_taken_over
from schemas.no_go import NoGo, NothingToDo, NotJudged
from schemas.standing.seen import NO_GO, NOT_JUDGED, NOTHING_TO_DO
from tasks.storage.working_copy import Fenced


def ended(do: Callable[[], str]) -> "State[Any]":
    """The state that a flow of forms ends in: with what it says, with nothing to do, or stopped.

    Args:
        do: shows the forms; what it says once an answer has counted.
    """
    try:
        return Completed(message=do())
    except NothingToDo as nothing:
        return Completed(message=str(nothing))
    except NoGo as stopped:
        return no_go(stopped)


_NAMES = {NothingToDo: NOTHING_TO_DO, NotJudged: NOT_JUDGED}


def no_go(said: NoGo) -> "State[Any]":
    """Make the state that a stopped run ends in: failed, by the name ``No-go``, with the sentence.

    One that was asked for what is done already is called ``Nothing to do``: nobody has to act. One whose gates nobody
    judged is called ``Not judged``: nothing is decided, and it is to be started again.

    A flow returns it from ``except NoGo as said``. An exception left to Prefect would end the run just
    as well, but as a crash with a traceback, and not as a decision. Where another home has taken the run over, this one
    says nothing.
    """
    if isinstance(said, Fenced):
        leave_if_taken_over()
    return Failed(name=_NAMES.get(type(said), NO_GO), message=str(said))
