"""A contradiction frees nobody: what the bank says against its own word, and what is said of another run, pays no one.

Each of these files made people payable again who had been paid.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows.service.standing import picture
from schemas.bank_messages.bank_file import BankFile
from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.reconciliation.figures import Outcome
from schemas.standing.records import Standing
from schemas.standing.tables import Stand, Urgency
from tasks.instruct.stage import instruct
from tasks.ledger.disputes import Dispute, disputes
from tasks.ledger.file_progress import follow
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.verify import problems
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.reconcile.receive import inbox, put_away
from tasks.reconcile.stage import as_at, reconcile
from tasks.reconcile.wording import open_end
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests import bank_messages as bank
from tests.by_hand import parts_beside
from tests.month import APPROVER, NOVEMBER, ROWS, ROWS_PENCE, approve, assess, assessed, context, deliver, ingest
from tests.sampled import one_in
from tests.unit.tasks.manual_payments.test_stage import OPERATOR, line_of, recorded
from tests.unit.tasks.rails.test_rails import office_with

RUN = "ilf-2026-11-rehearsal-1"
AFTER = NOVEMBER.replace(month=12, day=4)
BEFORE_THE_LAST_DAY = NOVEMBER.replace(month=12, day=1)


@pytest.fixture
def bacs(released_home: Path, tmp_path: Path) -> TenantContext:
    """November, released as a Bacs file."""
    return context(shutil.copytree(released_home, tmp_path / "home"))


@pytest.fixture(scope="module")
def pain_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("pain")
    of = office_with(home, ("rail: bacs_standard_18", "rail: pain001_bacs"))
    deliver(of)
    run_id = assessed(of)
    approve(of, run_id)
    release(of, run_id, NOVEMBER)
    return home


@pytest.fixture
def pain(pain_home: Path, tmp_path: Path) -> TenantContext:
    """November, released as a message to the bank."""
    home = shutil.copytree(pain_home, tmp_path / "pain")
    contracts = home / "contracts"
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home / "home", modulus_table=None, contracts=contracts))


def said(of: TenantContext, *documents: str, at_once: bool = False) -> list[str]:
    """Let the bank say this, one file after another or in one batch; returns why what was not taken was not."""
    folder = of.paths.bank_inbox("ilf")
    folder.mkdir(parents=True, exist_ok=True)
    refused = []
    for number, document in enumerate(documents, start=1):
        (folder / f"{number}.xml").write_text(document)
        if not at_once or number == len(documents):
            refused += bank.taken_in(of, AFTER)[1]
            put_away(of)
    with of.ledger.opened() as connection:
        assert list(problems(connection, parts_beside(connection))) == []
    return refused


def states(of: TenantContext, run_no: int = 1) -> list[str]:
    """Where each payment stands, by the ledger's query; the report has to say the same."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        rows = connection.execute(
            "SELECT state FROM payment_state(?) WHERE run_no = ? ORDER BY row_number", [AFTER.date(), run_no]
        ).fetchall()
    return [row[0] for row in rows]


def paid_again(of: TenantContext, rows: Sequence[str] = ROWS, kind: str = "supplementary") -> list[str]:
    """Try to pay these once more: where each row of the second extract stands."""
    again = [row.replace("30/11/2026", "10/12/2026") for row in rows]
    deliver(of, again, name="again.csv", kind=kind, pay_date="2026-12-10")
    run_id = ingest(of, flow="flow-2")
    validate(of, run_id, AFTER)
    return states(of, 2)


ACCEPTED, ALL_REJECTED = bank.input_report(3, 0), bank.input_report(0, 3)
ONE_REJECTED = bank.input_report(2, 1)
DEBITED = bank.statement([bank.debit()])
OF_BACS = {
    "all rejected after the acceptance": [ACCEPTED, ALL_REJECTED],
    "all rejected after the debit": [DEBITED, ALL_REJECTED],
    "the debit given back": [ACCEPTED, bank.statement([bank.debit(), bank.reversal()])],
    "the debit given back a day later": [DEBITED, bank.statement([bank.reversal("2026-12-01")], after=DEBITED)],
}
OF_THE_BANK = {
    "DUPL after the acceptance": [bank.status_report("ACCP"), bank.status_report("RJCT", "DUPL")],
    "AM05 after the acceptance": [bank.status_report("ACSP"), bank.status_report("RJCT", "AM05")],
    "its block rejected after the debit": [DEBITED, bank.status_report("ACCP", block="RJCT")],
    "DUPL alone: the bank has it": [bank.status_report("RJCT", "DUPL")],
}
CONTRADICTIONS = [("bacs", *case) for case in OF_BACS.items()] + [("pain", *case) for case in OF_THE_BANK.items()]
ORDERS = {"as it came": (1, False), "the other way round in one batch": (-1, True)}


