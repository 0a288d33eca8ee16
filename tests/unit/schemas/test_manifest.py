"""A manifest is taken exactly or refused clearly."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.manifest import Kind, Manifest
from schemas.no_go import NoGo

GOOD = {
    "tenant": "ilf",
    "kind": "full",
    "pay_period": "2026-11",
    "extract": "ilf-2026-11.csv",
    "sha256": "a" * 64,
    "rows": 5269,
    "total": "10708609.22",
    "pay_date": "2026-11-30",
    "submitted_by": "finance.officer@ilf.example",
}


def written(folder: Path, **changes: object) -> Path:
    content = {key: value for key, value in {**GOOD, **changes}.items() if value is not Ellipsis}
    path = folder / "ilf.manifest.json"
    path.write_text(json.dumps(content))
    return path


def test_a_manifest_loads_exactly(tmp_path):
    found = Manifest.load(written(tmp_path), "ilf")
    assert found.kind is Kind.FULL
    assert found.total == Decimal("10708609.22")
    assert found.pay_date == date(2026, 11, 30)
    assert found.replaces is None


def test_a_manifest_may_name_the_extract_that_it_replaces(tmp_path):
    assert Manifest.load(written(tmp_path, replaces="b" * 64), "ilf").replaces == "b" * 64


@pytest.mark.parametrize("kind", ["full", "correction", "supplementary", "arrears"])
def test_the_four_kinds(tmp_path, kind):
    corrects = {"corrects": "c" * 64} if kind == "correction" else {}
    assert Manifest.load(written(tmp_path, kind=kind, **corrects), "ilf").kind == kind


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "partial"),
        ("kind", ...),
        ("total", 10708609.22),
        ("total", "10,708,609.22"),
        ("total", "10708609.2"),
        ("total", "£10708609.22"),
        ("total", "1e7"),
        ("total", "NaN"),
        ("rows", "5269"),
        ("rows", 5269.0),
        ("rows", -1),
        ("rows", True),
        ("sha256", "A" * 64),
        ("sha256", "a" * 63),
        ("extract", "../other/ilf.csv"),
        ("extract", ""),
        ("pay_date", "30/11/2026"),
        ("pay_period", "2026-1"),
        ("submitted_by", ""),
        ("submitted_by", ...),
        ("replaces", "the last one"),
        ("approved_by", "me"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key_and_not_repeated(tmp_path, key, value):
    with pytest.raises(NoGo) as refused:
        Manifest.load(written(tmp_path, **{key: value}), "ilf")
    assert f"ilf.manifest.json: {key}: " in str(refused.value)


@pytest.mark.parametrize("key", ["extract", "submitted_by"])
@pytest.mark.parametrize(
    "value", ["a\nb.csv", "a\x1b[2J.csv", "a\u202ecsv.exe", "`a`.csv", "a" * 121, "a.csv\n", " a.csv", "a  b.csv"]
)
def test_what_could_not_be_shown_as_it_is_is_refused(tmp_path, key, value):
    with pytest.raises(NoGo, match="must be at most 120 visible letters") as refused:
        Manifest.load(written(tmp_path, **{key: value}), "ilf")
    assert value.strip() not in str(refused.value)


@pytest.mark.parametrize("name", ["ILF 11 (second) – final_2.csv", "Íocaíochtaí [Samhain].csv", "a" * 120])
def test_what_people_call_files(tmp_path, name):
    assert Manifest.load(written(tmp_path, extract=name), "ilf").extract == name


def test_a_manifest_of_many_megabytes(tmp_path):
    path = written(tmp_path)
    with path.open("r+b") as file:
        file.truncate(2**33)
    with pytest.raises(NoGo, match="is larger than a manifest"):
        Manifest.load(path, "ilf")


def test_another_tenants_manifest(tmp_path):
    with pytest.raises(NoGo, match="'other'"):
        Manifest.load(written(tmp_path, tenant="other"), "ilf")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"\x89PNG\r\n", b"[" * 100_000])
def test_a_file_that_is_no_json_object(tmp_path, content):
    path = tmp_path / "ilf.manifest.json"
    path.write_bytes(content)
    with pytest.raises(NoGo, match="JSON"):
        Manifest.load(path, "ilf")


def test_a_key_twice(tmp_path):
    path = written(tmp_path)
    path.write_text(path.read_text().replace("{", '{"rows": 1, ', 1))
    with pytest.raises(NoGo, match="rows stands twice"):
        Manifest.load(path, "ilf")


def test_a_missing_manifest(tmp_path):
    with pytest.raises(NoGo, match=r"no file ilf\.manifest\.json"):
        Manifest.load(tmp_path / "ilf.manifest.json", "ilf")
