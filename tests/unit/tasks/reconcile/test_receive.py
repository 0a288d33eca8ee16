"""Taking in what the bank sends: once, for the right run, and never dropped."""

import hashlib
import os
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.pay_run import Mode
from schemas.reconciliation.figures import Outcome
from tasks.ledger import entry_of
from tasks.ledger.catalogue.events import BankFile
from tasks.ledger.runs import stages_done
from tasks.practice_bank.bank import answer
from tasks.reconcile.receive import inbox, put_away
from tasks.reconcile.stage import as_at
from tasks.storage.custody import still_sealed
from tasks.tenant_context import TenantContext
from tests.bank_messages import taken_in
from tests.month import NOVEMBER, ROWS_PENCE, context
from tests.sampled import one_in

RUN = "ilf-2026-11-rehearsal-1"
ENTRY_DAY = date(2026, 11, 30)
AFTER = NOVEMBER.replace(month=12, day=3)


@pytest.fixture(scope="module")
def answered_home(released_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, which the practice bank has answered with two returns."""
    home = shutil.copytree(released_home, tmp_path_factory.mktemp("answered") / "home")
    of = context(home)
    answer(of.paths.outbox("ilf") / f"{RUN}.REHEARSAL.bacs18.txt", of.paths.bank_inbox("ilf"), ENTRY_DAY)
    return home


@pytest.fixture
def ilf(answered_home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(answered_home, tmp_path / "home"))


def take_in(of: TenantContext, now: datetime = AFTER) -> tuple[list[str], list[str]]:
    return taken_in(of, now)


def answers(of: TenantContext, kind: str) -> list[tuple[int | None, int]]:
    """Row number and pence of the answers of one kind."""
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, amount_pence FROM core_bank_answer WHERE kind = ? ORDER BY ALL", [kind]
        ).fetchall()


def recorded(of: TenantContext) -> dict[str, tuple[str, str, str]]:
    """Message, verdict and sentence of each file, by its name."""
    with of.ledger.opened() as connection:
        rows = connection.execute("SELECT file_name, message, verdict, sentence FROM bank_file").fetchall()
    return {name: (message, verdict, sentence) for name, message, verdict, sentence in rows}


def advice(of: TenantContext) -> Path:
    return next(path for path in inbox(of) if "arucs" in path.name)


def buckets(of: TenantContext) -> dict[str, tuple[int, Decimal]]:
    return {str(bucket.name): (bucket.rows, bucket.pounds) for bucket in as_at(of, RUN, AFTER).buckets if bucket.rows}


def test_everything_is_taken_in_and_every_pound_is_found(ilf: TenantContext) -> None:
    assert len(inbox(ilf)) == 3
    assert take_in(ilf) == ([RUN], [])
    returned = answers(ilf, "returned")
    assert len(returned) == 2
    assert None not in dict(returned)
    assert answers(ilf, "statement_debit") == [(None, ROWS_PENCE)]
    found = as_at(ilf, RUN, AFTER)
    assert sum(bucket.rows for bucket in found.buckets) == 3
    assert sum(bucket.pounds for bucket in found.buckets) == Decimal(ROWS_PENCE).scaleb(-2)
    back = Decimal(sum(pence for _, pence in returned)).scaleb(-2)
    assert buckets(ilf) == {"returned": (2, back), "credited": (1, Decimal(ROWS_PENCE).scaleb(-2) - back)}
    assert found.unexplained_pounds == 0
    assert found.unexplained == ()


def test_each_file_is_sealed_and_its_record_stands_in_the_journal(ilf: TenantContext) -> None:
    files = {hashlib.sha256(path.read_bytes()).hexdigest() for path in inbox(ilf)}
    take_in(ilf)
    assert all(still_sealed(ilf.paths, "ilf", sha256) for sha256 in files)
    with ilf.ledger.opened() as connection:
        assert stages_done(connection, RUN)[-3:] == ["bank_file 1", "bank_file 2", "bank_file 3"]


class TestTheSameFileTwice:
    """It counts once, under whatever name, and its run is reconciled again."""

    def test_in_one_go_and_later(self, ilf: TenantContext) -> None:
        shutil.copy(advice(ilf), advice(ilf).with_name("again.xml"))
        runs, (said,) = take_in(ilf)
        assert runs == [RUN]
        assert said == f"{advice(ilf).name} was received before, byte for byte."
        runs, known = take_in(ilf)
        assert (runs, len(known)) == ([RUN], 4)
        assert len(answers(ilf, "returned")) == 2
        assert as_at(ilf, RUN, AFTER).unexplained == ()

    def test_the_inbox_is_emptied_of_what_was_received_and_of_nothing_else(self, ilf: TenantContext) -> None:
        stranger = ilf.paths.bank_inbox("ilf") / "stranger.xml"
        stranger.write_text("<Invoice/>")
        unfinished = ilf.paths.bank_inbox("ilf") / ".unfinished"
        unfinished.write_text("<BACSDocument>")
        put_away(ilf)
        assert len(inbox(ilf)) == 4, "nothing has been received yet"
        _, (aside,) = take_in(ilf)
        put_away(ilf)
        assert inbox(ilf) == []
        assert unfinished.exists()
        assert "stranger.xml" in aside

    def test_a_start_that_was_killed_before_the_report_is_taken_up_again(self, ilf: TenantContext) -> None:
        take_in(ilf)
        assert take_in(ilf)[0] == [RUN], "what was recorded still asks for its report"


class TestWhatIsNotTakenIn:
    """It is set aside with a sentence, changes nothing and keeps nothing else back; what cannot be sealed stays."""

    @pytest.mark.parametrize(
        "content",
        one_in(2, [b"", b"\x89PNG\r\n\x1a\n0000", b"<BACSDocument", b"<a><b/></a>", b"{}", b"VOL1000001"]),
        ids=["empty", "image", "cut short", "other XML", "JSON", "payment file"],
    )
    def test_what_is_no_message_of_a_bank(self, ilf: TenantContext, content: bytes) -> None:
        bad = ilf.paths.bank_inbox("ilf") / "a-first.xml"
        bad.write_bytes(content)
        answered, refused = take_in(ilf)
        assert answered == [RUN]
        assert len(refused) == 1
        assert refused[0].startswith("a-first.xml")
        assert len(answers(ilf, "returned")) == 2
        assert recorded(ilf)["a-first.xml"] == ("unknown", "set_aside", refused[0])
        assert still_sealed(ilf.paths, "ilf", hashlib.sha256(content).hexdigest())
        put_away(ilf)
        assert not bad.exists()

    def test_what_is_no_file_at_all(self, ilf: TenantContext, tmp_path: Path) -> None:
        folder = ilf.paths.bank_inbox("ilf")
        (tmp_path / "elsewhere.xml").write_bytes(advice(ilf).read_bytes())
        os.mkfifo(folder / "a-pipe.xml")
        (folder / "a-link.xml").symlink_to(tmp_path / "elsewhere.xml")
        (folder / "a-folder").mkdir()
        with (folder / "long.xml").open("wb") as file:
            file.truncate(2**30)
        answered, refused = take_in(ilf)
        put_away(ilf)
        assert answered == [RUN]
        assert [said.partition(" in ")[0] for said in refused] == ["a-link.xml", "a-pipe.xml", "long.xml"]
        assert {path.name for path in inbox(ilf)} == {"a-pipe.xml", "a-link.xml", "long.xml"}

    def test_what_it_is_called_inside_is_only_text(self, ilf: TenantContext) -> None:
        bad = ilf.paths.bank_inbox("ilf") / "a-first.xml"
        bad.write_text(f"<{'a' * 5000} xmlns='x'/>")
        _, refused = take_in(ilf)
        assert len(refused[0]) < 500
        assert "an XML document that opens with" in refused[0]

    def test_word_of_a_payment_file_that_was_never_released(self, ilf: TenantContext) -> None:
        report = next(path for path in inbox(ilf) if "input-report" in path.name)
        report.write_text(report.read_text().replace("000001", "000077"))
        _, refused = take_in(ilf)
        assert len(refused) == 1
        assert "speaks of no payment file that ilf has released" in refused[0]

    def test_before_the_release_is_finished_nothing_is_answered(self, ilf: TenantContext) -> None:
        with ilf.ledger.transaction() as connection:
            connection.execute("DELETE FROM journal WHERE stage = 'release'")
        answered, refused = take_in(ilf)
        assert answered == []
        assert all("whose release has begun: finish that first" in said for said in refused)
        assert recorded(ilf) == {}
        put_away(ilf)
        assert len(inbox(ilf)) == len(refused) == 3

    def test_the_practice_bank_has_no_say_in_a_live_run(self, ilf: TenantContext, tmp_path: Path) -> None:
        live = TenantContext("ilf", Mode.LIVE, ilf.settings)
        shutil.copytree(ilf.paths.bank_inbox("ilf"), live.paths.bank_inbox("ilf"))
        with live.ledger.opened(create=True):
            pass
        answered, refused = taken_in(live, AFTER)
        assert answered == []
        assert len(refused) == 3
        assert [
            said for said in refused if "was written by the practice bank: no money stands behind it" not in said
        ] == []
        assert {verdict for _, verdict, _ in recorded(live).values()} == {"set_aside"}


class TestAReturnThatMatchesNothing:
    """It is kept, shown as unexplained with its pounds, and takes no payment's place."""

    def changed(self, of: TenantContext, old: str, new: str) -> None:
        path = advice(of)
        content = path.read_text()
        assert content.count(old) >= 1
        path.write_text(content.replace(old, new, 1))

    def first_returned_account(self, of: TenantContext) -> str:
        return advice(of).read_text().split('<ReceiverAccount number="')[1][:8]

    def test_another_account(self, ilf: TenantContext) -> None:
        self.changed(ilf, f'number="{self.first_returned_account(ilf)}"', 'number="99999999"')
        take_in(ilf)
        assert sorted(row is None for row, _ in answers(ilf, "returned")) == [False, True]
        lost = next(pence for row, pence in answers(ilf, "returned") if row is None)
        found = as_at(ilf, RUN, AFTER)
        assert [(part.items, part.pounds) for part in found.unexplained if "match no payment" in part.cause] == [
            (1, Decimal(lost).scaleb(-2))
        ]
        # The statement's credit, which names no account, still says which payment came back.
        assert found.bucket(Outcome.RETURNED).rows == 2
        assert sum(bucket.rows for bucket in found.buckets) == 3
        assert sum(bucket.pounds for bucket in found.buckets) == Decimal(ROWS_PENCE).scaleb(-2)

    def test_of_two_returns_of_one_payment_one_is_unexplained(self, ilf: TenantContext) -> None:
        path = advice(ilf)
        content = path.read_text()
        start = content.index("<ReturnedCreditItem")
        end = content.index("</ReturnedCreditItem>") + len("</ReturnedCreditItem>")
        path.write_text(content[:end] + content[start:end] + content[end:])
        _, refused = take_in(ilf)
        found = as_at(ilf, RUN, AFTER)
        assert refused or found.unexplained_pounds > 0, "a second return of the same payment is not swallowed"


def test_the_bank_says_in_its_files_nothing_that_reaches_the_journal_of_a_payee(ilf: TenantContext) -> None:
    take_in(ilf)
    with ilf.ledger.opened() as connection:
        figures = [entry_of(connection, RUN, BankFile, number).as_kept() for number in (1, 2, 3)]
    assert {key for said in figures for key in said} == {"message", "sha256", "answers", "matched", "verdict"}
