"""A released file that was truly never sent: everybody in it can be paid, once, the same day; by two people alone."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.service.standing import picture
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.standing.tables import Stand, Urgency
from tasks.audit.timeline import audit
from tasks.ledger import audit_log
from tasks.ledger.bank_rows import WithdrawalRow
from tasks.ledger.catalogue.handing_over import HandOverBegun, VouchersHandOverBegun
from tasks.ledger.overview import overview
from tasks.ledger.payment_state import define_payment_state
from tasks.practice_bank.bank import answer as bank_answers
from tasks.reconcile.receive import inbox, receive_all
from tasks.release.stage import release
from tasks.retention.due import scope_of
from tasks.storage.custody import list_sealed, sha256_of_file
from tasks.submit import never_sent
from tasks.submit.never_sent import take_back
from tasks.submit.stage import record_submission
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems, serials_not_sent
from tests.month import APPROVER, NOVEMBER, ROWS, approve, approved, assessed, context, deliver, ingest, naive_payments
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import (
    ACCEPTED,
    DEBIT,
    OPERATOR,
    OWNER,
    RUN,
    SECOND,
    SENDER,
    bank_says,
    home,
    is_whole,
    states,
    two,
)

__all__ = ["home"]

FILE = f"{RUN}.REHEARSAL.bacs18.txt"
AGAIN = "ilf-2026-11-rehearsal-2"
LATER = NOVEMBER.replace(hour=11)
ON_ANOTHER_DAY = tuple(row.replace("30/11/2026", "04/12/2026") for row in ROWS)
REASON = "the channel was down, and it was never sent"


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home"))


def taken_back(of: TenantContext, first: str = SENDER, second: str = OPERATOR, run_id: str = RUN, **wrong: str) -> None:
    people, at = two(first, second, **wrong)
    take_back(of, run_id, REASON, people, at, LATER)


def outbox(of: TenantContext) -> Path:
    return of.paths.outbox(of.tenant)


def paid_again(of: TenantContext, now: datetime = LATER, flow: str = "flow-2") -> str:
    run_id = assessed(of, now, flow=flow)
    approve(of, run_id, now, flow)
    release(of, run_id, now)
    return run_id


@pytest.mark.parametrize("kind", [HandOverBegun, VouchersHandOverBegun], ids=["to the bank", "to the provider"])
def test_a_hand_over_that_another_home_begins_meanwhile_keeps_it_where_it_is(
    ilf: TenantContext, kind: type[HandOverBegun]
) -> None:
    def begun(of: TenantContext, run_id: str) -> None:
        with of.ledger.transaction() as connection:
            said = kind(SENDER, "was about to", "bank.example", FILE, "ab" * 32, f"{FILE}.part")
            audit_log.keep(connection, said, LATER, (1, run_id))

    people, at = two(SENDER, OPERATOR)
    with pytest.raises(NoGo, match=f"Another machine has begun to hand {RUN} over meanwhile"):
        take_back(ilf, RUN, REASON, people, at, LATER, begun)
    assert (outbox(ilf) / FILE).exists()


def test_the_file_leaves_the_outbox_and_its_payments_are_free(ilf: TenantContext) -> None:
    sha256 = sha256_of_file(outbox(ilf) / FILE)
    taken_back(ilf)
    assert list(outbox(ilf).iterdir()) == []
    assert sha256 in list_sealed(ilf.paths, ilf.tenant)
    assert states(ilf) == {"free: not_sent": 3}
    assert is_whole(ilf)
    [told] = [step for step in audit(ilf, RUN, LATER.date()).steps if "out of the outbox" in step.what]
    assert (told.who, told.what) == (
        SENDER,
        f"took {sha256[:12]} out of the outbox, never sent, agreed by {OPERATOR}. {REASON}",
    )


def test_everybody_is_paid_once_the_same_day_by_the_same_extract(ilf: TenantContext) -> None:
    before = naive_payments((outbox(ilf) / FILE).read_bytes())
    taken_back(ilf)
    assert paid_again(ilf) == AGAIN
    [file] = outbox(ilf).glob("*.txt")
    assert naive_payments(file.read_bytes()) == before
    assert states(ilf) == {"free: not_sent": 3, "released": 3}
    assert is_whole(ilf)
    assert any(RUN in said for said in serials_not_sent(ilf))
    run_id = ingest(ilf, LATER, "flow-3")
    assert run_id == AGAIN, "the extract again goes on with the run that has been released"


def test_what_was_never_sent_is_paid_by_no_second_run_beside_the_one_that_pays_it(ilf: TenantContext) -> None:
    taken_back(ilf)
    paid_again(ilf)
    deliver(ilf, ON_ANOTHER_DAY, "again.csv", kind="supplementary", pay_date="2026-12-04")
    run_id = ingest(ilf, LATER, "flow-3")
    validate(ilf, run_id, LATER)
    assert states(ilf) == {"free: not_sent": 3, "released": 3, "held": 3}


@pytest.mark.parametrize(
    ("rows", "day"), [(ROWS, "2026-11-30"), (ON_ANOTHER_DAY, "2026-12-04")], ids=["same bytes", "another day"]
)
def test_once_the_day_cannot_be_reached_the_rows_come_as_a_supplementary_extract(
    ilf: TenantContext, rows: tuple[str, ...], day: str
) -> None:
    taken_back(ilf)
    deliver(ilf, rows, kind="supplementary", pay_date=day)
    assert paid_again(ilf) == AGAIN
    assert states(ilf) == {"free: not_sent": 3, "released": 3}


def test_a_corrected_full_extract_may_follow(ilf: TenantContext) -> None:
    taken_back(ilf)
    deliver(ilf, tuple(reversed(ROWS)), "corrected.csv")
    assert paid_again(ilf) == AGAIN


def test_the_bank_answers_the_run_that_was_sent(ilf: TenantContext) -> None:
    taken_back(ilf)
    paid_again(ilf)
    [file] = outbox(ilf).glob("*.txt")
    bank_answers(file, ilf.paths.bank_inbox(ilf.tenant), date(2026, 11, 30))
    reports = [path for path in inbox(ilf) if "input" in path.name]
    receive_all(ilf, reports, NOVEMBER.replace(day=27))
    with ilf.ledger.opened() as connection:
        found = connection.execute("SELECT DISTINCT run_id FROM core_bank_answer JOIN run USING (run_no)").fetchall()
    assert found == [(AGAIN,)]


def test_what_comes_back_comes_back_to_the_run_that_was_sent(ilf: TenantContext) -> None:
    """Both files have the same payments on the same days; the bank's advice and statement name neither."""
    taken_back(ilf)
    paid_again(ilf)
    [file] = outbox(ilf).glob("*.txt")
    bank_answers(file, ilf.paths.bank_inbox(ilf.tenant), date(2026, 11, 30))
    receive_all(ilf, inbox(ilf), NOVEMBER.replace(month=12, day=4))
    with ilf.ledger.opened() as connection:
        define_payment_state(connection)
        totals = "SELECT run_id, state, payments, not_proven FROM state_totals(?) JOIN run USING (run_no) ORDER BY ALL"
        found = connection.execute(totals, [date(2026, 12, 4)]).fetchall()
    assert found == [(RUN, "not_sent", 3, 0), (AGAIN, "credited", 1, 0), (AGAIN, "returned", 2, 0)]


