"""Two people settle what the bank left open: nobody else does, and later evidence opens it again."""

import hashlib
import io
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.audit.timeline import audit
from tasks.exceptions import settle as stage
from tasks.exceptions.decisions import Decision
from tasks.exceptions.settle import Said, settle
from tasks.exceptions.waiting import Waiting, list_waiting
from tasks.ledger import record, runs
from tasks.ledger.bank_rows import BankFileRow
from tasks.ledger.catalogue.events import BankFile
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.rows import insert
from tasks.people.credentials import Kind, keep
from tasks.people.two_people import Given
from tasks.retention.due import scope_of
from tasks.storage.custody import Sealed, list_sealed, seal
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.entries import entry
from tests.month import APPROVER, NOVEMBER, ROWS_PENCE, context
from tests.people import ENROLLED, STEP, code_at, secret_of
from tests.sampled import one_in

RUN = "ilf-2026-11-rehearsal-1"
OPERATOR = "operator@siller.example"
OWNER = "decision.owner@ilf.example"
SENDER = "sender@siller.example"
SECOND = "second.approver@ilf.example"
ENTRY_DAY = date(2026, 11, 30)
AFTER = NOVEMBER.replace(month=12, day=1)
WORD = "case 4711"

Answer = tuple[int | None, str, str | None, int | None]
"""Row, kind, code, pence."""

ACCEPTED: Answer = (None, "accepted_total", None, ROWS_PENCE)
REJECTED: Answer = (None, "rejected_total", "DUPL", ROWS_PENCE)
RETURNED: Answer = (1, "returned", "0", 190000)
ANOTHER: Answer = (0, "returned", "B", 298160)
DEBIT: Answer = (None, "statement_debit", None, ROWS_PENCE)

_steps = count()


