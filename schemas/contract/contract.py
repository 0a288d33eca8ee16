"""A tenant's contract, read from its Open Data Contract Standard file."""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from open_data_contract_standard.model import DataQuality, OpenDataContractStandard, SchemaProperty
from pydantic import ValidationError

from schemas.contract.cell_faults import faults_to_ask
from schemas.contract.plain import PLAIN, RuleFunction
from schemas.contract.rules import RULES, is_blank
from schemas.documents import parse_yaml, sentences
from schemas.extract_files.form import COMMA_SEPARATED, Form, form_of
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo

CANONICAL = (
    "payee_reference",
    "payee_name",
    "sort_code",
    "account_number",
    "roll_number",
    "amount",
    "payment_reference",
    "pay_date",
)
"""The columns that every stage after the contract relies on, by siller's names."""

PAYING_ACCOUNT = "paying_account"
"""A column that only a body with several paying accounts has: which of them a payment leaves."""

OCCURRENCE = "occurrence"
"""A column that tells payments of one payee and period apart which are all meant; without it each is the first."""

PERIOD_FACTS = {"pay_day": date(2000, 1, 31)}
"""What a rule may ask of the pay period, with a value of the right type to try a contract on."""

_WITHOUT_BRACKETS = re.compile(r"(\\.|[^\\\[\]])+", re.DOTALL)
"""The inside of a regular expression's ``[]``: a bracket in it has a backslash before it."""


@dataclass(frozen=True)
class Rule:
    """One rule as a contract puts it on a column.

    Attributes:
        name: the rule's id, the name of a function in :mod:`schemas.contract.rules`.
        limits: the function's further arguments, as the contract gives them.
    """

    name: str
    limits: Mapping[str, Any]

    def keeps(self, value: pl.Expr, pay_day: date) -> pl.Expr:
        """Return the expression that is true where ``value`` keeps the rule, and never null."""
        return self._asked(RULES[self.name], value, pay_day)

    def plainly_keeps(self, value: pl.Expr, pay_day: date) -> pl.Expr:
        """Return the rule's plain test, which is true nowhere if the rule has none, and never null."""
        return self._asked(PLAIN[self.name].test, value, pay_day) if self.name in PLAIN else pl.lit(False)

    @property
    def proves(self) -> frozenset[str]:
        """The ids of the rules that a cell keeps which passes this rule's plain test, its own among them."""
        return frozenset({self.name}) | (PLAIN[self.name].proves if self.name in PLAIN else frozenset())

    def _asked(self, function: RuleFunction, value: pl.Expr, pay_day: date) -> pl.Expr:
        facts = {"pay_day": pay_day} if "pay_day" in inspect.signature(function).parameters else {}
        return function(value, **self.limits, **facts).fill_null(False)


@dataclass(frozen=True)
class Column:
    """One column of the extract.

    Attributes:
        name: siller's name, the same for every tenant.
        physical_name: the tenant's name, as it stands in the extract's header.
        required: whether every row must have a value.
        rules: the column's rules in the order in which they are judged.
        description: what the column means, for people.
    """

    name: str
    physical_name: str
    required: bool
    rules: tuple[Rule, ...]
    description: str

    def checks(self, pay_day: date) -> Iterator[tuple[str, pl.Expr]]:
        """Yield each rule's id with its expression over this column of text.

        An optional column's empty cells keep every rule.
        """
        value = pl.col(self.name)
        for rule in self.rules:
            keeps = rule.keeps(value, pay_day)
            yield rule.name, keeps if self.required else is_blank(value) | keeps

    def is_plain(self, pay_day: date) -> pl.Expr:
        """Return an expression over this column of text that is true only where every rule is kept, and never null.

        It asks the plain tests of the rules, those that prove most first, until no rule is left unproven.
        """
        value = pl.col(self.name)
        tests, proven = [], set[str]()
        for rule in sorted(self.rules, key=lambda rule: len(rule.proves), reverse=True):
            if rule.name not in proven:
                tests.append(rule.plainly_keeps(value, pay_day))
                proven |= rule.proves
        return pl.all_horizontal(tests) if self.required else (value == "").fill_null(False) | pl.all_horizontal(tests)


@dataclass(frozen=True)
class Contract:
    """What a tenant's extract holds.

    Attributes:
        tenant: the tenant's short name.
        version: the contract's own version.
        columns: the columns, in the order in which siller keeps them.
        form: how the file is written that has them.
    """

    tenant: str
    version: str
    columns: tuple[Column, ...]
    form: Form = COMMA_SEPARATED

    def column(self, name: str) -> Column:
        """Return the column that siller calls ``name``.

        Raises:
            KeyError: the contract has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the contract has a column that siller calls ``name``."""
        return any(column.name == name for column in self.columns)

    def is_plain(self, pay_day: date) -> pl.Expr:
        """Return an expression that is true only for rows that keep every rule of every column, and never null.

        It costs a third of what the rules cost, and most rows need no more. Where it is false, the rules decide.
        """
        return pl.all_horizontal(column.is_plain(pay_day) for column in self.columns)

    @classmethod
    def load(cls, path: Path) -> "Contract":
        """Read a contract and try every rule on no rows.

        Raises:
            NoGo: the file is missing, is no ODCS contract, or names a column or a rule that siller
                does not know.
        """
        return cls.parsed(read(path, Incoming.DOCUMENT), path.name)

    @classmethod
    def parsed(cls, content: bytes, file: str) -> "Contract":
        """The same, of a file's bytes and with its name for messages."""
        return _load(file, content)


