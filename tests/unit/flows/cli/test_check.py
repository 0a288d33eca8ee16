"""``siller check``: its exit codes, its JSON, its words."""

import hashlib
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.cli.check_report import causes
from schemas.pay_run import Mode
from tasks.check import Finding
from tasks.publish.stage import publish
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests import page_rules
from tests.filled_ledger import REASONS
from tests.month import (
    HEADER,
    NOVEMBER,
    ROWS,
    SAMPLES,
    context,
    deliver,
    extract_of,
    facts,
    gates_by_arithmetic,
    manifest_of,
)

Siller = Callable[..., Any]
DAYS = ("2026-11-20", "2026-12-05")
SENT_AS = {"payee_name": "Recipient Name", "sort_code": "Sort Code", "account_number": "Account No"}
SENT_AS |= {"amount": "Net Amount", "pay_date": "Pay Date"}


@pytest.fixture(autouse=True)
def plain_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    gates_by_arithmetic(monkeypatch)


def of(period: str) -> Path:
    return SAMPLES / f"ilf-{period}.csv"


def manifest(period: str) -> tuple[str, Path]:
    return "--manifest", SAMPLES / f"ilf-{period}.manifest.json"


class TestJson:
    """``{"outcome", "reason", "rows", "payable": {"rows", "pence"}, "refused": [...], "held": [...]}``."""

    @pytest.fixture
    def check(self, siller: Siller, tmp_path: Path, home: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
        def run(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
            out = tmp_path / "found.json"
            said = siller("check", "ilf", *arguments, "--json", out)
            found = json.loads(out.read_text())
            assert list(found) == ["outcome", "reason", "rows", "payable", "refused", "held"]
            assert list(found["payable"]) == ["rows", "pence"]
            for finding in (*found["refused"], *found["held"]):
                assert list(finding) == ["row", "column", "rule", "message", "line"]
            assert not home.exists(), "a check makes no ledger"
            return said.code, found

        return run

    @pytest.mark.parametrize("declared", [True, False], ids=["manifest", "no manifest"])
    def test_october(self, check: Callable[..., tuple[int, dict[str, Any]]], declared: bool) -> None:
        code, found = check(of("2026-10"), *(manifest("2026-10") if declared else ()))
        assert code == 0
        assert (found["outcome"], found["reason"], found["rows"]) == ("accepted", None, 5200)
        assert found["payable"] == {"rows": list(range(5200)), "pence": 1058069600}
        assert found["refused"] == found["held"] == []

    @pytest.mark.parametrize("declared", [True, False], ids=["manifest", "no manifest"])
    def test_november(self, check: Callable[..., tuple[int, dict[str, Any]]], declared: bool) -> None:
        code, found = check(of("2026-11"), *(manifest("2026-11") if declared else ()))
        known = facts("2026-11")
        refused = {int(row): REASONS[why] for row, why in known["refused_rows"].items()}
        assert code == 0
        assert (found["outcome"], found["reason"], found["rows"]) == ("accepted", None, known["rows"])
        assert found["payable"]["rows"] == [row for row in range(known["rows"]) if row not in refused]
        assert Decimal(found["payable"]["pence"]).scaleb(-2) == Decimal(known["payable_total"])
        assert {each["row"]: (each["column"], each["rule"]) for each in found["refused"]} == {
            row: (SENT_AS[column], rule) for row, (column, rule) in refused.items()
        }
        assert len(found["refused"]) == 40
        assert found["held"] == []

    def test_december_with_its_manifest(self, check: Callable[..., tuple[int, dict[str, Any]]]) -> None:
        code, found = check(of("2026-12"), *manifest("2026-12"))
        assert code == 1
        assert (found["outcome"], found["rows"]) == ("refused", 5309)
        assert "£1,000.00" in found["reason"]
        assert found["payable"] == {"rows": [], "pence": 0}
        assert found["refused"] == found["held"] == []

    def test_december_without_a_manifest(self, check: Callable[..., tuple[int, dict[str, Any]]]) -> None:
        code, found = check(of("2026-12"))
        assert code == 0
        assert [each["row"] for each in found["held"]] == facts("2026-12")["duplicate_rows"]
        assert {each["rule"] for each in found["held"]} == {"identical_copy_in_extract"}
        assert [each["row"] for each in found["refused"]] == facts("2026-12")["stale_rows"]

    def test_nothing_of_a_payee_is_in_it(
        self, check: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
    ) -> None:
        check(of("2026-11"))
        text = (tmp_path / "found.json").read_text()
        lines = of("2026-11").read_text(encoding="utf-8").splitlines()[1:]
        for row in facts("2026-11")["refused_rows"]:
            reference, name, _, account = lines[int(row)].split(",")[:4]
            assert reference not in text
            assert not name or name not in text
            assert not account or f'"{account}"' not in text


def bad_extract(kind: str, folder: Path) -> Path:
    content = {
        "empty": b"",
        "header only": (HEADER + "\r\n").encode(),
        "missing column": extract_of(ROWS).replace(b",Pay Date", b"").replace(b",30/11/2026", b""),
        "image": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    }[kind]
    path = folder / "november.csv"
    path.write_bytes(content)
    return path


class TestBadInput:
    """A sentence, exit code 1, no traceback, and the ledger as it was."""

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("empty", "november.csv is empty"),
            ("header only", "november.csv: there is a header and no rows"),
            ("missing column", "november.csv: the column Pay Date is missing"),
            ("image", "november.csv is an image"),
        ],
    )
    def test_no_extract(self, siller: Siller, tmp_path: Path, home: Path, kind: str, said: str) -> None:
        out = tmp_path / "found.json"
        found = siller("check", "ilf", bad_extract(kind, tmp_path), "--json", out)
        assert found.code == 1
        assert f"Refused. {said}" in found.out
        assert json.loads(out.read_text())["reason"].startswith(said)
        assert json.loads(out.read_text())["payable"] == {"rows": [], "pence": 0}
        assert not home.exists()

    def test_a_manifest_of_another_month(self, siller: Siller) -> None:
        found = siller("check", "ilf", of("2026-11"), *manifest("2026-10"))
        assert found.code == 1
        assert "ilf-2026-10.manifest.json is the manifest of ilf-2026-10.csv and not of ilf-2026-11.csv" in found.out

    def test_a_manifest_that_is_no_json(self, siller: Siller, tmp_path: Path) -> None:
        bad = tmp_path / "november.manifest.json"
        bad.write_text("rows: 5269")
        found = siller("check", "ilf", of("2026-11"), "--manifest", bad)
        assert found.code == 1
        assert "november.manifest.json is no JSON that can be read" in found.out

    def test_the_same_extract_after_it_was_paid(self, siller: Siller, home: Path, released_home: Path) -> None:
        run_id = "ilf-2026-11-rehearsal-1"
        shutil.copytree(released_home, home)
        live = TenantContext("ilf", Mode.LIVE, Settings(home=home))
        rehearsal = context(home)
        publish(rehearsal, run_id, NOVEMBER)
        # A check looks at the live ledger: here that of the rehearsal takes its place.
        for folder in ("ledgers", "keys"):
            (rehearsal.paths.root / folder).rename(live.paths.root / folder)
        before = hashlib.sha256(live.paths.ledger("ilf").read_bytes()).hexdigest()
        landing = rehearsal.paths.landing("ilf")
        found = siller("check", "ilf", landing / "ilf.csv", "--manifest", landing / "ilf.csv.manifest.json")
        assert found.code == 1
        assert f"was sent before and has been paid by {run_id}" in found.out
        assert hashlib.sha256(live.paths.ledger("ilf").read_bytes()).hexdigest() == before

    @pytest.mark.parametrize("tenant", ["nobody", "practice_modulus", ".."])
    def test_a_tenant_that_nobody_knows(self, siller: Siller, tenant: str) -> None:
        found = siller("check", tenant, of("2026-11"))
        assert found.code == 1
        assert f"There is no tenant '{tenant}'. The tenants are: ilf." in found.out + found.err


