"""Reading the small files that people write: agreements, contracts and manifests.

Both YAML and JSON take the last of two equal keys without a word. Here a key that stands twice is
refused, since nobody can tell which of the two was meant.
"""

import json
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.sanitise import sanitise

M = TypeVar("M", bound=BaseModel)

UNANSWERED = "???"
"""What a draft has in the place of an answer that nobody has given yet."""


class Draft(NoGo):
    """A file is a draft whose questions are not all answered."""


class _TwiceError(ValueError):
    """A key stands twice in one mapping."""


class _KeysOnce(yaml.constructor.SafeConstructor):
    """What YAML's safe loaders make of a document, but for a key that stands twice, which is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        _once([self.construct_object(key, deep=True) for key, _ in node.value])
        return super().construct_mapping(node, deep)


class _Loader(_KeysOnce, yaml.SafeLoader):
    """The loader in Python."""


class _QuickLoader(_KeysOnce, yaml.CSafeLoader):
    """The one in C: it takes a sixth of the time, and dies of what is nested some 20,000 deep."""


MOST_NESTED = 500
"""As what can be nested deeper is not given to the loader in C."""


def _loader(text: str) -> type[_Loader] | type[_QuickLoader]:
    """The loader for a text. Each level costs a column of some line, or a bracket: so deep it can be, and no deeper."""
    deepest = max(map(len, text.split("\n"))) + text.count("[") + text.count("{")
    return _QuickLoader if deepest <= MOST_NESTED else _Loader


def read_yaml(path: Path) -> dict[str, Any]:
    """Return a YAML file's mapping.

    Raises:
        NoGo: the file is missing, is no YAML mapping, or has a key twice.
    """
    return parse_yaml(read(path, Incoming.DOCUMENT), path.name)


def parse_yaml(content: bytes, name: str) -> dict[str, Any]:
    """Return the mapping of a YAML file that has been read.

    Raises:
        NoGo: it is no YAML mapping, or has a key twice.
    """
    return _parsed(content, name, "YAML", lambda text: yaml.load(text, _loader(text)))


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON file's object.

    Raises:
        NoGo: the file is missing, is no JSON object, or has a key twice.
    """
    return parse_json(read(path, Incoming.DOCUMENT), path.name)


def parse_json(content: bytes, name: str) -> dict[str, Any]:
    """Return the object of a JSON file that has been read.

    Raises:
        NoGo: it is no JSON object, or has a key twice.
    """
    return _parsed(content, name, "JSON", lambda text: json.loads(text, object_pairs_hook=_object))


def sentences(name: str, error: ValidationError) -> NoGo:
    """Return the refusal of a file that does not fit its model, naming the file and every key.

    What stood there is not repeated, so that a value in the wrong place cannot leak.
    """
    faults = []
    for fault in error.errors(include_input=False, include_url=False):
        key = sanitise(".".join(str(part) for part in fault["loc"]))
        known = {"extra_forbidden": "siller knows no such key", "missing": "is missing"}
        if fault["type"] == "string_pattern_mismatch":
            known[fault["type"]] = f"must be of the form {fault['ctx']['pattern']}"
        said = known.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        faults.append(f"{key}: {said}" if key else said)
    return NoGo(f"{name}: {'; '.join(faults)}.")


def check_answered(document: Mapping[str, Any], name: str) -> None:
    """See that a draft's questions are answered.

    Raises:
        Draft: some are not; the message names what awaits an answer: a key, or of named things the name.
    """
    awaited = dict.fromkeys(sanitise(re.split(r"[.\[]", key)[0]) for key in _unanswered(document, "", set()))
    if awaited:
        raise Draft(
            f"{name} is a draft, and does not count before its questions are answered. {UNANSWERED} stands yet under: "
            f"{', '.join(awaited)}. The comments beside it say what is asked."
        )


def parse_model(model: type[M], content: bytes, name: str, context: object = None) -> M:
    """Read a YAML document's bytes as what it describes.

    Args:
        model: of the document.
        content: the bytes.
        name: the file's name, for messages.
        context: what the model's rules ask beside the document.

    Raises:
        NoGo: it is no YAML object, a draft's question is unanswered, or it does not fit; the message names every key.
    """
    try:
        said = parse_yaml(content, name)
        check_answered(said, name)
        return model.model_validate(said, context=context)
    except ValidationError as error:
        raise sentences(name, error) from None


def _unanswered(value: Any, key: str, seen: set[int]) -> Iterator[str]:  # whatever stands in a document
    """Where an answer is awaited; what stands in several places, or in itself, is looked into once."""
    if isinstance(value, str) and value == UNANSWERED:
        yield key
    if not isinstance(value, dict | list) or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _unanswered(each, f"{key}.{name}" if key else str(name), seen)
    else:
        for number, each in enumerate(value, 1):
            called = each.get("name", UNANSWERED) if isinstance(each, dict) else UNANSWERED
            yield from _unanswered(each, f"{key}[{number}]" if called == UNANSWERED else str(called), seen)


def _parsed(content: bytes, name: str, kind: str, parse: Callable[[str], Any]) -> dict[str, Any]:
    try:
        found = parse(content.decode("utf-8-sig"))
    except _TwiceError as error:
        raise NoGo(f"{name}: the key {sanitise(str(error))} stands twice: keep the one that is meant.") from None
    except (ValueError, yaml.YAMLError, RecursionError):
        raise NoGo(f"{name} is no {kind} that can be read: write it again as UTF-8 {kind}.") from None
    if not isinstance(found, dict):
        raise NoGo(f"{name} holds no {kind} keys and values.")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _once([key for key, _ in pairs])
    return dict(pairs)


def _once(keys: list[Any]) -> None:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise _TwiceError(key)