@lru_cache(maxsize=16)
def _load(file: str, content: bytes) -> Contract:
    """Read a contract's bytes: once a process, for each stage asks for it and nothing in a small stage takes longer."""
    document = _document(file, content)
    objects = document.schema_ or []
    if document.tenant is None or document.version is None or len(objects) != 1:
        raise NoGo(f"{file}: a contract names its tenant and version and has one schema object.")
    columns = tuple(_column(file, each) for each in objects[0].properties or [])
    _check_names(file, columns)
    _check_one_pay_day(file, columns)
    _try_rules(file, columns)
    _check_permitted(file, columns)
    return Contract(document.tenant, document.version, columns, form_of(file, objects[0]))


def _document(file: str, content: bytes) -> OpenDataContractStandard:
    try:
        return OpenDataContractStandard(**parse_yaml(content, file))
    except ValidationError as error:
        raise sentences(file, error) from None


def _column(file: str, entry: SchemaProperty) -> Column:
    if entry.name is None or entry.physicalName is None or entry.required is None or not entry.quality:
        name = entry.name or entry.physicalName or "without a name"
        raise NoGo(f"{file}: column {name} needs name, physicalName, required and quality.")
    rules = tuple(_rule(file, entry.name, quality) for quality in entry.quality)
    if (rules[0].name == "is_present") is not entry.required:
        raise NoGo(f"{file}: column {entry.name}: a required column, and no other, begins with missingValues.")
    if len({rule.name for rule in rules}) < len(rules):
        raise NoGo(f"{file}: column {entry.name} has a rule twice.")
    rules += tuple(Rule(fault, {}) for fault in faults_to_ask(entry.name, ((rule.name, rule.limits) for rule in rules)))
    return Column(entry.name, entry.physicalName, entry.required, rules, entry.description or "")


def _rule(file: str, column: str, quality: DataQuality) -> Rule:
    """Translate an ODCS quality entry; what is not understood is refused, never passed over."""
    arguments = quality.arguments or {}
    if quality.type == "library" and quality.mustBe == 0:
        if quality.metric == "missingValues" and arguments == {"missingValues": [None, ""]}:
            return Rule("is_present", {})
        if quality.metric == "invalidValues" and set(arguments) == {"pattern"}:
            return Rule("has_the_agreed_form", arguments)
    if quality.type == "custom" and quality.engine == "siller" and isinstance(quality.implementation, dict):
        limits = dict(quality.implementation)
        name = limits.pop("rule", None)
        if name in RULES:
            return Rule(name, limits)
        raise NoGo(f"{file}: column {column} names the rule {name!r}; siller has {', '.join(RULES)}.")
    raise NoGo(
        f"{file}: column {column} has a quality entry that siller does not know: use type custom with"
        " engine siller, or the library's missingValues and invalidValues as the other contracts do."
    )


def _check_names(file: str, columns: tuple[Column, ...]) -> None:
    names = [column.name for column in columns]
    physical = [column.physical_name for column in columns]
    missing = [name for name in CANONICAL if name not in names]
    if missing:
        raise NoGo(f"{file}: the columns {', '.join(missing)} are missing.")
    unknown = [name for name in names if name not in (*CANONICAL, OCCURRENCE, PAYING_ACCOUNT)]
    if unknown:
        raise NoGo(f"{file}: siller has no use for the columns {', '.join(unknown)}.")
    if len(set(names)) < len(names) or len(set(physical)) < len(physical):
        raise NoGo(f"{file}: a column stands twice.")


def _check_one_pay_day(file: str, columns: tuple[Column, ...]) -> None:
    """A run pays on one day, so no row may ask for another: it would be paid on the run's."""
    (pay_date,) = (column for column in columns if column.name == "pay_date")
    if "is_the_pay_day" not in {rule.name for rule in pay_date.rules}:
        raise NoGo(
            f"{file}: column pay_date needs the rule is_the_pay_day: siller pays a run on one day. What is due on "
            "another day is sent as an extract of its own."
        )


def _try_rules(file: str, columns: tuple[Column, ...]) -> None:
    """Evaluate every rule once, so that a wrong limit is found here and not on pay day."""
    sample = pl.DataFrame({column.name: ["0.00"] for column in columns})
    for column in columns:
        for rule in column.rules:
            try:
                value, pay_day = pl.col(column.name), PERIOD_FACTS["pay_day"]
                sample.select(rule.keeps(value, pay_day), rule.plainly_keeps(value, pay_day).alias("plainly"))
            except (TypeError, pl.exceptions.PolarsError):
                raise NoGo(
                    f"{file}: column {column.name}: the limits of the rule {rule.name} do not fit it:"
                    " see schemas/contract/rules.py."
                ) from None


def _check_permitted(file: str, columns: tuple[Column, ...]) -> None:
    """Refuse what would end the ``[]`` that it is to stand in: the rule and its plain test would ask two things."""
    for column in columns:
        for rule in column.rules:
            permitted = rule.limits.get("permitted")
            if permitted is not None and not _WITHOUT_BRACKETS.fullmatch(str(permitted)):
                raise NoGo(
                    f"{file}: column {column.name}: the permitted characters of the rule {rule.name} have a bracket or "
                    "end in a backslash. Write each of [ ] and \\ with a backslash before it."
                )
