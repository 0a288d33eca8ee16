"""A body with two pay days in a month: one extract, one approval, one file, and each day stands by itself at the bank.

The same payee is paid on both days, the same sum into the same account under the same reference: nothing but the day
tells the two payments apart.
"""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ingest.stage import ingest as take_in
from tasks.ingest.stage import open_run
from tasks.instruct.stage import instruct, staged_file
from tasks.ledger.never_twice import find_duplicates
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.verify import problems
from tasks.practice_bank.bank import answer
from tasks.practice_bank.behaviour import Behaviour
from tasks.recall.subject import find_subject
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.validate.judgement import check_pay_days
from tasks.validate.stage import validate
from tests.bank_messages import taken_in
from tests.by_hand import parts_beside
from tests.month import NOVEMBER, ROWS, approve, assessed, deliver, ingest
from tests.positions import RECORDS, TRANSACTION_CODE

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)
"""The 27th and the last bank day: their files are processed on Thursday and on Friday, the first pay day itself."""
RUN, NEXT = "ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2"
LATER = NOVEMBER.replace(month=12, day=3)
LAST_DAY = LATER.date()
FRIDAY_PENCE, MONDAY_PENCE = 298160 + 190000, 298160 + 105000
WHOLE = FRIDAY_PENCE + MONDAY_PENCE


def due(row: str, day: date) -> str:
    return f"{row.rpartition(',')[0]},{day:%d/%m/%Y}"


EXTRACT = (due(ROWS[0], MONDAY), due(ROWS[0], FRIDAY), due(ROWS[1], FRIDAY), due(ROWS[2], MONDAY))


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    contracts = tmp_path / "contracts"
    shutil.copytree(Settings().contracts, contracts)
    agreement, contract = contracts / "ilf" / "agreement.yaml", contracts / "ilf" / "extract.odcs.yaml"
    also = "  rule: last_bank_day\n  also:\n    - {rule: fixed_day, day: 27}\n"
    agreement.write_text(agreement.read_text().replace("  rule: last_bank_day\n", also))
    contract.write_text(contract.read_text().replace("{rule: is_the_pay_day}", "{rule: is_a_pay_day}"))
    settings = Settings(home=tmp_path / "home", modulus_table=None, contracts=contracts)
    return TenantContext("ilf", Mode.REHEARSAL, settings)


def released(of: TenantContext, rows: Sequence[str] = EXTRACT, pence: int = WHOLE) -> Path:
    deliver(of, rows, pay_date=FRIDAY.isoformat())
    run_id = assessed(of)
    approve(of, run_id, control_total=f"{pence / 100:,.2f}")
    release(of, run_id, NOVEMBER)
    (payment_file,) = of.paths.outbox("ilf").glob("*18.txt")
    return payment_file


def answered(of: TenantContext, behaviour: Behaviour | None = None) -> list[str]:
    """The bank answers, and siller takes it in; what was not simply taken comes back."""
    answer(released(of), of.paths.bank_inbox("ilf"), FRIDAY, return_codes=(), behaviour=behaviour)
    return taken_in(of, LATER)[1]


def states(of: TenantContext, run_no: int = 1, on: date = LAST_DAY) -> list[tuple[int, str, bool]]:
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        return connection.execute(
            "SELECT row_number, state, is_proven FROM payment_state(?) WHERE run_no = ? ORDER BY ALL", [on, run_no]
        ).fetchall()


def left_out(of: TenantContext, run_id: str) -> list[tuple[int, str]]:
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, rule FROM core_left_out JOIN run USING (run_no) WHERE run_id = ? ORDER BY ALL", [run_id]
        ).fetchall()


def opened(of: TenantContext) -> str:
    """What has come for November since is taken in."""
    run, arrived = open_run(of, "2026-11", "flow-2", LATER)
    assert arrived
    take_in(of, run, arrived, "flow-2", LATER)
    return run.run_id


def test_one_file_pays_each_on_its_day_and_all_of_it_is_explained(ilf: TenantContext) -> None:
    assert answered(ilf) == []
    (payment_file,) = ilf.paths.outbox("ilf").glob("*18.txt")
    records = payment_file.read_text().splitlines()[RECORDS]
    assert {len(record) for record in records} == {106}
    assert [(record[TRANSACTION_CODE], int(record[35:46]), record[100:]) for record in records] == [
        ("99", 298160, " 26330"),
        ("99", 190000, " 26330"),
        ("17", FRIDAY_PENCE, " 26330"),
        ("99", 298160, " 26331"),
        ("99", 105000, " 26331"),
        ("17", MONDAY_PENCE, " 26331"),
    ]
    assert states(ilf, on=FRIDAY) == [
        (0, "accepted", False),
        (1, "credited", False),
        (2, "credited", False),
        (3, "accepted", False),
    ]
    assert {state for _, state, _ in states(ilf)} == {"credited"}
    found = as_at(ilf, RUN, LATER)
    assert found.unexplained_pounds == 0 and not found.unexplained
    assert all(told.agrees for told in found.confirmations)
    assert all(way.agrees for way in found.ways)
    with ilf.ledger.opened() as connection:
        assert list(problems(connection, parts_beside(connection))) == []


