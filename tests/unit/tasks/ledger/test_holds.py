"""A payment that came back holds its account the next period, or its payee; never anybody else, never in silence."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.approval import Outcome
from schemas.no_go import NoGo
from tasks.approve.notice import notice
from tasks.ledger import record, runs
from tasks.ledger.bank_rows import BankFileRow
from tasks.ledger.catalogue.events import BankFile
from tasks.ledger.rows import insert
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.entries import entry
from tests.month import NOVEMBER, OCTOBER, ROWS, approve, assessed, context, deliver, ingest
from tests.sampled import one_in

AFTER = OCTOBER.replace(month=11, day=3)
FIRST = "ilf-2026-10-rehearsal-1"
SHARED = ROWS[1].replace("ILF100003", "ILF990001").replace("1900.00", "77.00")
"""Somebody else at the account of the second payment."""
ELSEWHERE = ",".join([*ROWS[1].split(",")[:2], *ROWS[0].split(",")[2:5], *ROWS[1].split(",")[5:]])
"""The second payee at another account."""


def in_october(rows: Sequence[str]) -> list[str]:
    return [row.replace("30/11/2026", "30/10/2026") for row in rows]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October, released."""
    of = context(tmp_path_factory.mktemp("october"))
    deliver(of, in_october(ROWS), pay_period="2026-10", pay_date="2026-10-30")
    run_id = assessed(of, OCTOBER)
    approve(of, run_id, OCTOBER)
    release(of, run_id, OCTOBER)
    return of.settings.home


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home"))


def bank_says(
    of: TenantContext,
    message: str,
    kind: str,
    code: str | None,
    row: int = 1,
    of_run: str = FIRST,
    verdict: str = "taken",
) -> None:
    """Let the bank say this of a payment, of October's if no other run is named."""
    with of.ledger.transaction() as connection:
        run_no = runs.run_row(connection, of_run).run_no
        (number,) = connection.execute("SELECT count(*) + 1 FROM bank_file").fetchone() or (1,)
        at = AFTER + timedelta(minutes=number)
        insert(connection, BankFileRow(number, message, str(number), "f", verdict, "", "", None, at, at))
        connection.execute(
            "INSERT INTO core_bank_answer BY NAME SELECT $run AS run_no, $file AS bank_file_no, 1 AS item, "
            "$row AS row_number, $message AS message, $kind AS kind, $code AS code, 1 AS payments, "
            "amount_pence, DATE '2026-11-02' AS bank_date, amount_pence AS payment_pence "
            "FROM core_payment WHERE run_no = $run AND row_number = $row",
            {"run": run_no, "file": number, "row": row, "message": message, "kind": kind, "code": code},
        )
        record(connection, run_no, of_run, entry(BankFile), str(number), at, number)


def left_out(
    of: TenantContext, rows: Sequence[str] = (*ROWS, SHARED), flow: str = "flow-2"
) -> list[tuple[int, str, str]]:
    """Row, column and rule of what November holds."""
    deliver(of, rows)
    run_id = ingest(of, NOVEMBER, flow)
    validate(of, run_id, NOVEMBER)
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, column_name, rule FROM core_left_out JOIN run USING (run_no) WHERE run_id = ? "
            "ORDER BY ALL",
            [run_id],
        ).fetchall()


ACCOUNT = [(1, "account_number", "account_came_back"), (3, "account_number", "account_came_back")]
PAYEE = [(1, "payee_reference", "payee_may_have_died")]


@pytest.mark.parametrize(
    ("message", "kind", "code", "held"),
    one_in(
        2,
        [
            *(("arucs", "returned", code, ACCOUNT) for code in ("0", "3", "5", "B", "b", "Z", None)),
            ("arucs", "returned", "2", PAYEE),
            ("arucs", "returned", "C", []),
            ("camt053", "statement_credit", "AC04", ACCOUNT),
            ("camt053", "statement_credit", "MD07", PAYEE),
            ("camt053", "statement_reversal", "AC04", ACCOUNT),
            ("camt053", "statement_credit", None, []),
            ("pain002", "rejected", "AM04", []),
            ("pain002", "rejected", "RC04", ACCOUNT),
            ("input_report", "returned", "1167", PAYEE),
            ("input_report", "amended", "E", []),
            ("awacs", "advised", "3", []),
        ],
    ),
)
def test_what_each_code_holds(
    ilf: TenantContext, message: str, kind: str, code: str | None, held: list[tuple[int, str, str]]
) -> None:
    bank_says(ilf, message, kind, code)
    assert left_out(ilf) == held


@pytest.mark.parametrize(("code", "held"), [("B", ACCOUNT), ("2", PAYEE)])
def test_what_the_body_paid_otherwise_holds_as_before(
    ilf: TenantContext, code: str, held: list[tuple[int, str, str]]
) -> None:
    bank_says(ilf, "arucs", "returned", code)
    with ilf.ledger.transaction() as connection:
        connection.execute("INSERT INTO core_paid_elsewhere_too VALUES (1, 1, 1, 1, false, 190000)")
    assert left_out(ilf) == held


def test_who_has_died_holds_nobody_at_the_same_account_whatever_else_is_said(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "2")
    bank_says(ilf, "camt053", "statement_credit", "AC04")
    assert left_out(ilf) == PAYEE


def test_another_account_of_the_payees_is_paid(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "B")
    assert left_out(ilf, (ROWS[0], ELSEWHERE, ROWS[2])) == []


def test_the_body_reads_why_in_words(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "B")
    bank_says(ilf, "arucs", "returned", "2", row=2)
    left_out(ilf)
    said = ilf.paths.left_out("ilf-2026-11-rehearsal-1").read_text(encoding="utf-8-sig")
    assert "Account No is an account from which a payment of an earlier period came back" in said
    assert "send no letter" in said


def test_the_form_says_what_comes_back_while_it_waits_and_nobody_approves(ilf: TenantContext) -> None:
    deliver(ilf)
    run_id = assessed(ilf, NOVEMBER, flow="flow-2")
    bank_says(ilf, "arucs", "returned", "5")
    with ilf.ledger.opened() as connection:
        above = notice(connection, ilf, run_id, ("flow-2", "approval-1"), NOVEMBER)
    said = f"1 payments of {run_id} go where an earlier one has come back from since it was validated, at row 1."
    assert above.startswith(f"**{said}")
    verdict = approve(ilf, run_id, NOVEMBER, "flow-2")
    assert (verdict.outcome, verdict.cause.startswith(said)) == (Outcome.REFUSED, True)


def test_what_comes_back_while_a_run_waits_keeps_it_from_release_and_the_next_run_holds_it(ilf: TenantContext) -> None:
    deliver(ilf)
    run_id = assessed(ilf, NOVEMBER, flow="flow-2")
    approve(ilf, run_id, NOVEMBER, "flow-2")
    bank_says(ilf, "arucs", "returned", "5")
    with pytest.raises(NoGo, match=r"1 payments of .* come back from since it was validated, at row 1\. Start"):
        release(ilf, run_id, NOVEMBER)
    again = ingest(ilf, NOVEMBER, "flow-3")
    assert again == "ilf-2026-11-rehearsal-2"
    validate(ilf, again, NOVEMBER)
