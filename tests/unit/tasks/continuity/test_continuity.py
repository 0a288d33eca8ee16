"""The continuity file: left by an approved run, opened without the ledger, settled before anything goes on."""

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.agreement import Person, Role
from schemas.no_go import NoGo
from tasks.continuity import leave as leave_stage
from tasks.continuity.leave import leave
from tasks.continuity.opening import open_file
from tasks.continuity.openings import note, openings
from tasks.continuity.settle import settle
from tasks.ingest.stage import open_run
from tasks.ledger import entry_of, record
from tasks.ledger.catalogue.events import PaidElsewhere
from tasks.ledger.catalogue.stages import Continuity
from tasks.ledger.journal import OF_NO_RUN
from tasks.people.account import account
from tasks.release.stage import release
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.age_reader import decrypted
from tests.by_hand import pay_less
from tests.entries import entry as entry_with
from tests.month import (
    NOVEMBER,
    ROWS,
    ROWS_PENCE,
    SAMPLES,
    approve,
    context,
    facts,
    outbox_files,
    released_sample,
)

RUN = "ilf-2026-11-rehearsal-1"
OPERATOR = "operator@siller.example"
OWNER = "decision.owner@ilf.example"
OFFICER = Person(name=OPERATOR, roles=(Role.OPERATOR,), account=account())


