"""What may be typed into a form of Prefect's: text."""

import json

import pytest

from flows.approval import Approval
from flows.service.door.form_input import LONGEST, plain, plain_schema
from flows.service.door.refusal import Refused
from flows.service.door.writes import check_parameters
from flows.settle_exceptions import Agreeing, Saying, choosing

NAMES = ("reason", "approver")


@pytest.mark.parametrize("typed", [{}, {"reason": "all: {1} 5% }}"}, {"reason": None}, {"reason": "x" * LONGEST}])
def test_text_is_taken_as_it_is(typed):
    assert plain(typed, NAMES) == typed


@pytest.mark.parametrize(
    "typed",
    [
        {"reason": "{{x"},
        {"reason": "{%x"},
        {"reason": "{#x"},
        {"reason": {"__prefect_kind": "json", "value": "1"}},
        {"reason": True},
        {"reason": ["x"]},
        {"reason": "x" * (LONGEST + 1)},
        {"other": "x"},
        ["reason"],
        "reason",
        None,
    ],
)
def test_anything_else_is_not(typed):
    with pytest.raises(Refused) as refused:
        plain(typed, NAMES)
    assert refused.value.status == 422


@pytest.mark.parametrize("form", [Approval, choosing(("ilf-2026-11-live-1", "camt053.xml, item 4")), Agreeing])
def test_the_forms_own_schema_is_plain(form):
    schema = form.model_json_schema()
    assert plain_schema(schema) == schema


def test_the_first_of_two_chooses_from_what_there_is():
    properties = choosing(("one", "two")).model_json_schema()["properties"]
    assert properties["subject"]["enum"] == ["one", "two"]
    assert set(properties) == set(Saying.model_fields)


def test_a_schema_too_deep_or_with_too_many_references_is_not():
    deep: dict[str, object] = {}
    for _ in range(20):
        deep = {"anyOf": [deep]}
    many = {"properties": {f"p{number}": {"$ref": "#/definitions/a"} for number in range(30)}}
    for schema in (deep, many, {"properties": []}, {"anyOf": {}}, {"$ref": ["#/"]}, json.loads('{"pattern": ""}')):
        with pytest.raises(Refused):
            plain_schema(schema)


def test_a_reference_leads_to_what_refers_no_further():
    """Twenty that each lead twice to the next were followed a million times."""
    doubling = {"anyOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}]}
    one = {"properties": {"a": {"$ref": "#/$defs/a"}}}
    assert plain_schema({**one, "$defs": {"a": {"type": "string"}}})
    for schema in (
        {**one, "$defs": {"a": doubling, "b": {"type": "null"}}},
        {"properties": {"a": {"anyOf": [{"$ref": "#/properties/b"}]}, "b": {"type": "null"}}},
        {"properties": {"a": {"$ref": "#"}}},
    ):
        with pytest.raises(Refused):
            plain_schema(schema)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {"tenant": "ilf", "mode": "live"}),
        ({"tenant": "ilf", "period": None, "today": None}, {"tenant": "ilf", "mode": "live"}),
        ({"period": "2026-11", "mode": "live"}, {"tenant": "ilf", "period": "2026-11", "mode": "live"}),
        (
            {"period": "2026-11", "mode": "rehearsal", "today": "2026-11-23"},
            {"tenant": "ilf", "period": "2026-11", "mode": "rehearsal", "today": "2026-11-23"},
        ),
    ],
)
def test_a_run_is_told_what_siller_knows(given, told):
    assert check_parameters(given, ("tenant", "period", "mode", "today"), "ilf") == told
