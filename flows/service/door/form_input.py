"""What a person types into Prefect's forms, held to be text and nothing else.

Prefect makes more of it than text: it renders ``{{ … }}`` with the server's own variables, and an object with
``__prefect_kind`` says how a value is to be made. And a schema that a page sends along may name files elsewhere, or an
expression that takes for ever. None of that gets in.
"""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from itertools import chain
from typing import Any

from flows.service.door.refusal import Refused

LONGEST = 4000
MOST_REFERENCES = 20
DEEPEST = 12
_TEMPLATES = ("{{", "{%", "{#")
_NOT_TEXT = "Write plain text into the form: nothing in double curly brackets, and no value of another kind."
_SAYS = frozenset(
    {"title", "type", "required", "description", "enum", "const", "default", "position", "format", "$ref"}
)
_HOLDS = frozenset({"properties", "definitions", "$defs", "anyOf", "allOf", "items", "additionalProperties"})


def plain(given: object, names: Collection[str]) -> dict[str, str | None]:
    """Return what was typed, if it is text by field name and nothing else.

    Args:
        given: what was sent.
        names: the fields that there are.

    Raises:
        Refused: a field is not of the form, or is more than text, or has too much of it.
    """
    if not isinstance(given, dict):
        raise Refused(_NOT_TEXT, HTTPStatus.UNPROCESSABLE_ENTITY)
    for name, value in given.items():
        if name not in names:
            raise Refused(f"The form has no field {str(name)[:40]!r}.", HTTPStatus.UNPROCESSABLE_ENTITY)
        if value is not None and not (isinstance(value, str) and not any(sign in value for sign in _TEMPLATES)):
            raise Refused(_NOT_TEXT, HTTPStatus.UNPROCESSABLE_ENTITY)
        if value is not None and len(value) > LONGEST:
            raise Refused(f"{name}: write {LONGEST:,} characters at most.", HTTPStatus.UNPROCESSABLE_ENTITY)
    return given


def plain_schema(schema: object) -> Mapping[str, Any]:
    """Return a form's schema, if it says no more than the forms of siller's flows do.

    Raises:
        Refused: it does.
    """
    if not isinstance(schema, dict) or not _is_plain(schema, 0) or _refers_on(schema):
        raise Refused("This is no form of siller's.", HTTPStatus.UNPROCESSABLE_ENTITY)
    return schema


def _refers_on(schema: Mapping[str, Any]) -> bool:
    """Whether it refers too often, or to what refers again: twenty in a row, each twice to the next, take for ever."""
    defined = [each for name in ("definitions", "$defs") for each in schema.get(name, {}).values()]
    first = {name: each for name, each in schema.items() if name not in ("definitions", "$defs")}
    # The references of the first part go to what is defined: else they would go to what refers.
    to_others = any(not each.startswith(("#/definitions/", "#/$defs/")) for each in _references(first))
    return to_others or any(map(_references, defined)) or len(_references(first)) > MOST_REFERENCES


def _references(schema: object) -> list[str]:
    if isinstance(schema, list):
        return [each for one in schema for each in _references(one)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
    return [*own, *(each for one in schema.values() for each in _references(one))]


def _is_plain(schema: object, depth: int) -> bool:
    if depth > DEEPEST or not isinstance(schema, dict) or not set(schema) <= _SAYS | _HOLDS:
        return False
    if not str(schema.get("$ref", "#/")).startswith("#/"):
        return False
    named = [schema.get(name, {}) for name in ("properties", "definitions", "$defs")]
    listed = [schema.get(name, []) for name in ("anyOf", "allOf")]
    if not all(isinstance(each, dict) for each in named) or not all(isinstance(each, list) for each in listed):
        return False
    single = [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
    below = chain(single, *(group.values() for group in named), *listed)
    return all(_is_plain(each, depth + 1) for each in below)
