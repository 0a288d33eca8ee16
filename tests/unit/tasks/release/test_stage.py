"""Release: one file, once, whatever happens in between."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.instruct.stage import staged_file
from tasks.ledger import checksum, entry_of, never_twice, record
from tasks.ledger.catalogue.events import BankFile, CodeTry, PaidElsewhere, Shown
from tasks.ledger.catalogue.figures import Figures
from tasks.ledger.catalogue.stages import Approve, Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.rows import insert
from tasks.ledger.runs import stages_done
from tasks.release import run_files
from tasks.release.manifest import manifest_of
from tasks.release.outbox import Outbox
from tasks.release.stage import release
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tests.by_hand import damage_part, pay_another_amount
from tests.entries import entry
from tests.month import (
    APPROVER,
    NOVEMBER,
    ROWS,
    ROWS_PENCE,
    answer,
    approve,
    approved,
    assessed,
    context,
    deliver,
    ingest,
    naive_payments,
    outbox_files,
)
from tests.sampled import one_in

RUN = "ilf-2026-11-rehearsal-1"
FILE = f"{RUN}.REHEARSAL.bacs18.txt"
MANIFEST = f"{FILE}.manifest.json"


@pytest.fixture(scope="module")
def approved_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an approved run of three payments."""
    home = tmp_path_factory.mktemp("approved")
    assert approved(context(home)) == RUN
    return home


@pytest.fixture
def ilf(approved_home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(approved_home, tmp_path / "home"))


def approved_sha256(of: TenantContext) -> str:
    with of.ledger.opened() as connection:
        return entry_of(connection, RUN, Approve).file_sha256


def stages(of: TenantContext) -> list[str]:
    with of.ledger.opened() as connection:
        return stages_done(connection, RUN)


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_the_file_that_was_approved_appears_with_its_manifest(ilf: TenantContext) -> None:
    staged = staged_file(ilf, RUN).read_bytes()
    release(ilf, RUN, NOVEMBER)
    files = outbox_files(ilf)
    assert files.keys() == {FILE, MANIFEST}
    assert files[FILE] == staged
    assert hashlib.sha256(files[FILE]).hexdigest() == approved_sha256(ilf)
    assert sum(pence for *_, pence in naive_payments(files[FILE])) == ROWS_PENCE
    assert not staged_file(ilf, RUN).exists(), "names and accounts do not stay behind in staging"
    said = json.loads(files[MANIFEST])
    assert said["sha256"] == approved_sha256(ilf)
    assert (said["payments"], said["pence"], said["submission_serial"]) == (3, ROWS_PENCE, 1)
    assert (said["processing_date"], said["entry_date"]) == ("2026-11-27", "2026-11-30")
    assert said["approval"]["approver"] == APPROVER
    assert not [cell for row in ROWS for cell in row.split(",")[:5] if cell and cell in files[MANIFEST].decode()]


def test_again_returns_what_stands_and_touches_nothing(ilf: TenantContext) -> None:
    entry = release(ilf, RUN, NOVEMBER)
    before = {path: path.stat().st_mtime_ns for path in ilf.paths.outbox("ilf").iterdir()}
    assert release(ilf, RUN, NOVEMBER.replace(day=27)) == entry
    assert {path: path.stat().st_mtime_ns for path in ilf.paths.outbox("ilf").iterdir()} == before


def test_once_the_sender_has_taken_it_away_it_does_not_come_back(ilf: TenantContext) -> None:
    release(ilf, RUN, NOVEMBER)
    (ilf.paths.outbox("ilf") / FILE).unlink()
    release(ilf, RUN, NOVEMBER)
    assert outbox_files(ilf).keys() == {MANIFEST}


