"""What stands in the landing folder, and which of it counts."""

import hashlib
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ingest.landing import Landing, find_landed
from tests.month import ROWS, extract_of, manifest_of


def put(folder: Path, name: str, **changes: object) -> None:
    (folder / name).write_bytes(extract_of(ROWS))
    (folder / f"{name}.manifest.json").write_text(manifest_of(extract_of(ROWS), name, **changes))


def test_the_extract_is_found_by_its_manifest(tmp_path: Path) -> None:
    put(tmp_path, "november.csv")
    put(tmp_path, "october.csv", pay_period="2026-10", pay_date="2026-10-30")
    arrived = find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11"))
    assert arrived.extract == tmp_path / "november.csv"
    assert arrived.sha256 == hashlib.sha256(extract_of(ROWS)).hexdigest()


def test_nothing_has_arrived(tmp_path: Path) -> None:
    with pytest.raises(NoGo, match="No manifest for 2026-11 has arrived"):
        find_landed(Landing(tmp_path / "never"), "ilf", Period.parsed("2026-11"))


def test_an_extract_without_manifest_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "november.csv").write_bytes(extract_of(ROWS))
    with pytest.raises(NoGo, match="No manifest for 2026-11 has arrived"):
        find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11"))


def test_an_upload_in_progress_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "november.csv")
    for name in (".december.csv.manifest.json", "december.csv.manifest.json.filepart"):
        (tmp_path / name).write_text('{"tenant": "il')
    assert find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11")).extract.name == "november.csv"


def test_only_another_months_has_arrived(tmp_path: Path) -> None:
    put(tmp_path, "october.csv", pay_period="2026-10")
    with pytest.raises(NoGo, match=r"No manifest for 2026-11.*october\.csv\.manifest\.json is for 2026-10"):
        find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11"))


def test_of_two_nobody_chooses(tmp_path: Path) -> None:
    put(tmp_path, "first.csv")
    put(tmp_path, "second.csv")
    with pytest.raises(NoGo, match=r"2 manifests.*first\.csv \(full, new\); second\.csv \(full, new\)"):
        find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11"))


def test_the_extract_that_the_manifest_names_is_missing(tmp_path: Path) -> None:
    put(tmp_path, "november.csv")
    (tmp_path / "november.csv").unlink()
    with pytest.raises(NoGo, match=r"names the extract november\.csv, which is not in"):
        find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11"))


def test_a_manifest_that_is_no_json(tmp_path: Path) -> None:
    put(tmp_path, "november.csv")
    (tmp_path / "november.csv.manifest.json").write_text("tenant: ilf")
    with pytest.raises(NoGo, match=r"november\.csv\.manifest\.json is no JSON"):
        find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11"))


def test_another_tenants_manifest(tmp_path: Path) -> None:
    put(tmp_path, "november.csv", tenant="other")
    with pytest.raises(NoGo, match="the manifest of 'other' and not of 'ilf'"):
        find_landed(Landing(tmp_path), "ilf", Period.parsed("2026-11"))
