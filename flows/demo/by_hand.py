"""The demonstration's approvals by hand: what the form wants, the codes of the moment, and what each answer came to."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from rich.console import Console

from flows.console import waiting_for

if TYPE_CHECKING:
    from flows.service.client import Rest, Server


def let_people_answer(
    server: "Server", flow_run_id: UUID, wanted: Mapping[str, str], codes: Callable[[], Mapping[str, str]], out: Console
) -> "Rest":
    """Leave the answers to whoever watches, and tell what each of them came to.

    Args:
        server: where the run waits.
        flow_run_id: the run.
        wanted: what a person copies into the page, by what is said of it.
        codes: the one-time code of each approver, as their devices show them now.
        out: where it is told; narrow terminals cut no line.

    Returns:
        where the run came to rest that waits no more.
    """
    for said, copied in wanted.items():
        out.print(said, style="bold")
        # A line of its own, as long as it is: a terminal that breaks it still copies it whole.
        out.print(f"  {copied}", soft_wrap=True, highlight=False)
    out.print("Approver: a name from the list below, with the code beside it. Reason: as the pack asks.", style="bold")
    pack = server.form(flow_run_id)
    while True:
        with waiting_for("Waiting for your answer") as now:
            server.wait_for_an_answer(flow_run_id, lambda: now(_shown_by(codes())))
        with waiting_for("Judging the answer") as now:
            rest = server.follow(flow_run_id, now)
        if not rest.waits:
            if rest.done:
                out.print("The answer counts: the payment file is released.", style="bold")
            return rest
        out.print(_above(pack, server.form(flow_run_id)), style="bold")
        out.print("The form is there again: reload the page and press Resume.")


def _above(pack: str, form: str) -> str:
    """What a form says beyond the pack: why the last answer did not count, or who has approved."""
    of_the_pack = pack.splitlines()
    beyond = (line for line in form.splitlines() if line.strip() and line not in of_the_pack)
    return "\n".join(beyond).replace("**", "")


def _shown_by(codes: Mapping[str, str]) -> str:
    """The codes below each other: side by side three of them are too long for a narrow terminal."""
    said = "Waiting for your answer; the codes of the moment stand below."
    return "\n".join([said, *(f"  {code}  {name}" for name, code in codes.items())])
