"""Submitted: who sent the released file, when and under which reference; once."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.approve.stage import judge_once
from tasks.ledger.overview import overview
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.runs import stages_done
from tasks.lineage.trace import trace
from tasks.release.outboxes import outbox_of
from tasks.release.stage import release
from tasks.submit.stage import london_time, record_submission
from tasks.tenant_context import TenantContext
from tasks.verify import problems, serials_not_sent
from tests.month import NOVEMBER, ROWS, answer, approve, assessed, context, deliver

RUN = "ilf-2026-11-rehearsal-1"
SENT = datetime(2026, 11, 26, 14, 5, tzinfo=LONDON)
SENDER = "sender@siller.example"
AFTER = datetime(2026, 11, 30, 9, tzinfo=LONDON)


@pytest.fixture
def ilf(released_home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(released_home, tmp_path / "home"))


def states(of: TenantContext, day: str = "2026-11-27") -> set[str]:
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        return {state for (state,) in connection.execute(f"SELECT state FROM payment_state(DATE '{day}')").fetchall()}


def kept(of: TenantContext) -> list[tuple[object, ...]]:
    with of.ledger.opened() as connection:
        return connection.execute("SELECT * FROM submission").fetchall()


def test_it_is_kept_and_every_payment_is_submitted(ilf: TenantContext) -> None:
    assert states(ilf) == {"released"}
    entry = record_submission(ilf, RUN, " BT-2026  1126 ", SENT, SENDER, AFTER)
    assert (entry.stage, entry.figures.reference, entry.figures.days_late) == ("submitted 1", "BT-2026 1126", 0)
    ((number, run_no, reference, at, by, sha256, late),) = kept(ilf)
    assert (number, run_no, reference, at, by, late) == (1, 1, "BT-2026 1126", SENT, SENDER, False)
    (name,) = [name for name in outbox_of(ilf).names() if name.endswith(".txt")]
    assert sha256 == hashlib.sha256((ilf.paths.outbox("ilf") / name).read_bytes()).hexdigest()
    assert states(ilf) == {"submitted"}
    assert list(problems(ilf)) == []
    with ilf.ledger.opened() as connection:
        assert overview(connection)[0].submission == "26 Nov 2026 14:05"
    steps = {step.what: step for step in trace(ilf.ledger, f"{RUN}/0", AFTER.date()).steps}
    assert (steps["submitted"].when, steps["submitted"].detail) == (SENT, f"reference BT-2026 1126, {SENDER}")


def test_again_in_the_same_words_returns_what_stands(ilf: TenantContext) -> None:
    entry = record_submission(ilf, RUN, "REF", SENT, SENDER, AFTER)
    assert record_submission(ilf, RUN, "REF", SENT.astimezone(UTC), SENDER, AFTER.replace(hour=10)) == entry
    assert len(kept(ilf)) == 1


@pytest.mark.parametrize("changed", ["reference", "time", "officer"])
def test_again_in_other_words_is_refused_and_says_what_stands(ilf: TenantContext, changed: str) -> None:
    record_submission(ilf, RUN, "REF", SENT, SENDER, AFTER)
    before = kept(ilf)
    with pytest.raises(NoGo, match=f"as submitted already, by {SENDER} under the reference REF. That stands"):
        record_submission(
            ilf,
            RUN,
            "OTHER" if changed == "reference" else "REF",
            SENT.replace(minute=6) if changed == "time" else SENT,
            "operator@siller.example" if changed == "officer" else SENDER,
            AFTER,
        )
    assert kept(ilf) == before


def test_after_the_input_day_it_is_late_and_says_so(ilf: TenantContext) -> None:
    """Processing on Friday 27 November: Bacs took the file until the evening of Thursday 26."""
    entry = record_submission(ilf, RUN, "REF", datetime(2026, 11, 27, 0, 0, tzinfo=LONDON), SENDER, AFTER)
    assert entry.figures.days_late == 1
    with ilf.ledger.opened() as connection:
        assert overview(connection)[0].submission == "27 Nov 2026 00:00, LATE"
    assert "submitted, LATE" in [step.what for step in trace(ilf.ledger, f"{RUN}/0", AFTER.date()).steps]


class TestRefused:
    """Nothing is kept."""

    def refused(self, of: TenantContext, match: str, reference: str = "REF", at: datetime = SENT) -> None:
        with pytest.raises(NoGo, match=match):
            record_submission(of, RUN, reference, at, SENDER, AFTER)
        assert kept(of) == []

    def test_a_run_that_is_not_released(self, approved_month: TenantContext) -> None:
        self.refused(approved_month, "has not been released")

    def test_a_file_that_is_not_the_released_one(self, ilf: TenantContext) -> None:
        (name,) = [name for name in outbox_of(ilf).names() if name.endswith(".txt")]
        file = ilf.paths.outbox("ilf") / name
        file.write_bytes(file.read_bytes().replace(b"00000298160", b"00000298161"))
        self.refused(ilf, "If another file went to the bank, stop it there now")
        file.unlink()
        self.refused(ilf, rf"{name} is not in .*put the released one back")

    @pytest.mark.parametrize("reference", ["", "   ", "x" * 101, "a\x07b"])
    def test_a_reference_that_is_none(self, ilf: TenantContext, reference: str) -> None:
        self.refused(ilf, "The reference is what the channel gave back", reference)

    def test_a_time_before_the_release(self, ilf: TenantContext) -> None:
        self.refused(
            ilf, "was released on 20 November 2026 at 09:30, after the time given", at=NOVEMBER.replace(minute=29)
        )

    def test_a_time_that_is_still_to_come(self, ilf: TenantContext) -> None:
        self.refused(ilf, "30 November 2026, 09:01 is still to come", at=AFTER.replace(minute=1))


class TestLondonTime:
    """Around the days on which the clocks change."""

    def test_in_summer_and_winter(self) -> None:
        assert london_time("2026-07-01 12:00") == datetime(2026, 7, 1, 11, tzinfo=UTC)
        assert london_time("2026-12-01 12:00") == datetime(2026, 12, 1, 12, tzinfo=UTC)

    def test_the_hour_that_comes_twice_is_the_first(self) -> None:
        first = london_time("2026-10-25 01:30").astimezone(UTC)
        assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_the_hour_that_never_was(self) -> None:
        with pytest.raises(NoGo, match="the clocks in London jump over it"):
            london_time("2026-03-29 01:30")

    @pytest.mark.parametrize("text", ["", "yesterday", "2026-11-26", "26/11/2026 14:05", "2026-11-31 10:00"])
    def test_no_time(self, text: str) -> None:
        with pytest.raises(NoGo, match="is no time; write it YYYY-MM-DD HH:MM"):
            london_time(text)


class TestSerials:
    """Never used again, never skipped without a word."""

    def test_a_declined_run_leaves_a_gap_that_is_explained_by_name(self, tmp_path: Path) -> None:
        of = context(tmp_path)
        extract = deliver(of)
        first = assessed(of)
        approve(of, first, decision="reject", reason="wrong month")
        assert serials_not_sent(of) == [], "nothing later was released: no gap yet"
        deliver(of, ROWS[:2], replaces=hashlib.sha256(extract.read_bytes()).hexdigest())
        second = assessed(of, flow="flow-2")
        judge_once(of, second, "flow-2", "approval-1-1", answer(control_total="4,881.60"), NOVEMBER)
        release(of, second, NOVEMBER)
        assert serials_not_sent(of) == [
            f"Submission serial 1 of 123456 was never sent: {first} has it, and is replaced by {second}."
        ]
        assert list(problems(of)) == []

    def test_a_serial_that_no_run_has_is_a_problem(self, ilf: TenantContext) -> None:
        with ilf.ledger.opened() as connection:
            connection.execute("UPDATE submission_serial SET serial = 3")
        assert "Submission serial 2 of 123456 was never given to a run." in [each.what for each in problems(ilf)]


def test_rows_that_no_journal_entry_covers_are_found(ilf: TenantContext) -> None:
    record_submission(ilf, RUN, "REF", SENT, SENDER, AFTER)
    with ilf.ledger.opened() as connection:
        connection.execute("UPDATE submission SET reference = 'OTHER'")
    assert "What the stage submitted 1 wrote has changed since: look at submission." in [
        each.what for each in problems(ilf)
    ]
    with ilf.ledger.opened() as connection:
        assert stages_done(connection, RUN)[-1] == "submitted 1"
        connection.execute("DELETE FROM journal WHERE stage = 'submitted 1'")
    assert "There are rows in submission, but the stage submitted 1 is not in the journal." in [
        each.what for each in problems(ilf)
    ]