def test_one_day_rejected_leaves_the_other_paid_and_frees_its_own_payments_alone(ilf: TenantContext) -> None:
    assert answered(ilf, Behaviour.REJECT_BLOCK) == []
    assert states(ilf) == [(0, "rejected", True), (1, "credited", False), (2, "credited", False), (3, "rejected", True)]
    assert as_at(ilf, RUN, LATER).unexplained_pounds == 0
    deliver(ilf, EXTRACT[::-1], "again.csv", kind="supplementary", pay_date="2026-12-10")
    again = opened(ilf)
    validate(ilf, again, LATER)
    assert again == NEXT
    assert left_out(ilf, again) == [(1, "already_released"), (2, "already_released")]
    instruct(ilf, again, LATER)
    with ilf.ledger.opened() as connection:
        days = connection.execute("SELECT entry_date, payments, pence FROM file_day WHERE run_no = 2").fetchall()
    assert days == [(date(2026, 12, 10), 2, MONDAY_PENCE)]


@pytest.mark.long
def test_a_debit_is_of_its_own_day_also_where_both_come_to_the_same(ilf: TenantContext) -> None:
    """Only Monday's statement has come: what is paid on Friday, to the penny as much, is not taken for paid."""
    payment_file = released(ilf, EXTRACT[:2], 2 * 298160)
    with ilf.ledger.opened() as connection:
        asked = (find_subject(connection, ilf, f"{RUN}{which}", NOVEMBER.date()) for which in (f"/{MONDAY}", "/0", ""))
        recalls = [(each.said, each.payments, each.pence, f"{each.recall_by:%d %H:%M}") for each in asked]
    assert recalls == [
        (f"{RUN}/2026-11-30", 1, 298160, "26 22:30"),  # until the input of Friday's processing ends
        (f"{RUN}/0", 1, 298160, "27 11:00"),  # the bank day before Monday
        (RUN, 2, 2 * 298160, "25 22:30"),  # all of it, before anything of it is processed
    ]
    box = ilf.paths.bank_inbox("ilf")
    for path in answer(payment_file, box, FRIDAY, return_codes=()):
        if f"{MONDAY}T20" not in path.read_text():
            path.unlink()
    assert taken_in(ilf, LATER) == ([RUN], [])
    assert states(ilf) == [(0, "credited", False), (1, "released", False)]


def test_a_payment_is_told_by_its_day_and_a_stop_is_of_the_payee(ilf: TenantContext) -> None:
    """The same day twice is a copy, and what is due on no agreed day is refused; whoever is stopped is paid on none.

    Of a day that is not agreed the nearest one is meant, and there the payee has a payment already.
    """
    more = (due(ROWS[2], MONDAY), due(ROWS[2], FRIDAY), due(ROWS[1], date(2026, 11, 26)))
    deliver(ilf, (*EXTRACT, *more), pay_date=FRIDAY.isoformat())
    validate(ilf, run_id := ingest(ilf), NOVEMBER)
    assert left_out(ilf, run_id) == [
        (4, "identical_copy_in_extract"),
        (6, "another_copy_counts"),
        (6, "is_a_pay_day"),
    ]
    with ilf.ledger.transaction() as connection:
        connection.execute("INSERT INTO stop VALUES (1, 1, 1, true, 'why', 'who', now())")
        found = find_duplicates(connection, 1, NOVEMBER.date(), ilf.agreement.accounts)
    assert found.rows() == [(0, "stopped_by_a_person"), (1, "stopped_by_a_person")]


def test_rows_that_cannot_say_on_which_day_they_are_due_fit_no_such_agreement(ilf: TenantContext) -> None:
    contract = ilf.settings.contracts / "ilf" / "extract.odcs.yaml"
    contract.write_text(contract.read_text().replace("{rule: is_a_pay_day}", "{rule: is_the_pay_day}"))
    with pytest.raises(NoGo, match="several pay days in a period, and no row of its extract says on which"):
        check_pay_days(ilf)


@pytest.mark.long
def test_killed_before_the_days_are_kept_it_writes_the_same_file_again(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file of one day too: what is due on Monday alone has records as ever."""
    deliver(ilf, (EXTRACT[0], EXTRACT[3]), pay_date=FRIDAY.isoformat())
    validate(ilf, run_id := ingest(ilf), NOVEMBER)
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr("tasks.instruct.stage._keep_days", interrupted)
        instruct(ilf, run_id, NOVEMBER)
    written = staged_file(ilf, run_id).read_bytes()
    instruct(ilf, run_id, NOVEMBER)
    assert staged_file(ilf, run_id).read_bytes() == written
    assert {len(record) for record in written.decode().splitlines()[RECORDS]} == {100}
    with ilf.ledger.opened() as connection:
        assert connection.execute("SELECT entry_date, pence FROM file_day").fetchall() == [(MONDAY, MONDAY_PENCE)]
        assert connection.execute("SELECT count(*) FROM file_day_rows").fetchone() == (0,)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt
