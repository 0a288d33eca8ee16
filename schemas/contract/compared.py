"""What becomes of a body's files where its contract changes: which changes break them, and which do not.

A change breaks if a file that was taken before may not be taken now, if a row that was paid may be refused, or if a
cell may come to mean something else. Such a change needs a new major version; the body is told before it counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.contract.column import Column
from schemas.contract.contract import Contract

_UP_TO = ("is_not_too_long", "is_at_most")
_FROM = ("is_not_too_short", "is_at_least")


@dataclass(frozen=True)
class Change:
    """One thing that another version of a contract says otherwise.

    Attributes:
        said: in a sentence.
        breaks: whether what was taken before may not be taken now, or may mean something else.
    """

    said: str
    breaks: bool


def changes_between(old: Contract, new: Contract) -> list[Change]:
    """Compare two versions of a contract, by what siller makes of them; words for people alone are no change."""
    found = [*_of_file(old, new)]
    for column in new.columns:
        if old.has(column.name):
            found.extend(_of_column(old.column(column.name), column))
    found.extend(_of_all_rows(old, new))
    return found


def is_major(old: str, new: str) -> bool:
    """Whether the first number of a version is another."""
    return old.partition(".")[0] != new.partition(".")[0]


def _of_file(old: Contract, new: Contract) -> Iterator[Change]:
    known = {*new.source_columns, *new.ignored_columns}
    for name in new.source_columns:
        if name not in old.source_columns:
            yield Change(f"The file must have the column {name}.", True)
    for name in (*old.source_columns, *old.ignored_columns):
        if name not in known:
            yield Change(f"The file must not have the column {name} any more.", True)
        elif name in old.source_columns and name in new.ignored_columns:
            yield Change(f"The column {name} is not read any more.", True)
    for name in new.ignored_columns:
        if name not in (*old.source_columns, *old.ignored_columns):
            yield Change(f"The file may have the column {name}, which is not read.", False)
    if old.kept_columns != new.kept_columns:
        yield Change(
            "Rows are kept with other columns, which begins with a new ledger: "
            f"{', '.join(new.kept_columns)} in the place of {', '.join(old.kept_columns)}.",
            True,
        )


def _of_column(old: Column, new: Column) -> Iterator[Change]:
    if (old.sources, old.origin) != (new.sources, new.origin):
        yield Change(f"{new.name} {_comes_from(new)}; it {_comes_from(old, 'came')}.", True)
    if old.required != new.required:
        yield Change(f"{new.name} {'must have a value' if new.required else 'may be empty'}.", new.required)
    before, after = ({rule.name: dict(rule.limits) for rule in column.rules} for column in (old, new))
    for name, limits in after.items():
        if name == "is_present":
            continue  # what required says
        if name not in before:
            yield Change(f"{new.name} has the rule {_with(name, limits)}.", True)
        elif before[name] != limits:
            breaks = not _is_wider(name, before[name], limits)
            yield Change(f"{new.name} has the rule {_with(name, limits)}; it was {_with(name, before[name])}.", breaks)
    for name in before:
        if name not in after and name != "is_present":
            yield Change(f"{new.name} has the rule {name} no more.", False)


def _of_all_rows(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = ({(rule.name, rule.column): rule.query for rule in each.sql_rules} for each in (old, new))
    for (name, column), query in after.items():
        if before.get((name, column)) != query:
            is_new = (name, column) not in before
            yield Change(f"{column} has {'the' if is_new else 'another'} SQL rule {name}.", True)
    for name, column in before.keys() - after.keys():
        yield Change(f"{column} has the SQL rule {name} no more.", False)


def _comes_from(column: Column, comes: str = "comes") -> str:
    origin = column.origin
    if origin is None:
        return f"{comes} from {column.physical_name}"
    if origin.stated:
        return f"{comes} from no column, but from the agreement: {origin.stated}"
    return f"{comes} from {', '.join(origin.sources)} by {', '.join(origin.functions)}"


def _with(rule: str, limits: dict[str, object]) -> str:
    return f"{rule} ({', '.join(f'{limit}: {value}' for limit, value in limits.items())})" if limits else rule


def _is_wider(rule: str, old: dict[str, object], new: dict[str, object]) -> bool:
    """Whether limits let through all that they let through before, where that can be told from the limits alone."""
    ((limit, was),) = old.items()
    now = new.get(limit)
    if isinstance(was, int) and isinstance(now, int):
        return (rule in _UP_TO and now >= was) or (rule in _FROM and now <= was)
    return isinstance(was, list) and isinstance(now, list) and set(was) <= set(now)
