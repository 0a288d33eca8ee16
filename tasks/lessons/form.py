"""The form that asks what a payday taught: of which run, and of each theme what went well and what did not."""

from dataclasses import dataclass
from datetime import datetime

from schemas.bank_days import LONDON
from schemas.no_go import NothingToDo
from schemas.pay_run import Mode
from schemas.sanitise import in_markdown
from tasks.lessons.lessons import list_lessons
from tasks.tenant_context import TenantContext

MOST_OFFERED = 24
"""The latest runs; those before are asked for by the command."""
_OFFERED = "SELECT run_id FROM run ORDER BY run_no DESC LIMIT ?"
_HOW = (
    "Choose the run, and write a sentence wherever you have one; the rest stays empty. Name no payee. What did not go "
    "well stands above every pack that follows, until somebody ticks it off (siller lessons, --done)."
)


@dataclass(frozen=True)
class Form:
    """A form that is to be shown.

    Attributes:
        text: what stands above it, as markdown.
        run_ids: of which run lessons may be, the latest first.
    """

    text: str
    run_ids: tuple[str, ...]


def make_form(context: TenantContext, now: datetime) -> Form:
    """The form as it is shown now.

    Args:
        context: the tenant's.
        now: the time that counts.

    Raises:
        NothingToDo: the body has had no run.
    """
    run_ids: tuple[str, ...] = ()
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            run_ids = tuple(run_id for (run_id,) in connection.execute(_OFFERED, [MOST_OFFERED]).fetchall())
            still_open = [each for each in list_lessons(connection) if each.is_open]
    if not run_ids:
        raise NothingToDo(f"{context.tenant} ({context.mode}) has had no run, so nothing was taught yet.")
    title = f"## {in_markdown(context.agreement.name)}: what a payday taught ({context.mode})"
    held = f" The rehearsal is held as if today were {now.astimezone(LONDON):%-d %B %Y}."
    how = _HOW + (held if context.mode is Mode.REHEARSAL else "")
    known = [f"- {in_markdown(str(each))}" for each in still_open]
    listed = "\n".join(["Open by now:", "", *known]) if known else "No lesson is open."
    return Form("\n\n".join([title, how, listed]), run_ids)
