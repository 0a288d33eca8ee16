"""An agreement is proposed by whoever brings it in, and adopted by two people of the body who did not.

What is proposed and adopted is the file, byte by byte: its SHA-256 is what every run is bound to. Its text is kept in
the journal, so that the next one can be held against it, wherever the file is by then.
"""

from collections.abc import Iterable
from datetime import date, datetime

import duckdb

from schemas.agreement import Person, Role
from schemas.agreement_changes import list_unreviewed
from schemas.no_go import NoGo
from tasks.adoption.adopted import readable_agreement
from tasks.ledger import audit_log
from tasks.ledger.adopted import adopted_people
from tasks.ledger.catalogue.adopting import AgreementAdopted, AgreementProposed
from tasks.ledger.journal import latest_of
from tasks.people.enrolment import vouchers_needed
from tasks.people.identity import accounts, identify
from tasks.people.two_people import Given, check_two, prove_two
from tasks.sharing import list_mixed_in_force, list_undeclared_by
from tasks.tenant_context import TenantContext

PROPOSE, ADOPT = "siller agreement propose", "siller agreement adopt"
OF_THE_BODY = (Role.DECISION_OWNER, Role.APPROVER, Role.UPLOADER)
PARTS = ((Role.DECISION_OWNER,), OF_THE_BODY)
"""Who may adopt, and who may agree: both are of the body, whose money it is."""


def propose(context: TenantContext, who: str, now: datetime) -> str:
    """Bring the agreement in as it stands; returned is who did, who cannot adopt it then.

    Args:
        context: the tenant's, live.
        who: who they say to be; empty for whoever has the account that works here.
        now: the time that counts.

    Raises:
        NoGo: it does not load, shares what it does not declare or nobody can share, changes a threshold that nobody
            answers for, was proposed or adopted already, or nobody is left who could adopt it.
    """
    by = identify(context, who, PROPOSE, Role.OPERATOR, *OF_THE_BODY)
    if shared := [*list_undeclared_by(context), *list_mixed_in_force(context)]:
        raise NoGo(f"{' '.join(shared)} Nothing was proposed.")
    if not set(context.agreement.people_with(Role.DECISION_OWNER)) - {
        by,
        *context.agreement.people_with(Role.OPERATOR),
    }:
        raise NoGo(
            f"Nobody could adopt it: the agreement names no decision owner who is neither an operator nor {by}, who "
            "proposes it. Nothing was proposed: let somebody else propose it, or agree on another decision owner."
        )
    with context.ledger.transaction(create=True) as connection:
        _check_reviewed(connection, context, now.date())
        standing = _waiting(connection)
        if standing and standing[1].sha256 == context.agreement_sha256:
            raise NoGo(f"{standing[1].by} has proposed this very agreement. It waits for those who adopt it ({ADOPT}).")
        adopted = latest_of(connection, AgreementAdopted)
        if adopted and adopted[1].sha256 == context.agreement_sha256:
            raise NoGo("This very agreement is adopted. Nothing was proposed.")
        said = f"proposed the agreement with the SHA-256 {context.agreement_sha256}"
        text = context.agreement_text
        audit_log.keep(connection, AgreementProposed(by, said, context.agreement_sha256, text), now)
    return by


def _check_reviewed(connection: duckdb.DuckDBPyConnection, context: TenantContext, today: date) -> None:
    """Thresholds are reviewed like code: whoever changes one says who set it, when and why; a test was held by then."""
    if unreviewed := list_unreviewed(readable_agreement(connection, context.channels), context.agreement, today):
        raise NoGo(f"{' '.join(unreviewed)} Nothing was proposed.")
    tested = context.agreement.channel_test
    if tested and (said := tested.say_to_come(today)):
        raise NoGo(f"{said} Nothing was proposed.")


