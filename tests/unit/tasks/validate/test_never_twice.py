"""Overlaps between extracts: exactly the payments that are made already are held, and no other.

Arrears of three hundred of November's payments are released, and after them come arrears that overlap with them in
every way that is known from incidents: the same file, one row, sorted anew, under other references, cut anew.
"""

import csv
import random
import shutil
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger import record
from tasks.ledger.catalogue.events import BankFile
from tasks.ledger.never_twice import find_duplicates
from tasks.ledger.runs import run_row
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.by_hand import rows_by_hand
from tests.entries import entry
from tests.month import HEADER, NOVEMBER, SAMPLES, approve, assessed, context, deliver, deliver_sample, facts, ingest
from tests.sampled import one_in

REFERENCE, ACCOUNT, ROLL_NUMBER, AMOUNT = 0, 3, 4, 5
OCCURRENCE = """
      - name: occurrence
        physicalName: Award
        description: Which of the payee's awards of the period.
        logicalType: string
        physicalType: VARCHAR
        required: false
        quality:
          - type: library
            metric: invalidValues
            arguments: {pattern: "[0-9]+"}
            mustBe: 0
"""
ARREARS = {"kind": "arrears", "pay_date": "2026-11-30"}


def payable_of_november() -> list[str]:
    """November's payments as they were sent, without the forty that its facts call bad and those with quoted cells."""
    lines = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:]
    bad = {int(row) for row in facts("2026-11")["refused_rows"]}
    return [line for row, line in enumerate(lines) if row not in bad and '"' not in line]


LINES = payable_of_november()
SHARED = Counter(line.split(",")[ACCOUNT] for line in LINES)
ALONE = [line for line in LINES if SHARED[line.split(",")[ACCOUNT]] == 1]
PAID, NEW, NEWER = ALONE[:300], ALONE[300:350], ALONE[350:360]

PAYROLL_ORGANISATION = "18109333"
SHARING = [("2026-10", 31), ("2026-11", 30)]
"""An account that many payees share, and how many."""


def with_cell(line: str, column: int, change: Callable[[str], str]) -> str:
    """The line with one cell changed; none of these lines has a quoted cell."""
    cells = line.split(",")
    cells[column] = change(cells[column])
    return ",".join(cells)


def renamed(line: str) -> str:
    return with_cell(line, REFERENCE, lambda reference: f"ILF9{reference[4:]}")


def other_account(line: str) -> str:
    """Of a bank that the practice table does not know, so that any number passes."""
    return with_cell(with_cell(line, 2, lambda _: "200000"), ACCOUNT, lambda number: f"{int(number) ^ 1:08d}")


def dearer(line: str) -> str:
    return with_cell(line, AMOUNT, lambda pounds: f"{int(pounds[:-3]) + 1}{pounds[-3:]}")


def total_of(lines: list[str]) -> str:
    return str(sum(Decimal(line.split(",")[AMOUNT]) for line in lines))


