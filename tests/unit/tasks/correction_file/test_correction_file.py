"""What did not reach its payees goes back to the body, and comes back as a supplementary extract: paid once a time."""

import csv
import io
import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.correction_file.stage import write_correction_files
from tasks.ledger import runs
from tasks.ledger.bank_rows import BankFileRow
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.rows import insert
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import HEADER, NOVEMBER, ROWS, approve, assessed, context, deliver, ingest
from tests.sampled import one_in

PERIOD = Period.parsed("2026-11")
NAMELESS = ROWS[2].replace(ROWS[2].split(",")[1], "", 1)
"""The third payment of November, refused because it has no name."""
RUN = "ilf-2026-11-rehearsal-1"
AFTER = NOVEMBER.replace(day=30, hour=11)
PAY_DAY = "11/12/2026"
DELETED = 6
"""How many columns stand before the body's own."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two payments released and one row refused; nobody changes anything there."""
    of = context(tmp_path_factory.mktemp("released"))
    deliver(of, (*ROWS[:2], NAMELESS))
    run_id = assessed(of)
    approve(of, run_id)
    release(of, run_id, NOVEMBER)
    return of.settings.home


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home"))


def bank_says(of: TenantContext, run_id: str, row: int | None, *said: tuple[str, str, str | None]) -> None:
    """Let the bank say these of a payment or a whole file: message, kind, code."""
    with of.ledger.transaction() as connection:
        run_no = runs.run_row(connection, run_id).run_no
        for message, kind, code in said:
            (number,) = connection.execute("SELECT count(*) + 1 FROM bank_file").fetchone() or (1,)
            at = AFTER + timedelta(minutes=number)
            insert(connection, BankFileRow(number, message, str(number), "f", "taken", "", "", None, at, at))
            connection.execute(
                "INSERT INTO core_bank_answer BY NAME SELECT $run AS run_no, $file AS bank_file_no, 1 AS item, "
                "$row AS row_number, $message AS message, $kind AS kind, $code AS code, 1 AS payments, "
                "amount AS amount_pence, $day AS bank_date, amount AS payment_pence FROM (SELECT sum(amount_pence) AS "
                "amount FROM core_payment WHERE run_no = $run AND coalesce(row_number = $row, true))",
                {
                    "run": run_no,
                    "file": number,
                    "row": row,
                    "message": message,
                    "kind": kind,
                    "code": code,
                    "day": date(2026, 11, 30),
                },
            )


def came_back(of: TenantContext, run_id: str, row: int, code: str = "B") -> None:
    """An advice says so, and the statement shows the money."""
    bank_says(of, run_id, row, ("arucs", "returned", code), ("camt053", "statement_credit", None))


def to_put_right(of: TenantContext, now: datetime = AFTER) -> list[dict[str, str]]:
    """The lines of the file, by their headings."""
    written = write_correction_files(of, PERIOD, now)
    assert [str(each.kind) for each in written] == ["supplementary"] * len(written)
    return [
        line
        for each in written
        for line in csv.DictReader(io.StringIO(each.path.read_bytes().decode("utf-8-sig"), newline=""))
    ]


def sent_back(of: TenantContext, lines: Sequence[dict[str, str]], **put_right: str) -> list[str]:
    """The rows as the body sends them: without the columns that siller put before, and with these cells put right."""
    rows = [list({**line, "Pay Date": PAY_DAY, **put_right}.values())[DELETED:] for line in lines]
    assert list(lines[0])[DELETED:] == HEADER.split(",")
    return [",".join(row) for row in rows]


def waiting(of: TenantContext) -> str | None:
    """The extract of the run that was opened last and not released, which the next one replaces."""
    with of.ledger.opened() as connection:
        last = runs.runs_of_period(connection, PERIOD)[-1]
        return None if runs.may_have_left(connection, last.run_id) else last.extract_sha256


def supplementary(of: TenantContext, rows: Sequence[str], flow: str) -> str:
    """A supplementary run of these rows, validated."""
    deliver(of, rows, name=f"{flow}.csv", kind="supplementary", pay_date="2026-12-11", replaces=waiting(of))
    run_id = ingest(of, AFTER, flow)
    validate(of, run_id, AFTER)
    return run_id


def paid(of: TenantContext, rows: Sequence[str], flow: str) -> str:
    """The same, released."""
    deliver(of, rows, name=f"{flow}.csv", kind="supplementary", pay_date="2026-12-11", replaces=waiting(of))
    run_id = assessed(of, AFTER, flow=flow)
    pounds = sum(int(row.split(",")[5].replace(".", "")) for row in rows) / 100
    approve(of, run_id, AFTER, flow, control_total=f"{pounds:.2f}")
    release(of, run_id, AFTER)
    return run_id


