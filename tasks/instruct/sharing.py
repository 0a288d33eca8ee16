"""Bodies that share a service user number or a paying account: declared by both, and counted together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TypeVar

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from tasks.instruct.shared_counter import SharedCounter
from tasks.ledger.problem import Problem
from tasks.ledger.serials import find_highest, find_skipped, list_given
from tasks.sharing import list_undeclared_by
from tasks.tenant_context import TenantContext

T = TypeVar("T")


@dataclass(frozen=True)
class Sharing:
    """Where the serials of a service user number come from.

    Attributes:
        counter: of the number.
        is_shared: whether several bodies have it, or have had it; else the body's ledger counts alone.
        others: the highest serial in the ledger of each body that it is shared with: the counter may be an older copy.
        refused: why no serial can be given; None if one can.
    """

    counter: SharedCounter
    is_shared: bool = False
    others: Mapping[str, int] = field(default_factory=dict)
    refused: str | None = None

    def take(self, connection: duckdb.DuckDBPyConnection, run_id: str, processing_date: date, now: datetime) -> int:
        """Give a run its serial; its ledger is open, and no other is opened meanwhile: two would wait for each other.

        Raises:
            NoGo: the agreements do not both declare what they share, a ledger of one of the bodies cannot be opened, or
                the counter cannot give a number.
        """
        if self.refused:
            raise NoGo(self.refused)
        own = find_highest(connection, self.counter.service_user_number)
        if not self.is_shared:
            return own + 1
        return self.counter.take(run_id, processing_date, {**self.others, PayRun.of(run_id).tenant: own}, now)


def look_at_sharing(context: TenantContext) -> Sharing:
    """Hold what a body shares against the agreements, before its ledger is opened; it is refused when it takes one."""
    agreement = context.agreement
    counter = SharedCounter(context.paths, agreement.service_user_number)
    if said := list_undeclared_by(context):
        return Sharing(counter, refused=" ".join(said))
    if not (counter.exists or agreement.shares_with):
        return Sharing(counter)
    if context.settings.store is not None:
        return Sharing(
            counter,
            refused=f"{context.tenant} shares {agreement.service_user_number} with others, whose counter of serials "
            "stands in one home, and SILLER_STORE lets several homes give them. Leave these bodies to one home "
            "without it.",
        )
    try:
        known = counter.read()
        others = {name: _highest(context, name, known.knows(name)) for name in agreement.shares_with}
    except NoGo as no_go:
        return Sharing(counter, refused=str(no_go))
    return Sharing(counter, is_shared=True, others=others)


def _highest(context: TenantContext, tenant: str, has_had_any: bool) -> int:
    """The highest serial in a partner's ledger.

    The counter alone does not do in its place: it may be an older copy that somebody has put back, and nothing but the
    ledgers says which serials it lacks.

    Raises:
        NoGo: the ledger cannot be read, or is not there although the counter has given its body serials.
    """
    number = context.agreement.service_user_number
    unread = (
        f"No submission serial of {number} can be given: {tenant} shares it, and its ledger cannot be read, so nobody "
        "can tell whether the counter knows every serial that was given."
    )
    return ask_partner(context, tenant, has_had_any, lambda connection: find_highest(connection, number), unread) or 0


def ask_partner(
    context: TenantContext,
    tenant: str,
    has_had_any: bool,
    ask: Callable[[duckdb.DuckDBPyConnection], T],
    unread: str,
) -> T | None:
    """Ask the ledger of a body that shares the number, while the own one is closed; None where it has none yet.

    Args:
        context: the asking body's.
        tenant: the other one.
        has_had_any: whether the counter has given it serials, so that it must have a ledger.
        ask: what is asked.
        unread: what to say where the ledger cannot be read.

    Raises:
        NoGo: it cannot be read, or is not there although it must be.
    """
    ledger = TenantContext(tenant, context.mode, context.settings).ledger
    said = ledger.closed
    if not (said or ledger.exists or ledger.lost):
        if not has_had_any:
            return None
        said = f"{tenant} has no ledger in {context.paths.root}, and had serials of the number."
    if said:
        raise NoGo(f"{unread} {said}")
    with ledger.opened() as connection:
        return ask(connection)


def find_problems(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> Iterator[Problem]:
    """What of the serials in a body's ledger nobody can explain; of a number that it shares, beside the counter."""
    known = cache(lambda service_user_number: SharedCounter(context.paths, service_user_number).read())
    try:
        for service_user_number, serial in find_skipped(connection):
            if not known(service_user_number).explains(context.tenant, serial):
                said = f"Submission serial {serial} of {service_user_number} was never given to a run."
                yield Problem("serials", said)
        for service_user_number, serial, run_id in list_given(connection):
            numbers = known(service_user_number)
            if serial > numbers.alone.get(context.tenant, serial) and numbers.runs.get(serial) != run_id:
                said = (
                    f"{run_id} has submission serial {serial} of {service_user_number}, and the counter of the bodies "
                    f"that share it gave that to {numbers.runs.get(serial, 'nobody')}."
                )
                yield Problem("serials", said)
    except NoGo as no_go:
        yield Problem("serials", str(no_go))


def explain_gaps(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> Iterator[str]:
    """A sentence for each serial that was given to a run of the body and that no file has, and for the others' serials.

    Args:
        connection: the body's ledger.
        context: the body's.
    """
    given = list_given(connection)
    for service_user_number in sorted({context.agreement.service_user_number, *(each for each, *_ in given)}):
        own = {serial for each, serial, _ in given if each == service_user_number}
        numbers = SharedCounter(context.paths, service_user_number).read().given
        for each in numbers:
            if each.tenant == context.tenant and each.serial not in own:
                yield (
                    f"Submission serial {each.serial} of {service_user_number} was given to {each.run_id} on "
                    f"{each.given_at}, and never used: that start ended before a file was written with it."
                )
        for tenant in sorted({each.tenant for each in numbers} - {context.tenant}):
            theirs = [each.serial for each in numbers if each.tenant == tenant]
            many = f"{len(theirs)} submission serials of {service_user_number}"
            yield f"{many} were given to {tenant}, the last of them {theirs[-1]}."