@pytest.fixture(scope="module")
def home(released_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released run of three payments; operator, sender and decision owner have devices too."""
    of = context(shutil.copytree(released_home, tmp_path_factory.mktemp("released") / "home", symlinks=True))
    enrol(of, OPERATOR, OWNER, SENDER)
    return of.settings.home


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home"))


def enrol(of: TenantContext, *names: str) -> None:
    with of.ledger.transaction() as connection:
        for name in names:
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), ("operator@siller.example",), ENROLLED)


def bank_says(
    of: TenantContext, *answers: Answer, message: str = "input_report", sentence: str = "", finding: str | None = None
) -> str:
    """Take in a file of the bank's, as receiving would leave it: set aside where there is a sentence."""
    with of.ledger.transaction() as connection:
        run_no = runs.run_row(connection, RUN).run_no
        (number,) = connection.execute("SELECT coalesce(max(bank_file_no), 0) + 1 FROM bank_file").fetchone() or (1,)
        name, content = f"{message}-{number}.xml", f"{message} {number}".encode()
        sha256 = hashlib.sha256(content).hexdigest()
        verdict = "set_aside" if sentence else "taken"
        at = AFTER + timedelta(minutes=number)
        insert(connection, BankFileRow(number, message, sha256, name, verdict, sentence, "", None, at, at))
        for item, (row, kind, code, pence) in enumerate(answers, start=1):
            connection.execute(
                "INSERT INTO core_bank_answer BY NAME SELECT $run AS run_no, $file AS bank_file_no, $item AS item, "
                "$row AS row_number, $message AS message, $kind AS kind, $code AS code, 1 AS payments, "
                "$pence AS amount_pence, $day AS bank_date, if($row IS NULL, NULL, $pence) AS payment_pence, "
                "$finding AS finding",
                {
                    "run": run_no,
                    "file": number,
                    "item": item,
                    "row": row,
                    "message": message,
                    "kind": kind,
                    "code": code,
                    "pence": pence,
                    "day": ENTRY_DAY,
                    "finding": finding,
                },
            )
        seal(Sealed.BANK_FILE, io.BytesIO(content), name, of.paths, of.tenant, sha256)
        record(connection, run_no, RUN, entry(BankFile), sha256, at, number)
    return name


def two(first: str = OPERATOR, second: str = OWNER, **wrong: str) -> tuple[tuple[Given, Given], datetime]:
    """Two people with the codes that their devices show next."""
    at = AFTER + timedelta(seconds=STEP * 3 * next(_steps))
    codes = {name: code_at(name, at) for name in (first, second)} | wrong
    return (Given(first, codes[first]), Given(second, codes[second])), at


def settled(
    of: TenantContext,
    named: str,
    decision: Decision,
    people: Sequence[str] = (OPERATOR, OWNER),
    item: int | None = None,
    evidence: Path | None = None,
) -> int:
    given, at = two(*people)
    said = Said(decision, "the bank says so", WORD, evidence, given)
    return settle(of, named, item, said, at, AFTER + timedelta(hours=1))[1]


def states(of: TenantContext) -> dict[str, int]:
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        query = (
            "SELECT if(may_be_paid_again(state, is_proven), 'free: ', '') || state AS stands, count(*) "
            "FROM payment_state(?) GROUP BY ALL"
        )
        return dict(connection.execute(query, [AFTER.date()]).fetchall())


def waiting(of: TenantContext) -> list[Waiting]:
    return list_waiting(of, AFTER + timedelta(hours=1))


def is_whole(of: TenantContext) -> bool:
    return list(problems(of)) == []


@pytest.fixture(scope="module")
def disputed_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a file that was accepted, and then rejected as a duplicate; nobody changes anything there."""
    of = context(shutil.copytree(home, tmp_path_factory.mktemp("disputed") / "home"))
    bank_says(of, ACCEPTED)
    bank_says(of, REJECTED, message="pain002")
    assert states(of) == {"disputed": 3}
    return of.settings.home


@pytest.fixture
def disputed(disputed_home: Path, tmp_path: Path) -> Iterator[TenantContext]:
    """The same, in a copy of one's own."""
    of = context(shutil.copytree(disputed_home, tmp_path / "home"))
    yield of
    assert is_whole(of)


@pytest.mark.parametrize(
    ("decision", "stands"), [(Decision.PAID, {"credited": 3}), (Decision.NOT_PAID, {"free: not_paid": 3})]
)
def test_one_act_settles_a_month(disputed: TenantContext, decision: Decision, stands: dict[str, int]) -> None:
    assert settled(disputed, RUN, decision) == 3
    assert states(disputed) == stands
    assert waiting(disputed) == []
    told = [step for step in audit(disputed, RUN, AFTER.date()).steps if "settled what the bank left open" in step.what]
    assert [(step.who, step.what) for step in told] == [
        (OPERATOR, f"settled what the bank left open: {decision}, agreed by {OWNER}. the bank says so")
    ]


def test_one_payment_of_a_disputed_month_is_settled_alone(disputed: TenantContext) -> None:
    assert settled(disputed, f"{RUN}/2", Decision.NOT_PAID) == 1
    assert states(disputed) == {"disputed": 2, "free: not_paid": 1}
    assert settled(disputed, RUN, Decision.PAID) == 2
    assert states(disputed) == {"credited": 2, "free: not_paid": 1}


def test_later_evidence_opens_it_again_and_a_second_act_settles_that(disputed: TenantContext) -> None:
    settled(disputed, RUN, Decision.NOT_PAID)
    bank_says(disputed, DEBIT, message="camt053")
    assert states(disputed) == {"disputed": 3}
    settled(disputed, RUN, Decision.PAID, (SECOND, OWNER))
    assert states(disputed) == {"credited": 3}
    bank_says(disputed, REJECTED, message="pain002")
    assert states(disputed) == {"disputed": 3}


def test_a_return_after_all_was_settled_as_paid_is_open_again(disputed: TenantContext) -> None:
    settled(disputed, RUN, Decision.PAID)
    bank_says(disputed, RETURNED, message="arucs")
    assert states(disputed) == {"credited": 2, "returned": 1}
    bank_says(disputed, (1, "statement_credit", "0", 190000), message="camt053")
    assert states(disputed) == {"credited": 2, "free: returned": 1}


def test_what_was_settled_is_not_settled_twice(disputed: TenantContext) -> None:
    settled(disputed, RUN, Decision.PAID)
    with pytest.raises(NoGo, match=f"Nothing of {RUN} waits for two people"):
        settled(disputed, RUN, Decision.NOT_PAID)
    assert states(disputed) == {"credited": 3}


@pytest.mark.parametrize("decision", [Decision.PAID, Decision.NOT_PAID])
def test_what_is_not_open_is_not_settled(ilf: TenantContext, decision: Decision) -> None:
    for named in (RUN, f"{RUN}/1", f"{RUN}/released"):
        with pytest.raises(NoGo, match="waits for two people"):
            settled(ilf, named, decision)
    assert states(ilf) == {"released": 3}


def test_what_the_statement_has_proven_nobody_settles(ilf: TenantContext) -> None:
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, RETURNED, (1, "statement_credit", "0", 190000), message="camt053")
    with pytest.raises(NoGo, match="waits for two people"):
        settled(ilf, f"{RUN}/1", Decision.PAID)
    assert states(ilf) == {"credited": 2, "free: returned": 1}