@pytest.mark.parametrize(
    ("rail", "name", "files", "order"),
    [
        # Every day two of each rail, one of them the other way round too.
        pytest.param(
            *case, order, id=f"{case[1]}, {order}", marks=[] if number % 2 == 0 and every_day else pytest.mark.long
        )
        for number, case in enumerate(CONTRADICTIONS)
        for order, every_day in zip(ORDERS, (True, number in (0, len(OF_BACS))), strict=True)
    ],
)
def test_a_file_that_was_taken_and_was_not_is_held(
    request: pytest.FixtureRequest, rail: str, name: str, files: Sequence[str], order: str
) -> None:
    """Whichever comes first, nobody is paid again, and the report is loud."""
    del name
    of: TenantContext = request.getfixturevalue(rail)
    step, at_once = ORDERS[order]
    assert said(of, *files[::step], at_once=at_once) == []
    assert states(of) == ["disputed"] * 3
    found = as_at(of, RUN, BEFORE_THE_LAST_DAY)
    assert found.bucket(Outcome.DISPUTED).rows == 3
    assert found.unexplained_pounds * 100 >= ROWS_PENCE
    assert paid_again(of) == ["held"] * 3


def test_what_was_accepted_for_the_time_being_gives_way_to_a_rejection_that_frees_nobody(pain: TenantContext) -> None:
    assert said(pain, bank.status_report("ACTC"), bank.status_report("RJCT", "AM04")) == []
    assert states(pain) == ["rejected"] * 3
    assert paid_again(pain) == ["held"] * 3


@pytest.mark.parametrize(
    ("rail", "files"),
    one_in(
        2,
        [
            ("bacs", [ACCEPTED, ONE_REJECTED]),
            ("bacs", [ONE_REJECTED, DEBITED]),
            ("pain", [bank.status_report("PART", payment="RJCT"), DEBITED]),
            ("pain", [bank.status_report("PART", payment="ACSC"), bank.status_report("PART", payment="RJCT")]),
            ("pain", [bank.status_report("PART", payment="RJCT"), bank.status_report("ACSC")]),
            ("pain", [bank.status_report("PART", payment="RJCT", code="DUPL")]),
        ],
    ),
    ids=["accepted in a report", "debited whole", "debited whole by the bank", "settled", "all settled", "bank has it"],
)
def test_a_payment_that_was_taken_and_was_not_is_held(
    request: pytest.FixtureRequest, rail: str, files: Sequence[str]
) -> None:
    of: TenantContext = request.getfixturevalue(rail)
    assert said(of, *files) == []
    assert states(of)[bank.SECOND] == "disputed"
    assert as_at(of, RUN, BEFORE_THE_LAST_DAY).bucket(Outcome.DISPUTED).rows == 1
    assert paid_again(of) == ["held"] * 3


FIRST_REJECTED = bank.input_report(2, 1, listed=0)
REST_DEBITED = bank.statement([bank.debit(pounds=bank.without(bank.SECOND))])


@pytest.mark.parametrize(
    "files",
    [[ONE_REJECTED, FIRST_REJECTED], [ONE_REJECTED, REST_DEBITED, FIRST_REJECTED]],
    ids=["each report has one rejected and the others accepted", "the rest was debited"],
)
def test_a_payment_among_what_was_taken_and_among_what_was_not_is_held(
    bacs: TenantContext, files: Sequence[str]
) -> None:
    """Nothing went whole, and what went and what did not come to more than the file: somebody is in both."""
    assert said(bacs, *files) == []
    assert states(bacs) == ["disputed", "disputed", "credited"]
    assert as_at(bacs, RUN, AFTER).bucket(Outcome.DISPUTED).rows == 2
    assert paid_again(bacs) == ["held"] * 3


