"""Enrolment: who gets what they prove themselves by, and who vouches for it.

The first people are enrolled by an operator, all in one room. As soon as two others can prove who they are, these two
vouch for whoever comes next or has lost a device: no single person makes an approver.
"""

from datetime import datetime

import duckdb

from schemas.agreement import Role
from schemas.approval import OPERATORS_PASSWORD, canonical
from schemas.no_go import NoGo
from schemas.one_time_code import Holder, prove
from schemas.pay_run import Mode
from tasks.ledger import runs
from tasks.ledger.adopted import adopted_people
from tasks.ledger.journal import OF_NO_RUN
from tasks.people import codes
from tasks.people.account import account
from tasks.people.credentials import Kind, keep, list_enrolled, value_of
from tasks.people.identity import accounts, identify, record_refusal
from tasks.settings import Settings
from tasks.tenant_context import TenantContext, list_agreed

VOUCHERS = 2


def context_of(name: str, tenant: str | None, mode: Mode, settings: Settings) -> tuple[TenantContext, str]:
    """Find the tenant whose agreement names somebody, and the name as it stands there.

    Raises:
        NoGo: no agreement names them, or more than one does and no tenant was given.
    """
    found = []
    for context in [TenantContext(tenant, mode, settings)] if tenant else list_agreed(mode, settings):
        known = canonical(name, context.agreement.people)
        if known in {person.name for person in context.agreement.people}:
            found.append((context, known))
    if not found:
        raise NoGo(f"No agreement names {name}. Agree on it first: a line under `people` in the body's agreement.yaml.")
    if len(found) > 1:
        raise NoGo(f"{name} stands in the agreements with {', '.join(o.tenant for o, _ in found)}: add --tenant.")
    return found[0]


def find_locked(name: str, run_id: str, settings: Settings) -> tuple[TenantContext, str]:
    """Find the tenant of a run, and whose wrong codes on its form are to count no more.

    That is somebody whom the agreement names, or whoever comes through the server's door by the operator's password.

    Raises:
        NoGo: it is neither, or there is no such run.
    """
    context = TenantContext.of_run(run_id, settings)
    if name.strip() == OPERATORS_PASSWORD:
        return context, OPERATORS_PASSWORD
    return context_of(name, context.tenant, context.mode, settings)


def vouchers_needed(context: TenantContext, name: str) -> bool:
    """Whether two others have to vouch for somebody: as soon as there are two who can prove who they are."""
    if not context.ledger.exists:
        return False
    with context.ledger.opened() as connection:
        return len(_able(context, connection) - {name}) >= VOUCHERS


def check_vouchers(
    context: TenantContext, name: str, vouching: dict[str, str], purpose: str, now: datetime
) -> tuple[str, ...]:
    """Let two different people vouch for a third by their one-time codes; returns their names.

    Args:
        context: the tenant's.
        name: whom they vouch for.
        vouching: the code of each, by name.
        purpose: what for, in a few words.
        now: by a real clock.

    Raises:
        NoGo: they are not two, one is the person themselves, has no part in the agreement, or gave a wrong code.
    """
    people = context.agreement.people
    named = {canonical(each, people): code for each, code in vouching.items()}
    if len(named) != VOUCHERS or name in named:
        raise NoGo(f"Two people who are not {name} have to vouch, each with a code of their own. Nothing was done.")
    with context.ledger.transaction() as connection:
        able = _able(context, connection)
        proofs = {
            each: codes.judge_code(connection, each, code, f"{purpose} {name}", now, now)
            for each, code in named.items()
            if each in able
        }
    for each in named:
        if each not in proofs:
            raise NoGo(f"{each} has no one-time codes and cannot vouch for anybody. Nothing was done.")
        if proofs[each].cause:
            raise NoGo(f"{each}: {proofs[each].cause} Nothing was done.")
    return tuple(named)


