"""What another agreement changes, in words: for those who adopt it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from schemas.agreement import Agreement, Person
from schemas.thresholds import Reviewed


def changes_between(old: Agreement, new: Agreement) -> list[str]:
    """Compare two agreements by what siller makes of them, a sentence each; comments alone are no change.

    Args:
        old: what was agreed.
        new: what is to be agreed.
    """
    found = [*_of_people(old.people, new.people)]
    before, after = flat(old), flat(new)
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            found.append(f"{key}: {after[key]}, which is new.")
        elif key not in after:
            found.append(f"{key} is gone; it was {before[key]}.")
        elif before[key] != after[key]:
            found.append(f"{key}: {after[key]}; it was {before[key]}.")
    return [" ".join(said.split()) for said in found]  # a value of several lines could say what no other key does


def list_unreviewed(old: Agreement | None, new: Agreement, today: date) -> list[str]:
    """What another agreement changes in a threshold without saying who set it, when and why, a sentence each.

    Args:
        old: what was agreed; None for nothing: the first thresholds are adopted as a whole.
        new: what is to be agreed.
        today: the day; nobody has set anything later.
    """
    return [
        f"gates.{name} is changed, {lacks}."
        for name, threshold in new.gates
        if old and threshold.bounds != getattr(old.gates, name).bounds
        if (lacks := _lacks(threshold.reviewed, getattr(old.gates, name).reviewed, today))
    ]


def _lacks(reviewed: Reviewed | None, before: Reviewed | None, today: date) -> str:
    if reviewed is None or reviewed == before:
        return "and nobody answers for it: write beside it reviewed: {by: NAME, day: YYYY-MM-DD, reason: WHY}"
    return f"and was set on {reviewed.day:%-d %B %Y}, a day that is still to come" if reviewed.day > today else ""


def _of_people(old: tuple[Person, ...], new: tuple[Person, ...]) -> Iterator[str]:
    before, after = ({person.name: part_of(person) for person in people} for people in (old, new))
    for name, part in after.items():
        if name not in before:
            yield f"{name} is {part}, and is new."
        elif before[name] != part:
            yield f"{name} is {part}; it was {before[name]}."
    for name, part in before.items():
        if name not in after:
            yield f"{name} is in it no more, and was {part}."


def part_of(person: Person) -> str:
    """What somebody may do, and from which account, as words after *is*."""
    roles = ", ".join(sorted(role.replace("_", " ") for role in person.roles))
    return f"{roles}, with the account {person.account}" if person.account else f"{roles}, without an account"


def flat(agreement: Agreement, exclude_defaults: bool = False) -> Mapping[str, str]:
    """Every value but the people's, by its key as the file has it: ``gates.refused_share.refer``.

    Args:
        agreement: whose values.
        exclude_defaults: whether those are left out that are as where the file says nothing.
    """
    said = agreement.model_dump(mode="json", exclude={"people"}, exclude_none=True, exclude_defaults=exclude_defaults)
    for name, threshold in agreement.gates:
        if threshold.reviewed:
            said["gates"][name]["reviewed"] = threshold.reviewed.said
    return dict(_values("", said))


def _values(key: str, value: Any) -> Iterator[tuple[str, str]]:  # whatever a dumped model holds
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _values(f"{key}.{name}" if key else str(name), each)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _values(f"{key}[{number}]", each)
    else:
        yield key, str(value)