ELSEWHERE = {
    "a month-old advice": bank.advice(original="2026-10-29", day="2026-11-02"),
    "a month-old advice without its day": bank.advice(original="", day="2026-11-02"),
    "an advice of another body": bank.advice(user="654321"),
    "an advice on another account": bank.advice(own=bank.ANOTHER),
    "a credit on another account": bank.statement([bank.debit(), bank.credit()], bank.ANOTHER),
    "another body's report": bank.input_report(0, 3, user="654321"),
    "a report of another submission": bank.input_report(0, 3, serial="000002"),
    "a report of another day": bank.input_report(0, 3, day="2026-10-29"),
    "a status report on what went to Bacs": bank.status_report("RJCT"),
}


@pytest.mark.parametrize("name", one_in(3, ELSEWHERE))
def test_what_the_bank_says_of_others_is_no_word_on_this_run(bacs: TenantContext, name: str) -> None:
    """It is named, set aside, and nobody is paid again."""
    (refused,) = said(bacs, ACCEPTED, ELSEWHERE[name])
    assert refused.startswith("2.xml ")
    assert states(bacs) == ["credited"] * 3
    assert inbox(bacs) == []
    assert refused in " ".join(picture([bacs], bacs.settings.home, AFTER).set_aside)
    assert paid_again(bacs) == ["held"] * 3


def test_entries_of_the_month_before_are_of_no_run(bacs: TenantContext) -> None:
    days = ("2026-10-30", "2026-11-02")
    before = bank.statement([bank.debit(days[0]), bank.credit(days[1])], days=days)
    assert said(bacs, ACCEPTED, before) == []
    assert states(bacs) == ["credited"] * 3
    assert paid_again(bacs) == ["held"] * 3


def test_a_day_with_nothing_of_any_run_is_taken_and_put_away(bacs: TenantContext) -> None:
    assert said(bacs, bank.statement([bank.debit("2026-11-20", "10.00")])) == []
    assert inbox(bacs) == []
    assert states(bacs) == ["released"] * 3


def test_a_debit_of_another_sum_than_the_files_is_nobodys(bacs: TenantContext) -> None:
    """It stops nothing: that the file's own debit is missing is told by the report."""
    assert said(bacs, bank.statement([bank.debit(pounds="5931.61")])) == []
    assert states(bacs) == ["released"] * 3
    assert placed(bacs, "statement_debit") == [(0, None, None)]


def test_a_debit_of_a_run_whose_release_is_not_finished_waits_for_it(bacs: TenantContext) -> None:
    """Taken for nobody's it would be lost to the run that made it."""
    with bacs.ledger.opened() as connection:
        connection.execute("CREATE TABLE away AS FROM journal WHERE stage = 'release'")
        connection.execute("DELETE FROM journal WHERE stage = 'release'")
        (bacs.paths.bank_inbox("ilf")).mkdir(parents=True)
    statement = bacs.paths.bank_inbox("ilf") / "1.xml"
    statement.write_text(DEBITED)
    _, (refused,) = bank.taken_in(bacs, AFTER)
    assert refused.startswith("1.xml ")
    with bacs.ledger.opened() as connection:
        connection.execute("INSERT INTO journal FROM away; DROP TABLE away")
    assert bank.taken_in(bacs, AFTER) == ([RUN], [])
    assert states(bacs) == ["credited"] * 3


def test_anothers_items_beside_our_own_match_nobody(bacs: TenantContext) -> None:
    """A statement of two accounts: what came back to the other one is not this run's."""
    ours, others = bank.statement([bank.debit()]), bank.statement([bank.credit()], bank.ANOTHER)
    both = ours.replace("</Stmt>", "</Stmt>" + others[others.index("<Stmt>") : others.index("</BkToCstmrStmt>")])
    assert said(bacs, ACCEPTED, both) == []
    assert states(bacs) == ["credited"] * 3


