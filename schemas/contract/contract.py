"""A tenant's contract, read from its Open Data Contract Standard file."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
from open_data_contract_standard.model import OpenDataContractStandard, SchemaProperty
from pydantic import ValidationError

from schemas.contract.canonical import CANONICAL, with_form
from schemas.contract.cell_faults import faults_to_ask
from schemas.contract.column import Column, Rule
from schemas.contract.due import Due
from schemas.contract.odcs import check_understood
from schemas.contract.origin import Stated, is_ignored, origin_of
from schemas.contract.quality import (
    KEY_STANDS_ONCE,
    STANDS_ONCE,
    SqlRule,
    form_in_words,
    once_rule,
    rules_of,
    sql_rules_of,
)
from schemas.contract.said import Fault
from schemas.contract.tried import try_columns
from schemas.documents import check_answered, parse_yaml, sentences
from schemas.extract_files.form import COMMA_SEPARATED, Form, form_of
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.safe_to_open import would_be_reckoned

PAYING_ACCOUNT = "paying_account"
"""A column that only a body with several paying accounts has: which of them a payment leaves."""

OCCURRENCE = "occurrence"
"""A column that tells payments of one payee and period apart which are all meant; without it each is the first."""

MEANS = "means_of_payment"
"""A column that only a body with payees without an account has: by which means each payment is made."""

CONTACT = "contact"
"""Beside it, where a payee without an account is told of the voucher: a telephone, an e-mail or a postal address."""

AS_SENT = "as_sent"
"""A column beside the contract's own, where functions make some of these: the row's cells as sent, as a JSON object."""


@dataclass(frozen=True)
class Contract:
    """What a tenant's extract holds.

    Attributes:
        tenant: the tenant's short name.
        version: the contract's own version.
        columns: the columns, in the order in which siller keeps them.
        ignored_columns: physical names that may stand in the file, and are not read.
        sql_rules: the rules that look at all rows of a run together.
        form: how the file is written that has them.
    """

    tenant: str
    version: str
    columns: tuple[Column, ...]
    ignored_columns: tuple[str, ...] = ()
    sql_rules: tuple[SqlRule, ...] = ()
    form: Form = COMMA_SEPARATED

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The physical names that the file must have and a frame has, each once, in the contract's order."""
        return tuple(dict.fromkeys(name for column in self.columns for name in column.sources))

    @property
    def keeps_as_sent(self) -> bool:
        """Whether a function changes a cell, so that what was sent is kept beside it."""
        return any(column.origin and column.origin.functions for column in self.columns)

    @property
    def kept_columns(self) -> tuple[str, ...]:
        """The text columns that are kept of each row, in their order."""
        return (*(column.name for column in self.columns), *((AS_SENT,) if self.keeps_as_sent else ()))

    @property
    def has_several_pay_days(self) -> bool:
        """Whether rows say on which of a period's pay days they are due."""
        return "is_a_pay_day" in {rule.name for rule in self.column("pay_date").rules}

    def states(self, name: str, stated: Stated) -> bool:
        """Whether a column is not sent and has this in it."""
        origin = self.column(name).origin
        return origin is not None and origin.stated is stated

    def sql_text(self, rule: str) -> Fault | None:
        """The text of one of its own SQL rules; None if it has no such rule."""
        return next((each.text for each in self.sql_rules if each.name == rule), None)

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

    def is_plain(self, due: Due) -> pl.Expr:
        """Return an expression that is true only for rows that keep every rule of every column, and never null.

        It costs a third of what the rules cost, and most rows need no more. Where it is false, the rules decide.
        """
        return pl.all_horizontal(column.is_plain(due) for column in self.columns)

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
    entries = [each for each in objects[0].properties or [] if not is_ignored(each)]
    ignored = tuple(each.physicalName or "" for each in objects[0].properties or [] if is_ignored(each))
    has_means = any(each.name == MEANS for each in entries)
    columns = tuple(_column(file, each, has_means) for each in entries)
    _check_names(file, columns, ignored)
    try_columns(file, columns, {str(each.name): _own_rules(file, each) for each in entries})
    form = form_of(file, objects[0])
    return Contract(document.tenant, document.version, columns, ignored, _sql_rules(file, entries), form)


