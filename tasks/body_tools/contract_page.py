"""A contract as one page for people: what each column must hold, an example, what is changed, and what is refused."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from schemas.contract.cell_faults import CELL_FAULTS
from schemas.contract.column import Column
from schemas.contract.contract import PAYING_ACCOUNT, Contract
from schemas.contract.explain import message, must
from schemas.contract.functions import FUNCTIONS
from schemas.contract.origin import Stated
from schemas.contract.said import FAULTS, MUST, SEND
from schemas.extract_files.first_line import described, said_of
from schemas.extract_files.form import FileKind, Form, Record
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.body_tools.as_sent import Row, as_sent
from tasks.body_tools.samples import inventor_of
from tasks.publish.pages import page
from tasks.tenant_context import TenantContext

_TEMPLATE = Path(__file__).with_name("contract_page.html.j2")
_LATER = (
    ("account_number", "account_passes_modulus_check"),
    ("roll_number", "roll_number_is_given"),
    ("payee_name", "text_can_be_written"),
    (PAYING_ACCOUNT, "paying_account_is_agreed"),
    ("payee_reference", "identical_copy_in_extract"),
    ("payee_reference", "copies_differ_in_extract"),
)
"""What is looked at after the contract, whatever it says, and concerns the file alone."""
_PUT_IN = {
    Stated.EMPTY: "nothing",
    Stated.PAY_DAY: "the pay day that is agreed for the pay period",
    Stated.PAYEE_REFERENCE: "the payee reference",
}


class Told(NamedTuple):
    """A column, as people are told of it.

    Attributes:
        heading: the body's name of it.
        called: siller's name, in words.
        description: the contract's own.
        required: whether it must be filled in.
        must: what a cell must do, in the body's own form.
        changes: what siller changes in a cell, in words.
        afterwards: what must then be true of the cell.
        sent: examples of the body's cells, by its name of the column; none if none could be made up.
        kept: what siller makes of them, where it changes something.
        refused: the words in which a row is refused, and the rule's id.
    """

    heading: str
    called: str
    description: str
    required: bool
    must: list[str]
    changes: list[str]
    afterwards: list[str]
    sent: dict[str, str]
    kept: str | None
    refused: list[tuple[str, str]]


def contract_page(context: TenantContext, period: Period, today: date) -> str:
    """Return the page; its example is a row that siller's own rules let through.

    Args:
        context: the tenant's.
        period: whose pay day the example has.
        today: by which the account table of the example is chosen.
    """
    contract = context.contract
    inventor = inventor_of(context, period, today)
    example: Row = {}
    with suppress(NoGo):  # the page then says that there is none
        example = inventor.good[0]
    sent = as_sent(example, contract) if example else {}
    return page(
        _TEMPLATE,
        title=f"The extract of {context.agreement.name}",
        service=context.agreement.name,
        rehearsal=False,
        made=f"Version {contract.version} of the contract, for {period.words}. Names and accounts are nobody's.",
        form=list(_form(contract.form)),
        columns=[_told(contract, each, example, sent) for each in contract.columns if each.sources],
        put_in=list(_put_in(contract)),
        ignored=contract.ignored_columns,
        together=[(message(contract, rule.column, rule.name), rule.name) for rule in contract.sql_rules],
        any_cell=[(_of_any_cell(rule), rule) for rule in CELL_FAULTS],
        later=[(message(contract, *each), each[1]) for each in _LATER if contract.has(each[0])],
    )


def _told(contract: Contract, column: Column, example: Row, sent: Row) -> Told:
    functions = column.origin.functions if column.origin else ()
    rules = [rule.name for rule in column.rules]
    musts = [must(contract, column.name, rule) for rule in rules if rule in MUST]
    own = [must(contract, column.name, name) for name in functions if name in MUST]
    return Told(
        heading=column.physical_name,
        called=column.name.replace("_", " "),
        description=column.description,
        required=column.required,
        must=own if functions else musts,
        changes=[_does(name) for name in functions],
        afterwards=musts if functions else [],
        sent={name: sent[name] for name in column.sources} if example else {},
        kept=example[column.name] if functions and example else None,
        refused=[
            (message(contract, column.name, rule), rule)
            for rule in (*(name for name in functions if name in FAULTS), *rules)
            if rule not in CELL_FAULTS
        ],
    )


def _put_in(contract: Contract) -> Iterator[tuple[str, str]]:
    """What stands in columns that the body does not send."""
    for column in contract.columns:
        if column.origin and column.origin.stated:
            yield column.name.replace("_", " "), _PUT_IN[column.origin.stated]


def _does(function: str) -> str:
    """What a function does, as it says itself."""
    return (FUNCTIONS[function].makes.__doc__ or "").strip().splitlines()[0]


def _of_any_cell(rule: str) -> str:
    return (FAULTS[rule].said + FAULTS[rule].what_to_do).format(column="A cell", send=SEND)


def _form(form: Form) -> Iterator[str]:
    """How the file is written, a sentence each."""
    if form.kind is FileKind.XLSX:
        sheet = f"the worksheet {form.sheet}" if form.sheet else "its only worksheet"
        yield f"An Excel workbook (.xlsx), in {sheet}, with the columns' names in row {form.header_row}."
        yield "Its columns are text, so that Excel takes no zero away and makes no date of its own."
        return
    if form.kind is FileKind.PARQUET:
        yield "A Parquet file with columns of text."
        return
    packed = f", packed with {form.compression}" if form.compression else ""
    yield f"{described(form)[:1].upper()}{described(form)[1:]} in {form.encoding}{packed}."
    if form.kind is FileKind.CSV:
        quoted = "may stand in quotation marks" if form.is_quoted else "have no quotation marks around them"
        yield f"The first line has the columns' names. Cells have {said_of(form.delimiter)} between them and {quoted}."
    else:
        yield f"No line has names. The widths are {', '.join(f'{name} {width}' for name, width in form.widths)}."
    if form.line_end:
        yield f"Lines end with {form.line_end}."
    if form.header_record:
        yield f"Before all that stands a line that begins with {_said(form.header_record)}."
    if form.trailer_record:
        yield f"The last line begins with {_said(form.trailer_record)}."


def _said(record: Record) -> str:
    """What a record begins with and says."""
    said = [
        *(["how many rows there are"] if record.count else []),
        *([f"what they add up to, in {'pence' if record.in_pence else 'pounds'}"] if record.total else []),
    ]
    return record.begins + (f" and says {' and '.join(said)}" if said else "")
