"""An empty file in the form that a contract agrees, for people who fill an extract in by hand."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

import polars as pl

from schemas.contract.contract import Contract
from schemas.extract_files.first_line import save_as
from schemas.extract_files.form import FileKind, Form
from schemas.no_go import NoGo
from tasks.body_tools.agreed_form import suffix_of, write_extract


def template_form(contract: Contract, kind: FileKind | None) -> Form:
    """The form of a template: the contract's, not packed, or a workbook whose rows are then saved as agreed.

    Raises:
        NoGo: nobody fills in such a file by hand, or the body does not send one.
    """
    agreed = contract.form
    if agreed.kind is FileKind.FIXED_WIDTH:
        raise NoGo(
            f"A file of fixed width is written by a program and has no header, so an empty one would be empty: "
            f"{_places(agreed)}. siller contract samples writes one with rows in it."
        )
    if agreed.kind is FileKind.PARQUET:
        raise NoGo(
            f"A Parquet file is written by a program, with text columns {', '.join(contract.source_columns)}. "
            "siller contract samples writes one with rows in it."
        )
    if kind in (None, agreed.kind):
        return replace(agreed, compression=None)
    if kind is FileKind.XLSX:
        return Form(kind=FileKind.XLSX)
    raise NoGo("This body sends an Excel workbook, and a template of another form could not be sent: leave --form out.")


def write_template(contract: Contract, form: Form, path: Path) -> list[str]:
    """Write a file that has the columns' names and no rows.

    Args:
        contract: the body's.
        form: as :func:`template_form` has it.
        path: where.

    Returns:
        what whoever fills it in has to know, a sentence each.
    """
    names = dict.fromkeys(contract.source_columns, pl.String)
    write_extract(path, pl.DataFrame(schema=names), form, Decimal(0))
    return list(_notes(contract.form, form))


def template_name(contract: Contract, form: Form) -> str:
    """What a template is called."""
    return f"{contract.tenant}-template{suffix_of(form)}"


def _notes(agreed: Form, form: Form) -> Iterator[str]:
    if form.kind is FileKind.XLSX:
        yield "Its columns are text, so that Excel takes no zero away and makes no date of its own: leave them so."
    if form.kind is not agreed.kind:
        yield f"It is for filling in: before you send it, {save_as(agreed)}."
    elif agreed.compression:
        yield f"Before you send it, pack it with {agreed.compression}."
    for record, which in ((agreed.header_record, "first"), (agreed.trailer_record, "last")):
        if record:
            figures = " and ".join(name for name, place in (("rows", record.count), ("total", record.total)) if place)
            said = f" and says the {figures}: put in what your rows come to" if figures else ""
            yield f"Its {which} line begins with {record.begins}{said}."


def _places(form: Form) -> str:
    ends = list(accumulate(width for _, width in form.widths))
    places = zip(form.widths, [1, *(end + 1 for end in ends)], ends, strict=False)
    return ", ".join(f"{name} from {first} to {last}" for (name, _), first, last in places)