class TestKilledInBetween:
    """After the first phase and before the second: the next start makes one file of the same bytes."""

    @pytest.mark.parametrize(
        "where",
        one_in(2, ["write_staged", "put", "put_manifest", "after put", "after put_manifest", "link without unlink"]),
    )
    def test_one_file_and_the_same_bytes(self, ilf: TenantContext, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
        staged = staged_file(ilf, RUN)
        meant = staged.read_bytes()
        with monkeypatch.context() as patched:
            self._kill(patched, where, staged)
            with pytest.raises(KeyboardInterrupt):
                release(ilf, RUN, NOVEMBER)
        assert stages(ilf)[-1] == "release_pending"
        release(ilf, RUN, NOVEMBER)
        files = outbox_files(ilf)
        assert files.keys() == {FILE, MANIFEST}
        assert files[FILE] == meant
        assert (ilf.paths.outbox("ilf") / FILE).stat().st_nlink == 1
        assert stages(ilf)[-1] == "release"

    @staticmethod
    def _kill(patched: pytest.MonkeyPatch, where: str, staged: Path) -> None:
        def done_and_killed(does: Callable[..., None]) -> Callable[..., None]:
            def does_it(*arguments: Any) -> None:
                does(*arguments)
                raise KeyboardInterrupt

            return does_it

        if where == "write_staged":
            staged.unlink()
            patched.setattr(run_files, where, killed)
        elif where == "link without unlink":
            linked = lambda path: path.exists() and path.stat().st_nlink == 2  # noqa: E731
            patched.setattr(Path, "unlink", lambda path, missing_ok=False: killed() if linked(path) else None)
        elif where.startswith("after "):
            name = where.removeprefix("after ")
            patched.setattr(Outbox, name, done_and_killed(getattr(Outbox, name)))
        else:
            patched.setattr(Outbox, where, killed)

    def test_kill_9_after_the_file_is_linked(self, ilf: TenantContext) -> None:
        program = (
            "import os, signal\n"
            "from pathlib import Path\n"
            "from tasks.release import stage\n"
            "from tasks.release.outbox import Outbox\n"
            "from tests.month import NOVEMBER, context\n"
            "Outbox.put_manifest = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
            f"stage.release(context(Path({str(ilf.settings.home)!r})), {RUN!r}, NOVEMBER)\n"
        )
        ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env={**os.environ, "PYTHONPATH": "."})
        assert ended.returncode == -signal.SIGKILL
        before = outbox_files(ilf)
        assert before.keys() == {FILE}
        release(ilf, RUN, NOVEMBER)
        assert outbox_files(ilf)[FILE] == before[FILE]
        assert outbox_files(ilf).keys() == {FILE, MANIFEST}

    def test_it_is_finished_even_after_the_input_day(self, ilf: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
        """What may have left is brought to its end: the question whether it may leave was answered before."""
        with monkeypatch.context() as patched:
            patched.setattr(Outbox, "put_manifest", killed)
            with pytest.raises(KeyboardInterrupt):
                release(ilf, RUN, NOVEMBER.replace(day=26))
        release(ilf, RUN, NOVEMBER.replace(day=27))
        assert outbox_files(ilf).keys() == {FILE, MANIFEST}


class TestWhatIsNotTheApprovedFile:
    """It stays where it is, and the ledger says that the release was begun."""

    def test_another_file_at_the_final_name_stops_it(self, ilf: TenantContext) -> None:
        outbox = ilf.paths.outbox("ilf")
        outbox.mkdir(parents=True)
        other = staged_file(ilf, RUN).read_bytes().replace(b"00000298160", b"00000298161")
        for content in (other, b"something else", b""):
            (outbox / FILE).write_bytes(content)
            with pytest.raises(NoGo):
                release(ilf, RUN, NOVEMBER)
            assert outbox_files(ilf) == {FILE: content}
        assert stages(ilf)[-1] == "release_pending"

    def test_a_staged_file_that_was_changed_after_the_approval_stops_it(self, ilf: TenantContext) -> None:
        staged = staged_file(ilf, RUN)
        meant = staged.read_bytes()
        account = ROWS[0].split(",")[3].encode()
        for changed in (
            meant.replace(account, account[::-1]),
            meant.replace(b"ILF PAYMENTS", b"ILF PAYMENTZ"),
            meant[:-2],
            meant + b"\r\n",
        ):
            assert changed != meant
            staged.write_bytes(changed)
            with pytest.raises(NoGo):
                release(ilf, RUN, NOVEMBER)
            assert not list(ilf.paths.outbox("ilf").glob("*"))
        staged.write_bytes(meant)
        release(ilf, RUN, NOVEMBER)
        assert outbox_files(ilf)[FILE] == meant

    def test_a_staged_file_that_is_gone_is_made_again_to_the_byte(self, ilf: TenantContext) -> None:
        staged = staged_file(ilf, RUN)
        meant = staged.read_bytes()
        shutil.rmtree(staged.parent)
        release(ilf, RUN, NOVEMBER.replace(day=24))
        assert outbox_files(ilf)[FILE] == meant

    def test_a_file_made_again_from_changed_payments_stops_it(self, ilf: TenantContext) -> None:
        staged_file(ilf, RUN).unlink()
        with ilf.ledger.transaction() as connection:
            pay_another_amount(connection, 0, 1)
            pay_another_amount(connection, 1, -1)
        with pytest.raises(NoGo, match=r"What the stage validate wrote has changed since"):
            release(ilf, RUN, NOVEMBER)
        assert not list(ilf.paths.outbox("ilf").glob("*"))


class TestALedgerChangedBehindItsBack:
    """Between the gates, the approval and the release; the approver's answer does not heal it."""

    @pytest.mark.parametrize(
        ("statement", "stage"),
        [
            ("UPDATE out_gate SET figure = '0.0%'", "assess"),
            ("UPDATE out_gate SET verdict = 'go', threshold = 'above 9%'", "assess"),
            ("DELETE FROM out_gate", "assess"),
            ("UPDATE approval SET approver = 'second.approver@ilf.example'", "approval 1"),
            ("UPDATE run SET submitted_by = 'operator@siller.example'", "ingest"),
            ("UPDATE part SET content_digest = 'x'", "ingest"),
            ("UPDATE part_file SET sha256 = 'x'", "ingest"),
            ("DELETE FROM core_judged", "validate"),
            ("UPDATE payment_file SET pence = pence + 1", "instruct"),
        ],
    )
    def test_nothing_is_released(self, ilf: TenantContext, statement: str, stage: str) -> None:
        with ilf.ledger.opened() as connection:
            connection.execute(statement)
        with pytest.raises(NoGo, match=f"changed behind siller's back. What the stage {stage} wrote has changed"):
            release(ilf, RUN, NOVEMBER)
        assert not list(ilf.paths.outbox("ilf").glob("*"))

    def test_nor_with_a_part_that_was_changed(self, ilf: TenantContext) -> None:
        name = damage_part(ilf)
        with pytest.raises(NoGo, match=f"changed behind siller's back. The bytes of the part {name} have changed"):
            release(ilf, RUN, NOVEMBER)
        assert not list(ilf.paths.outbox("ilf").glob("*"))

    def test_nor_with_a_journal_that_was_changed_to_fit(self, ilf: TenantContext) -> None:
        with ilf.ledger.opened() as connection:
            connection.execute("UPDATE journal SET figures = replace(figures, '\"go\"', '\"refer\"')")
        with pytest.raises(NoGo, match=r"The journal is broken at entry \d+ \(ilf-2026-11-rehearsal-1, assess\)"):
            release(ilf, RUN, NOVEMBER)
        assert not list(ilf.paths.outbox("ilf").glob("*"))


class TestWhatMayNotLeave:
    """Not even the first phase is written down."""

    @pytest.fixture
    def waiting(self, waiting_home: Path, tmp_path: Path) -> TenantContext:
        return context(shutil.copytree(waiting_home, tmp_path / "home"))

    def nothing_left(self, of: TenantContext) -> None:
        assert not of.paths.outbox("ilf").exists()
        assert "release_pending" not in stages(of)

    def test_a_run_that_nobody_approved(self, waiting: TenantContext) -> None:
        with pytest.raises(NoGo, match="ilf-2026-11-rehearsal-1 has no approval for its payment file"):
            release(waiting, RUN, NOVEMBER)
        self.nothing_left(waiting)

    def test_a_run_whose_answer_was_refused(self, waiting: TenantContext) -> None:
        approve(waiting, RUN, control_total="1.00")
        with pytest.raises(NoGo, match="has no approval for its payment file"):
            release(waiting, RUN, NOVEMBER)
        self.nothing_left(waiting)

    def test_a_rejected_run(self, waiting: TenantContext) -> None:
        approve(waiting, RUN, decision="reject", reason="no")
        with pytest.raises(NoGo, match="has no approval for its payment file"):
            release(waiting, RUN, NOVEMBER)
        self.nothing_left(waiting)

    def test_a_run_with_a_gate_that_said_no_go(self, tmp_path: Path) -> None:
        of = context(tmp_path)
        deliver(of)
        approve(of, assessed(of, verdict="no-go"))
        with pytest.raises(NoGo, match="A gate said no-go"):
            release(of, RUN, NOVEMBER)
        self.nothing_left(of)

    def test_a_run_that_is_too_late_for_its_processing_date(self, ilf: TenantContext) -> None:
        with pytest.raises(NoGo, match=r"last day to send .* was 2026-11-26"):
            release(ilf, RUN, NOVEMBER.replace(day=27))
        self.nothing_left(ilf)
        release(ilf, RUN, NOVEMBER.replace(day=26))

    def test_a_run_whose_place_another_has_taken(self, ilf: TenantContext) -> None:
        extract = ilf.paths.landing("ilf") / "ilf.csv"
        deliver(ilf, ROWS[:2], replaces=hashlib.sha256(extract.read_bytes()).hexdigest())
        ingest(ilf, flow="flow-2")
        with pytest.raises(NoGo, match="ilf-2026-11-rehearsal-2 has taken the place of ilf-2026-11-rehearsal-1"):
            release(ilf, RUN, NOVEMBER)
        self.nothing_left(ilf)

    @pytest.mark.parametrize(("figure", "more"), [("pence", 1), ("pence", -1), ("payments", 1)])
    def test_a_sum_or_a_number_that_is_not_the_approved_one(
        self, waiting: TenantContext, monkeypatch: pytest.MonkeyPatch, figure: str, more: int
    ) -> None:
        """Approved in good order, for the same file, and yet for another sum."""
        with monkeypatch.context() as patched:

            def another(connection: Any, run_id: str, kind: type[Figures], *number: int) -> Figures:
                found = entry_of(connection, run_id, kind, *number)
                return replace(found, **{figure: getattr(found, figure) + more}) if kind is Instruct else found

            patched.setattr("tasks.approve.stage.entry_of", another)
            approve(waiting, RUN)
        with pytest.raises(NoGo, match="are not in number and sum those that were approved"):
            release(waiting, RUN, NOVEMBER)
        self.nothing_left(waiting)

    def test_an_approval_that_is_exchanged_after_the_first_phase(
        self, ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(Outbox, "put", killed)
            with pytest.raises(KeyboardInterrupt):
                release(ilf, RUN, NOVEMBER)
        with ilf.ledger.transaction() as connection:
            connection.execute(
                "UPDATE journal SET figures = replace(figures, 'first.approver', 'second.approver') "
                "WHERE stage = 'approval 1'"
            )
        with pytest.raises(NoGo, match=r"The journal is broken at entry \d+ \(.*, approval 1\)"):
            release(ilf, RUN, NOVEMBER)
        assert not ilf.paths.outbox("ilf").exists()


@pytest.mark.parametrize(
    ("recorded", "asked"), [(None, False), (CodeTry, False), (Shown, False), (BankFile, True), (PaidElsewhere, True)]
)
def test_who_is_paid_already_is_asked_again_where_something_may_have_moved_since(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch, recorded: type[Figures] | None, asked: bool
) -> None:
    if recorded:
        with ilf.ledger.transaction() as connection:
            record(connection, 0, OF_NO_RUN, entry(recorded), "", NOVEMBER, 99)
    looked = []
    hits = never_twice.find_duplicates
    monkeypatch.setattr(never_twice, "find_duplicates", lambda *given: looked.append(given) or hits(*given))
    release(ilf, RUN, NOVEMBER)
    assert bool(looked) is asked


class TestALedgerRestoredFromAnOlderCopy:
    """It has forgotten what it released, and would do it again under a serial that was used."""

    @pytest.fixture
    def restored(self, ilf: TenantContext, tmp_path: Path) -> TenantContext:
        ledger = ilf.paths.ledger("ilf")
        older = [shutil.copy2(path, tmp_path) for path in (ledger, checksum.beside(ledger))]
        release(ilf, RUN, NOVEMBER)
        for path in older:
            shutil.copy(path, ledger.parent)
        return ilf

    def test_nor_without_the_checksum_that_it_was_closed_with(self, ilf: TenantContext, tmp_path: Path) -> None:
        older = shutil.copy(ilf.paths.ledger("ilf"), tmp_path)
        release(ilf, RUN, NOVEMBER)
        before = outbox_files(ilf)
        shutil.copy(older, ilf.paths.ledger("ilf"))
        with pytest.raises(NoGo, match="is not the file that siller closed last"):
            release(ilf, RUN, NOVEMBER)
        assert outbox_files(ilf) == before

    def test_it_releases_nothing(self, restored: TenantContext) -> None:
        before = outbox_files(restored)
        with pytest.raises(NoGo, match=f"does not have the journal entries that {MANIFEST} names"):
            release(restored, RUN, NOVEMBER)
        assert outbox_files(restored) == before
        assert stages(restored)[-1] == "approve"

    def test_nor_once_the_outbox_is_empty(self, restored: TenantContext) -> None:
        """The sender takes files away; the note beside the ledger stays."""
        shutil.rmtree(restored.paths.outbox("ilf"))
        with pytest.raises(NoGo, match=r"The journal once had an entry \d+ .* the ledger is an older copy"):
            release(restored, RUN, NOVEMBER)
        assert stages(restored)[-1] == "approve"

    @pytest.mark.parametrize("said", ["", "no JSON", "{}", '{"journal": 7}', '{"journal": {"entry": "x"}}'])
    def test_nor_beside_a_manifest_that_cannot_be_read(self, ilf: TenantContext, said: str) -> None:
        outbox = ilf.paths.outbox("ilf")
        outbox.mkdir(parents=True)
        (outbox / "earlier.bacs18.txt.manifest.json").write_text(said)
        with pytest.raises(NoGo, match=r"earlier\.bacs18\.txt\.manifest\.json"):
            release(ilf, RUN, NOVEMBER)
        assert outbox_files(ilf).keys() == {"earlier.bacs18.txt.manifest.json"}


def test_a_live_run_is_released_to_the_live_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only the practice table can be shipped, and with it no live run begins.
    monkeypatch.setattr("tasks.ingest.stage._check_account_table", lambda *_: None)
    live = context(tmp_path / "home", Mode.LIVE)
    run_id = approved(live)
    release(live, run_id, NOVEMBER)
    name = "ilf-2026-11-live-1.bacs18.txt"
    assert outbox_files(live).keys() == {name, f"{name}.manifest.json"}
    assert live.paths.outbox("ilf") == tmp_path / "home" / "outbox" / "ilf"
    assert not (tmp_path / "home" / "rehearsal").exists()


def test_released_equals_what_was_typed(ilf: TenantContext) -> None:
    release(ilf, RUN, NOVEMBER)
    pence = sum(pence for *_, pence in naive_payments(outbox_files(ilf)[FILE]))
    assert answer().control_total == f"£{pence / 100:,.2f}"


def test_a_manifest_has_every_day_where_there_are_several_and_one_as_ever(ilf: TenantContext) -> None:
    release(ilf, RUN, NOVEMBER)
    with ilf.ledger.opened() as connection:
        one = json.loads(manifest_of(connection, RUN, FILE))
        (day,) = days_of(connection, RUN)
        earlier = {"processing_date": date(2026, 11, 26), "input_day": date(2026, 11, 25)}
        connection.begin()
        insert(connection, replace(day, entry_date=date(2026, 11, 27), **earlier))
        two = json.loads(manifest_of(connection, RUN, FILE))
        connection.rollback()
    assert (two.pop("send_by"), two.pop("processing_date")) == ("2026-11-25", "2026-11-26")
    assert [each["entry_date"] for each in two.pop("days")] == ["2026-11-27", "2026-11-30"]
    assert two == {name: said for name, said in one.items() if name not in ("send_by", "processing_date")}
    assert two["entry_date"] == "2026-11-30"