def test_a_run_settled_as_paid_leaves_a_proven_return_a_return(disputed: TenantContext) -> None:
    bank_says(disputed, (1, "statement_credit", "0", 190000), message="camt053")
    assert settled(disputed, RUN, Decision.PAID) == 2
    assert states(disputed) == {"credited": 2, "free: returned": 1}


class TestReturnsThatAreNotProven:
    """Whoever writes to the inbox can forge an advice: what it says frees nobody until two people, or the statement."""

    @pytest.fixture
    def forged(self, ilf: TenantContext) -> TenantContext:
        bank_says(ilf, ACCEPTED)
        bank_says(ilf, RETURNED, ANOTHER, message="arucs")
        assert states(ilf) == {"credited": 1, "returned": 2}
        return ilf

    def test_they_are_listed_by_code_with_their_lines(self, forged: TenantContext) -> None:
        found = waiting(forged)
        assert [(each.kind, each.subject, each.choices) for each in found] == [
            ("returned", f"{RUN}/returned/0", ("paid", "not_paid")),
            ("returned", f"{RUN}/returned/B", ("paid", "not_paid")),
        ]
        assert "1 payment, £1,900.00, code 0" in found[0].said
        assert "row 1 (line 3)" in found[0].said
        assert "row 0 (line 2)" in found[1].said

    def test_a_group_is_settled_by_itself(self, forged: TenantContext) -> None:
        assert settled(forged, f"{RUN}/returned/B", Decision.NOT_PAID) == 1
        assert states(forged) == {"credited": 1, "returned": 1, "free: returned": 1}
        assert settled(forged, f"{RUN}/returned", Decision.PAID) == 1
        assert states(forged) == {"credited": 2, "free: returned": 1}

    def test_what_is_said_of_others_later_is_not_settled_by_it(self, forged: TenantContext) -> None:
        assert settled(forged, RUN, Decision.NOT_PAID) == 2
        bank_says(forged, (2, "returned", "0", 105000), message="arucs")
        assert states(forged) == {"free: returned": 2, "returned": 1}


class TestAFileThatWasSetAside:
    """It changes nothing, and its runs' payments are not credited, until two people have said what becomes of it."""

    @pytest.fixture
    def aside(self, ilf: TenantContext) -> tuple[TenantContext, str]:
        bank_says(ilf, ACCEPTED)
        name = bank_says(ilf, RETURNED, ANOTHER, message="arucs", sentence="Its sums do not add up.")
        assert states(ilf) == {"answer_set_aside": 3}
        return ilf, name

    def test_it_is_listed_with_what_it_may_concern(self, aside: tuple[TenantContext, str]) -> None:
        ilf, name = aside
        [each] = waiting(ilf)
        assert (each.kind, each.subject, each.choices) == ("set_aside", name, ("admit", "dismiss"))
        assert f"Its sums do not add up. It may concern {RUN}." in each.said

    @pytest.mark.parametrize(
        ("decision", "stands"),
        [(Decision.ADMIT, {"credited": 1, "returned": 2}), (Decision.DISMISS, {"credited": 3})],
    )
    def test_it_is_settled_whole(
        self, aside: tuple[TenantContext, str], decision: Decision, stands: dict[str, int]
    ) -> None:
        ilf, name = aside
        assert settled(ilf, name, decision) == 1
        assert states(ilf) == stands
        with pytest.raises(NoGo, match="waits for two people"):
            settled(ilf, name, decision)
        assert is_whole(ilf)

    def test_an_item_is_admitted_and_the_rest_dismissed(self, aside: tuple[TenantContext, str]) -> None:
        ilf, name = aside
        settled(ilf, name, Decision.ADMIT, item=2)
        assert states(ilf) == {"answer_set_aside": 2, "returned": 1}
        with pytest.raises(NoGo, match="waits for two people"):
            settled(ilf, name, Decision.ADMIT, item=2)
        with pytest.raises(NoGo, match="then dismiss the file"):
            settled(ilf, name, Decision.DISMISS, item=1)
        with pytest.raises(NoGo, match="waits for two people"):
            settled(ilf, name, Decision.ADMIT, item=3)
        settled(ilf, name, Decision.DISMISS)
        assert states(ilf) == {"credited": 2, "returned": 1}

    def test_a_decision_of_the_other_sort_is_none(self, aside: tuple[TenantContext, str]) -> None:
        ilf, name = aside
        with pytest.raises(NoGo, match="admit or dismiss, not as paid"):
            settled(ilf, name, Decision.PAID)
        with pytest.raises(NoGo, match="paid or not_paid, not as admit"):
            settled(ilf, RUN, Decision.ADMIT)

    def test_one_that_nobody_can_read_concerns_the_runs_that_could_still_come_back(self, ilf: TenantContext) -> None:
        name = bank_says(ilf, message="unknown", sentence="It is no message of a bank.")
        [each] = waiting(ilf)
        assert f"It may concern {RUN}." in each.said
        with pytest.raises(NoGo, match="approved"):
            settled(ilf, name, Decision.DISMISS, (OPERATOR, APPROVER))
        settled(ilf, name, Decision.DISMISS)
        assert waiting(ilf) == []


