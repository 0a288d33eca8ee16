"""Who has which part where something is done to payments: by the agreement that the body has adopted.

The file in the body's folder can be written by whoever keeps that folder. It gives nobody a part before it is adopted,
and takes nobody's away: a payment can be stopped while a changed file waits for the two who adopt it.
"""

from collections.abc import Collection, Sequence

import duckdb

from schemas.agreement import Person, Role
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from tasks.ledger.adopted import adopted_people
from tasks.tenant_context import TenantContext


def people_in_force(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> Sequence[Person]:
    """The people of the agreement that is adopted; of the file in a rehearsal, and where none ever was.

    Args:
        connection: the tenant's ledger.
        context: the tenant's.
    """
    adopted = adopted_people(connection) if context.mode is Mode.LIVE else ()
    return adopted or context.agreement.people


def find_people_in_force(context: TenantContext) -> Sequence[Person]:
    """Those of :func:`people_in_force`, where the tenant's ledger is not open."""
    if not context.ledger.exists:
        return context.agreement.people
    with context.ledger.opened() as connection:
        return people_in_force(connection, context)


def say_no_part(context: TenantContext, people: Sequence[Person], name: str, roles: Collection[Role]) -> str:
    """Say that somebody has none of these parts; empty if they have one.

    Args:
        context: the tenant's.
        people: those of the agreement that counts.
        name: as that agreement writes it.
        roles: any of them is enough.
    """
    if any(person.name == name and set(person.roles) & set(roles) for person in people):
        return ""
    named = " or ".join(role.replace("_", " ") for role in roles)
    which = "" if people == context.agreement.people else " that is adopted"
    who = sanitise(name) or "Nobody"
    return f"{who} is no {named} in the agreement with {context.tenant}{which}. Nothing was done."
