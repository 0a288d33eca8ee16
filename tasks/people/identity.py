"""Who stands at a door, and may they come in?

A name alone is a claim. It is proved by the operating-system account that works here, if the agreement gives that
account to the person or it was registered for them, and otherwise by a one-time code of the person's own device. What
sudo alone says of an account is a claim too, and never stands for a code.
"""

import contextlib
import getpass
import sys
from collections.abc import Sequence

from schemas.agreement import Person, Role
from schemas.approval import canonical
from schemas.no_go import NoGo
from tasks.clock import clock
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import TurnedAway
from tasks.people import codes
from tasks.people.account import account, here
from tasks.people.credentials import Kind, values_of
from tasks.settings import Settings
from tasks.tenant_context import TenantContext, list_openable


def identify(context: TenantContext, name: str, door: str, *roles: Role) -> str:
    """Return the person as the agreement names them, proved, if they have one of these roles for this tenant.

    Args:
        context: the tenant's.
        name: who they say to be; empty for whoever has the account that works here.
        door: the command that they gave, for the auditor.
        roles: any of them is enough.

    Raises:
        NoGo: the agreement names nobody like that or gives them another part, or they did not prove who they are.
            The ledger keeps that they tried.
    """
    person = _person(context, name)
    if person is None or not set(person.roles) & set(roles):
        parts = " or ".join(role.value.replace("_", " ") for role in roles)
        whoever = name.strip() or f"The account {account()}"
        raise record_refusal(
            context,
            door,
            f"{whoever} is no {parts} in the agreement with {context.tenant}. Nothing was done. Give your name as the "
            "agreement writes it (--as NAME), or ask somebody who has that part.",
        )
    if not here().proved or account() not in accounts(context)[person.name]:
        _prove_by_code(context, person.name, door)
    return person.name


def list_admitting(settings: Settings, name: str, door: str, *roles: Role) -> list[TenantContext]:
    """Every tenant with a ledger on this machine whose agreement lets this person in, live ones first.

    A tenant that cannot be opened is left out: :func:`tasks.tenant_context.list_openable` says which and why.

    Raises:
        NoGo: there are ledgers, but none that this person may look into, or they did not prove who they are.
    """
    return filter_admitting(list_openable(settings)[0], name, door, *roles)


def filter_admitting(contexts: Sequence[TenantContext], name: str, door: str, *roles: Role) -> list[TenantContext]:
    """Those of these tenants whose agreement lets this person in.

    Raises:
        NoGo: there are tenants, but none that this person may look into, or they did not prove who they are.
    """
    theirs = [context for context in contexts if (person := _person(context, name)) and set(person.roles) & set(roles)]
    for context in theirs:
        identify(context, name, door, *roles)
    if contexts and not theirs:
        identify(contexts[0], name, door, *roles)
    return theirs


def _person(context: TenantContext, name: str) -> Person | None:
    people = context.agreement.people
    if name.strip():
        return next((person for person in people if person.name == canonical(name, people)), None)
    theirs = accounts(context)
    return next((person for person in people if account() in theirs[person.name]), None)


def accounts(context: TenantContext) -> dict[str, set[str]]:
    """The accounts of each person of the agreement, by name: what it says, and what is registered in the ledger."""
    registered: dict[str, str] = {}
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            registered = values_of(connection, Kind.ACCOUNT)
    return {
        person.name: {each for each in (person.account, registered.get(person.name)) if each}
        for person in context.agreement.people
    }


def _prove_by_code(context: TenantContext, name: str, door: str) -> None:
    """Ask for a one-time code and take it; every try is kept, and five wrong ones in a row are the last."""
    if said := context.ledger.lost:
        raise NoGo(said)
    if not context.ledger.exists:
        raise NoGo(
            f"{_unproved(name)}, and nobody is enrolled here yet. An operator enrols the first: "
            f"siller people enrol {name}"
        )
    code = _typed(context, name, door)
    now = clock(context.mode, None)
    with context.ledger.transaction() as connection:
        proof = codes.judge_code(connection, name, code, door, now, now)
    if proof.cause:
        raise NoGo(f"{proof.cause} Nothing was done.")


def _unproved(name: str) -> str:
    """Why the account that works here does not prove who somebody is."""
    if here().proved:
        return f"The account {account()} is not that of {name}"
    return f"That {account()} works here is said by sudo alone, and the system knows of no such login"


def _typed(context: TenantContext, name: str, door: str) -> str:
    given = context.settings.one_time_code
    if given is not None:
        return given.get_secret_value()
    if sys.stdin.isatty():
        return getpass.getpass(f"One-time code of {name}: ")
    raise record_refusal(
        context,
        door,
        f"{_unproved(name)}, so a one-time code must prove it: work in a terminal, where it is asked for, or give it "
        "in SILLER_ONE_TIME_CODE. Nothing was done.",
    )


def record_refusal(context: TenantContext, door: str, said: str) -> NoGo:
    """Keep in the ledger who was turned away from which door, if there is one to keep it in; returns what to say."""
    if context.ledger.exists:
        # Where the ledger is what is wrong, the sentence alone has to do.
        with contextlib.suppress(NoGo), context.ledger.transaction() as connection:
            audit_log.keep(connection, TurnedAway(account(), f"{door}: {said}"), clock(context.mode, None))
    return NoGo(said)