def named(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """But for the one that has no name."""
    return [line for line in lines if line["Recipient Name"]]


def states(of: TenantContext, run_id: str) -> list[str]:
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        return [
            state
            for (state,) in connection.execute(
                "SELECT state FROM payment_state(?) JOIN run USING (run_no) WHERE run_id = ? ORDER BY row_number",
                [AFTER.date(), run_id],
            ).fetchall()
        ]


def in_flight(of: TenantContext) -> int:
    """The most payments of one payee that have left and not come back."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        (most,) = connection.execute(
            "SELECT coalesce(max(payments), 0) FROM (SELECT count(*) AS payments FROM payment_state(?) "
            "JOIN raw_extract_row USING (run_no, row_number) WHERE amount_pence IS NOT NULL "
            "AND NOT may_be_paid_again(state, is_proven) GROUP BY payee_reference)",
            [AFTER.date()],
        ).fetchone() or (0,)
    return int(most)


def test_what_was_refused_and_what_came_back_stand_in_it_with_the_reason(ilf: TenantContext) -> None:
    came_back(ilf, RUN, 1)
    back, refused = to_put_right(ilf)
    assert (back["Pay run"], back["Line"], back["ILF Ref"]) == (RUN, "3", ROWS[1].split(",")[0])
    assert back["What is wrong"].startswith("Came back: the payee does not have the money.")
    assert "Account closed (B)" in back["What is wrong"]
    assert "new account" in back["What to do"] and "The amount to write" not in back["What to do"]
    assert (refused["Line"], refused["Recipient Name"]) == ("4", "")
    assert refused["What is wrong"] == "It was left out. Recipient Name is empty."
    assert refused["What to do"] == "Fill it in and send the row again."
    assert (refused["Column"], back["Column"]) == ("Recipient Name", "")
    assert refused["Pay date to write"] == back["Pay date to write"] == "the day that the file's manifest names"
    assert ROWS[1].split(",")[3] in back.values()


@pytest.mark.parametrize(
    "said",
    one_in(
        3,
        [
            [],
            [("arucs", "returned", "B")],
            [("pain002", "rejected", "AC04")],
            [("input_report", "rejected", "E"), ("pain002", "settled", None)],
            [("pain002", "rejected", "DUPL")],
            [("input_report", "amended", "E")],
            [("awacs", "advised", "3")],
        ],
    ),
    ids=["in flight", "returned, not proven", "rejected, not proven", "disputed", "duplicate", "amended", "awacs"],
)
def test_what_may_not_be_paid_again_does_not_stand_in_it(
    ilf: TenantContext, said: list[tuple[str, str, str | None]]
) -> None:
    bank_says(ilf, RUN, 1, *said)
    assert named(to_put_right(ilf)) == []


@pytest.mark.parametrize(
    "before", [("input_report", "amended", "E"), ("awacs", "advised", "3")], ids=["amended", "awacs"]
)
def test_money_that_is_back_outweighs_what_was_said_before(ilf: TenantContext, before: tuple[str, str, str]) -> None:
    bank_says(ilf, RUN, 1, before)
    came_back(ilf, RUN, 1)
    assert [line["ILF Ref"] for line in named(to_put_right(ilf))] == [ROWS[1].split(",")[0]]


def test_the_row_as_it_was_sent_last_stands_in_it_with_what_is_wrong_with_that(ilf: TenantContext) -> None:
    came_back(ilf, RUN, 1)
    [line] = named(to_put_right(ilf))
    good, wrong = sent_back(ilf, to_put_right(ilf)[1:], **{"Recipient Name": "Zoe Green"}) + sent_back(
        ilf, [line], **{"Sort Code": "12"}
    )
    run_id = paid(ilf, [good, wrong], "once")
    [again] = to_put_right(ilf)
    assert (again["Pay run"], again["Line"], again["Sort Code"]) == (run_id, "3", "12")
    assert again["What is wrong"].startswith("Came back")
    assert "It was left out." in again["What is wrong"]
    assert "6 digits" in again["What is wrong"]


def test_a_file_of_before_goes_when_nothing_is_left_to_put_right(ilf: TenantContext) -> None:
    [refused] = to_put_right(ilf)
    [written] = write_correction_files(ilf, PERIOD, AFTER)
    paid(ilf, sent_back(ilf, [refused], **{"Recipient Name": "Zoe Green"}), "once")
    assert to_put_right(ilf) == []
    assert not written.path.exists()


def test_a_period_without_a_run_has_none(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="has no run of 2026-09"):
        write_correction_files(ilf, Period.parsed("2026-09"), AFTER)


def test_pay_return_repay_return_repay_and_never_two_in_flight(ilf: TenantContext) -> None:
    run_id, row = RUN, 1
    for flow in ("once", "twice", "thrice"):
        came_back(ilf, run_id, row)
        [line] = named(to_put_right(ilf))
        assert line["Pay run"] == run_id
        run_id, row = paid(ilf, sent_back(ilf, [line]), flow), 0
        assert in_flight(ilf) == 1
        assert named(to_put_right(ilf)) == []
        beside = supplementary(ilf, sent_back(ilf, [line], **{"Payment Reference": "ONCE MORE"}), f"beside {flow}")
        assert states(ilf, beside) == ["held"]
        assert in_flight(ilf) == 1
