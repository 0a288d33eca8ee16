"""The rules of a column, from what the standard's keys say of it: type, options, ``required``, ``unique``, ``quality``.

What is not understood is refused, never passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from open_data_contract_standard.model import DataQuality, SchemaProperty

from schemas.contract.functions import FUNCTIONS
from schemas.contract.later_rules import LATER_RULES
from schemas.contract.rules import RULES
from schemas.contract.said import Fault
from schemas.no_go import NoGo

Named = tuple[str, dict[str, Any]]
"""A rule's id and its limits."""

STANDS_ONCE = "stands_once"
"""The rule of ``unique``, a ``primaryKey`` of one column and ``duplicateValues``."""

KEY_STANDS_ONCE = "key_stands_once"
"""The rule of a ``primaryKey`` of several columns."""

TABLE = "extract"
"""What an SQL rule calls the rows of the run."""

_OF_TYPE = {"string": None, "number": "is_a_number", "integer": "is_a_whole_number", "date": "is_a_date"}
_TYPES = {"amount": ("string", "number"), "pay_date": ("string", "date"), "occurrence": ("string", "integer")}
_DATE_FORMAT = "dd/MM/yyyy"


@dataclass(frozen=True)
class SqlRule:
    """A rule that looks at all rows of a run together.

    Attributes:
        name: the rule's id.
        column: under which its refusals are listed, by siller's name.
        query: one SELECT of the ``row_number`` of each row that breaks it, from the table ``extract``.
        text: of a refused row; none for a rule that every body has.
    """

    name: str
    column: str
    query: str
    text: Fault | None = None


def rules_of(where: str, entry: SchemaProperty) -> list[Named]:
    """Return a column's rules in the order in which they are judged.

    Raises:
        NoGo: it says something that siller does not enforce.
    """
    quality = [_rule(where, each) for each in entry.quality or [] if not _is_of_all_rows(each)]
    if any(name == "is_present" for name, _ in quality[1 if entry.required else 0 :]):
        raise NoGo(f"{where}: a required column, and no other, begins with missingValues.")
    present = [("is_present", dict[str, Any]())] if entry.required else []
    rules = [*present, *_of_type(where, entry), *quality[bool(quality and quality[0][0] == "is_present") :]]
    if len({name for name, _ in rules}) < len(rules):
        raise NoGo(f"{where} has a rule twice; what type, options and required say is a rule too.")
    return rules


def form_in_words(entry: SchemaProperty) -> str:
    """What the contract says beside a column's regular expression; empty if it says nothing."""
    said = (each.description for each in entry.quality or [] if set(each.arguments or {}) == {"pattern"})
    return next((each.strip().rstrip(".") for each in said if each), "")


def sql_rules_of(where: str, entry: SchemaProperty) -> Iterator[SqlRule]:
    """Yield what a column says of all rows together.

    Raises:
        NoGo: it says something that siller does not enforce.
    """
    name = str(entry.name)
    once = [each for each in entry.quality or [] if each.type != "sql" and _is_of_all_rows(each)]
    if any(each.arguments or each.mustBe != 0 for each in once):
        raise NoGo(f"{where}: siller takes the library's duplicateValues without arguments and with mustBe: 0 alone.")
    if entry.unique or once:
        yield once_rule(STANDS_ONCE, [name])
    yield from (_sql(where, name, each) for each in entry.quality or [] if each.type == "sql")


def once_rule(rule: str, columns: list[str]) -> SqlRule:
    """No two rows have the same in these columns; rows with nothing in them are left alone."""
    key = ", ".join(columns)
    filled = " AND ".join(f"{column} <> ''" for column in columns)
    query = f"SELECT row_number FROM {TABLE} WHERE {filled} QUALIFY count(*) OVER (PARTITION BY {key}) > 1"
    return SqlRule(rule, columns[0], query)


def _is_of_all_rows(quality: DataQuality) -> bool:
    return quality.type == "sql" or quality.metric == "duplicateValues"


