"""Two of the body's people confirm its list of authorised payees.

Neither of them sends extracts: who could put somebody into both would need nobody else.
"""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from schemas.agreement import Role
from schemas.authorised_payees import ACCOUNT, REFERENCE, parse_list
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from tasks.authorised_payees.kept import KeptList, find_list
from tasks.ledger import audit_log
from tasks.ledger.catalogue.authorising import PayeesAuthorised
from tasks.people.parts import find_people_in_force
from tasks.people.two_people import Given, check_two, prove_two
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext

DOOR = "siller authorised-payees"
MAY_LOOK = (Role.OPERATOR, Role.UPLOADER, Role.APPROVER, Role.DECISION_OWNER, Role.AUDITOR)
"""Who may see how many stand on the list; it shows nobody of them."""
PARTS = ((Role.APPROVER, Role.DECISION_OWNER, Role.ENQUIRER), (Role.APPROVER, Role.DECISION_OWNER))
"""Who hands a list in, and who confirms it."""


@dataclass(frozen=True)
class Proposed:
    """A list that is to be confirmed, beside the one that counts.

    Attributes:
        name: of the file.
        content: its bytes: what was looked at is what is kept.
        payees: on it.
        has_accounts: whether it says of any payee which account is authorised.
        new: payees who are not on the list that counts.
        gone: payees of that list who are not on this one.
    """

    name: str
    content: bytes = field(repr=False)
    payees: int
    has_accounts: bool
    new: int
    gone: int

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def find_kept(context: TenantContext) -> KeptList:
    """The list that counts.

    Raises:
        NoGo: the agreement has no such list, or it is not there as it was sealed.
    """
    _check_agreed(context)
    if not context.ledger.exists:
        return KeptList()
    with context.ledger.opened() as connection:
        return find_list(connection, context)


def propose(context: TenantContext, file: Path) -> Proposed:
    """Read a list, and hold it against the one that counts; nothing is kept.

    Args:
        context: the tenant's.
        file: the list.

    Raises:
        NoGo: the agreement has no such list, or the file is none.
    """
    _check_agreed(context)
    return propose_content(context, read(file, Incoming.AUTHORISED_PAYEES), file.name)


def propose_content(context: TenantContext, content: bytes, name: str) -> Proposed:
    """The same, of a file's bytes and with its name for messages."""
    kept, listed = find_kept(context), parse_list(content, name)
    now, before = (each[REFERENCE].unique() for each in (listed, kept.payees))
    return Proposed(
        name,
        content,
        payees=now.len(),
        has_accounts=listed[ACCOUNT].is_not_null().any(),
        new=now.filter(~now.is_in(before.implode())).len(),
        gone=before.filter(~before.is_in(now.implode())).len(),
    )


def confirm(
    context: TenantContext, proposed: Proposed, people: tuple[Given, Given], at: datetime, now: datetime
) -> PayeesAuthorised:
    """Keep a list as two people confirm it, sealed; from now on it is the one that counts.

    Args:
        context: the tenant's.
        proposed: what they have looked at.
        people: who hands it in, and who confirms it; neither sends extracts.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Raises:
        NoGo: the agreement has no such list, or they are not two who may confirm it.
    """
    _check_agreed(context)
    senders = {
        person.name.casefold(): "sends the body's extracts"
        for person in find_people_in_force(context)
        if Role.UPLOADER in person.roles
    }
    names = check_two(context, people, PARTS, senders, DOOR)
    prove_two(context, names, people, DOOR, at, now)
    return keep_confirmed(context, proposed, names, now)


def keep_confirmed(
    context: TenantContext, proposed: Proposed, names: tuple[str, str], now: datetime
) -> PayeesAuthorised:
    """Seal and write down a list that two who have proved themselves confirm.

    Args:
        context: the tenant's.
        proposed: the list.
        names: who hands it in, and who confirms it.
        now: the time that counts.
    """
    accounts = ", with accounts" if proposed.has_accounts else ""
    said = (
        f"confirmed a list of authorised payees{accounts}: {proposed.payees:,} ({proposed.new:,} new, "
        f"{proposed.gone:,} gone)"
    )
    first, second = names
    kept = PayeesAuthorised(first, said, second, proposed.payees, proposed.sha256)
    with context.ledger.transaction() as connection:
        file = io.BytesIO(proposed.content)
        seal(Sealed.AUTHORISED_PAYEES, file, proposed.name, context.paths, context.tenant, proposed.sha256)
        audit_log.keep(connection, kept, now)
    return kept


def _check_agreed(context: TenantContext) -> None:
    if not context.agreement.authorised_payees:
        raise NoGo(
            f"The agreement with {context.tenant} has no list of authorised payees (authorised_payees). Nothing was "
            "done."
        )