@pytest.fixture(scope="module")
def left_home(approved_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an approved run of three payments that left its continuity file."""
    home = shutil.copytree(approved_home, tmp_path_factory.mktemp("left") / "home", symlinks=True)
    leave(context(home), RUN, NOVEMBER)
    return home


@pytest.fixture
def ilf(left_home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(left_home, tmp_path / "home"))


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "payments.csv"


def opened(of: TenantContext, to: Path, who: str = OPERATOR, reason: str = "the bank's channel is down") -> None:
    open_file(of.settings, RUN, who, reason, to, NOVEMBER)


class TestLeft:
    """By an approved run, before its file is released."""

    def test_it_has_every_payment_and_opens_by_the_published_format(self, ilf: TenantContext) -> None:
        key = ilf.paths.key("ilf", "continuity").read_text().strip()
        plain = decrypted(ilf.paths.continuity_file(RUN).read_bytes(), key).decode()
        found = list(csv.DictReader(io.StringIO(plain)))
        sent = [row.split(",") for row in ROWS]
        assert [
            [row[name] for name in ("payee_reference", "payee_name", "sort_code", "account_number", "amount")]
            for row in found
        ] == [[*cells[:4], cells[5]] for cells in sent]
        assert {(row["pay_period"], row["kind"], row["paid_on"]) for row in found} == {("2026-11", "full", "")}

    def test_a_whole_month_in_several_chunks(self, tmp_path: Path) -> None:
        """November of the sample: 40 rows are refused, and are not in it."""
        of = context(tmp_path)
        manifest = json.loads((SAMPLES / "ilf-2026-11.manifest.json").read_text())
        run_id = released_sample(of, "2026-11", NOVEMBER, manifest["total"])
        leave(of, run_id, NOVEMBER)
        key = of.paths.key("ilf", "continuity").read_text().strip()
        rows = list(csv.DictReader(io.StringIO(decrypted(of.paths.continuity_file(run_id).read_bytes(), key).decode())))
        assert len(rows) == facts("2026-11")["rows"] - len(facts("2026-11")["refused_rows"])
        assert sum(Decimal(row["amount"]) for row in rows) == Decimal(facts("2026-11")["payable_total"])

    def test_what_stands_beside_it_says_how_and_names_nobody(self, ilf: TenantContext) -> None:
        text = (ilf.paths.continuity_file(RUN).parent / f"{RUN}.how-to-use.txt").read_text()
        assert "3 approved payments, £5,931.60, to be with their payees on 2026-11-30." in text
        assert f"siller continuity open {RUN} --as" in text
        assert f"age -d -i ilf.continuity.key {RUN}.csv.age" in text
        assert not [cell for row in ROWS for cell in row.split(",")[:4] if cell in text]

    def test_nothing_of_it_stands_on_disk_in_plain_text(self, ilf: TenantContext) -> None:
        folder = ilf.paths.continuity_file(RUN).parent
        everything = b"".join(path.read_bytes() for path in folder.iterdir())
        assert sorted(path.name for path in folder.iterdir()) == [f"{RUN}.csv.age", f"{RUN}.how-to-use.txt"]
        assert not [cell for row in ROWS for cell in row.split(",")[:4] if cell.encode() in everything]
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}

    def test_again_returns_what_stands(self, ilf: TenantContext) -> None:
        before = ilf.paths.continuity_file(RUN).read_bytes()
        entry = leave(ilf, RUN, NOVEMBER)
        assert (entry.figures.payments, entry.figures.pence) == (3, ROWS_PENCE)
        assert ilf.paths.continuity_file(RUN).read_bytes() == before
        assert list(problems(ilf)) == []

    def test_killed_in_between_it_is_made_again(
        self, approved_month: TenantContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(leave_stage, "record", killed)
            leave(approved_month, RUN, NOVEMBER)
        leave(approved_month, RUN, NOVEMBER)
        assert list(problems(approved_month)) == []

    def test_a_run_that_is_not_approved_leaves_none(self, waiting_month: TenantContext) -> None:
        with pytest.raises(NoGo, match="has no approval for its payment file"):
            leave(waiting_month, RUN, NOVEMBER)
        approve(waiting_month, RUN, decision="reject", reason="no")
        with pytest.raises(NoGo, match="has no approval for its payment file"):
            leave(waiting_month, RUN, NOVEMBER)
        assert not waiting_month.paths.continuity_file(RUN).exists()

    def test_payments_that_are_not_those_that_were_approved_stop_it(
        self, approved_month: TenantContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also if they are changed once the ledger was proven."""
        monkeypatch.setattr("tasks.continuity.leave.check_unchanged", lambda *_: None)
        with approved_month.ledger.opened() as connection:
            pay_less(connection, 2)
        with pytest.raises(NoGo, match="are not in number and sum those that were approved"):
            leave(approved_month, RUN, NOVEMBER)
        assert not list(approved_month.paths.continuity_file(RUN).parent.iterdir())

    def test_a_lost_key_is_not_made_anew(self, ilf: TenantContext) -> None:
        ilf.paths.key("ilf", "continuity").unlink()
        with pytest.raises(NoGo, match=r"The key ilf\.continuity is gone"):
            leave_stage.identity(ilf)

    def test_one_that_was_changed_is_found(self, ilf: TenantContext) -> None:
        with ilf.paths.continuity_file(RUN).open("ab") as file:
            file.write(b"x")
        assert [each.what for each in problems(ilf)] == [f"{RUN}.csv.age is not the continuity file that the run left."]


class TestOpened:
    """The opening is on disk before anything is decrypted."""

    def test_it_is_noted_and_decrypted(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to, " Operator@siller.example ", " the bank's\nchannel is down ")
        assert to.read_text().count("\n") == 1 + len(ROWS)
        assert stat.S_IMODE(to.stat().st_mode) == 0o600
        (said,) = openings(ilf.paths.continuity_openings("ilf"))
        assert (said.number, said.run_id, said.by) == (1, RUN, OPERATOR)
        assert (said.account, said.proved) == (account(), True)
        assert (said.reason, said.at) == ("the bank's channel is down", "2026-11-20T09:30:00+00:00")
        with ilf.ledger.opened() as connection:
            assert said.file_sha256 == entry_of(connection, RUN, Continuity).sha256

    def test_without_prefect_and_duckdb(self, ilf: TenantContext, to: Path) -> None:
        program = (
            "import sys\n"
            "for name in ('duckdb', 'prefect'): sys.modules[name] = None\n"
            f"sys.argv = ['siller', 'continuity', 'open', {RUN!r}, '--as', {OPERATOR!r}, '--reason', 'test', "
            f"'--to', {str(to)!r}]\n"
            "from flows.cli import main\n"
            "main()\n"
        )
        environment = {**os.environ, "SILLER_HOME": str(ilf.settings.home), "PYTHONPATH": "."}
        said = subprocess.run(
            [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, text=True
        )
        assert (said.returncode, said.stderr) == (0, "")
        assert to.read_text().count("\n") == 1 + len(ROWS)
        assert len(openings(ilf.paths.continuity_openings("ilf"))) == 1

    def test_what_is_wrong_is_a_sentence_and_nothing_is_opened(self, ilf: TenantContext, to: Path) -> None:
        for who, reason, run_id, match in (
            ("first.approver@ilf.example", "x", RUN, "is no operator or decision owner"),
            (OPERATOR, " \n ", RUN, "Say why"),
            (OPERATOR, "x" * 301, RUN, "Say why"),
            (OPERATOR, "x", "ilf-2026-12-rehearsal-1", "was never approved"),
            (OPERATOR, "x", "../../etc", "is no run"),
            (OPERATOR, "x", "nobody-2026-11-live-1", "agreement.yaml"),
        ):
            with pytest.raises(NoGo, match=match):
                open_file(ilf.settings, run_id, who, reason, to, NOVEMBER)
        to.write_text("there")
        with pytest.raises(NoGo, match="is there already"):
            opened(ilf, to)
        with pytest.raises(NoGo, match="cannot be written: No such file or directory"):
            opened(ilf, to.parent / "nowhere" / "payments.csv")
        ilf.paths.key("ilf", "continuity").write_text("no key")
        with pytest.raises(NoGo, match="The continuity key of ilf cannot be read"):
            opened(ilf, to.with_name("other.csv"))
        assert to.read_text() == "there"
        assert not ilf.paths.continuity_openings("ilf").exists()

    def test_a_try_that_fails_is_noted_all_the_same(self, ilf: TenantContext, to: Path) -> None:
        file = ilf.paths.continuity_file(RUN)
        content = bytearray(file.read_bytes())
        content[-5] ^= 1
        file.write_bytes(content)
        with pytest.raises(NoGo, match="was not opened with the continuity key of ilf: the key is another one"):
            opened(ilf, to)
        assert not to.exists()
        assert len(openings(ilf.paths.continuity_openings("ilf"))) == 1

    def test_it_is_on_disk_before_anything_is_decrypted(
        self, ilf: TenantContext, to: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = []

        def look(*_: object) -> None:
            seen.append((len(openings(ilf.paths.continuity_openings("ilf"))), to.stat().st_size))

        monkeypatch.setattr("pyrage.decrypt_io", look)
        opened(ilf, to)
        assert seen == [(1, 0)]


class TestTheChain:
    """No opening can be taken out or changed unseen."""

    @pytest.fixture
    def three(self, tmp_path: Path) -> Path:
        path = tmp_path / "continuity" / "openings.jsonl"
        for number in range(3):
            note(path, RUN, "ab" * 32, OFFICER, f"reason {number}", NOVEMBER)
        return path

    def test_each_follows_the_one_before(self, three: Path) -> None:
        found = openings(three)
        assert [each.number for each in found] == [1, 2, 3]
        assert found[2].previous == found[1].hash != found[0].hash

    @pytest.mark.parametrize("line", [0, 1])
    @pytest.mark.parametrize("how", ["changed", "taken out", "swapped", "not JSON", "no object"])
    def test_what_was_done_to_it_is_seen(self, three: Path, line: int, how: str) -> None:
        lines = three.read_text().splitlines()
        if how == "changed":
            lines[line] = lines[line].replace("reason", "Reason")
        elif how == "taken out":
            del lines[line]
        elif how == "swapped":
            lines[line], lines[line + 1] = lines[line + 1], lines[line]
        else:
            lines[line] = "7" if how == "no object" else "{"
        three.write_text("\n".join([*lines, ""]))
        with pytest.raises(NoGo, match="was changed by hand"):
            openings(three)
        with pytest.raises(NoGo, match="was changed by hand"):
            note(three, RUN, "ab" * 32, OFFICER, "again", NOVEMBER)

    def test_a_line_that_was_cut_off_is_no_opening(self, three: Path) -> None:
        whole = three.read_bytes()
        three.write_bytes(whole + json.dumps({"number": 4}).encode()[:-3])
        assert len(openings(three)) == 3
        note(three, RUN, "ab" * 32, OFFICER, "again", NOVEMBER)
        assert [each.reason for each in openings(three)] == ["reason 0", "reason 1", "reason 2", "again"]
        assert three.read_bytes().startswith(whole)

    def test_a_last_line_whose_end_is_something_else_is_seen(self, three: Path) -> None:
        three.write_bytes(three.read_bytes()[:-1] + b"\x0b")
        with pytest.raises(NoGo, match="was changed by hand: line 3"):
            openings(three)

    def test_a_last_line_that_only_lacks_its_end_was_cut_off(self, three: Path) -> None:
        three.write_bytes(three.read_bytes()[:-1])
        assert len(openings(three)) == 2


class TestUntilItIsSettled:
    """Nobody knows whether the payments were made by hand."""

    def stopped(self, of: TenantContext) -> None:
        with pytest.raises(NoGo, match=f"{OPERATOR} opened the continuity file of {RUN}"):
            release(of, RUN, NOVEMBER)
        with pytest.raises(NoGo, match=f"then: siller continuity settle {RUN}"):
            open_run(of, "2026-11", "flow-2", NOVEMBER)
        assert not of.paths.outbox("ilf").exists()

    def recorded(self, of: TenantContext, number: int, at: datetime) -> None:
        """The journal's entry of payments recorded as made elsewhere, and nothing else of them."""
        with of.ledger.transaction() as connection:
            record(connection, 0, OF_NO_RUN, entry_with(PaidElsewhere), "", at, number)

    def test_nothing_is_opened_and_nothing_released(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to)
        self.stopped(ilf)
        assert any(f"opened the continuity file of {RUN}" in each.what for each in problems(ilf))

    def test_a_name_that_no_account_proves_is_told_as_a_claim(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to, OWNER)
        with pytest.raises(
            NoGo, match=f"{OWNER}, by the account {account()}, which is not proved to be theirs, opened"
        ):
            release(ilf, RUN, NOVEMBER)

    def test_nothing_was_paid(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to)
        opened(ilf, to.with_name("again.csv"), reason="the first disk was full")
        entry = settle(ilf, RUN, None, OWNER, NOVEMBER)
        assert (entry.stage, entry.figures.by, entry.figures.openings) == ("continuity_settled 1", OWNER, 2)
        assert list(problems(ilf)) == []
        release(ilf, RUN, NOVEMBER)
        assert len(outbox_files(ilf)) == 2

    def test_what_was_paid_is_recorded(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to)
        with pytest.raises(NoGo, match="Nothing is recorded as paid elsewhere under the number 1"):
            settle(ilf, RUN, 1, OWNER, NOVEMBER)
        self.stopped(ilf)
        self.recorded(ilf, 1, NOVEMBER.replace(minute=29))
        with pytest.raises(NoGo, match="under the number 1 since the continuity file was opened"):
            settle(ilf, RUN, 1, OWNER, NOVEMBER)
        self.recorded(ilf, 2, NOVEMBER)
        assert settle(ilf, RUN, 2, OWNER, NOVEMBER).figures.recorded == 2

    def test_who_opened_it_does_not_settle_it(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to)
        with pytest.raises(NoGo, match=f"{OPERATOR} opened the continuity file .* Somebody else is to settle it"):
            settle(ilf, RUN, None, OPERATOR, NOVEMBER)
        self.stopped(ilf)

    def test_what_nobody_opened_is_not_settled(self, ilf: TenantContext, to: Path) -> None:
        with pytest.raises(NoGo, match="No opening of the continuity file"):
            settle(ilf, RUN, None, OWNER, NOVEMBER)
        opened(ilf, to)
        settle(ilf, RUN, None, OWNER, NOVEMBER)
        with pytest.raises(NoGo, match="No opening of the continuity file"):
            settle(ilf, RUN, None, OWNER, NOVEMBER)

    def test_one_after_a_settlement_stops_it_again(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to)
        settle(ilf, RUN, None, OWNER, NOVEMBER)
        opened(ilf, to.with_name("again.csv"))
        self.stopped(ilf)

    def test_a_settled_opening_that_is_gone_is_missed(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to)
        settle(ilf, RUN, None, OWNER, NOVEMBER)
        ilf.paths.continuity_openings("ilf").unlink()
        with pytest.raises(NoGo, match="no longer has the opening 1 as the ledger settled it"):
            release(ilf, RUN, NOVEMBER)
        assert any("no longer has the opening 1" in each.what for each in problems(ilf))

    def test_a_settlement_outside_the_journal_is_found(self, ilf: TenantContext, to: Path) -> None:
        opened(ilf, to)
        settle(ilf, RUN, None, OWNER, NOVEMBER)
        with ilf.ledger.opened() as connection:
            connection.execute("UPDATE continuity_settlement SET settled_by = 'somebody else'")
        assert any("What the stage continuity_settled 1 wrote has changed" in each.what for each in problems(ilf))
