"""Rows that siller gave back come again as what they were sent as, or not at all: as something else they pay twice."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.ledger import runs
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import HEADER, NOVEMBER, ROWS, UPLOADER, approve, assessed, context, deliver, ingest, manifest_of
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


def sent_again(
    of: TenantContext, *words: str, column: str = "Pay run", now: datetime = NOVEMBER, **declared: object
) -> str:
    """Send the row that was left out, corrected, with these words beside it, a copy for each."""
    landing = of.paths.landing("ilf")
    shutil.rmtree(landing)
    landing.mkdir()
    rows = "".join(f"{word},{ROWS[2]}\n" for word in words)
    content = f"{column},{HEADER}\n{rows}".encode()
    (landing / "back.csv").write_bytes(content)
    manifest = landing / "back.csv.manifest.json"
    manifest.write_text(manifest_of(content, "back.csv", **declared))
    sign(manifest, UPLOADER)
    return ingest(of, now, flow="again")


def test_what_was_left_out_names_its_run(of: TenantContext) -> None:
    for run_id in (REGULAR, ARREARS):
        header, row = of.paths.left_out(run_id).read_text("utf-8-sig").splitlines()
        assert (header.split(",")[0], row.split(",")[0]) == ("Pay run", run_id)


@pytest.mark.parametrize(("run_id", "kind"), [(REGULAR, "supplementary"), (ARREARS, "arrears")])
def test_it_is_taken_as_what_it_was_sent_as(of: TenantContext, run_id: str, kind: str) -> None:
    opened = sent_again(of, run_id, kind=kind)
    figures = validate(of, opened, NOVEMBER).figures
    assert (figures.payable, figures.pence) == (1, 105000)


@pytest.mark.parametrize(
    ("words", "declared", "said"),
    [
        ([REGULAR], {"kind": "arrears"}, f"{REGULAR}, which is regular of 2026-11"),
        ([ARREARS, REGULAR], {"kind": "arrears"}, f"{REGULAR}, which is regular of 2026-11"),
        ([ARREARS], {"kind": "supplementary"}, f"{ARREARS}, which is arrears of 2026-11"),
        (["ilf-2026-11-live-1"], {"kind": "supplementary"}, "ilf-2026-11-live-1, which this ledger has not"),
        ([ARREARS, ""], {"kind": "arrears"}, "has rows that name no run under Pay run"),
        (["Zoe Green"], {"kind": "supplementary"}, "has rows that name no run under Pay run"),
    ],
    ids=["arrears", "one of two", "supplementary", "another ledger", "nothing", "no run"],
)
def test_it_is_taken_as_nothing_else(
    of: TenantContext, words: list[str], declared: dict[str, object], said: str
) -> None:
    with pytest.raises(NoGo, match=said) as refused:
        sent_again(of, *words, **declared)
    assert "Zoe Green" not in str(refused.value)
    with of.ledger.opened() as connection:
        assert [run.run_id for run in runs.runs_of_period(connection, runs.periods(connection)[0])] == [
            REGULAR,
            ARREARS,
        ]
        assert len(runs.periods(connection)) == 1


def test_it_is_taken_for_no_other_period(of: TenantContext) -> None:
    december = NOVEMBER.replace(month=12, day=15)
    with pytest.raises(NoGo, match=f"{REGULAR}, which is regular of 2026-11"):
        sent_again(of, REGULAR, now=december, pay_period="2026-12", pay_date="2026-12-24")


def test_without_the_column_that_says_it_the_file_is_not_taken(of: TenantContext) -> None:
    with pytest.raises(NoGo, match="and not Pay run, which says what they were sent as"):
        sent_again(of, "3", column="Line", kind="arrears")
