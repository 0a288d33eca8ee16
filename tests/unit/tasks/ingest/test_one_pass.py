"""An extract is read once: judged and sealed in one pass, alike in any blocks and threads; validate is told."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from schemas.extract_files import text as streams
from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from tasks.ingest import rows
from tasks.instruct import payments
from tasks.instruct.stage import instruct, staged_file
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Validate
from tasks.ledger.parts import listing
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.validate import judgement, judging
from tasks.validate import stage as validating
from tasks.validate.stage import validate
from tests.by_hand import damage_part
from tests.month import NOVEMBER, ROWS, context, deliver, deliver_sample, ingest
from tests.sampled import one_in

RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture
def of(tmp_path: Path) -> TenantContext:
    return context(tmp_path / "home")


def with_threads(home: Path, threads: int) -> TenantContext:
    of = context(home)
    return TenantContext(of.tenant, of.mode, of.settings.model_copy(update={"threads": threads}))


def left_out(of: TenantContext, run_no: int = 1) -> list[tuple[Any, ...]]:
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, outcome, column_name, rule FROM core_left_out WHERE run_no = ? ORDER BY ALL", [run_no]
        ).fetchall()


def figures(of: TenantContext, run_id: str = RUN) -> Validate:
    with of.ledger.opened() as connection:
        return entry_of(connection, run_id, Validate)


def digests(of: TenantContext) -> list[tuple[int, int, str]]:
    with of.ledger.opened() as connection:
        return [(part.first_row, part.rows, part.content_digest) for part in listing.listed(connection)]


def forget_the_pass() -> None:
    """As in another process: what was judged while the extract was read is gone."""
    judgement._handed_on.clear()


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    """The sample, as one thread takes it in, one block and one part."""
    of = with_threads(tmp_path_factory.mktemp("november"), 1)
    deliver_sample(of, "2026-11")
    return outcome(of)


def outcome(of: TenantContext) -> tuple[Any, ...]:
    """What comes of an extract that has been delivered: the payment file, what is left out, and all counts."""
    run_id = ingest(of)
    validate(of, run_id, NOVEMBER)
    instruct(of, run_id, NOVEMBER)
    return staged_file(of, run_id).read_bytes(), left_out(of), figures(of)


@pytest.mark.parametrize(
    ("threads", "part_rows"),
    [
        (1, 1 << 18),
        (4, 700),
        *(pytest.param(*each, marks=pytest.mark.long) for each in [(1, 700), (2, 700), (2, 1 << 18), (4, 1 << 18)]),
    ],
)
def test_any_blocks_and_threads_come_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, november: tuple[Any, ...], threads: int, part_rows: int
) -> None:
    monkeypatch.setattr(rows, "PART_ROWS", part_rows)
    told = []
    for block in (1 << 16, 1 << 21, 1 << 26):
        monkeypatch.setattr(streams, "BLOCK_BYTES", block)
        of = with_threads(tmp_path / str(block), threads)
        deliver_sample(of, "2026-11")
        assert outcome(of) == november
        told.append(digests(of))
    assert told == [told[0]] * 3
    assert [(first, count) for first, count, _ in told[0]] == [
        (first, min(part_rows, 5269 - first)) for first in range(0, 5269, part_rows)
    ]


class TestWhatIsHandedOn:
    """Validate judges no row again that was judged when it was taken in by the same rules, and every other one."""

    @pytest.fixture
    def judged(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """How many rows were judged each time."""
        seen: list[int] = []
        real = judging.Judge.__call__

        def counting(judge: judging.Judge, sent: Any) -> judging.Judged:
            seen.append(sent.height)
            return real(judge, sent)

        monkeypatch.setattr(judging.Judge, "__call__", counting)
        return seen

    def test_the_rows_are_judged_once_and_not_read_again(
        self, of: TenantContext, judged: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deliver(of)
        run_id = ingest(of)
        monkeypatch.setattr(validating, "read_part", lambda *_: 1 / 0)
        assert validate(of, run_id, NOVEMBER).figures.payable == 3
        assert judged == [3]

    def test_after_a_crash_in_between_they_are_judged_from_the_parts_to_the_same_end(
        self, tmp_path: Path, november: tuple[Any, ...], judged: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rows, "PART_ROWS", 2000)
        of = context(tmp_path)
        deliver_sample(of, "2026-11")
        run_id = ingest(of)
        forget_the_pass()
        validate(of, run_id, NOVEMBER)
        assert sorted(judged) == sorted([2000, 2000, 1269] * 2)
        assert (left_out(of), figures(of)) == november[1:]

    def test_another_agreement_judges_anew(self, of: TenantContext, judged: list[int]) -> None:
        deliver(of)
        run_id = ingest(of)
        again = context(of.paths.home)
        again.__dict__["contract_sha256"] = "0" * 64
        validate(again, run_id, NOVEMBER)
        assert judged == [3, 3]

    def test_a_contract_that_changes_in_mid_pass_judges_anew(
        self, tmp_path: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the rows were judged by is the contract as it was read, not as it stands once the pass is over."""
        contracts = shutil.copytree(PROJECT / "data_contracts", tmp_path / "contracts")
        of = context(tmp_path / "home")
        of = TenantContext(of.tenant, of.mode, of.settings.model_copy(update={"contracts": contracts}))
        path = contracts / "ilf" / "extract.odcs.yaml"
        real = rows.check_declared

        def changing(*found: Any) -> None:
            real(*found)
            path.write_text(path.read_text() + "# Another version.\n")

        monkeypatch.setattr(rows, "check_declared", changing)
        deliver(of)
        run_id = ingest(of)
        again = TenantContext(of.tenant, of.mode, of.settings)
        assert validate(again, run_id, NOVEMBER).figures.contract_sha256 == hash_of(path, Incoming.DOCUMENT)
        assert judged == [3, 3]

    @pytest.mark.parametrize("forgets", [False, True], ids=["straight on", "after a crash"])
    def test_a_correction_judges_the_rows_that_it_joins_and_its_own(
        self, of: TenantContext, judged: list[int], forgets: bool
    ) -> None:
        nameless = ROWS[2].replace(ROWS[2].split(",")[1], "", 1)
        deliver(of, [*ROWS[:2], nameless])
        validate(of, ingest(of), NOVEMBER)
        with of.ledger.opened() as connection:
            [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
        deliver(of, [ROWS[2]], name="c.csv", kind="correction", corrects=sha256)
        second = ingest(of, flow="flow-2")
        if forgets:
            forget_the_pass()
        judged.clear()
        validate(of, second, NOVEMBER)
        assert judged == ([2, 1] if forgets else [2])
        assert left_out(of, 2) == [(2, "corrected", "payee_reference", "corrected_by_a_later_row")]
        said = figures(of, second)
        assert said.payable == 3
        assert said.accounts_passes + said.accounts_fails + said.accounts_cannot_be_checked == 3

    @pytest.mark.parametrize("forgets", [False, True], ids=["straight on", "after a crash"])
    def test_copies_in_two_parts_are_held(
        self, of: TenantContext, monkeypatch: pytest.MonkeyPatch, forgets: bool
    ) -> None:
        monkeypatch.setattr(rows, "PART_ROWS", 2)
        deliver(of, [*ROWS, ROWS[0]])
        run_id = ingest(of)
        if forgets:
            forget_the_pass()
        validate(of, run_id, NOVEMBER)
        assert left_out(of) == [(3, "held", "payee_reference", "identical_copy_in_extract")]

    def test_a_part_that_has_changed_since_is_a_no_go(self, of: TenantContext) -> None:
        deliver(of)
        run_id = ingest(of)
        forget_the_pass()
        name = damage_part(of)
        with pytest.raises(NoGo, match=rf"part {name} .* its bytes have changed.*siller verify"):
            validate(of, run_id, NOVEMBER)


def test_a_run_that_an_earlier_siller_took_in_is_judged_and_paid_from_the_ledger(
    of: TenantContext, november: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows stand there, and in no part."""
    monkeypatch.setattr(validating, "PART_ROWS", 2000)
    monkeypatch.setattr(payments, "PART_ROWS", 2000)
    deliver_sample(of, "2026-11")
    run_id = ingest(of)
    forget_the_pass()
    with of.ledger.opened() as connection:
        connection.execute("CREATE TABLE earlier_row AS FROM raw_extract_row")
        connection.execute("DELETE FROM part")
    validate(of, run_id, NOVEMBER)
    instruct(of, run_id, NOVEMBER)
    assert (staged_file(of, run_id).read_bytes(), left_out(of), figures(of)) == november


class TestAFaultInAThread:
    """It ends the pass, is told by its place, and leaves nothing that counts."""

    @pytest.fixture
    def failing(self, of: TenantContext, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
        """The second part cannot be written, and the third one fails before it."""
        third_has_failed = threading.Event()
        real = rows.seal

        def seal(frame: Any, *others: Any) -> Any:
            first = frame["row_number"][0]
            if first == 2:
                third_has_failed.set()
                raise OSError("the third")
            if first == 1:
                third_has_failed.wait(10)
                raise OSError("the second")
            return real(frame, *others)

        monkeypatch.setattr(rows, "seal", seal)
        monkeypatch.setattr(rows, "PART_ROWS", 1)
        deliver(of)
        return of

    def test_the_first_one_by_row_is_told_and_the_next_start_sweeps_what_was_written(
        self, failing: TenantContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = threading.active_count()
        with pytest.raises(OSError, match="the second"):
            ingest(failing)
        assert threading.active_count() == before
        assert digests(failing) == []
        left = {path.name for path in failing.paths.parts("ilf").glob("*.parquet")}
        assert len(left) == 1
        monkeypatch.undo()
        validate(failing, ingest(failing), NOVEMBER)
        assert not left & {path.name for path in failing.paths.parts("ilf").iterdir()}
        assert figures(failing).payable == 3


_KILLED = """
import os, signal, sys
from pathlib import Path
from tasks.ingest import rows, stage
from tests.month import context, ingest

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def dying_after(row):
    real = rows.seal
    def seal(frame, *others):
        part = real(frame, *others)
        if frame["row_number"][0] == row:
            die()
        return part
    return seal

rows.PART_ROWS = 1
{dies}
ingest(context(Path(sys.argv[1])))
die()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dies", "parts"),
    one_in(3, [("rows.seal = dying_after(0)", 0), ("rows.seal = dying_after(1)", 0), ("stage.land = die", 0), ("", 3)]),
    ids=["after a part", "after another one", "before the barrier", "after the barrier"],
)
def test_killed_anywhere_in_the_pass_the_next_start_comes_to_the_same(
    of: TenantContext, monkeypatch: pytest.MonkeyPatch, dies: str, parts: int
) -> None:
    deliver(of)
    command = [sys.executable, "-c", _KILLED.format(dies=dies), str(of.paths.home)]
    killed = subprocess.run(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": "."}, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(digests(of)) == parts
    monkeypatch.setattr(rows, "PART_ROWS", 1)
    validate(of, ingest(of), NOVEMBER)
    assert figures(of).payable == 3
    with of.ledger.opened() as connection:
        names = {part.name for part in listing.listed(connection)}
    assert len(names) == 3
    assert names == {path.name for path in of.paths.parts("ilf").iterdir() if not path.name.startswith(".")}


def test_an_extract_that_is_refused_hands_nothing_on(of: TenantContext) -> None:
    forget_the_pass()
    deliver(of, rows=4)
    with pytest.raises(NoGo, match="has 3 rows, its manifest declares 4"):
        ingest(of)
    assert not judgement._handed_on