class TestMoneyThatLeftTwice:
    """A debit that no run explains is on somebody's list until two people have looked into it."""

    def test_one_debit_more_than_was_released(self, ilf: TenantContext) -> None:
        bank_says(ilf, DEBIT, message="camt053")
        assert waiting(ilf) == []
        name = bank_says(ilf, DEBIT, message="camt053")
        [each] = waiting(ilf)
        assert (each.kind, each.subject, each.item, each.choices) == ("paid_twice", name, 1, ("dismiss",))
        assert "£5,931.60" in each.said
        assert settled(ilf, name, Decision.DISMISS, item=1) == 1
        assert waiting(ilf) == []
        assert states(ilf) == {"credited": 3}
        assert is_whole(ilf)

    def test_what_fits_no_payment_is_looked_into(self, ilf: TenantContext) -> None:
        name = bank_says(ilf, (None, "statement_credit", "AC04", 1), message="camt053", finding="unmatched")
        assert [each.kind for each in waiting(ilf)] == ["unmatched"]
        settled(ilf, name, Decision.DISMISS, item=1)
        assert waiting(ilf) == []


class TestWhoMay:
    """Two people, neither of them with a hand in the run, each with a code."""

    @pytest.mark.parametrize(
        ("people", "said"),
        one_in(
            3,
            [
                ((OWNER, OWNER), "cannot be both: it takes two people"),
                ((OWNER, f" {OWNER.title()} "), "cannot be both: it takes two people"),
                ((OPERATOR, APPROVER), f"{APPROVER} approved {RUN}"),
                ((APPROVER, OWNER), f"{APPROVER} approved {RUN}"),
                ((OWNER, OPERATOR), "is no approver or decision owner"),
                ((SENDER, OWNER), "is no operator or approver or decision owner"),
                (("finance.officer@ilf.example", OWNER), "is no operator or approver or decision owner"),
                (("auditor@ilf.example", OWNER), "is no operator or approver or decision owner"),
                (("nobody@ilf.example", OWNER), "is no operator or approver or decision owner"),
            ],
        ),
        ids=[
            "twice",
            "twice otherwise typed",
            "approver agrees",
            "approver",
            "no one of the body",
            "sender",
            "uploader",
            "auditor",
            "nobody",
        ],
    )
    def test_they_may_not(self, disputed: TenantContext, people: tuple[str, str], said: str) -> None:
        with pytest.raises(NoGo, match=said):
            settled(disputed, RUN, Decision.NOT_PAID, people)
        assert states(disputed) == {"disputed": 3}

    def test_who_has_said_that_it_was_sent(self, disputed: TenantContext) -> None:
        from tasks.submit.stage import record_submission

        record_submission(disputed, RUN, "BT 1", NOVEMBER, OPERATOR, NOVEMBER)
        with pytest.raises(NoGo, match=f"{OPERATOR} sent {RUN} to the bank"):
            settled(disputed, RUN, Decision.NOT_PAID)
        settled(disputed, RUN, Decision.NOT_PAID, (SECOND, OWNER))

    @pytest.mark.parametrize("wrong", [OPERATOR, OWNER])
    def test_each_gives_a_code_of_their_own(self, disputed: TenantContext, wrong: str) -> None:
        other = OWNER if wrong == OPERATOR else OPERATOR
        given, at = two(**{wrong: code_at(other, AFTER)})
        said = Said(Decision.NOT_PAID, "the bank says so", WORD, None, given)
        with pytest.raises(NoGo, match=f"{wrong}: "):
            settle(disputed, RUN, None, said, at, AFTER)
        assert states(disputed) == {"disputed": 3}

    def test_a_code_counts_once(self, disputed: TenantContext) -> None:
        given, at = two()
        said = Said(Decision.NOT_PAID, "the bank says so", WORD, None, given)
        settle(disputed, f"{RUN}/0", None, said, at, AFTER)
        with pytest.raises(NoGo, match=f"{OPERATOR}: "):
            settle(disputed, f"{RUN}/1", None, said, at, AFTER)


