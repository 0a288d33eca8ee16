"""Verify: the ledger against the sealed files and the outbox."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from pytest import MonkeyPatch

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.continuity.leave import leave
from tasks.ledger.catalogue.stages import Publish
from tasks.people.door import file_of, let_in, shut_out
from tasks.release.outbox import Outbox
from tasks.release.stage import release
from tasks.settings import PROJECT
from tasks.storage.custody import Sealed, seal
from tasks.storage.keys import random_key
from tasks.tenant_context import TenantContext, list_with_ledger
from tasks.verify import problems
from tests.by_hand import pay_another_amount
from tests.month import NOVEMBER, approve, context, outbox_files, released

RUN = "ilf-2026-11-rehearsal-1"
FILE = f"{RUN}.REHEARSAL.bacs18.txt"


def found(of: TenantContext) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in problems(of)]


def test_everything_holds(ilf: TenantContext) -> None:
    assert found(ilf) == []


def test_everything_holds_on_a_machine_in_another_time_zone(ilf: TenantContext) -> None:
    elsewhere = {**os.environ, "TZ": "America/New_York", "SILLER_HOME": str(ilf.settings.home)}
    said = subprocess.run(
        [sys.executable, "-m", "flows.cli", "verify"], cwd=PROJECT, env=elsewhere, capture_output=True, text=True
    )
    assert (said.returncode, said.stdout) == (0, "ilf (rehearsal): everything holds.\n")


def test_what_the_ledger_itself_finds_is_told_too(ilf: TenantContext) -> None:
    with ilf.ledger.opened() as connection:
        pay_another_amount(connection, 1)
    assert any("What the stage validate wrote has changed since" in what for _, what in found(ilf))


def test_a_ledger_restored_from_an_older_copy(ilf: TenantContext) -> None:
    """Everything in it holds, and it has forgotten what it released: the outbox remembers."""
    with ilf.ledger.opened() as connection:
        for statement in (
            "DELETE FROM journal WHERE entry > (SELECT entry FROM journal WHERE stage = 'approve')",
            "DELETE FROM bank_file",
            "DELETE FROM core_bank_answer",
        ):
            connection.execute(statement)
    assert [name for name, what in found(ilf) if "older than what it released" in what] == [f"{FILE}.manifest.json"]
    assert (FILE, "The outbox holds this file, and the ledger did not release it.") in found(ilf)


def test_a_ledger_and_its_head_put_back_as_they_were_before_a_decision(
    waiting_month: TenantContext, tmp_path: Path
) -> None:
    """Nothing has been released yet, so that no manifest remembers it: the receipt of the decision does."""
    ledgers = waiting_month.paths.ledger("ilf").parent
    before = shutil.copytree(ledgers, tmp_path / "before")
    approve(waiting_month, RUN, decision="reject", reason="These are not our payees.")
    assert found(waiting_month) == []
    shutil.rmtree(ledgers)
    before.rename(ledgers)
    [(name, what)] = found(waiting_month)
    assert name == f"{RUN}.answer-1.json"
    assert "the ledger is older than what was decided" in what


def test_a_receipt_that_was_changed(ilf: TenantContext) -> None:
    receipts = sorted(ilf.paths.receipts("ilf").iterdir())
    assert [json.loads(path.read_text())["verdict"] for path in receipts] == ["refused", "approved"]
    receipts[0].write_text(receipts[0].read_text().replace("refused", "approved"))
    assert [where for where, _ in found(ilf)] == [receipts[0].name]


TORN = {
    "empty": lambda whole: b"",
    "cut off": lambda whole: whole[:100],
    "blocks that were never written": lambda whole: bytes(len(whole)),
}


@pytest.mark.parametrize("torn", TORN.values(), ids=TORN)
def test_a_receipt_that_a_power_cut_left_is_told_stops_nobody_and_is_written_anew(
    waiting_month: TenantContext, torn: Callable[[bytes], bytes]
) -> None:
    approve(waiting_month, RUN, control_total="1.00")
    [receipt] = waiting_month.paths.receipts("ilf").iterdir()
    whole = receipt.read_bytes()
    receipt.write_bytes(torn(whole))
    [(name, what)] = found(waiting_month)
    assert name == receipt.name
    assert "is empty or cut off" in what and "nothing is stopped" in what
    approve(waiting_month, RUN, flow="flow-2")
    assert receipt.read_bytes() == whole
    receipt.write_bytes(torn(whole))
    release(waiting_month, RUN, NOVEMBER)
    assert len(outbox_files(waiting_month)) == 2


def test_an_answer_without_its_receipt_is_named_and_the_next_answer_writes_it(waiting_month: TenantContext) -> None:
    approve(waiting_month, RUN, control_total="1.00")
    [receipt] = waiting_month.paths.receipts("ilf").iterdir()
    whole = receipt.read_bytes()
    receipt.unlink()
    [(name, said)] = found(waiting_month)
    assert name == receipt.name
    assert "its receipt is not there" in said
    approve(waiting_month, RUN, flow="flow-2")
    assert receipt.read_bytes() == whole
    assert found(waiting_month) == []


def test_an_empty_receipt_of_an_answer_that_the_ledger_does_not_have_stops_the_release(
    approved_month: TenantContext,
) -> None:
    (approved_month.paths.receipts("ilf") / f"{RUN}.answer-2.json").touch()
    with pytest.raises(NoGo, match=rf"does not have the journal entries that {RUN}.answer-2.json names"):
        release(approved_month, RUN, NOVEMBER)


@pytest.mark.parametrize("left", ["head", "receipts"])
def test_a_ledger_that_is_gone_is_missed(ilf: TenantContext, left: str) -> None:
    ilf.paths.ledger("ilf").unlink()
    if left == "head":
        shutil.rmtree(ilf.paths.receipts("ilf"))
    else:
        ilf.paths.ledger_checkpoint("ilf").unlink()
    assert [(of.tenant, of.mode) for of in list_with_ledger(ilf.settings)] == [("ilf", Mode.REHEARSAL)]
    [(where, what)] = found(ilf)
    assert where == "ledger"
    assert "The ledger of ilf" in what and "is gone" in what
    with pytest.raises(NoGo, match="is gone"), ilf.ledger.opened(create=True):
        pass
    assert not ilf.ledger.exists, "no new one takes its place unseen"


class TestFilesOutside:
    """The sealed bytes and the outbox, held against the ledger."""

    def outbox(self, of: TenantContext) -> Path:
        return of.paths.outbox("ilf")

    def test_a_changed_payment_file(self, ilf: TenantContext) -> None:
        file = self.outbox(ilf) / FILE
        file.write_bytes(file.read_bytes().replace(b"00000298160", b"00000298161"))
        assert found(ilf) == [(RUN, f"{FILE} in the outbox is not the file that was released.")]

    def test_one_that_the_sender_has_taken_away_is_no_problem(self, ilf: TenantContext) -> None:
        (self.outbox(ilf) / FILE).unlink()
        assert found(ilf) == []

    @pytest.mark.parametrize(
        "name", ["ilf-2026-11-rehearsal-2.REHEARSAL.bacs18.txt", "notes.txt", f".{FILE}.part", "x.manifest.json"]
    )
    def test_a_file_that_nobody_released(self, ilf: TenantContext, name: str) -> None:
        (self.outbox(ilf) / name).write_bytes(b"VOL1")
        assert (name, "The outbox holds this file, and the ledger did not release it.") in found(ilf)

    @pytest.mark.parametrize("key", ["run", "sha256", "payments", "pence"])
    def test_a_manifest_that_says_something_else(self, ilf: TenantContext, key: str) -> None:
        manifest = self.outbox(ilf) / f"{FILE}.manifest.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), key: "other"}))
        assert found(ilf) == [(RUN, f"The manifest of {FILE} says something else than the ledger.")]

    @pytest.mark.parametrize("content", ["", "no JSON", "[]", "{}"])
    def test_a_manifest_that_cannot_be_read(self, ilf: TenantContext, content: str) -> None:
        (self.outbox(ilf) / f"{FILE}.manifest.json").write_text(content)
        assert (RUN, f"The manifest of {FILE} says something else than the ledger.") in found(ilf)

    def test_a_manifest_that_is_gone(self, ilf: TenantContext) -> None:
        (self.outbox(ilf) / f"{FILE}.manifest.json").unlink()
        assert found(ilf) == [(RUN, f"{FILE} is in the outbox without its manifest.")]

    def test_a_sealed_extract_that_was_changed(self, ilf: TenantContext) -> None:
        with ilf.ledger.opened() as connection:
            (sha256,) = connection.execute("SELECT extract_sha256 FROM run").fetchone() or ("",)
        sealed = ilf.paths.sealed("ilf", sha256)
        content = bytearray(sealed.read_bytes())
        content[-5] ^= 1
        sealed.write_bytes(content)
        assert found(ilf) == [(RUN, f"The sealed extract {sha256[:12]} is missing, or is not what was sealed.")]

    def test_a_sealed_file_of_the_bank_that_is_gone(self, ilf: TenantContext) -> None:
        with ilf.ledger.opened() as connection:
            (sha256,) = connection.execute("SELECT sha256 FROM bank_file LIMIT 1").fetchone() or ("",)
        ilf.paths.sealed("ilf", sha256).unlink()
        assert found(ilf) == [
            ("bank_file 1", f"The sealed bank file {sha256[:12]} is missing, or is not what was sealed.")
        ]

    def test_a_lost_key_to_the_sealed_files_is_not_made_anew(self, ilf: TenantContext) -> None:
        ilf.paths.key("ilf", "sealed").unlink()
        assert len(found(ilf)) == 5, "an extract, its manifest and three files of the bank"
        assert not ilf.paths.key("ilf", "sealed").exists()


def test_a_release_that_was_begun_is_told_as_that(
    approved_month: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "put_manifest", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        release(approved_month, RUN, NOVEMBER)
    assert found(approved_month) == [(RUN, "Its release was begun and not finished: start the run again to finish it.")]


def test_a_ledger_into_which_nothing_was_ever_ingested(tmp_path: Path) -> None:
    of = context(tmp_path)
    with of.ledger.opened(create=True):
        pass
    assert found(of) == []


def test_a_ledger_whose_bytes_were_changed_is_told_in_a_sentence(ilf: TenantContext) -> None:
    file = ilf.paths.ledger("ilf")
    whole = file.read_bytes()
    told = 0
    for place in range(20_000, len(whole), len(whole) // 6):
        changed = bytearray(whole)
        changed[place : place + 4096] = bytes(4096)
        file.write_bytes(changed)
        try:
            told += bool(found(ilf))
        except NoGo:  # a sentence too
            told += 1
    assert told


def test_both_modes_are_verified_and_apart(tmp_path: Path) -> None:
    rehearsal = context(tmp_path)
    released(rehearsal)
    live = TenantContext("ilf", Mode.LIVE, rehearsal.settings)
    with live.ledger.opened(create=True):
        pass
    contexts = list(list_with_ledger(rehearsal.settings))
    assert [(of.tenant, str(of.mode)) for of in contexts] == [("ilf", "live"), ("ilf", "rehearsal")]
    assert [found(of) for of in contexts] == [[], []]


class TestKeys:
    """Other keys than those that everything was made with, each of the right shape."""

    def test_another_key_for_pseudonyms(self, ilf: TenantContext) -> None:
        ilf.paths.key("ilf", "pseudonym").write_text(random_key())
        [(where, what)] = found(ilf)
        assert where == "keys"
        assert what.startswith(f"The key for pseudonyms is not the one by which {RUN} was published")

    def test_a_key_for_pseudonyms_that_is_gone_is_not_made_anew(self, ilf: TenantContext) -> None:
        ilf.paths.key("ilf", "pseudonym").unlink()
        [(where, what)] = found(ilf)
        assert where == "keys" and "The key ilf.pseudonym is gone" in what
        assert not ilf.paths.key("ilf", "pseudonym").exists()

    def test_one_that_an_earlier_siller_noted_nothing_of(self, ilf: TenantContext, monkeypatch: MonkeyPatch) -> None:
        monkeypatch.setattr("tasks.keys.check.entry_of", lambda *_: Publish(1, 4))
        ilf.paths.key("ilf", "pseudonym").write_text(random_key())
        assert found(ilf) == []

    def test_another_continuity_key(self, ilf: TenantContext) -> None:
        leave(ilf, RUN, NOVEMBER)
        assert found(ilf) == []
        ilf.paths.key("ilf", "continuity").write_text(str(pyrage.x25519.Identity.generate()))
        [(where, what)] = found(ilf)
        assert where == "keys"
        assert what.startswith(f"{RUN}.csv.age does not open with the continuity key")


class TestPasswords:
    """What is kept of passwords for the Prefect page, held against who was let in."""

    NAME, OTHER = "first.approver@ilf.example", "second.approver@ilf.example"

    @pytest.fixture
    def let_in_twice(self, ilf: TenantContext) -> TenantContext:
        for name in (self.NAME, self.OTHER):
            let_in(ilf, name, ("operator@siller.example",), NOVEMBER)
        assert found(ilf) == []
        return ilf

    def test_another_persons_hash(self, let_in_twice: TenantContext) -> None:
        file = file_of(let_in_twice.settings.home)
        first, second = json.loads(file.read_text())
        file.write_text(json.dumps([{**first, "salt": second["salt"], "hashed": second["hashed"]}, second]))
        [(where, what)] = found(let_in_twice)
        assert where == "people.json" and self.NAME in what

    def test_one_that_nobody_was_given(self, let_in_twice: TenantContext) -> None:
        file = file_of(let_in_twice.settings.home)
        [first, second] = json.loads(file.read_text())
        file.write_text(json.dumps([first, second, {**second, "name": "enquiries@siller.example"}]))
        assert [where for where, what in found(let_in_twice) if "enquiries" in what] == ["people.json"]

    def test_a_new_one_and_one_that_was_taken_away(self, let_in_twice: TenantContext) -> None:
        let_in(let_in_twice, self.NAME, ("operator@siller.example",), NOVEMBER)
        shut_out(let_in_twice, self.OTHER, "operator@siller.example", NOVEMBER)
        assert found(let_in_twice) == []

    def test_without_the_file_nobody_comes_in_and_nothing_is_told(self, let_in_twice: TenantContext) -> None:
        file_of(let_in_twice.settings.home).unlink()
        assert found(let_in_twice) == []


def test_what_was_sealed_and_refused_and_was_changed(ilf: TenantContext) -> None:
    """No row of the ledger names it: whatever is sealed is to be what its name says."""
    content = b"a correction that corrects nothing"
    sha256 = hashlib.sha256(content).hexdigest()
    sealed = seal(Sealed.EXTRACT, BytesIO(content), "refused.csv", ilf.paths, "ilf", sha256)
    assert found(ilf) == []
    sealed.write_bytes(sealed.read_bytes()[:-1])
    assert found(ilf) == [("sealed", f"The sealed file {sha256[:12]} is not what was sealed.")]
