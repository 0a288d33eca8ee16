"""Ingest: which run an extract belongs to, and that what is refused leaves nothing."""

import hashlib
import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.ingest.stage import ingest as ingest_stage
from tasks.ingest.stage import open_run
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Ingest
from tasks.ledger.runs import rows_in_batches, run_row
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.storage.custody import still_sealed
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, ROWS, SAMPLES, context, deliver, deliver_sample, ingest

RUN = "ilf-2026-11-rehearsal-1"
OTHER_ROWS = (*ROWS[:2], ROWS[2].replace("1050.00", "1050.01"))


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path)


def ingested(of: TenantContext, run_id: str) -> Ingest:
    with of.ledger.opened() as connection:
        return entry_of(connection, run_id, Ingest)


def run_ids(of: TenantContext) -> list[str]:
    with of.ledger.opened() as connection:
        return [run.run_id for run in runs.runs_of_period(connection, Period.parsed("2026-11"))]


def sha256_of_landed(of: TenantContext) -> str:
    return hashlib.sha256((of.paths.landing("ilf") / "ilf.csv").read_bytes()).hexdigest()


def test_november_lands_as_it_was_sent(ilf: TenantContext) -> None:
    deliver_sample(ilf, "2026-11")
    run_id = ingest(ilf)
    assert run_id == "ilf-2026-11-rehearsal-1"
    sha256 = "a997fe7bf9642c86cac87eae72a6a9d889f562b831c25a55dc5eecbcb3bb0f2a"
    assert ingested(ilf, run_id) == Ingest(5269, Decimal("10708609.22"), 4, sha256)
    sent = pl.read_csv(SAMPLES / "ilf-2026-11.csv", infer_schema=False).fill_null("")
    with ilf.ledger.opened() as connection:
        landed = pl.concat(rows_in_batches(connection, run_row(connection, run_id), size=1000))
    assert landed["row_number"].to_list() == list(range(5269))
    assert landed.drop("row_number").rows() == sent.rows()
    assert still_sealed(ilf.paths, "ilf", "a997fe7bf9642c86cac87eae72a6a9d889f562b831c25a55dc5eecbcb3bb0f2a")


def test_december_is_stopped_by_its_total_and_leaves_nothing(ilf: TenantContext) -> None:
    deliver_sample(ilf, "2026-12")
    december = NOVEMBER.replace(month=12, day=15)
    with pytest.raises(NoGo, match=r"£10,875,107\.00, .* declares £10,874,107\.00: a difference of £1,000\.00"):
        ingest(ilf, december)
    with ilf.ledger.opened() as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM journal WHERE run_id <> ''").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM part").fetchone() == (0,)
    assert not list(ilf.paths.sealed("ilf", "").parent.glob("*")), "what is refused is not kept"


