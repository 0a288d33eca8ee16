"""What came back was paid again, and then nothing counts any more that showed it: that is on top of every list."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from flows.service.standing import picture
from schemas.standing.tables import Stand, Urgency
from tasks.exceptions.settle import Decision, Said, settle
from tasks.exceptions.waiting import Waiting, define, list_waiting
from tasks.instruct.stage import instruct
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests import bank_messages as bank
from tests.month import ROWS, approve, assess, context, deliver, ingest
from tests.stands import ledger_of
from tests.unit.tasks.exceptions.test_settle import OPERATOR, OWNER, enrol, two
from tests.unit.tasks.ledger.test_what_frees_nobody import PAYMENTS, SENT
from tests.unit.tasks.reconcile.test_contradictions import AFTER, states

LATER = AFTER + timedelta(hours=1)
ONE_BACK = bank.statement([bank.debit(), bank.credit()])
NOTHING_BACK = bank.statement([bank.debit()])
SHOWS, CREDIT = "1.xml", 2


@pytest.fixture
def ilf(released_home: Path, tmp_path: Path) -> TenantContext:
    of = context(shutil.copytree(released_home, tmp_path / "home"))
    enrol(of, OPERATOR, OWNER)
    return of


def state(of: TenantContext, name: str, document: str) -> None:
    (of.paths.bank_inbox("ilf") / name).write_text(document)
    bank.taken_in(of, AFTER)


def pay_again(of: TenantContext) -> None:
    """The second payment, in a supplementary run that is released."""
    deliver(of, [ROWS[1].replace("30/11/2026", "10/12/2026")], "again.csv", kind="supplementary", pay_date="2026-12-10")
    run_id = ingest(of, flow="flow-2")
    validate(of, run_id, AFTER)
    instruct(of, run_id, AFTER)
    assess(of, run_id, AFTER)
    approve(of, run_id, AFTER, "flow-2", control_total="1900.00")
    release(of, run_id, AFTER)


def dismiss(of: TenantContext, item: int | None = None) -> None:
    people, at = two()
    said = Said(Decision.DISMISS, "the bank says so", "case 4711", None, people)
    settle(of, SHOWS, item, said, at, LATER)


def of_what_it_showed(of: TenantContext) -> list[Waiting]:
    return [each for each in list_waiting(of, LATER) if each.subject == SHOWS]


def test_what_nothing_shows_any_more_to_have_come_back_once_it_was_paid_again_stands_first(ilf: TenantContext) -> None:
    ilf.paths.bank_inbox("ilf").mkdir(parents=True)
    state(ilf, SHOWS, ONE_BACK)
    assert states(ilf)[1] == "returned"
    pay_again(ilf)
    state(ilf, "2.xml", NOTHING_BACK)
    dismiss(ilf)
    assert (states(ilf), states(ilf, 2)) == (["credited"] * 3, ["released"])
    [told] = of_what_it_showed(ilf)
    assert (told.kind, told.item, told.choices) == ("paid_twice", CREDIT, ("dismiss",))
    assert "it showed that money came back" in told.said
    first, *_ = picture([ilf], ilf.settings.home, LATER).standings
    assert (first.stand, first.urgency) == (Stand.PAID_TWICE, Urgency.ACT)
    dismiss(ilf, CREDIT)
    assert of_what_it_showed(ilf) == []


CREDITED: dict[str, object] = {"kind": "statement_credit", "row_number": 1}
UNDONE: dict[str, object] = {"kind": "statement_reversal", "row_number": None}
CASES: dict[str, tuple[dict[str, object], int, bool, list[str]]] = {
    "one payment": (CREDITED, 12, False, ["paid_twice"]),
    "the whole debit": (UNDONE, 12, False, ["paid_twice"]),
    "nobody was paid since": (CREDITED, 10, False, []),
    "nobody was paid before it was dismissed": (CREDITED, 16, False, []),
    "another statement shows it too": (CREDITED, 12, True, []),
}


@pytest.mark.parametrize(("answer", "hour", "is_shown_again", "open_kinds"), CASES.values(), ids=CASES)
def test_when_a_return_that_counts_no_more_was_perhaps_paid_again(
    answer: dict[str, object], hour: int, is_shown_again: bool, open_kinds: list[str]
) -> None:
    """The statement comes at eleven and is dismissed at three; the supplementary run is released at this hour."""
    with ledger_of(PAYMENTS, SENT) as connection:
        for number in range(1, 2 + is_shown_again):
            connection.execute(
                "INSERT INTO bank_file VALUES (?, 'camt053', ?, 's', 'taken', '', '', NULL, NULL, ?::TIMESTAMPTZ)",
                [number, str(number), "2026-12-03 11:00:00Z"],
            )
            said = {**answer, "run_no": 1, "bank_file_no": number, "item": 1, "message": "camt053", "payment_pence": 10}
            named = ", ".join(f"${key} AS {key}" for key in said)
            connection.execute(f"INSERT INTO core_bank_answer BY NAME SELECT {named}", said)
        connection.execute(
            "INSERT INTO run SELECT * REPLACE (2 AS run_no, 'again' AS run_id, 'supplementary' AS kind) FROM run; "
            f"INSERT INTO journal VALUES (1, 'again', 'release', '', '', '{{}}', '2026-12-03 {hour}:00:00Z', '', ''); "
            "INSERT INTO settlement BY NAME SELECT 1 AS settlement_no, 'dismiss' AS decision, 1 AS bank_file_no, "
            "'' AS reason, '' AS bank_reference, '' AS said_by, '' AS agreed_by, 1 AS after_bank_file_no, "
            "'2026-12-03 15:00:00Z'::TIMESTAMPTZ AS said_at"
        )
        define(connection)
        assert [kind for (kind,) in connection.execute("SELECT finding FROM open_finding").fetchall()] == open_kinds