NO_DEBIT = bank.statement([], named="nothing")
OPEN = [
    ("bacs", ALL_REJECTED, NO_DEBIT, [0, 1, 2]),
    ("bacs", ONE_REJECTED, bank.statement([bank.debit(pounds=bank.without(bank.SECOND))]), [1]),
    ("bacs", bank.advice(), bank.statement([bank.debit(), bank.credit()]), [1]),
    ("bacs", bank.advice(original=""), bank.statement([bank.debit(), bank.credit()]), [1]),
    ("pain", bank.status_report("RJCT", "AM04"), NO_DEBIT, [0, 1, 2]),
    (
        "pain",
        bank.status_report("PART", payment="RJCT"),
        bank.statement([bank.debit(pounds=bank.without(bank.SECOND))]),
        [1],
    ),
]


@pytest.mark.parametrize(("rail", "document", "statement", "open_rows"), one_in(2, OPEN))
def test_what_the_statement_proves_is_paid_again(
    request: pytest.FixtureRequest, rail: str, document: str, statement: str, open_rows: list[int]
) -> None:
    """A payment that did not arrive is owed: holding it back would leave its payee without money."""
    of: TenantContext = request.getfixturevalue(rail)
    assert said(of, document, statement) == []
    assert paid_again(of) == ["payable" if row in open_rows else "held" for row in range(3)]


@pytest.mark.parametrize(("rail", "document"), one_in(2, [case[:2] for case in OPEN]))
def test_what_a_message_alone_says_frees_nobody(request: pytest.FixtureRequest, rail: str, document: str) -> None:
    """Whoever writes to the inbox can forge it."""
    of: TenantContext = request.getfixturevalue(rail)
    assert said(of, document) == []
    assert paid_again(of) == ["held"] * 3


def test_a_run_that_waits_to_pay_again_is_stopped_by_the_contradiction(bacs: TenantContext) -> None:
    said(bacs, ALL_REJECTED, NO_DEBIT)
    assert paid_again(bacs) == ["payable"] * 3
    second = "ilf-2026-11-rehearsal-2"
    instruct(bacs, second, AFTER)
    assess(bacs, second, AFTER)
    approve(bacs, second, AFTER, flow="flow-2")
    said(bacs, DEBITED)
    with pytest.raises(NoGo, match="3 payments of ilf-2026-11-rehearsal-2 have been paid otherwise"):
        release(bacs, second, AFTER)


def test_arrears_that_were_taken_and_were_not_are_not_paid_by_other_arrears(tmp_path: Path) -> None:
    of = office_with(tmp_path, ("rail: bacs_standard_18", "rail: pain001_bacs"))
    deliver(of, kind="arrears")
    run_id = assessed(of)
    approve(of, run_id)
    release(of, run_id, NOVEMBER)
    assert said(of, *OF_THE_BANK["DUPL after the acceptance"]) == []
    assert paid_again(of, kind="arrears") == ["held"] * 3


def test_two_people_settle_what_the_bank_disputes(bacs: TenantContext) -> None:
    """They record who has the money, by the bank's own evidence; nobody has been paid twice by that."""
    with bacs.ledger.transaction() as connection:
        keep(connection, APPROVER, Kind.ACCOUNT, account(), (OPERATOR,), NOVEMBER)
    said(bacs, ACCEPTED, ALL_REJECTED)
    with bacs.ledger.opened() as connection:
        assert disputes(follow(connection, AFTER.date())) == [Dispute(RUN, 3, ROWS_PENCE)]
    settled = recorded(bacs, [line_of(row) for row in ROWS])
    assert (len(settled.twice), len(settled.instead)) == (0, 3)
    assert states(bacs) == ["paid_elsewhere"] * 3
    assert as_at(bacs, RUN, AFTER).bucket(Outcome.PAID_ELSEWHERE).rows == 3
    with bacs.ledger.opened() as connection:
        assert disputes(follow(connection, AFTER.date())) == []
    assert paid_again(bacs) == ["held"] * 3