def shuffled(lines: list[str]) -> list[str]:
    return random.Random(5229).sample(lines, len(lines))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an ILF whose first three hundred payments are released as arrears of November."""
    of = context(tmp_path_factory.mktemp("released"))
    deliver(of, PAID, **ARREARS)
    run_id = assessed(of)
    approve(of, run_id, control_total=total_of(PAID))
    release(of, run_id, NOVEMBER)
    return of.settings.home


@pytest.fixture
def ilf(released: Path, tmp_path: Path) -> TenantContext:
    shutil.copytree(released, tmp_path / "home")
    return context(tmp_path / "home")


def held(of: TenantContext, run_id: str) -> tuple[Counter[str], int]:
    """How many rows of a run are held by each rule, and how many are paid."""
    with of.ledger.opened() as connection:
        run_no = run_row(connection, run_id).run_no
        rules = connection.execute(
            "SELECT rule, count(DISTINCT row_number) FROM core_left_out WHERE run_no = ? GROUP BY rule", [run_no]
        ).fetchall()
        paid = connection.execute("SELECT count(*) FROM core_payment WHERE run_no = ?", [run_no]).fetchone()
    return Counter(dict(rules)), paid[0] if paid else 0


def sent_after(of: TenantContext, lines: list[str], flow: str = "flow-2") -> tuple[Counter[str], int]:
    deliver(of, lines, name="second.csv", **ARREARS)
    run_id = ingest(of, flow=flow)
    validate(of, run_id, NOVEMBER)
    return held(of, run_id)


@pytest.mark.parametrize(
    ("lines", "by_rule", "paid"),
    one_in(
        2,
        [
            (shuffled(PAID), {"already_released": 300}, 0),
            ([*NEW, PAID[17]], {"already_released": 1}, 50),
            (shuffled([*PAID[100:], *NEW]), {"already_released": 200}, 50),
            ([renamed(line) for line in PAID], {"alike_already_released": 300}, 0),
            ([*(other_account(line) for line in PAID[:40]), *NEW], {"already_released": 40}, 50),
            ([*(dearer(line) for line in PAID[:40]), *NEW], {"already_released": 40}, 50),
            ([other_account(renamed(line)) for line in PAID[:40]], {}, 40),
        ],
    ),
    ids=["sorted anew", "one row", "cut anew", "renamed", "other account", "other amount", "renamed, other account"],
)
def test_exactly_what_overlaps_is_held(
    ilf: TenantContext, lines: list[str], by_rule: dict[str, int], paid: int
) -> None:
    assert sent_after(ilf, lines) == (Counter(by_rule), paid)


def test_a_third_file_is_held_against_both_before_it(ilf: TenantContext) -> None:
    deliver(ilf, NEW, name="second.csv", **ARREARS)
    second = assessed(ilf, flow="flow-2")
    approve(ilf, second, flow="flow-2", control_total=total_of(NEW))
    release(ilf, second, NOVEMBER)
    third = [*PAID[290:], *NEW[:20], *NEWER]
    assert sent_after(ilf, third, "flow-3") == (Counter({"already_released": 30}), 10)


def test_the_same_payments_in_a_run_that_may_still_be_released_are_hit(ilf: TenantContext) -> None:
    """Siller opens no second run of one kind while the first waits, so it is put there by hand, as a last defence."""
    sent_after(ilf, NEW)
    with ilf.ledger.transaction() as connection:
        rows_by_hand(ilf, connection)
        named = ", 'ilf-2026-11-rehearsal-3' AS run_id"
        for source, table in (("run", "run"), ("raw_extract_row", "earlier_row"), ("core_payment", "earlier_payment")):
            other = f"3 AS run_no{named if table == 'run' else ''}"
            connection.execute(f"INSERT INTO {table} SELECT * REPLACE ({other}) FROM {source} WHERE run_no = 2")
        connection.execute("UPDATE earlier_row SET payee_reference = 'ILF900001' WHERE run_no = 3 AND row_number = 1")
        rules = Counter(find_duplicates(connection, 2, NOVEMBER.date(), ilf.agreement.accounts)["rule"])
    assert rules == {"in_another_run": 49, "alike_in_another_run": 1}


def test_an_account_is_what_the_bank_is_sent(tmp_path: Path) -> None:
    """Paid with seven digits, and sent again with the zero that the agreement puts before them."""
    short = with_cell(with_cell(PAID[0], 2, lambda _: "200000"), ACCOUNT, lambda _: "1234567")
    long = with_cell(short, ACCOUNT, lambda number: f"0{number}")
    contracts = shutil.copytree(Settings().contracts, tmp_path / "contracts")
    agreement = contracts / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text() + "accounts: {with_zeros_before: [7]}\n")
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=tmp_path / "home", modulus_table=None, contracts=contracts))
    deliver(of, [short, *NEW], **ARREARS)
    run_id = assessed(of)
    approve(of, run_id, control_total=total_of([short, *NEW]))
    release(of, run_id, NOVEMBER)
    assert sent_after(of, [renamed(long), *NEWER]) == (Counter({"alike_already_released": 1}), 10)


def test_two_payments_of_a_payee_that_are_both_meant_are_told_apart_by_their_occurrence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = shutil.copytree(Settings().contracts, tmp_path / "contracts")
    contract = contracts / "ilf" / "extract.odcs.yaml"
    contract.write_text(contract.read_text().rstrip() + OCCURRENCE)
    monkeypatch.setattr("tests.month.HEADER", f"{HEADER},Award")
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=tmp_path / "home", modulus_table=None, contracts=contracts))
    deliver(of, [f"{NEW[0]},1", f"{NEW[0]},2", f"{NEW[1]},", f"{NEW[1]},1"], **ARREARS)
    run_id = ingest(of)
    validate(of, run_id, NOVEMBER)
    assert held(of, run_id) == (Counter({"copies_differ_in_extract": 2}), 2), "an empty one is the first"


SPACES = {"a space": " ", "a tab": "\t", "next line": "\x85", "a line separator": "\u2028", "no width": "\u200b"}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_space_in_a_cell_tells_no_payments_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, space: str) -> None:
    contracts = shutil.copytree(Settings().contracts, tmp_path / "contracts")
    contract = contracts / "ilf" / "extract.odcs.yaml"
    contract.write_text(contract.read_text().rstrip() + OCCURRENCE)
    monkeypatch.setattr("tests.month.HEADER", f"{HEADER},Award")
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=tmp_path / "home", modulus_table=None, contracts=contracts))
    deliver(of, [f"{NEW[0]},", f"{NEW[0]},{space}", f"{NEW[1]},"], **ARREARS)
    run_id = ingest(of)
    validate(of, run_id, NOVEMBER)
    with of.ledger.opened() as connection:
        found = connection.execute("SELECT row_number FROM core_payment ORDER BY row_number").fetchall()
    twins = {row for (row,) in found} & {0, 1}
    assert len(twins) <= 1, "the payee whose rows differ by space is paid once at most"
    assert (2,) in found


@pytest.mark.parametrize("roll_number", [" ", "\t", "\u00a0"], ids=["a space", "a tab", "a space that holds"])
def test_space_for_a_roll_number_is_no_other_account(ilf: TenantContext, roll_number: str) -> None:
    again = [with_cell(renamed(line), ROLL_NUMBER, lambda given: given or roll_number) for line in PAID[:5]]
    rules, paid = sent_after(ilf, again)
    assert (sum(rules.values()), paid) == (5, 0)


def test_alike_inside_one_extract_is_not_held(ilf: TenantContext) -> None:
    twins = [*NEW, *(renamed(line) for line in NEW[:5])]
    assert sent_after(ilf, twins) == (Counter(), 55)


def test_nothing_is_held_over_two_sample_months_and_those_who_share_an_account_are_paid(tmp_path: Path) -> None:
    of = context(tmp_path)
    for period in ("2026-10", "2026-11"):
        now = NOVEMBER.replace(month=int(period[-2:]))
        deliver_sample(of, period)
        run_id = assessed(of, now, flow=period)
        rules, paid = held(of, run_id)
        assert sum(rules.values()) == len(facts(period).get("refused_rows", {}))
        assert not {rule for rule in rules if "released" in rule or "copies" in rule or "copy" in rule}
        assert paid == {"2026-10": 5200, "2026-11": 5229}[period]
        if period == "2026-10":
            approve(of, run_id, now, flow=period, control_total="10,580,696.00")
            release(of, run_id, now)
    with of.ledger.opened() as connection:
        paid_there = connection.execute(
            "SELECT period, count(*) FROM core_payment JOIN raw_extract_row USING (run_no, row_number) "
            "JOIN run USING (run_no) WHERE account_number = ? GROUP BY period ORDER BY period",
            [PAYROLL_ORGANISATION],
        ).fetchall()
    assert paid_there == [(period, sharing(period)) for period in ("2026-10", "2026-11")] == SHARING


def sharing(period: str) -> int:
    """How many rows of a sample name the account of the payroll organisation."""
    with (SAMPLES / f"ilf-{period}.csv").open(encoding="utf-8", newline="") as file:
        return sum(row["Account No"] == PAYROLL_ORGANISATION for row in csv.DictReader(file))


def test_what_was_released_while_the_run_waited_stops_its_release_and_its_next_run_holds_it(ilf: TenantContext) -> None:
    """What moved another run is put there by hand: siller lets one run of a kind wait at a time."""
    deliver(ilf, NEW, name="second.csv", **ARREARS)
    second = assessed(ilf, flow="flow-2")
    approve(ilf, second, flow="flow-2", control_total=total_of(NEW))
    with ilf.ledger.transaction() as connection:
        rows_by_hand(ilf, connection)
        connection.execute(
            "INSERT INTO earlier_row SELECT * REPLACE (1 AS run_no, 300 AS row_number) FROM raw_extract_row "
            "WHERE run_no = 2 AND row_number = 7"
        )
        connection.execute(
            "INSERT INTO earlier_payment SELECT 1, 300, amount_pence FROM core_payment "
            "WHERE run_no = 2 AND row_number = 7"
        )
        record(connection, 1, "ilf-2026-11-rehearsal-1", entry(BankFile), "asked", NOVEMBER, 1)
    with pytest.raises(NoGo, match=f"1 payments of {second} have been paid otherwise since it was validated, at row 7"):
        release(ilf, second, NOVEMBER)
    assert not (ilf.paths.outbox("ilf") / f"{second}.bacs18.txt").exists()
    third = ingest(ilf, flow="flow-3")
    assert third == "ilf-2026-11-rehearsal-3"
    validate(ilf, third, NOVEMBER)
    assert held(ilf, third) == (Counter({"already_released": 1}), 49)


def test_a_run_that_is_alone_in_its_period_needs_none_of_its_rows_to_be_read(tmp_path: Path) -> None:
    ilf = context(tmp_path)
    deliver(ilf)
    run_id = ingest(ilf)
    validate(ilf, run_id, NOVEMBER)
    parts = ilf.paths.parts("ilf")
    parts.rename(parts.with_name("away"))
    with ilf.ledger.opened() as connection:
        assert find_duplicates(connection, 1, NOVEMBER.date(), ilf.agreement.accounts).is_empty()
