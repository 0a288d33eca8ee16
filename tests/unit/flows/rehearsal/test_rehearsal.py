"""A rehearsal in one process: where it stops, what it takes each extract for, and what it never touches."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
import typer

from flows.rehearsal.approval import PracticeRun
from schemas.extract_files.form import FileKind
from schemas.manifest import Kind, Manifest
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Stage
from tasks.ingest.integrity import check_is_meant
from tasks.ingest.landing import signature_of
from tasks.ledger import runs
from tasks.ledger.verify import problems
from tasks.onboarding.readiness import list_before_live
from tasks.settings import Settings
from tasks.stage_run import TakenUp
from tasks.tenant_context import TenantContext
from tests.by_hand import parts_beside
from tests.month import ROWS, extract_of, manifest_of
from tests.rehearsed import judged_by_arithmetic, office, rehearsed
from tests.sampled import one_in

RUN = "ilf-2026-11-rehearsal-1"
ORDER = [stage for stage in Stage if stage is not Stage.RECONCILE]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    judged_by_arithmetic(monkeypatch)
    monkeypatch.setenv("SILLER_HOME", str(tmp_path / "live"))
    monkeypatch.setenv("SILLER_OUTBOX", "s3://a-real-bucket")


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "ilf.csv"
    path.write_bytes(extract_of(ROWS))
    return path


def journal(beside: Path) -> list[str]:
    of = office(beside)
    with of.ledger.opened() as connection:
        assert list(problems(connection, parts_beside(connection))) == []
        done = runs.stages_done(connection, RUN)
    return [stage for stage in ORDER if stage in done]


@pytest.mark.parametrize("until", one_in(2, [Stage.INGEST, Stage.ASSESS, Stage.APPROVE, Stage.RELEASE, Stage.PUBLISH]))
def test_it_stops_after_the_stage_that_it_is_to_go_to(tmp_path: Path, extract: Path, until: Stage) -> None:
    told = rehearsed(tmp_path, [extract], until=until)
    assert journal(tmp_path) == ORDER[: ORDER.index(until) + 1]
    run = told["runs"][RUN]
    assert run["rows"] == 3
    assert (run["payment_file"] is not None) == (until in (Stage.RELEASE, Stage.PUBLISH))
    assert told["answers"]["files"] == []


def test_the_file_of_the_rows_left_out_is_named_where_there_are_some(
    tmp_path: Path, extract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = ROWS[0].split(",")
    extract.write_bytes(extract_of([",".join([*row[:2], "12", *row[3:]]), *ROWS[1:]]))
    rehearsed(tmp_path, [extract], until=Stage.VALIDATE)
    named = office(tmp_path).paths.left_out(RUN, FileKind.CSV)
    assert f"Left out, to be put right: {named}\n" in capsys.readouterr().out
    assert named.exists()


def test_it_touches_nothing_of_the_machine(tmp_path: Path, extract: Path) -> None:
    before = dict(os.environ)
    told = rehearsed(tmp_path, [extract])
    assert dict(os.environ) == before
    assert not (tmp_path / "live").exists()
    file = Path(told["runs"][RUN]["payment_file"]["path"])
    assert file.is_relative_to(tmp_path / "home")
    assert "REHEARSAL" in file.name


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, extract: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "mine").touch()
    with pytest.raises(NoGo, match="holds something already"):
        rehearsed(tmp_path, [extract])
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["mine"]


def test_a_no_go_leaves_what_came_before_it(tmp_path: Path, extract: Path) -> None:
    """On that day the pay day cannot be reached any more."""
    with pytest.raises(NoGo):
        rehearsed(tmp_path, [extract], today="2026-12-15")
    assert json.loads((tmp_path / "told.json").read_text())["answers"]["files"] == []


def test_a_no_go_before_any_run_leaves_an_empty_folder(
    tmp_path: Path, extract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(NoGo, match="is an image"):
        rehearsed(tmp_path, [extract])
    assert list((tmp_path / "home").iterdir()) == []
    assert f"No run was begun, and nothing stands in {tmp_path / 'home'}." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "said"),
    [({"today": "yesterday"}, "is no date"), ({"until": "release_pending"}, "is none of ingest, validate")],
    ids=str,
)
def test_wrong_use_is_told_before_anything_is_done(
    tmp_path: Path, extract: Path, given: dict[str, str], said: str
) -> None:
    with pytest.raises(typer.BadParameter, match=said):
        rehearsed(tmp_path, [extract], **given)
    assert not (tmp_path / "home").exists()


@pytest.mark.long
def test_extracts_without_manifests_are_the_full_one_then_what_their_names_say(tmp_path: Path) -> None:
    """Arrears of the same day; a supplementary that is paid after the bank has answered."""
    later = [ROWS[0].replace("30/11/2026", "11/12/2026")]
    for name, rows in (("a.csv", ROWS[:2]), ("b.csv", ROWS[2:]), ("c-supplementary.csv", later)):
        (tmp_path / name).write_bytes(extract_of(rows))
    told = rehearsed(tmp_path, [tmp_path / name for name in ("a.csv", "b.csv", "c-supplementary.csv")])
    with office(tmp_path).ledger.opened() as connection:
        opened = connection.execute("SELECT kind, period, today::VARCHAR FROM run ORDER BY run_no").fetchall()
    assert opened == [
        ("full", "2026-11", "2026-11-20"),
        ("arrears", "2026-11", "2026-11-20"),
        ("supplementary", "2026-11", "2026-12-04"),
    ]
    first, _, third = told["runs"].values()
    came_back = {item["row"] for item in told["answers"]["runs"][RUN]["items"]}
    assert (len(first["payable"]["rows"]), came_back) == (2, {0, 1})
    assert (third["payable"]["rows"], third["held"]) == ([0], []), "whose money came back, and who is paid again"
    live = TenantContext("ilf", Mode.LIVE, Settings(home=tmp_path / "live", modulus_table=None))
    paid = Path(first["payment_file"]["path"])
    missing = [each.said for each in list_before_live(live, tmp_path / "home", paid, date(2026, 11, 28))]
    assert not [said for said in missing if "pay the same" in said], "the old system's is held against the full one"


def test_a_manifest_beside_the_extract_is_the_one_that_counts(tmp_path: Path, extract: Path) -> None:
    (tmp_path / "ilf.manifest.json").write_text(manifest_of(extract.read_bytes(), "ilf.csv", rows=4))
    with pytest.raises(NoGo, match="has 3 rows, its manifest declares 4"):
        rehearsed(tmp_path, [extract])


def test_a_practice_manifest_is_marked_signed_and_taken_by_no_live_run(tmp_path: Path, extract: Path) -> None:
    rehearsed(tmp_path, [extract], until=Stage.INGEST)
    landing = office(tmp_path).paths.landing("ilf")
    path = landing / "ilf.csv.manifest.json"
    manifest = Manifest.load(path, "ilf")
    assert (manifest.practice, manifest.kind, signature_of(path).exists()) == (True, Kind.FULL, True)
    check_is_meant(manifest, Mode.REHEARSAL)
    with pytest.raises(NoGo, match="was made for practice"):
        check_is_meant(manifest, Mode.LIVE)


def test_practice_approves_no_live_run() -> None:
    def taken_up(run_id: str) -> TakenUp:
        return TakenUp(run_id, Kind.FULL, None, frozenset(), (), ())

    PracticeRun(taken_up(RUN))
    with pytest.raises(NoGo, match="practice approves nothing else"):
        PracticeRun(taken_up("ilf-2026-11-live-1"))