class TestTheBanksWord:
    """What the bank said is named, and sealed where there is something to seal."""

    @pytest.fixture
    def letter(self, tmp_path: Path) -> Path:
        path = tmp_path / "letter.pdf"
        path.write_bytes(b"the bank's letter")
        return path

    def test_it_is_sealed_and_its_hash_kept(self, disputed: TenantContext, letter: Path) -> None:
        sha256 = hashlib.sha256(letter.read_bytes()).hexdigest()
        settled(disputed, RUN, Decision.PAID, evidence=letter)
        with disputed.ledger.opened() as connection:
            kept = connection.execute("SELECT evidence_sha256, bank_reference FROM settlement").fetchall()
        assert kept == [(sha256, WORD)]
        assert sha256 in list_sealed(disputed.paths, disputed.tenant)

    def test_evidence_that_is_gone_is_found(self, ilf: TenantContext, letter: Path) -> None:
        name = bank_says(ilf, message="unknown", sentence="It is no message of a bank.")
        settled(ilf, name, Decision.DISMISS, evidence=letter)
        assert is_whole(ilf)
        ilf.paths.sealed(ilf.tenant, hashlib.sha256(letter.read_bytes()).hexdigest()).unlink()
        assert [each.where for each in problems(ilf)] == ["exception_settled 1"]

    @pytest.mark.parametrize("of_a_file", [False, True], ids=["of payments", "of a file"])
    def test_it_goes_with_its_period(self, disputed: TenantContext, letter: Path, of_a_file: bool) -> None:
        sha256 = hashlib.sha256(letter.read_bytes()).hexdigest()
        if of_a_file:
            name = bank_says(disputed, RETURNED, message="arucs", sentence="Its sums do not add up.")
            settled(disputed, name, Decision.DISMISS, evidence=letter)
        else:
            settled(disputed, RUN, Decision.PAID, evidence=letter)
        with disputed.ledger.opened() as connection:
            assert sha256 in scope_of(connection, Period.parsed("2026-11"), None).sealed
            assert sha256 not in scope_of(connection, Period.parsed("2026-12"), None).sealed

    def test_a_file_of_sillers_own_is_none(self, disputed: TenantContext) -> None:
        [payment_file] = disputed.paths.outbox(disputed.tenant).glob("*.txt")
        with pytest.raises(NoGo, match="the evidence is what the bank says of it"):
            settled(disputed, RUN, Decision.PAID, evidence=payment_file)

    @pytest.mark.parametrize(("reason", "reference"), [("", WORD), ("why", ""), ("x" * 301, WORD), ("why", "x" * 101)])
    def test_there_is_a_reason_and_a_reference(self, disputed: TenantContext, reason: str, reference: str) -> None:
        given, at = two()
        with pytest.raises(NoGo, match="Nothing was done"):
            settle(disputed, RUN, None, Said(Decision.PAID, reason, reference, None, given), at, AFTER)

    def test_killed_between_sealing_and_the_transaction_it_is_said_again(
        self, disputed: TenantContext, letter: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as dying:
            dying.setattr(stage, "next_number", lambda *_: exec("raise KeyboardInterrupt"))
            with pytest.raises(KeyboardInterrupt):
                settled(disputed, RUN, Decision.NOT_PAID, evidence=letter)
        assert states(disputed) == {"disputed": 3}
        assert is_whole(disputed)
        settled(disputed, RUN, Decision.NOT_PAID, evidence=letter)
        assert states(disputed) == {"free: not_paid": 3}


def test_what_is_another_bodys_is_not_there(disputed: TenantContext) -> None:
    with pytest.raises(NoGo, match="is no run of ilf"):
        settled(disputed, "alba-2026-11-rehearsal-1", Decision.PAID)
    with pytest.raises(NoGo, match="is no run of ilf"):
        settled(disputed, RUN.replace("rehearsal", "live"), Decision.PAID)
    with pytest.raises(NoGo, match=r"has had no file other\.xml of the bank's"):
        settled(disputed, "other.xml", Decision.ADMIT)
    with pytest.raises(NoGo, match="There is no run"):
        settled(disputed, RUN.replace("rehearsal-1", "rehearsal-7"), Decision.PAID)


@pytest.mark.parametrize(
    ("forged", "said"),
    [("said_by", "One person alone settled"), (f"'{APPROVER}'", "Whoever approved it settled")],
    ids=["alone", "approver"],
)
def test_people_changed_by_hand_are_found(ilf: TenantContext, forged: str, said: str) -> None:
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, REJECTED, message="pain002")
    settled(ilf, RUN, Decision.PAID)
    with ilf.ledger.transaction() as connection:
        connection.execute(f"UPDATE settlement SET agreed_by = {forged}")
    assert any(said in each.what for each in problems(ilf))