class TestPage:
    """``--html``: the same words as on the terminal, for the body."""

    def test_it_says_what_the_terminal_says_and_names_nobody(self, siller: Siller, tmp_path: Path, home: Path) -> None:
        out = tmp_path / "found.html"
        said = siller("check", "ilf", of("2026-11"), *manifest("2026-11"), "--html", out, "--json", tmp_path / "j.json")
        found = page_rules.check(out.read_text(encoding="utf-8"))
        text = " ".join(found.text_content().split())
        assert not home.exists()
        assert "Accepted. ilf-2026-11.csv has 5,269 rows; 5,229 can be paid, £10,651,415.60." in text
        refused = json.loads((tmp_path / "j.json").read_text())["refused"]
        assert len(refused) == 40
        on_terminal = " ".join(said.out.split())
        for finding in refused:
            assert finding["message"] in text
            assert finding["message"] in on_terminal
        table = next(each for each in found.iter("table") if "in the order of the file" in each.findtext("caption"))
        lines = [[cell.text_content() for cell in row][:2] for row in table.find("tbody")]
        assert lines == [[str(each["line"]), each["column"]] for each in sorted(refused, key=lambda each: each["line"])]
        sent = of("2026-11").read_text(encoding="utf-8").splitlines()[1:]
        for row in facts("2026-11")["refused_rows"]:
            reference, name = sent[int(row)].split(",")[:2]
            assert reference not in text
            assert not name or name not in text

    def test_a_file_that_is_refused_whole_has_its_sentence_and_no_rows(self, siller: Siller, tmp_path: Path) -> None:
        out = tmp_path / "found.html"
        assert siller("check", "ilf", bad_extract("image", tmp_path), "--html", out).code == 1
        found = page_rules.check(out.read_text(encoding="utf-8"))
        assert "Refused. november.csv is an image" in found.text_content()
        assert not list(found.iter("table"))


