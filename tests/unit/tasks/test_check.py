"""Check: what a run would make of an extract, told and undone."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.check import Checked, check
from tasks.ledger import LedgerBusy
from tasks.publish.stage import publish
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.filled_ledger import REASONS
from tests.month import (
    HEADER,
    NOVEMBER,
    ROWS,
    ROWS_PENCE,
    SAMPLES,
    context,
    deliver,
    deliver_sample,
    extract_of,
    facts,
    gates_by_arithmetic,
    ingest,
    manifest_of,
)

SENT_AS = {"payee_name": "Recipient Name", "sort_code": "Sort Code", "account_number": "Account No"}
SENT_AS |= {"amount": "Net Amount", "pay_date": "Pay Date"}

RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture(autouse=True)
def plain_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    gates_by_arithmetic(monkeypatch)


@pytest.fixture
def nothing_yet(tmp_path: Path) -> TenantContext:
    """An office on a machine on which nothing was ever run."""
    return TenantContext("ilf", Mode.LIVE, Settings(home=tmp_path / "home", modulus_table=None))


def sample(period: str, with_manifest: bool) -> tuple[Path, Path | None]:
    return SAMPLES / f"ilf-{period}.csv", SAMPLES / f"ilf-{period}.manifest.json" if with_manifest else None


@pytest.mark.parametrize("with_manifest", [True, False], ids=["manifest", "no manifest"])
class TestTheSamples:
    """Each month by its facts, with its manifest and without."""

    def test_october(self, nothing_yet: TenantContext, with_manifest: bool) -> None:
        said = check(nothing_yet, *sample("2026-10", with_manifest), NOVEMBER)
        assert said.reason is None
        assert said.rows == len(said.payable_rows) == 5200
        assert said.payable_pence == 1058069600
        assert (said.refused, said.held) == ([], [])

    def test_november(self, nothing_yet: TenantContext, with_manifest: bool) -> None:
        said = check(nothing_yet, *sample("2026-11", with_manifest), NOVEMBER)
        known = facts("2026-11")
        assert said.reason is None
        assert said.rows == known["rows"]
        assert Decimal(said.payable_pence).scaleb(-2) == Decimal(known["payable_total"])
        refused = {int(row): REASONS[why] for row, why in known["refused_rows"].items()}
        assert said.payable_rows == [row for row in range(known["rows"]) if row not in refused]
        assert {finding.row: (finding.column, finding.rule) for finding in said.refused} == {
            row: (SENT_AS[column], rule) for row, (column, rule) in refused.items()
        }
        assert len(said.refused) == 40
        assert said.held == []
        assert all(finding.message and finding.column in finding.message for finding in said.refused)

    def test_december(self, nothing_yet: TenantContext, with_manifest: bool) -> None:
        said = check(nothing_yet, *sample("2026-12", with_manifest), NOVEMBER)
        known = facts("2026-12")
        assert said.rows == known["rows"]
        if with_manifest:
            assert said.reason
            assert "£10,875,107.00" in said.reason
            assert "£10,874,107.00" in said.reason
            assert f"£{Decimal(known['declared_total_is_short_by']):,.2f}" in said.reason
            assert (said.payable_rows, said.payable_pence, said.refused, said.held) == ([], 0, [], [])
        else:
            assert said.reason is None
            assert [finding.row for finding in said.held] == known["duplicate_rows"]
            assert [finding.row for finding in said.refused] == known["stale_rows"]
            assert len(said.payable_rows) == 5309 - 40 - 6


class TestNothingIsWritten:
    """Byte by byte the ledger is what it was, or it is not there."""

    def test_where_nothing_was_ever_run(self, nothing_yet: TenantContext) -> None:
        check(nothing_yet, *sample("2026-11", True), NOVEMBER)
        check(nothing_yet, *sample("2026-12", True), NOVEMBER)
        assert not nothing_yet.settings.home.exists()

    def test_where_runs_stand(self, waiting_month: TenantContext) -> None:
        before = every_file(waiting_month)
        for period in ("2026-10", "2026-11", "2026-12"):
            for with_manifest in (True, False):
                check(waiting_month, *sample(period, with_manifest), NOVEMBER)
        assert every_file(waiting_month) == before

    def test_where_something_in_it_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        of = context(tmp_path / "home")
        deliver(of)
        ingest(of)
        before = every_file(of)
        monkeypatch.setattr("tasks.check.find_rows", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            check(of, *sample("2026-10", True), NOVEMBER)
        assert every_file(of) == before

    def test_an_extract_of_many_rows(self, tmp_path: Path) -> None:
        """Enough for DuckDB to write row groups to the file before they are committed."""
        of = context(tmp_path / "home")
        deliver(of)
        ingest(of)
        before = every_file(of)
        many = tmp_path / "many.csv"
        row = ROWS[0].replace("ILF100002", "ILF{}").replace("30/11/2026", "30/10/2026")
        many.write_bytes(extract_of([row.format(number) for number in range(100_000, 250_000)]))
        assert len(check(of, many, None, NOVEMBER).payable_rows) == 150_000
        assert every_file(of) == before


def every_file(of: TenantContext) -> dict[str, str]:
    """The SHA-256 of every file under SILLER_HOME; the lock, which is only held, is left out."""
    home = of.settings.home
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


class TestWhatWasPaidBefore:
    """The check sees the ledger, as a run would."""

    def test_the_same_extract_after_it_was_paid(self, released_month: TenantContext) -> None:
        publish(released_month, RUN, NOVEMBER)
        landing = released_month.paths.landing("ilf")
        said = check(released_month, landing / "ilf.csv", landing / "ilf.csv.manifest.json", NOVEMBER)
        assert said.reason
        assert f"was sent before and has been paid by {RUN}" in said.reason
        assert said.rows == 3

    def test_another_extract_of_a_period_that_stands(self, tmp_path: Path) -> None:
        of = context(tmp_path / "home")
        deliver(of)
        ingest(of)
        said = check(of, *sample("2026-11", True), NOVEMBER)
        assert said.reason
        assert "replaces" in said.reason

    def test_the_extract_of_a_run_that_waits(self, waiting_month: TenantContext) -> None:
        said = check(waiting_month, waiting_month.paths.landing("ilf") / "ilf.csv", None, NOVEMBER)
        assert (said.reason, said.payable_rows, said.payable_pence) == (None, [0, 1, 2], ROWS_PENCE)

    def test_a_busy_ledger_says_nothing_of_the_extract(self, tmp_path: Path) -> None:
        of = context(tmp_path / "home")
        deliver(of)
        ingest(of)
        of.__dict__["ledger"] = replace(of.ledger, patience=0.1)
        with of.ledger.opened(), pytest.raises(LedgerBusy):
            check(of, *sample("2026-10", True), NOVEMBER)


def png(extract: Path) -> None:
    extract.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)


def empty(extract: Path) -> None:
    extract.write_bytes(b"")


def header_only(extract: Path) -> None:
    extract.write_text(HEADER + "\r\n")


def missing_column(extract: Path) -> None:
    lines = [line.rpartition(",")[0] for line in extract.read_text().splitlines()]
    extract.write_text("\n".join(lines) + "\n")


def two_columns_in_one(extract: Path) -> None:
    extract.write_text(extract.read_text().replace("Sort Code,Account No", "Sort Code;Account No"))


def a_cell_too_many(extract: Path) -> None:
    extract.write_text(extract.read_text().replace("2981.60", "2,981.60"))


def other_encoding(extract: Path) -> None:
    extract.write_bytes(extract.read_text().encode("utf-16"))


def quotation_mark(extract: Path) -> None:
    extract.write_text(extract.read_text().replace("Royal", '"Royal'))


BAD_EXTRACTS: list[tuple[Callable[[Path], None], str]] = [
    (empty, "ilf.csv is empty"),
    (header_only, "there is a header and no rows"),
    (missing_column, "the column Pay Date is missing from the header"),
    (png, "ilf.csv is an image"),
    (two_columns_in_one, "is missing from the header"),
    (a_cell_too_many, "line 2 of the file has 9 fields and not 8"),
    (other_encoding, "text in UTF-16"),
    (quotation_mark, "quotation mark"),
]


class TestBadInput:
    """A sentence that names the file, what is wrong and what to do; no row's value, no traceback."""

    @pytest.fixture
    def extract(self, tmp_path: Path) -> Path:
        path = tmp_path / "ilf.csv"
        path.write_bytes(extract_of(ROWS))
        return path

    def refused(self, of: TenantContext, extract: Path, manifest: Path | None) -> str:
        said = check(of, extract, manifest, NOVEMBER)
        assert said.reason
        assert said == Checked(reason=said.reason, rows=said.rows)
        assert not [cell for row in ROWS for cell in row.split(",")[:5] if cell and cell in said.reason]
        assert not of.settings.home.exists()
        return said.reason

    @pytest.mark.parametrize(("spoil", "said"), BAD_EXTRACTS, ids=lambda value: getattr(value, "__name__", None))
    def test_an_extract_that_is_none(
        self, nothing_yet: TenantContext, extract: Path, spoil: Callable[[Path], None], said: str
    ) -> None:
        spoil(extract)
        reason = self.refused(nothing_yet, extract, None)
        assert reason.startswith("ilf.csv")
        assert said in reason
        # And so it is for a manifest that declares exactly these bytes.
        manifest = extract.with_name("ilf.csv.manifest.json")
        sha256 = hashlib.sha256(extract.read_bytes()).hexdigest()
        manifest.write_text(manifest_of(extract_of(ROWS), "ilf.csv", sha256=sha256))
        assert said in self.refused(nothing_yet, extract, manifest)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"pay_period": "2026-10", "pay_date": "2026-10-30"}, "pay date"),
            ({"pay_period": "2026-10"}, "wants 2026-10 paid on 30 November 2026; the agreement pays it on 30 October"),
            ({"tenant": "other"}, "is the manifest of 'other' and not of 'ilf'"),
            ({"extract": "other.csv"}, "is the manifest of other.csv and not of ilf.csv"),
            ({"sha256": "0" * 64}, "is not the file that its manifest declares"),
            ({"rows": 4}, "has 3 rows, its manifest declares 4"),
            ({"total": "5931.59"}, "a difference of £0.01"),
            ({"total": 5931.6}, "total: must be pounds in quotation marks"),
            ({"colour": "blue"}, "colour: siller knows no such key"),
            ({"kind": "partial"}, "kind"),
        ],
    )
    def test_a_manifest_that_is_another(
        self, nothing_yet: TenantContext, extract: Path, changes: dict[str, object], said: str
    ) -> None:
        manifest = extract.with_name("ilf.csv.manifest.json")
        manifest.write_text(manifest_of(extract.read_bytes(), "ilf.csv", **changes))
        if changes.get("pay_date"):
            found = check(nothing_yet, extract, manifest, NOVEMBER)
            assert found.reason, "every row is another month's, so none can be paid"
            assert {finding.rule for finding in found.refused} == {"is_in_the_pay_month"}
        else:
            assert said in self.refused(nothing_yet, extract, manifest)

    @pytest.mark.parametrize("content", [b"", b"not JSON", b"[1]", b"\x89PNG\r\n", b'{"tenant": "ilf"}'])
    def test_a_manifest_that_is_none(self, nothing_yet: TenantContext, extract: Path, content: bytes) -> None:
        manifest = extract.with_name("ilf.csv.manifest.json")
        manifest.write_bytes(content)
        assert self.refused(nothing_yet, extract, manifest).startswith("ilf.csv.manifest.json")

    def test_no_row_with_a_date(self, nothing_yet: TenantContext, extract: Path) -> None:
        extract.write_text(extract.read_text().replace("30/11/2026", "soon"))
        assert "so its period is unknown: name it or its manifest" in self.refused(nothing_yet, extract, None)


def test_a_lost_key_is_told(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of)
    ingest(of)
    key = of.paths.key("ilf", "ledger")
    key.unlink()
    said = check(of, *sample("2026-10", True), NOVEMBER)
    assert said.reason
    assert f"The key ilf.ledger is gone: there is no {key}" in said.reason


def test_a_run_would_say_the_same(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver_sample(of, "2026-12")
    with pytest.raises(NoGo) as run:
        ingest(of, NOVEMBER.replace(month=12))
    assert check(of, *sample("2026-12", True), NOVEMBER).reason == str(run.value)
