"""The rules for the people of an agreement: nobody stands twice, and there are enough of them to look at each other."""

from collections import Counter
from collections.abc import Sequence

from schemas.agreement_parts import Person, Role


def people_with(people: Sequence[Person], role: Role) -> tuple[str, ...]:
    """Return the names of the people who have a role, as the agreement lists them."""
    return tuple(person.name for person in people if role in person.roles)


def list_authorisers(people: Sequence[Person]) -> tuple[str, ...]:
    """Return who may confirm a list of authorised payees: nobody who sends extracts."""
    may = (*people_with(people, Role.APPROVER), *people_with(people, Role.DECISION_OWNER))
    return tuple(name for name in dict.fromkeys(may) if name not in people_with(people, Role.UPLOADER))


def check_two_pairs_of_eyes(people: Sequence[Person]) -> None:
    """Nobody stands twice, and somebody can approve what another sent.

    Raises:
        ValueError: that is not so.
    """
    twice = [name for name, count in Counter(person.name for person in people).items() if count > 1]
    if twice:
        raise ValueError(f"people: {', '.join(twice)} stands twice: give one entry all the roles")
    accounts = Counter(person.account for person in people if person.account)
    if shared := [account for account, count in accounts.items() if count > 1]:
        raise ValueError(f"people: the account {', '.join(shared)} is given to two people, and proves neither")
    if not set(people_with(people, Role.APPROVER)) - set(people_with(people, Role.UPLOADER)):
        raise ValueError("people: at least one approver must not be an uploader")


def check_eyes_on_funding(people: Sequence[Person], confirmed_by: Role) -> None:
    """Who confirms the money does not approve the run, so somebody else must be able to.

    Raises:
        ValueError: nobody else is.
    """
    uploaders = set(people_with(people, Role.UPLOADER))
    approvers = set(people_with(people, Role.APPROVER)) - uploaders
    if not any(approvers - {name} for name in set(people_with(people, confirmed_by)) - uploaders):
        raise ValueError(
            f"funding_confirmed_by: somebody who is {confirmed_by.replace('_', ' ')} and no uploader must be able to "
            "confirm the money, and another person who is no uploader to approve the run"
        )