def _sql(where: str, column: str, quality: DataQuality) -> SqlRule:
    name = quality.name or ""
    if not re.fullmatch("[a-z][a-z0-9_]*", name) or name in RULES | FUNCTIONS | LATER_RULES | {STANDS_ONCE: None}:
        raise NoGo(f"{where}: an SQL rule needs a name of its own in small letters, digits and underscores.")
    if not quality.query or quality.mustBe != 0 or not quality.description:
        raise NoGo(
            f"{where}: the SQL rule {name} needs a query that selects the row_number of each row that breaks it, "
            "mustBe: 0, and a description that says to people what is wrong."
        )
    query = quality.query.replace("${table}", TABLE).replace("${column}", column)
    said = quality.description.strip().rstrip(".").replace("{", "{{").replace("}", "}}")
    return SqlRule(name, column, query, Fault(f"{{column}} breaks the rule {name}", f": {said}. Correct it {{send}}"))


def _of_type(where: str, entry: SchemaProperty) -> Iterator[Named]:
    kind, options = entry.logicalType or "string", dict(entry.logicalTypeOptions or {})
    if kind not in _TYPES.get(str(entry.name), ("string",)):
        raise NoGo(
            f"{where} says logicalType: {kind}, which siller does not enforce there: it can be "
            f"{' or '.join(_TYPES.get(str(entry.name), ('string',)))}."
        )
    rule = _OF_TYPE[kind]
    if rule:
        yield rule, {}
    if kind == "string":
        yield from _of_text(options)
    elif kind == "number":
        yield from _of_amount(where, options)
    elif kind == "date" and options.pop("format", _DATE_FORMAT) != _DATE_FORMAT:
        raise NoGo(f"{where}: the format of a date is {_DATE_FORMAT}; a function makes it of any other.")
    for key, value in options.items():
        raise NoGo(f"{where} says logicalTypeOptions {key}: {value}, which siller does not enforce: take it out.")


def _of_text(options: dict[str, Any]) -> Iterator[Named]:
    """Take the options of a text out of them, as rules."""
    names = {
        "pattern": ("has_the_agreed_form", "pattern"),
        "minLength": ("is_not_too_short", "characters"),
        "maxLength": ("is_not_too_long", "characters"),
    }
    for option, (rule, limit) in names.items():
        if option in options:
            yield rule, {limit: options.pop(option)}


def _of_amount(where: str, options: dict[str, Any]) -> Iterator[Named]:
    """Take the limits of an amount out of them, as whole pence: what is less than £5.00 is £4.99 at most."""
    limits = {
        "minimum": ("is_at_least", "least_pence", 0),
        "exclusiveMinimum": ("is_at_least", "least_pence", 1),
        "maximum": ("is_at_most", "pence", 0),
        "exclusiveMaximum": ("is_at_most", "pence", -1),
    }
    for option, (rule, limit, beyond) in limits.items():
        if option not in options:
            continue
        said = options.pop(option)
        pence = Decimal(str(said)) * 100 if isinstance(said, int | float) else Decimal("0.5")
        if pence != int(pence):
            raise NoGo(f"{where} says {option}: {said}, which is no number of pounds in whole pence.")
        yield rule, {limit: int(pence) + beyond}


def _rule(where: str, quality: DataQuality) -> Named:
    """Translate a quality entry of single cells."""
    arguments = quality.arguments or {}
    if quality.type in ("library", None) and quality.mustBe == 0:
        if quality.metric == "missingValues" and arguments == {"missingValues": [None, ""]}:
            return "is_present", {}
        if quality.metric == "invalidValues" and set(arguments) == {"pattern"}:
            return "has_the_agreed_form", arguments
        if quality.metric == "invalidValues" and set(arguments) == {"validValues"}:
            values = arguments["validValues"]
            if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
                raise NoGo(f"{where}: validValues are texts, each in quotation marks.")
            return "is_one_of", {"values": values}
    if quality.type == "custom" and quality.engine == "siller" and isinstance(quality.implementation, dict):
        limits = dict(quality.implementation)
        name = limits.pop("rule", None)
        if name in RULES:
            return str(name), limits
        raise NoGo(f"{where} names the rule {name!r}; siller has {', '.join(RULES)}.")
    raise NoGo(
        f"{where} has a quality entry that siller does not enforce ({quality.metric or quality.engine}): use type"
        " custom with engine siller, sql, or the library's missingValues of null and empty text, invalidValues with a"
        " pattern or validValues, and duplicateValues, each with mustBe: 0."
    )