def adopt(context: TenantContext, people: tuple[Given, Given], at: datetime, now: datetime) -> AgreementAdopted:
    """Adopt the agreement that was proposed, by the codes of two people of the body.

    Args:
        context: the tenant's, live.
        people: the decision owner, and who agrees; neither proposed it or is an operator.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Raises:
        NoGo: it was not proposed as it stands, another body's answers have come to lie where it has its own, they are
            not two who may adopt it, or an operator alone could still enrol either of them anew.
    """
    check_waits(context)
    if mixed := list_mixed_in_force(context):
        raise NoGo(f"{' '.join(mixed)} Nothing was done.")
    with context.ledger.opened() as connection:
        number, proposed = _proposal(connection, context)
        before = adopted_people(connection)
    names = check_two(context, people, PARTS, _involved(context, proposed.by, before), ADOPT, of_the_file=True)
    known = {person.name for person in before if set(person.roles) & set(OF_THE_BODY)}
    if before and not known & set(names):
        raise NoGo(
            f"Neither {names[0]} nor {names[1]} has a part for {context.tenant} in the agreement that is adopted now. "
            "One of the two has to be somebody who had one before. Nothing was done."
        )
    if alone := [name for name in names if not vouchers_needed(context, name)]:
        raise NoGo(
            f"Fewer than two others have one-time codes, so an operator alone could enrol {alone[0]} anew, and adopt "
            "in their place. Let a third person be enrolled first (siller people enrol). Nothing was done."
        )
    prove_two(context, names, people, ADOPT, at, now)
    with context.ledger.transaction() as connection:
        if _proposal(connection, context)[0] != number:
            raise NoGo("Another agreement was proposed in the same moment. Nothing was done.")
        said = f"adopted the agreement with the SHA-256 {proposed.sha256}, which {proposed.by} had proposed"
        adopted = AgreementAdopted(names[0], said, names[1], proposed.sha256, number)
        audit_log.keep(connection, adopted, now)
    return adopted


def _involved(context: TenantContext, proposer: str, before: Iterable[Person]) -> dict[str, str]:
    """Who cannot sign, in small letters, and why: operators, and whoever brought it in.

    Whoever writes the file writes its parts and accounts too. So an operator of the agreement that is adopted is one
    still, and whoever has the proposer's account by any of what is agreed or registered is the proposer.
    """
    theirs = accounts(context)
    people = (*context.agreement.people, *before)
    involved = {person.name.casefold(): "is an operator" for person in people if Role.OPERATOR in person.roles}
    for person in people:
        if theirs[proposer] & {person.account, *theirs.get(person.name, ())}:
            involved[person.name.casefold()] = "has the account of whoever proposed it"
    return involved | {proposer.casefold(): "proposed it"}


def check_waits(context: TenantContext) -> str:
    """See that the agreement as it stands was proposed and waits; returned is who proposed it.

    Raises:
        NoGo: it does not.
    """
    if not context.ledger.exists:
        raise _not_proposed(context)
    with context.ledger.opened() as connection:
        return _proposal(connection, context)[1].by


def _proposal(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> tuple[int, AgreementProposed]:
    waiting = _waiting(connection)
    if waiting is None or waiting[1].sha256 != context.agreement_sha256:
        raise _not_proposed(context)
    return waiting


def _waiting(connection: duckdb.DuckDBPyConnection) -> tuple[int, AgreementProposed] | None:
    """The latest proposal and its number, unless it is adopted."""
    proposed, adopted = latest_of(connection, AgreementProposed), latest_of(connection, AgreementAdopted)
    if proposed is None or (adopted and adopted[1].proposal == proposed[0]):
        return None
    return proposed[:2]


def _not_proposed(context: TenantContext) -> NoGo:
    return NoGo(
        f"The agreement with {context.tenant} as it stands now waits for nobody to adopt it: it is adopted, or nobody "
        f"has proposed it. Whoever brings it in says so first: {PROPOSE} {context.tenant}. Nothing was done."
    )
