"""Every key of an agreement as a page for people: ``python -m schemas.describe_agreement > docs/agreement.md``.

It is made from the models that read the file, so what it says is what is asked for.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from datetime import date, time
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.agreement import Agreement

_ATTRIBUTE = re.compile(r"^(\w+): (.*?)(?=^\w+: |\Z)", re.MULTILINE | re.DOTALL)
_FORMS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a day, YYYY-MM-DD",
    time: 'a time, "15:00"',
}


def page() -> str:
    """Markdown: the keys of the file, and then those of each part of it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The agreement"
    yield ""
    yield "How a body is paid out stands in `data_contracts/<body>/agreement.yaml`. These are all its keys; one that is"
    yield "not here is refused by its name. What must be kept to the sign stands in quotation marks: sort codes,"
    yield "numbers of accounts and service users, block lengths, pounds and times. [Onboard a body in an"
    yield "afternoon](operating/onboarding.md) leads through it. Made by `python -m schemas.describe_agreement` from"
    yield "the models that read the file."
    for model in _models():
        about, _, _ = inspect.cleandoc(model.__doc__ or "").partition("\n\nAttributes:")
        yield from ("", f"## {_title(model)}", "", " ".join(about.split()), "")
        yield from ("| Key | Needed | Form | What it is |", "| --- | --- | --- | --- |")
        said = told(model)
        for name, field in model.model_fields.items():
            yield f"| `{name}` | {_needed(field)} | {_form(field.annotation)} | {said[name]} |"


def told(model: type[BaseModel]) -> dict[str, str]:
    """What the docstring of a model says of each key.

    Raises:
        KeyError: it says nothing of one.
    """
    found: dict[str, str] = {}
    for part in reversed(model.__mro__):  # a part that is made of another one has its keys too
        _, _, attributes = inspect.cleandoc(part.__doc__ or "").partition("Attributes:\n")
        pairs = _ATTRIBUTE.findall(inspect.cleandoc(attributes))
        found |= {name: " ".join(said.split()).replace("``", "`") for name, said in pairs}
    return {name: found[name][:1].upper() + found[name][1:] for name in model.model_fields}


def _needed(field: FieldInfo) -> str:
    """Whether the key must be there, and what holds where it is not, if that can be said in a word."""
    if field.is_required():
        return "yes"
    default = field.default.value if isinstance(field.default, Enum) else field.default
    if isinstance(default, bool):
        return f"no: {str(default).lower()}"
    return f"no: `{default}`" if isinstance(default, str | int) else "no"


def _models() -> list[type[BaseModel]]:
    """The agreement, and each part of it once, in the order in which the file has them."""
    found: list[type[BaseModel]] = [Agreement]
    for model in found:  # what is found is looked through in its turn
        for field in model.model_fields.values():
            found += [part for part in _parts(field.annotation) if part not in found]
    return found


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and not get_args(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _form(annotation: Any) -> str:
    """How a value is written, in words; a part of the file is linked."""
    origin, (first, *others) = get_origin(annotation), get_args(annotation) or (None,)
    if origin is tuple:
        return f"a list: {_form(first)}"
    if origin is dict:
        return f"by pay period: {_form(others[0])}"
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in (first, *others))
    if origin is not None:  # with conditions, or where it may be left out: what may be left out is said elsewhere
        return _form(first)
    if issubclass(annotation, BaseModel):
        return f"[{_title(annotation)}](#{_title(annotation).lower().replace(' ', '-')})"
    if issubclass(annotation, Enum):
        return ", ".join(f"`{each.value}`" for each in annotation)
    return _FORMS.get(annotation, "text")


def _title(model: type[BaseModel]) -> str:
    """``PayingAccount`` as people read it: Paying account."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f" {found[1].lower()}", model.__name__)


if __name__ == "__main__":
    sys.stdout.write(page())