class TestWrongUse:
    """Exit code 2, before any work."""

    def test_files_and_folders_that_are_not_there(self, siller: Siller, tmp_path: Path) -> None:
        assert siller("check", "ilf").code == 2
        assert siller("check", "ilf", tmp_path / "none.csv").code == 2
        assert siller("check", "ilf", tmp_path).code == 2
        assert siller("check", "ilf", of("2026-11"), "--manifest", tmp_path / "none.json").code == 2
        assert siller("check", "ilf", of("2026-11"), "--json", tmp_path / "none" / "found.json").code == 2
        assert siller("check", "ilf", of("2026-11"), "--json", tmp_path).code == 2
        assert siller("check", "ilf", of("2026-11"), "--colour").code == 2


def test_what_a_person_reads(siller: Siller) -> None:
    said = siller("check", "ilf", of("2026-11")).out
    assert "Accepted. ilf-2026-11.csv has 5,269 rows; 5,229 can be paid, £10,651,415.60." in said
    assert "No manifest was named" in said
    assert "practice table only" in said
    assert "40 rows refused:" in said
    lost_zero = [int(row) for row, why in facts("2026-11")["refused_rows"].items() if "leading zero" in why]
    assert f"lines of the file: {', '.join(str(row + 2) for row in lost_zero)}" in said


def test_a_fault_is_told_without_what_it_says(siller: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    def trips(*_: object) -> None:
        raise ValueError("Margaret Clarke 51309750")

    monkeypatch.setattr("tasks.check.check", trips)
    said = siller("check", "ilf", of("2026-11"))
    assert said.code == 1
    assert "siller failed, and did not decide that: ValueError in trips" in said.err
    assert "Clarke" not in said.out + said.err


def test_what_is_of_the_day_is_told_apart_and_the_day_can_be_said(siller: Siller, tmp_path: Path) -> None:
    extract = tmp_path / "three.csv"
    extract.write_bytes(extract_of(ROWS))
    heading = "Checks of the day and the machine, as at {}, which say nothing of the extract itself:"
    early, late = (" ".join(siller("check", "ilf", extract, "--today", day).out.split()) for day in DAYS)
    for said, day in ((early, "20 November 2026"), (late, "5 December 2026")):
        assert said.startswith("Accepted.")
        assert heading.format(day) in said
    assert early.partition("of the extract itself:")[2] != late.partition("of the extract itself:")[2]
    assert siller("check", "ilf", extract, "--today", "yesterday").code == 2
    refused = siller("check", "ilf", bad_extract("image", tmp_path)).out
    assert "They were not made: the extract is refused before that." in refused


def test_rows_that_were_given_back_are_checked_where_no_ledger_knows_their_run(siller: Siller, tmp_path: Path) -> None:
    back = tmp_path / "back.csv"
    rows = "".join(f"ilf-2026-11-live-1,{row}\n" for row in ROWS)
    back.write_text(f"Pay run,{HEADER}\n{rows}", encoding="utf-8")
    assert "Accepted. back.csv has 3 rows; 3 can be paid, £5,931.60." in siller("check", "ilf", back).out


def test_what_reads_the_same_of_two_halves_of_a_cell_is_one_cause() -> None:
    halves = [
        Finding(0, "Account", rule, "Account is not 14 digits.", 2)
        for rule in ("first_six_of_fourteen", "last_eight_of_fourteen")
    ]
    assert causes([*halves, Finding(1, "Account", "is_present", "Account is empty.", 3)]) == [
        ("Account is not 14 digits.", "first_six_of_fourteen, last_eight_of_fourteen", [2]),
        ("Account is empty.", "is_present", [3]),
    ]


def test_an_extract_with_a_manifest_beside_it_that_fits(siller: Siller, tmp_path: Path) -> None:
    extract = tmp_path / "three [rows].csv"
    extract.write_bytes(extract_of(ROWS))
    declared = tmp_path / "three.json"
    declared.write_text(manifest_of(extract.read_bytes(), extract.name))
    said = siller("check", "ilf", extract, "--manifest", declared)
    assert said.code == 0
    assert "Accepted. three [rows].csv has 3 rows; 3 can be paid, £5,931.60." in said.out


def test_it_asks_for_nothing_that_a_landing_folder_has(siller: Siller, home: Path) -> None:
    extract = deliver(context(home))
    assert siller("check", "ilf", extract).code == 0
    assert not (home / "ledgers").exists()