class TestWhichRun:
    """The period's latest run if the bytes are the same, the next one if it may take its place, or none."""

    def test_a_flow_that_comes_back_goes_on_with_its_run_whatever_has_arrived_since(self, ilf: TenantContext) -> None:
        deliver(ilf)
        run_id = ingest(ilf)
        deliver(ilf, OTHER_ROWS)
        assert ingest(ilf) == run_id
        shutil.rmtree(ilf.paths.landing("ilf"))
        assert ingest(ilf) == run_id

    def test_another_flow_takes_up_the_run_of_the_same_extract(self, ilf: TenantContext) -> None:
        deliver(ilf)
        assert ingest(ilf, flow="flow-1") == ingest(ilf, flow="flow-2")
        assert run_ids(ilf) == ["ilf-2026-11-rehearsal-1"]

    def test_another_extract_needs_to_name_the_one_that_it_replaces(self, ilf: TenantContext) -> None:
        deliver(ilf)
        ingest(ilf)
        first = sha256_of_landed(ilf)
        for changes in ({}, {"replaces": "0" * 64}):
            deliver(ilf, OTHER_ROWS, **changes)
            with pytest.raises(NoGo, match=f"(?s){first}.*{sha256_of_landed(ilf)}.*replaces"):
                ingest(ilf, flow="flow-2")
        assert run_ids(ilf) == ["ilf-2026-11-rehearsal-1"]

    def test_a_replacement_with_a_wrong_total_leaves_what_waits_as_it_was(self, approved_month: TenantContext) -> None:
        replaced = sha256_of_landed(approved_month)
        deliver(approved_month, OTHER_ROWS, replaces=replaced, total="1.00")
        with pytest.raises(NoGo, match="declares £1\\.00"):
            ingest(approved_month, flow="flow-2")
        assert run_ids(approved_month) == [RUN]
        release(approved_month, RUN, NOVEMBER)
        assert list(problems(approved_month)) == []

    def test_a_replacement_is_the_next_run(self, ilf: TenantContext) -> None:
        deliver(ilf)
        ingest(ilf)
        deliver(ilf, OTHER_ROWS, replaces=sha256_of_landed(ilf))
        assert ingest(ilf, flow="flow-2") == "ilf-2026-11-rehearsal-2"

    def test_an_extract_that_was_replaced_does_not_come_back_unasked(self, ilf: TenantContext) -> None:
        deliver(ilf)
        ingest(ilf)
        first = sha256_of_landed(ilf)
        deliver(ilf, OTHER_ROWS, replaces=first)
        ingest(ilf, flow="flow-2")
        second = sha256_of_landed(ilf)
        deliver(ilf)
        with pytest.raises(NoGo, match=f"ilf-2026-11-rehearsal-2 stands for 2026-11 with the extract {second}"):
            ingest(ilf, flow="flow-3")
        deliver(ilf, replaces=second)
        assert ingest(ilf, flow="flow-4") == "ilf-2026-11-rehearsal-3"

    def test_nothing_takes_the_place_of_what_may_have_left(
        self, approved_month: TenantContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = sha256_of_landed(approved_month)

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("tasks.release.outbox.Outbox.put", killed)
        with pytest.raises(KeyboardInterrupt):
            release(approved_month, RUN, NOVEMBER)
        deliver(approved_month, OTHER_ROWS, replaces=first)
        with pytest.raises(NoGo, match="has been released, so no other can take its place"):
            ingest(approved_month, flow="flow-2")
        assert run_ids(approved_month) == [RUN]

    def test_the_same_extract_again_after_it_was_paid(self, released_month: TenantContext) -> None:
        assert ingest(released_month, flow="flow-2") == RUN, "until it is published, a start finishes the run"
        publish(released_month, RUN, NOVEMBER)
        with pytest.raises(NoGo, match=rf"ilf\.csv was sent before and has been paid by {RUN}"):
            ingest(released_month, flow="flow-3")

    def test_a_period_has_its_own_runs(self, ilf: TenantContext) -> None:
        deliver_sample(ilf, "2026-10")
        assert ingest(ilf, NOVEMBER.replace(month=10), "flow-1") == "ilf-2026-10-rehearsal-1"
        deliver(ilf)
        assert ingest(ilf, flow="flow-2") == "ilf-2026-11-rehearsal-1"

    def test_of_two_extracts_that_arrive_at_once_one_is_taken(self, ilf: TenantContext) -> None:
        deliver(ilf)
        run, arrived = open_run(ilf, "2026-11", "flow-1", NOVEMBER)
        assert arrived
        deliver(ilf, OTHER_ROWS, name="other.csv")
        assert ingest(ilf, flow="flow-2") == run.run_id
        with pytest.raises(NoGo):
            ingest_stage(ilf, run, arrived, "flow-1", NOVEMBER)
        with ilf.ledger.opened() as connection:
            assert run_row(connection, run.run_id).extract_name == "other.csv"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows": 4}, "has 3 rows, its manifest declares 4"),
        ({"total": "5931.61"}, "a difference of £0.01"),
        ({"sha256": "0" * 64}, "is not the file that its manifest declares"),
        ({"pay_date": "2026-11-27"}, "paid on 27 November 2026; the agreement pays it on 30 November 2026"),
        ({"pay_period": "2026-13"}, "pay_period"),
    ],
)
def test_what_the_manifest_declares_otherwise_is_a_no_go(
    ilf: TenantContext, changes: dict[str, object], said: str
) -> None:
    deliver(ilf, **changes)
    with pytest.raises(NoGo, match=said):
        ingest(ilf)
    with ilf.ledger.opened(create=True) as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)


def test_a_period_that_is_no_month(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="'2026-1' is no pay period"):
        open_run(ilf, "2026-1", "flow-1", NOVEMBER)


def test_without_a_period_it_is_this_months(ilf: TenantContext) -> None:
    deliver(ilf)
    run, _ = open_run(ilf, None, "flow-1", NOVEMBER)
    assert str(run.period) == "2026-11"


class TestALiveRunAndTheAccountTable:
    """Without Vocalink's table a live run does not begin, and nothing is written."""

    @pytest.mark.parametrize("table", [None, "practice_modulus"])
    def test_none_or_the_practice_table(self, tmp_path: Path, table: str | None) -> None:
        settings = Settings(home=tmp_path / "home", modulus_table=None)
        folder = settings.contracts / table if table else None
        live = TenantContext("ilf", Mode.LIVE, settings.model_copy(update={"modulus_table": folder}))
        deliver(live)
        before = sorted(path.name for path in live.paths.home.rglob("*"))
        with pytest.raises(NoGo, match="live run needs Vocalink's account table"):
            ingest(live)
        assert sorted(path.name for path in live.paths.home.rglob("*")) == before

    def test_a_folder_without_a_table(self, tmp_path: Path) -> None:
        live = TenantContext("ilf", Mode.LIVE, Settings(home=tmp_path, modulus_table=tmp_path))
        deliver(live)
        with pytest.raises(NoGo, match="needs one file valacdos"):
            ingest(live)
        with live.ledger.opened() as connection:
            assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)

    def test_a_whole_table(self, tmp_path: Path) -> None:
        """Made up, in the form and the size of a published one."""
        table = tmp_path / "table"
        table.mkdir()
        lines = [f"{start:06d} {start:06d} MOD11 0 0 0 0 0 0 8 7 6 5 4 3 2 1" for start in range(500000, 501100)]
        (table / "valacdos-v0-00.txt").write_text("\n".join(lines) + "\n")
        (table / "scsubtab.txt").write_text("500001 500002\n")
        live = TenantContext("ilf", Mode.LIVE, Settings(home=tmp_path / "home", modulus_table=table))
        deliver(live)
        assert ingest(live) == "ilf-2026-11-live-1"


def test_an_extract_that_changes_while_it_is_read_is_refused(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract = deliver(ilf)
    run, arrived = open_run(ilf, "2026-11", "flow-1", NOVEMBER)
    assert arrived
    extract.write_bytes(extract.read_bytes().replace(b"plc", b"PLC"))
    with pytest.raises(NoGo, match="changed while it was being read"):
        ingest_stage(ilf, run, arrived, "flow-1", NOVEMBER)
    assert not list(ilf.paths.sealed("ilf", "").parent.glob("*"))
