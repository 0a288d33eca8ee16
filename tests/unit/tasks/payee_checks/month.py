"""A body whose banks are asked about payees: October paid and past its returns, and what November comes to."""

import hashlib
import re
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from schemas.payee_checks.profile import PROFILES
from tasks.assess.stage import assess as assess_stage
from tasks.instruct.stage import instruct
from tasks.payee_checks.answers import take_in
from tasks.payee_checks.request import Request, write_requests
from tasks.practice_bank.bank import answer as bank_answers
from tasks.reconcile.receive import inbox, receive_all
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, OCTOBER, ROWS, approve, assessed, deliver, ingest
from tests.people import enrol_approvers

OPERATOR = "operator@siller.example"
PROFILE = PROJECT / "data_contracts" / PROFILES / "example.yaml"
AGREED = f"""
payee_checks:
  profile: example
  sha256: "{hashlib.sha256(PROFILE.read_bytes()).hexdigest()}"
  answer_by: {{time: "12:00", bank_days_before_processing: 2}}
"""
"""Of November, processed on Friday the 27th: until noon of Wednesday the 25th."""
OVERDUE = datetime(2026, 11, 25, 12, 0, tzinfo=LONDON)
HEADER = "Reference,Sort code,Account number,Result,Name at the bank,Checked on"

KNOWN = ROWS[0]
CHANGED = ",".join([*ROWS[1].split(",")[:2], "089999", "66374958", "", *ROWS[1].split(",")[5:]])
"""The second payee, with another account than in October: one of the published test cases."""
NEW = ROWS[2].replace("ILF100004", "ILF777777").replace("1050.00", "1051.00")
"""Somebody who was not paid in October, at an account that somebody else was paid to."""


def body(folder: Path) -> TenantContext:
    """ILF, whose agreement has payee checks by the profile that siller ships."""
    others = shutil.ignore_patterns("samples", "cash", "kirkmuir", "rowan", "__pycache__")
    contracts = shutil.copytree(PROJECT / "data_contracts", folder / "contracts", ignore=others)
    agreement = contracts / "ilf" / "agreement.yaml"
    # Of three payees one is a third of all: what a large body asks about says nothing here.
    said = re.sub(r"(refer|no_go): [0-9.]+", r"\1: 90", agreement.read_text())
    agreement.write_text(said + AGREED)
    return at(folder)


def at(folder: Path) -> TenantContext:
    """The body whose home and contracts stand in a folder."""
    settings = Settings(home=folder / "home", contracts=folder / "contracts", modulus_table=None)
    return TenantContext("ilf", Mode.REHEARSAL, settings)


def matched(of: TenantContext, run_id: str, now: datetime) -> None:
    """Let the bank match everybody whom it is asked about."""
    (request,) = write_requests(of, run_id, OPERATOR, now)
    take_in(of, run_id, answers_of(request, now.date(), {}), OPERATOR, now)


def october(of: TenantContext) -> None:
    """The three payments of ``ROWS``, matched by the bank, paid and not come back by November."""
    rows = [row.replace("30/11/2026", "30/10/2026") for row in ROWS]
    deliver(of, rows, pay_period="2026-10", pay_date="2026-10-30")
    run_id = ingest(of, OCTOBER, "flow-october")
    validate(of, run_id, OCTOBER)
    matched(of, run_id, OCTOBER)
    run_id = assessed(of, OCTOBER, flow="flow-october-2")
    approve(of, run_id, OCTOBER, flow="flow-october-2")
    release(of, run_id, OCTOBER)
    (file,) = of.paths.outbox(of.tenant).glob(f"{run_id}*.txt")
    bank_answers(file, of.paths.bank_inbox(of.tenant), date(2026, 10, 30), return_codes=())
    receive_all(of, inbox(of), OCTOBER.replace(month=11, day=4))


def november(
    of: TenantContext, rows: Sequence[str] = (KNOWN, CHANGED, NEW), now: datetime = NOVEMBER, **changes: str
) -> str:
    """November, validated; the same extract again opens the next run where something has come."""
    deliver(of, rows, **changes)
    run_id = ingest(of, now, f"flow-{started(of)}")
    validate(of, run_id, now)
    return run_id


def started(of: TenantContext) -> int:
    with of.ledger.opened() as connection:
        [(runs,)] = connection.execute("SELECT count(*) FROM flow_run").fetchall()
    return int(runs)


def answers_of(request: Request, day: date, says: dict[str, tuple[str, str]]) -> Path:
    """A bank's answers, written by hand: by account number the code and the bank's name; the others match."""
    lines = [HEADER]
    for line in request.path.read_text(encoding="utf-8").splitlines()[1:]:
        reference, name, sort_code, account, *_ = line.split(",")
        code, bank_name = says.get(account, ("MATCH", name))
        lines.append(f"{reference},{sort_code},{account},{code},{bank_name},{day:%d/%m/%Y}")
    path = request.path.with_suffix(".answers.csv")
    path.write_text("\r\n".join([*lines, ""]), encoding="utf-8")
    return path


def left_out(of: TenantContext, run_id: str) -> dict[int, str]:
    """By row, the rule that keeps it from being paid."""
    with of.ledger.opened() as connection:
        return dict(
            connection.execute(
                "SELECT row_number, rule FROM core_left_out JOIN run USING (run_no) WHERE run_id = ? ORDER BY ALL",
                [run_id],
            ).fetchall()
        )


def to_the_form(of: TenantContext, run_id: str, now: datetime = NOVEMBER) -> str:
    """Take a validated run to its form; the pack."""
    instruct(of, run_id, now)
    enrol_approvers(of)
    return assess_stage(of, run_id, now).pack
