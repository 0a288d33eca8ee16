"""``siller verify``: does everything that the ledgers say still hold?"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.tenant_context import TenantContext


def verify(who: Who = "") -> None:
    """Recompute the chain, every stage's digest, and the files outside, of every ledger that you may look into.

    Exit code 1 if anything does not hold; each problem is named.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.people.identity import list_admitting
    from tasks.settings import Settings
    from tasks.tenant_context import list_openable

    settings = Settings()
    contexts = list_admitting(settings, who, "siller verify", Role.AUDITOR, Role.OPERATOR)
    _, closed = list_openable(settings)
    if not contexts and not closed:
        OUT.print(f"There is no ledger in {settings.home}: nothing to verify.", soft_wrap=True, highlight=False)
    told(contexts, closed)


def told(contexts: "Iterable[TenantContext]", closed: "Sequence[str]" = ()) -> None:
    """Verify these ledgers and say what was found.

    Args:
        contexts: whose.
        closed: a sentence for each tenant whose ledger cannot be verified at all.

    Raises:
        NoGo: anything does not hold.
    """
    from flows.console import OUT, waiting_for
    from schemas.no_go import NoGo
    from tasks.verify import list_erased, problems, serials_not_sent

    for said in closed:
        OUT.print(said, style="red", soft_wrap=True, highlight=False)
    found = len(closed)
    for context in contexts:
        whose = f"{context.tenant} ({context.mode})"
        with waiting_for(f"Verifying the ledger of {whose}"):
            wrong = list(problems(context))
        for problem in wrong:
            OUT.print(f"{whose}: {problem.where}: {problem.what}", style="red", soft_wrap=True, highlight=False)
        if not wrong:
            for said in (*serials_not_sent(context), *list_erased(context)):
                OUT.print(f"{whose}: {said}", soft_wrap=True, highlight=False)
            OUT.print(f"{whose}: everything holds.", highlight=False)
        found += len(wrong)
    if found:
        raise NoGo(f"{found} problem{'s' if found > 1 else ''} found. Release nothing until each is explained.")