def test_the_report_says_what_is_disputed(bacs: TenantContext) -> None:
    said(bacs, ACCEPTED, ALL_REJECTED)
    _, written = reconcile(bacs, RUN, BEFORE_THE_LAST_DAY)
    page = written.page.read_text(encoding="utf-8")
    assert "Payments of which the bank says both that it took them and that it did not: 3 items, £5,931.60" in page
    assert "Of 3 payments the bank says two things that cannot both be true. Payments may still" in page
    assert "Pay nobody again on one of two words" in page
    assert "disputed,3,5931.60" in written.buckets.read_text(encoding="utf-8")
    assert written.follow_up.read_text(encoding="utf-8").count(",disputed,") == 3


def test_the_status_says_it_until_it_is_settled(bacs: TenantContext) -> None:
    said(bacs, ACCEPTED)
    assert [each.stand for each in standings(bacs)] == [Stand.RECONCILED]
    said(bacs, ALL_REJECTED)
    [disputed] = standings(bacs)
    assert (disputed.stand, disputed.urgency) == (Stand.DISPUTED, Urgency.ACT)
    assert "Of 3 payments, £5,931.60, the bank says both" in disputed.said


def test_the_status_says_that_the_bank_took_nothing_until_they_are_in_a_later_run(bacs: TenantContext) -> None:
    said(bacs, ALL_REJECTED, NO_DEBIT)
    [away] = standings(bacs)
    assert (away.stand, away.urgency) == (Stand.TURNED_AWAY, Urgency.ACT)
    assert away.command == "siller run ilf --period 2026-11 --rehearsal --today 2026-11-20"
    assert paid_again(bacs) == ["payable"] * 3
    assert Stand.TURNED_AWAY not in {each.stand for each in standings(bacs)}


@pytest.mark.parametrize(
    ("rail", "document"),
    [
        ("pain", bank.status_report("RCVD")),
        ("pain", bank.status_report("PDNG", payment="PDNG")),
        ("bacs", bank.statement([bank.credit().replace(bank.detail_of(bank.SECOND)[1], "11111111")])),
    ],
    ids=["received", "undecided", "a credit that is nobody's"],
)
def test_the_status_calls_nothing_reconciled_of_which_the_bank_has_said_nothing(
    request: pytest.FixtureRequest, rail: str, document: str
) -> None:
    of: TenantContext = request.getfixturevalue(rail)
    assert said(of, document) == []
    [standing] = [each for each in standings(of) if not each.about]
    assert standing.stand is Stand.REHEARSED


def standings(of: TenantContext) -> tuple[Standing, ...]:
    """Of its runs, and then what waits for people."""
    return picture([of], of.settings.home, AFTER).standings


def test_the_outcome_of_the_day_says_it(bacs: TenantContext) -> None:
    said(bacs, ACCEPTED)
    assert open_end(as_at(bacs, RUN, BEFORE_THE_LAST_DAY)) == ""
    said(bacs, ALL_REJECTED)
    assert open_end(as_at(bacs, RUN, BEFORE_THE_LAST_DAY)) == (
        f"{RUN}: £5,931.60 is unexplained. Of 3 payments the bank says both that it took and that it did not take "
        "them: nobody is paid again."
    )