def admit_first(context: TenantContext, who: str) -> tuple[str, ...]:
    """Let an operator enrol somebody while there are not yet two others who could vouch.

    Raises:
        NoGo: they are no operator; where none can prove yet to be one, it says how that begins.
    """
    door = "siller people enrol"
    if not context.ledger.lost and not _an_operator_can_prove_it(context):
        raise record_refusal(context, door, _how_it_begins(context))
    return (identify(context, who, door, Role.OPERATOR),)


def check_device(secret: str, code: str, now: datetime) -> None:
    """See that a device shows the codes of the secret that it was given, before anybody relies on it.

    Raises:
        NoGo: it does not.
    """
    if prove(code, Holder(secret, 0, 0), now).cause:
        raise NoGo(
            "That is not the code of this secret: the device did not take it, or its clock is wrong. Start again."
        )


def register(
    context: TenantContext, name: str, kind: Kind, value: str, vouched_by: tuple[str, ...], now: datetime
) -> None:
    """Keep what somebody proves themselves by from now on.

    Raises:
        NoGo: an account is to be given to two people.
    """
    with context.ledger.transaction(create=True) as connection:
        if kind is Kind.ACCOUNT:
            for other in context.agreement.people:
                if other.name != name and value in (other.account, value_of(connection, other.name, kind)):
                    raise NoGo(f"The account {value} is that of {other.name}; an account proves one person alone.")
        keep(connection, name, kind, value, vouched_by, now)


def let_in_again(
    context: TenantContext, name: str, vouched_by: tuple[str, ...], run_id: str | None, now: datetime
) -> None:
    """Unlock somebody for whom five wrong codes were given: for a run, or at the command line."""
    with context.ledger.transaction() as connection:
        run = (runs.run_row(connection, run_id).run_no, run_id) if run_id else (0, OF_NO_RUN)
        codes.unlock(connection, name, vouched_by, run, now)


def credentials(context: TenantContext) -> list[tuple[str, str, str]]:
    """Everybody in the agreement: name, roles, and what they can prove themselves by."""
    held: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            held = {kind: list_enrolled(connection, kind) for kind in Kind}
    listed = []
    for person in context.agreement.people:
        proofs = [str(kind).replace("_", " ") for kind, names in held.items() if person.name in names]
        if person.account:
            proofs.append(f"account {person.account}, by the agreement")
        listed.append((person.name, ", ".join(role.replace("_", " ") for role in person.roles), ", ".join(proofs)))
    return listed


def _an_operator_can_prove_it(context: TenantContext) -> bool:
    """Whether any operator works here with an account of theirs, or has one-time codes."""
    able = set()
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            able = _able(context, connection)
    operators = [person for person in context.agreement.people if Role.OPERATOR in person.roles]
    theirs = accounts(context)
    return any(person.name in able or account() in theirs[person.name] for person in operators)


def _how_it_begins(context: TenantContext) -> str:
    """Say who enrols the first people: nobody has a code yet, so the agreement alone can vouch for an operator."""
    operators = [person for person in context.agreement.people if Role.OPERATOR in person.roles]
    agreed = [f"{person.account} to {person.name}" for person in operators if person.account]
    file = context.settings.contracts / context.tenant / "agreement.yaml"
    here = account()
    return (
        f"The account {here} is no operator's of {context.tenant}, and no operator has one-time codes yet, so nobody "
        "was enrolled. The first people are enrolled from the operating-system account that the agreement gives an "
        f"operator. It gives {' and '.join(agreed) or 'none to any'}. "
        + ("Call siller from that account, through sudo if need be; or, if" if agreed else "If")
        + f" {here} is an operator's own account, agree on it: write `account: {here}` on that operator's line under "
        f"`people` in {file}, reviewed like every change of the agreement. Then say this again."
    )


def _able(context: TenantContext, connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Who has one-time codes, of the agreement's people and those of the one that is adopted.

    Whoever can write the agreement could else take everybody out of it, and enrol others as the first.
    """
    people = {person.name for person in (*context.agreement.people, *adopted_people(connection))}
    return {name for name in people if value_of(connection, name, Kind.ONE_TIME_CODE)}