def _document(file: str, content: bytes) -> OpenDataContractStandard:
    try:
        said = parse_yaml(content, file)
        check_answered(said, file)
        document = OpenDataContractStandard(**said)
    except ValidationError as error:
        raise sentences(file, error) from None
    check_understood(file, said)
    return document


def _column(file: str, entry: SchemaProperty, has_means: bool) -> Column:
    name = entry.name or entry.physicalName or "without a name"
    origin = origin_of(file, entry)
    physical = origin.named(name) if origin else entry.physicalName
    if origin and origin.stated:
        entry = entry.model_copy(update={"required": origin.stated is not Stated.EMPTY})
    if entry.name is None or physical is None or entry.required is None:
        raise NoGo(f"{file}: column {name} needs name, physicalName and required.")
    rules = with_form(f"{file}: column {name}", name, _own_rules(file, entry), has_means)
    rules += tuple(Rule(fault, {}) for fault in faults_to_ask(name, ((rule.name, rule.limits) for rule in rules)))
    examples = tuple(map(str, entry.examples or ()))
    said = entry.description or ""
    return Column(entry.name, physical, entry.required, rules, said, origin, examples, form_in_words(entry))


def _own_rules(file: str, entry: SchemaProperty) -> tuple[Rule, ...]:
    return tuple(Rule(*named) for named in rules_of(f"{file}: column {entry.name}", entry))


def _sql_rules(file: str, entries: list[SchemaProperty]) -> tuple[SqlRule, ...]:
    """The rules of all rows together: each column's, and the primary key's."""
    rules = [rule for each in entries for rule in sql_rules_of(f"{file}: column {each.name}", each)]
    key = sorted((each for each in entries if each.primaryKey), key=lambda each: each.primaryKeyPosition or 0)
    names = [str(each.name) for each in key]
    if names and (STANDS_ONCE, names[0]) not in {(rule.name, rule.column) for rule in rules}:
        rules.append(once_rule(KEY_STANDS_ONCE if len(names) > 1 else STANDS_ONCE, names))
    if len({(rule.name, rule.column) for rule in rules}) < len(rules):
        raise NoGo(f"{file}: an SQL rule stands twice.")
    return tuple(rules)


def _check_names(file: str, columns: tuple[Column, ...], ignored: tuple[str, ...]) -> None:
    names = [column.name for column in columns]
    sent = [column.physical_name for column in columns if not column.origin]
    physical = [*sent, *{name for column in columns if column.origin for name in column.sources} - set(sent), *ignored]
    missing = [name for name in CANONICAL if name not in names]
    if missing:
        raise NoGo(f"{file}: the columns {', '.join(missing)} are missing.")
    unknown = [name for name in names if name not in (*CANONICAL, OCCURRENCE, PAYING_ACCOUNT, MEANS, CONTACT)]
    if unknown:
        raise NoGo(f"{file}: siller has no use for the columns {', '.join(unknown)}.")
    if (MEANS in names) is not (CONTACT in names):
        raise NoGo(f"{file}: the columns {MEANS} and {CONTACT} stand together, or neither does.")
    if "row_number" in physical or "" in ignored:
        raise NoGo(f"{file}: each column of the body's has a physicalName, and none is called row_number.")
    if reckoned := [name for name in physical if would_be_reckoned(name)]:
        raise NoGo(f"{file}: a spreadsheet takes the column {reckoned[0]} for a formula: give it another name.")
    if len(set(names)) < len(names) or len(set(physical)) < len(physical):
        raise NoGo(f"{file}: a column stands twice.")