class TestFromThenOnItIsDisputed:
    """Whoever sent it after all has paid: a submission, an acceptance or a debit frees nobody any more."""

    def test_a_submission(self, ilf: TenantContext) -> None:
        taken_back(ilf)
        record_submission(ilf, RUN, "BT 4711", LATER, SENDER, LATER)
        assert states(ilf) == {"disputed": 3}
        assert is_whole(ilf)

    @pytest.mark.parametrize(("answer", "message"), [(ACCEPTED, "input_report"), (DEBIT, "camt053")])
    def test_the_bank(self, ilf: TenantContext, answer: tuple[None, str, None, int], message: str) -> None:
        taken_back(ilf)
        bank_says(ilf, answer, message=message)
        assert states(ilf) == {"disputed": 3}
        [run] = [each for each in picture([ilf], ilf.settings.home, LATER).standings if each.subject == RUN]
        assert (run.stand, run.urgency) == (Stand.DISPUTED, Urgency.ACT)


def test_status_asks_for_its_payments_until_a_later_run_has_them(ilf: TenantContext) -> None:
    taken_back(ilf)
    [run] = picture([ilf], ilf.settings.home, LATER).standings
    assert (run.stand, run.urgency) == (Stand.NOT_SENT, Urgency.ACT)
    paid_again(ilf)
    stands = {each.subject: each.stand for each in picture([ilf], ilf.settings.home, LATER).standings}
    assert stands == {RUN: Stand.REPLACED, AGAIN: Stand.REHEARSED}
    with ilf.ledger.opened() as connection:
        assert [run.is_withdrawn for run in overview(connection)] == [True, False]


