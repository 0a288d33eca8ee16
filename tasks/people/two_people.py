"""What takes two people: each with a part in the agreement that fits, and a one-time code of their own.

Whoever works at an account of theirs gives a code all the same: an account proves who is at a machine, and whoever
rules that machine is at every account of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.agreement import Role
from schemas.approval import canonical
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.people import codes
from tasks.people.identity import record_refusal
from tasks.tenant_context import TenantContext

LONGEST_REASON = 300


@dataclass(frozen=True)
class Given:
    """How somebody says who they are.

    Attributes:
        name: who they say to be.
        code: what their device shows.
    """

    name: str
    code: str


def check_two(
    context: TenantContext,
    people: tuple[Given, Given],
    parts: tuple[tuple[Role, ...], tuple[Role, ...]],
    involved: Mapping[str, str],
    door: str,
) -> tuple[str, str]:
    """The two people as the agreement names them, if both may do it; no code is used up by a refusal.

    Args:
        context: the tenant's.
        people: who says so, and who agrees.
        parts: any role of these is enough, for the one and for the other.
        involved: who must not, by name, and what they did.
        door: the command that they gave, for the auditor.

    Raises:
        NoGo: the two are one, or one of them has no such part or must not. The ledger keeps that they tried.
    """
    first, second = (canonical(given.name, context.agreement.people) for given in people)
    if first == second:
        raise record_refusal(context, door, f"{sanitise(first)} cannot be both: it takes two people. Nothing was done.")
    for name, roles in zip((first, second), parts, strict=True):
        check_one(context, name, roles, involved, door)
    return first, second


def check_one(
    context: TenantContext, name: str, roles: tuple[Role, ...], involved: Mapping[str, str], door: str
) -> None:
    """See that somebody may be one of the two; the arguments are those of :func:`check_two`, of one of them.

    Raises:
        NoGo: they have no such part, or must not. The ledger keeps that they tried.
    """
    theirs = {role for person in context.agreement.people if person.name == name for role in person.roles}
    if not theirs & set(roles):
        named = " or ".join(role.replace("_", " ") for role in roles)
        said = f"{sanitise(name) or 'Nobody'} is no {named} in the agreement with {context.tenant}."
        raise record_refusal(context, door, f"{said} Nothing was done.")
    if did := involved.get(name.casefold()):
        raise record_refusal(context, door, f"{name} {did}: somebody else has to say this. Nothing was done.")


def prove_two(
    context: TenantContext, names: tuple[str, str], people: tuple[Given, Given], door: str, at: datetime, now: datetime
) -> None:
    """Take the code of each; every try is kept, whatever it comes to.

    Args:
        context: the tenant's.
        names: as :func:`check_two` has them.
        people: with their codes.
        door: the command that they gave.
        at: when the codes were given, by a real clock.
        now: the moment of the journal.

    Raises:
        NoGo: a code is wrong, or was used.
    """
    with context.ledger.transaction() as connection:
        proofs = [
            codes.judge_code(connection, name, given.code, door, at, now)
            for name, given in zip(names, people, strict=True)
        ]
    for name, proof in zip(names, proofs, strict=True):
        if proof.cause:
            raise NoGo(f"{name}: {proof.cause} Nothing was done.")


def check_said(text: str, what: str, longest: int = LONGEST_REASON) -> str:
    """What somebody typed, as it may be kept and shown.

    Raises:
        NoGo: it is nothing, or too long.
    """
    said = sanitise(text, 2 * longest)
    if not said or len(said) > longest:
        raise NoGo(f"Say {what}, in at most {longest} letters and nothing of a payee. Nothing was done.")
    return said
