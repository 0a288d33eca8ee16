"""What of the Open Data Contract Standard a contract may say: what siller enforces, and what only describes.

Anything else would be a promise that nobody keeps, so it is refused when the contract is loaded, by its key, its column
and what it says. The model that the standard's own package gives passes over keys that it does not know, at all levels
but the first; so it is the document itself that is looked at here.
"""

from collections.abc import Mapping
from typing import Any

from schemas.no_go import NoGo
from schemas.sanitise import sanitise

VERSION = "v3.1.0"

_DESCRIBES = {"id", "name", "description", "businessName", "tags", "authoritativeDefinitions"}
_DOCUMENT = _DESCRIBES | {
    *("apiVersion", "kind", "version", "status", "tenant", "domain", "dataProduct", "schema"),
    *("support", "team", "contractCreatedTs"),
}
_OBJECT = _DESCRIBES | {
    *("physicalName", "physicalType", "logicalType", "dataGranularityDescription", "properties", "customProperties"),
}
_COLUMN = _DESCRIBES | {
    *("physicalName", "physicalType", "logicalType", "logicalTypeOptions", "required", "unique"),
    *("primaryKey", "primaryKeyPosition", "classification", "criticalDataElement", "examples", "quality"),
    *("transformSourceObjects", "transformLogic", "transformDescription", "customProperties"),
}
_IGNORED = _DESCRIBES | {"physicalName", "physicalType", "logicalType", "classification", "customProperties"}
_QUALITY = _DESCRIBES | {"type", "dimension", "businessImpact"}
_OF_TYPE = {
    "library": _QUALITY | {"metric", "arguments", "mustBe"},
    "custom": _QUALITY | {"engine", "implementation"},
    "sql": _QUALITY | {"query", "mustBe"},
}
_INSTEAD = {
    "enum": "enumerations are of a later version of the standard; use the metric invalidValues with validValues",
    "rule": "the standard has replaced it by metric",
}
_COLUMN_PROPERTIES = {"absent", "ignored"}


def check_understood(file: str, document: Mapping[str, Any]) -> None:
    """Refuse what a contract says and siller does not enforce.

    Raises:
        NoGo: it names the key, where it stands and what it says.
    """
    _check_keys(f"{file}:", document, _DOCUMENT)
    if document.get("apiVersion") != VERSION or document.get("kind") != "DataContract":
        raise NoGo(f"{file}: a contract has kind: DataContract and apiVersion: {VERSION}; siller reads no other.")
    for entry in _entries(document, "schema"):
        where = f"{file}: {sanitise(str(entry.get('name')))}"
        _check_keys(where, entry, _OBJECT)
        _check_one_of(where, entry, "logicalType", {"object"})
        for column in _entries(entry, "properties"):
            _check_column(file, column)


def _check_column(file: str, column: Mapping[str, Any]) -> None:
    where = f"{file}: column {sanitise(str(column.get('name')))}"
    properties = {each.get("property"): each.get("value") for each in _entries(column, "customProperties")}
    for name, value in properties.items():
        if name not in _COLUMN_PROPERTIES or (name == "ignored" and value is not True):
            raise _not_enforced(where, f"customProperties {sanitise(str(name))}", value)
    _check_keys(where, column, _IGNORED if "ignored" in properties else _COLUMN)
    _check_one_of(where, column, "physicalType", {"VARCHAR", "TEXT", "STRING"})
    for quality in _entries(column, "quality"):
        kind = str(quality.get("type", "library"))
        if kind not in _OF_TYPE:
            raise _not_enforced(f"{where}: quality", "type", kind)
        _check_keys(f"{where}: quality", quality, _OF_TYPE[kind])


def _check_keys(where: str, said: Mapping[str, Any], taken: set[str]) -> None:
    for key, value in said.items():
        if key not in taken:
            raise _not_enforced(where, str(key), value)


def _check_one_of(where: str, said: Mapping[str, Any], key: str, taken: set[str]) -> None:
    if key in said and said[key] not in taken:
        raise _not_enforced(where, key, said[key], f"it can be {' or '.join(sorted(taken))}")


def _not_enforced(where: str, key: str, value: object, instead: str = "") -> NoGo:
    what_to_do = instead or _INSTEAD.get(key) or "take it out, or say it in a way that siller keeps"
    shown = sanitise(str(value).lower() if isinstance(value, bool) else str(value), 60)
    return NoGo(f"{where} says {sanitise(key)}: {shown}, which siller does not enforce: {what_to_do}.")


def _entries(of: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The mappings of a list; that it is one is for the standard's model to say."""
    found = of.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