@pytest.mark.parametrize(
    ("people", "said"),
    one_in(
        2,
        [
            ((SENDER, SENDER), "cannot be both"),
            ((SENDER, f" {SENDER.upper()}"), "cannot be both"),
            ((OPERATOR, SENDER), f"{OPERATOR} is no sender"),
            ((SENDER, APPROVER), f"{APPROVER} approved {RUN}"),
            ((SENDER, "auditor@ilf.example"), "is no operator or approver or decision owner"),
            ((SENDER, "finance.officer@ilf.example"), "is no operator or approver or decision owner"),
        ],
    ),
    ids=["one twice", "twice otherwise typed", "no sender", "its approver", "auditor", "uploader"],
)
def test_who_may_not(ilf: TenantContext, people: tuple[str, str], said: str) -> None:
    with pytest.raises(NoGo, match=said):
        taken_back(ilf, *people)
    assert (outbox(ilf) / FILE).exists()
    assert states(ilf) == {"released": 3}


@pytest.mark.parametrize("second", [OPERATOR, SECOND, OWNER])
@pytest.mark.parametrize("wrong", ["sender", "second"])
def test_a_wrong_code(ilf: TenantContext, second: str, wrong: str) -> None:
    name = SENDER if wrong == "sender" else second
    with pytest.raises(NoGo, match=f"{name}: "):
        taken_back(ilf, SENDER, second, **{name: "000000"})
    assert (outbox(ilf) / FILE).exists()
    assert states(ilf) == {"released": 3}


class TestWhatCannotBeTakenBack:
    """Nothing of it is done, and the sentence says why."""

    def test_what_was_not_released(self, tmp_path: Path) -> None:
        of = context(tmp_path)
        approved(of)
        with pytest.raises(NoGo, match="has not been released"):
            taken_back(of)

    def test_what_was_sent(self, ilf: TenantContext) -> None:
        record_submission(ilf, RUN, "BT 4711", NOVEMBER, SENDER, NOVEMBER)
        with pytest.raises(NoGo, match="under the reference BT 4711"):
            taken_back(ilf)

    @pytest.mark.parametrize("sentence", ["", "Its sums do not add up."])
    def test_what_the_bank_speaks_of(self, ilf: TenantContext, sentence: str) -> None:
        bank_says(ilf, ACCEPTED, sentence=sentence)
        with pytest.raises(NoGo, match="so its file has been sent"):
            taken_back(ilf)

    def test_what_was_taken_back(self, ilf: TenantContext) -> None:
        taken_back(ilf)
        with pytest.raises(NoGo, match="was taken back already"):
            taken_back(ilf)

    def test_what_somebody_took_away(self, ilf: TenantContext) -> None:
        (outbox(ilf) / FILE).unlink()
        with pytest.raises(NoGo, match="whoever took it away may have sent it"):
            taken_back(ilf)
        (outbox(ilf) / FILE).write_bytes(b"another file")
        with pytest.raises(NoGo, match="is another file"):
            taken_back(ilf)


@pytest.mark.parametrize("where", one_in(2, ["prove_two", "_take_out", "flush", "insert", "record"]))
def test_killed_anywhere_it_is_said_again_and_ends_whole(
    ilf: TenantContext, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(never_sent, where, dies)
        with pytest.raises(KeyboardInterrupt):
            taken_back(ilf)
    assert states(ilf) == {"released": 3}, "nobody is paid again by half of it"
    assert is_whole(ilf)
    taken_back(ilf)
    assert states(ilf) == {"free: not_sent": 3}
    assert list(outbox(ilf).iterdir()) == []
    assert is_whole(ilf)


def test_a_file_that_comes_back_into_the_outbox_is_found(ilf: TenantContext) -> None:
    content = (outbox(ilf) / FILE).read_bytes()
    taken_back(ilf)
    (outbox(ilf) / FILE).write_bytes(content)
    assert [(each.where, "It must not be sent" in each.what) for each in problems(ilf)] == [(RUN, True)]


def test_the_sealed_file_goes_with_its_period(ilf: TenantContext) -> None:
    sha256 = sha256_of_file(outbox(ilf) / FILE)
    taken_back(ilf)
    with ilf.ledger.opened() as connection:
        assert sha256 in scope_of(connection, Period.parsed("2026-11"), None).sealed
    ilf.paths.sealed(ilf.tenant, sha256).unlink()
    assert [each.where for each in problems(ilf)] == [RUN]


def test_the_row_holds_who_said_it(ilf: TenantContext) -> None:
    taken_back(ilf, SENDER, OWNER)
    with ilf.ledger.opened() as connection:
        [row] = connection.execute("SELECT * FROM withdrawal").fetchall()
    kept = WithdrawalRow(*row)
    assert (kept.said_by, kept.agreed_by, kept.reason) == (SENDER, OWNER, REASON)
