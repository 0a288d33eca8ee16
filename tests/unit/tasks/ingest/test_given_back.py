"""Rows that siller gave back come again as what they were sent as, or not at all: as something else they pay twice."""

import shutil
from pathlib import Path

import pytest

from schemas.manifest import Manifest
from schemas.no_go import NoGo
from tasks.ingest.given_back import check_given_back
from tasks.ingest.integrity import Found
from tasks.ingest.rows import TakenIn
from tasks.ledger import runs
from tasks.ledger.parts.listing import Key
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.judgement import Judgement
from tasks.validate.stage import validate
from tests.month import (
    HEADER,
    NOVEMBER,
    ROWS,
    UPLOADER,
    approve,
    assessed,
    context,
    deliver,
    extract_of,
    ingest,
    manifest_of,
)
from tests.people import sign

REGULAR, ARREARS = "ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2"
NAMELESS = ROWS[2].replace(ROWS[2].split(",")[1], "", 1)
EXTRA = ROWS[0].replace("2981.60", "12.00")


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """November and arrears of it are paid; a row of each was left out."""
    of = context(tmp_path_factory.mktemp("machine"))
    deliver(of, (*ROWS[:2], NAMELESS))
    assert _paid(of, "regular", "5,931.60") == REGULAR
    deliver(of, (EXTRA, NAMELESS.replace("1050.00", "7.00")), "more.csv", kind="arrears")
    assert _paid(of, "arrears", "19.00") == ARREARS
    return of.settings.home


def _paid(of: TenantContext, flow: str, total: str) -> str:
    run_id = assessed(of, flow=flow)
    approve(of, run_id, flow=flow, control_total=f"£{total}")
    release(of, run_id, NOVEMBER)
    return run_id


@pytest.fixture
def of(paid: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(paid, tmp_path / "machine"))


def sent_again(of: TenantContext, word: str, **declared: object) -> str:
    """Send the row that was left out, corrected, with this word beside it."""
    landing = of.paths.landing("ilf")
    shutil.rmtree(landing)
    landing.mkdir()
    content = f"Pay run,{HEADER}\n{word},{ROWS[2]}\n".encode()
    (landing / "back.csv").write_bytes(content)
    manifest = landing / "back.csv.manifest.json"
    manifest.write_text(manifest_of(content, "back.csv", **declared))
    sign(manifest, UPLOADER)
    return ingest(of, flow="again")


def check(of: TenantContext, words: set[str], **declared: object) -> None:
    """Hold these words of an extract's rows against its manifest."""
    said = manifest_of(extract_of(ROWS), "back.csv", **declared).encode()
    taken = TakenIn(Found(), (), Judgement.of([]), "", Key(0, b""), 0, ("Pay run",), words, ())
    with of.ledger.opened() as connection:
        check_given_back(connection, Manifest.parsed(said, "back.csv.manifest.json", "ilf"), taken)


def test_what_was_left_out_names_its_run(of: TenantContext) -> None:
    for run_id in (REGULAR, ARREARS):
        header, row = of.paths.left_out(run_id).read_text("utf-8-sig").splitlines()
        assert (header.split(",")[0], row.split(",")[0]) == ("Pay run", run_id)


def test_it_is_taken_as_what_it_was_sent_as(of: TenantContext) -> None:
    figures = validate(of, sent_again(of, REGULAR, kind="supplementary"), NOVEMBER).figures
    assert (figures.payable, figures.pence) == (1, 105000)
    check(of, {ARREARS}, kind="arrears")


def test_as_arrears_it_is_not_paid_beside_what_it_was_sent_as(of: TenantContext) -> None:
    with pytest.raises(NoGo, match=f"{REGULAR}, which is regular of 2026-11"):
        sent_again(of, REGULAR, kind="arrears")
    with of.ledger.opened() as connection:
        [november] = runs.periods(connection)
        assert [run.run_id for run in runs.runs_of_period(connection, november)] == [REGULAR, ARREARS]


@pytest.mark.parametrize(
    ("words", "declared", "said"),
    [
        ({ARREARS, REGULAR}, {"kind": "arrears"}, f"{REGULAR}, which is regular of 2026-11"),
        ({ARREARS}, {"kind": "supplementary"}, f"{ARREARS}, which is arrears of 2026-11"),
        ({REGULAR}, {"kind": "full", "pay_period": "2026-12"}, f"{REGULAR}, which is regular of 2026-11"),
        ({"ilf-2026-11-live-1"}, {"kind": "supplementary"}, "ilf-2026-11-live-1, which this ledger has not"),
        ({ARREARS, ""}, {"kind": "arrears"}, "has rows that name no run under Pay run"),
        ({"Zoe Green"}, {"kind": "supplementary"}, "has rows that name no run under Pay run"),
        (set(), {"kind": "arrears"}, "and not Pay run, which says what they were sent as"),
    ],
    ids=["one of two", "arrears", "another period", "another ledger", "nothing", "no run", "no column"],
)
def test_it_is_taken_as_nothing_else(
    of: TenantContext, words: set[str], declared: dict[str, object], said: str
) -> None:
    with pytest.raises(NoGo, match=said) as refused:
        check(of, words, **declared)
    assert "Zoe Green" not in str(refused.value)