@pytest.mark.parametrize(
    "error", one_in(2, [KeyError("Royal"), RecursionError("Royal"), MemoryError("Royal"), OSError("Royal")])
)
def test_a_file_that_raises_anything_is_named_and_the_others_are_read(
    bacs: TenantContext, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Nothing that is in it is told, and it is set aside."""

    def breaks(data: bytes, name: str) -> BankFile:
        if name == "1.xml":
            raise error
        return read_bank_file(data, name)

    monkeypatch.setattr("tasks.reconcile.receive.read_bank_file", breaks)
    (refused,) = said(bacs, DEBITED, ACCEPTED, at_once=True)
    assert refused.startswith("1.xml cannot be read by siller: ")
    assert type(error).__name__ in refused
    assert "Royal" not in refused
    assert states(bacs) == ["credited"] * 3
    assert inbox(bacs) == []


def test_another_statement_of_the_same_name_is_set_aside_and_the_same_one_is_known(bacs: TenantContext) -> None:
    first, other = bank.statement([bank.debit()], named="S1"), bank.statement([bank.debit(), bank.credit()], named="S1")
    assert said(bacs, ACCEPTED, first) == []
    (known,) = said(bacs, first.replace("<MsgId>MS1", "<MsgId>M2"))
    assert known == "1.xml is a statement that was taken in before."
    (aside,) = said(bacs, other)
    assert aside.startswith("1.xml: There is another statement of the same account and days, with other entries")
    assert states(bacs) == ["answer_set_aside"] * 3
    assert paid_again(bacs) == ["held"] * 3


def test_an_entry_that_stands_in_two_statements_counts_once(bacs: TenantContext) -> None:
    named = bank.debit().replace("<BookgDt>", "<AcctSvcrRef>FT26334XYZ</AcctSvcrRef><BookgDt>")
    longer = bank.statement([named, bank.credit()], days=(bank.ENTRY, "2026-12-02"))
    assert said(bacs, bank.statement([named]), longer) == []
    assert counted(bacs, "statement_debit") == [(1, None, None)]
    assert states(bacs) == ["credited", "returned", "credited"]


def test_the_same_message_again_in_other_bytes_is_known(bacs: TenantContext) -> None:
    advice = bank.advice().replace("<Header ", '<Header adviceNumber="7" ')
    assert said(bacs, advice) == []
    (known,) = said(bacs, advice.replace("<ARUCS>", "<ARUCS> "))
    assert known.startswith("1.xml says again what 1.xml has said")
    assert placed(bacs, "returned") == [(1, bank.SECOND, None)]


def test_a_second_debit_of_the_whole_is_perhaps_paid_twice(bacs: TenantContext) -> None:
    assert said(bacs, ACCEPTED, DEBITED, bank.statement([bank.debit("2026-12-01")], after=DEBITED)) == []
    assert placed(bacs, "statement_debit") == [(1, None, None), (1, None, "like_ours")]
    assert as_at(bacs, RUN, AFTER).unexplained_pounds * 100 == ROWS_PENCE
    assert states(bacs) == ["credited"] * 3


def test_one_of_two_debits_that_is_given_back_frees_nobody(bacs: TenantContext) -> None:
    twice = bank.statement([bank.debit(), bank.debit("2026-12-01")])
    assert said(bacs, ACCEPTED, twice, bank.statement([bank.reversal("2026-12-02")], after=twice)) == []
    assert states(bacs) == ["credited"] * 3
    assert paid_again(bacs) == ["held"] * 3


def test_a_debit_that_names_the_file_long_after_it_is_perhaps_paid_twice(bacs: TenantContext) -> None:
    late = bank.debit("2026-12-20", "17.00").replace(
        "<BookgDt>", "<AddtlNtryInf>BACS 123456-000001</AddtlNtryInf><BookgDt>"
    )
    assert said(bacs, bank.statement([late])) == []
    assert placed(bacs, "statement_debit") == [(1, None, "like_ours")]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    one_in(
        3,
        [
            (bank.detail_of(bank.SECOND)[2], "1900.01", "other_amount"),
            (bank.detail_of(bank.SECOND)[1], "11111111", "other_account"),
            (bank.detail_of(bank.SECOND)[3], "NOBODY", "unmatched"),
        ],
    ),
)
def test_what_does_not_confirm_frees_nobody(bacs: TenantContext, old: str, new: str, finding: str) -> None:
    assert said(bacs, bank.advice().replace(old, new), bank.statement([bank.debit()])) == []
    assert placed(bacs, "returned") == [(1, None, finding)]
    assert states(bacs) == ["credited"] * 3
    assert as_at(bacs, RUN, AFTER).unexplained_pounds > 0
    assert paid_again(bacs) == ["held"] * 3


def placed(of: TenantContext, kind: str) -> list[tuple[int, int | None, str | None]]:
    """Run, row and finding of each answer of a kind, in the order in which they came."""
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT run_no, row_number, finding FROM core_bank_answer WHERE kind = ? ORDER BY bank_file_no, item",
            [kind],
        ).fetchall()


def counted(of: TenantContext, kind: str) -> list[tuple[int, int | None, str | None]]:
    """Likewise of those that count."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        return connection.execute(
            "SELECT run_no, row_number, finding FROM counted_answer WHERE kind = ? ORDER BY bank_file_no, item", [kind]
        ).fetchall()
