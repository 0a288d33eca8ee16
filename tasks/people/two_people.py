"""What takes two people: each with a part in the agreement that fits, and a one-time code of their own.

Whoever works at an account of theirs gives a code all the same: an account proves who is at a machine, and whoever
rules that machine is at every account of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.agreement import Person, Role
from schemas.approval import canonical
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.people import codes
from tasks.people.identity import record_refusal
from tasks.people.parts import find_people_in_force, say_no_part
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
    of_the_file: bool = False,
) -> tuple[str, str]:
    """The two people as the agreement names them, if both may do it; no code is used up by a refusal.

    Args:
        context: the tenant's.
        people: who says so, and who agrees.
        parts: any role of these is enough, for the one and for the other.
        involved: who must not, by name, and what they did.
        door: the command that they gave, for the auditor.
        of_the_file: whether the agreement as it stands says who has which part, as where it is adopted; else the one
            that is adopted says it (:mod:`tasks.people.parts`).

    Raises:
        NoGo: the two are one, or one of them has no such part or must not. The ledger keeps that they tried.
    """
    known = context.agreement.people if of_the_file else find_people_in_force(context)
    first, second = (canonical(given.name, known) for given in people)
    if first == second:
        raise record_refusal(context, door, f"{sanitise(first)} cannot be both: it takes two people. Nothing was done.")
    for name, roles in zip((first, second), parts, strict=True):
        check_one(context, known, name, roles, involved, door)
    return first, second


def check_one(
    context: TenantContext,
    known: Sequence[Person],
    name: str,
    roles: tuple[Role, ...],
    involved: Mapping[str, str],
    door: str,
) -> None:
    """See that somebody may be one of the two; the arguments are those of :func:`check_two`, of one of them.

    Args:
        context: the tenant's.
        known: the people of the agreement that counts.
        name: as that agreement writes it.
        roles: any of them is enough.
        involved: who must not.
        door: the command that they gave.

    Raises:
        NoGo: they have no such part, or must not. The ledger keeps that they tried.
    """
    if said := say_no_part(context, known, name, roles):
        raise record_refusal(context, door, said)
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
