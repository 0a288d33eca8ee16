"""A body some of whose payees have no account: a few rows of its, taken as far as a test wants."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.ingest.stage import ingest, open_run
from tasks.instruct.stage import instruct
from tasks.ledger.payment_state import define_payment_state
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.vouchers.answers import Answered, take_in
from tests.month import approve, assess
from tests.people import register_uploaders, sign

HEADER = "Claimant,Name,Paid By,Sort Code,Account Number,Contact,Amount,Reference"
UPLOADER, APPROVER = "claims.officer@strathlinn.example", "finance.manager@strathlinn.example"
OPERATOR, SENDER = "operator@siller.example", "sender@siller.example"
NOVEMBER = datetime(2026, 11, 20, 9, 30, tzinfo=LONDON)
DECEMBER = datetime(2026, 12, 7, 9, 30, tzinfo=LONDON)
LATER = DECEMBER.date()
OVER = datetime(2026, 12, 30, 9, 30, tzinfo=LONDON)

TRANSFER = "SV-1001,Aisha Müller,transfer,089999,66374958,,20.81,VISIT 1001"
TEXT = "SV-1002,Mhairi Bell,voucher_by_text,,,07700 900101,100.00,VISIT 1002"
POST = 'SV-1003,Samira Paterson,voucher_by_post,,,"4 Shore Road, Inverbeg, IV99 9ZZ",11.66,VISIT 1003'
EMAIL = "SV-1004,Ruaridh McKay,voucher_by_email,,,claimant@people.example,28.50,VISIT 1004"
ALL = (TRANSFER, TEXT, POST, EMAIL)
RUN = "cash-2026-11-rehearsal-1"
PAYMENT_FILE, VOUCHER_FILE = f"{RUN}.REHEARSAL.paygate.csv", f"{RUN}.REHEARSAL.vouchers.csv"
ANSWERS = "Reference,Status,Amount,Cashed so far,As at"


def body(home: Path) -> TenantContext:
    settings = Settings(home=home, contracts=PROJECT / "data_contracts", modulus_table=None)
    return TenantContext("cash", Mode.REHEARSAL, settings)


def deliver(
    of: TenantContext,
    rows: Sequence[str],
    kind: str = "full",
    pay_date: str = "2026-11-30",
    replaces: str | None = None,
) -> Path:
    """Put an extract of these rows and its manifest into an emptied landing folder."""
    landing = of.paths.landing(of.tenant)
    shutil.rmtree(landing, ignore_errors=True)
    landing.mkdir(parents=True)
    content = "\r\n".join([HEADER, *rows, ""]).encode()
    amounts = [row["Amount"] for row in csv.DictReader(io.StringIO(content.decode()))]
    declared = {
        "tenant": "cash",
        "kind": kind,
        "pay_period": "2026-11",
        "extract": f"{kind}.csv",
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(amounts),
        "total": f"{sum(map(Decimal, amounts), Decimal('0.00')):f}",
        "pay_date": pay_date,
        "submitted_by": UPLOADER,
        **({"replaces": replaces} if replaces else {}),
    }
    (landing / f"{kind}.csv").write_bytes(content)
    manifest = landing / f"{kind}.csv.manifest.json"
    manifest.write_text(json.dumps(declared))
    sign(manifest, UPLOADER)
    register_uploaders(of)
    return landing / f"{kind}.csv"


def validated(of: TenantContext, rows: Sequence[str], now: datetime = NOVEMBER, **said: str) -> str:
    """Take an extract in and judge its rows; returns the run's id."""
    deliver(of, rows, **said)
    run, arrived = open_run(of, "2026-11", _flow(now, **said), now)
    assert arrived
    ingest(of, run, arrived, _flow(now, **said), now)
    validate(of, run.run_id, now)
    return run.run_id


def _flow(now: datetime, kind: str = "full", **_: str) -> str:
    return f"flow-{kind}-{now:%m%d%H}"


def approved(of: TenantContext, rows: Sequence[str], now: datetime = NOVEMBER, **said: str) -> str:
    """The same, and let somebody approve what is written of it."""
    run_id = validated(of, rows, now, **said)
    instruct(of, run_id, now)
    assess(of, run_id, now)
    with of.ledger.opened() as connection:
        [(total,)] = connection.execute("SELECT declared_total FROM run WHERE run_id = ?", [run_id]).fetchall()
    approve(of, run_id, now, _flow(now, **said), approver=APPROVER, control_total=f"{total:.2f}")
    return run_id


def released(of: TenantContext, rows: Sequence[str] = ALL, now: datetime = NOVEMBER, **said: str) -> str:
    """The same, and release it."""
    run_id = approved(of, rows, now, **said)
    release(of, run_id, now)
    return run_id


def answered(of: TenantContext, lines: Sequence[str], now: datetime = DECEMBER, name: str = "answers.csv") -> Answered:
    """Let the provider say this."""
    path = of.settings.home / name
    path.write_text("\r\n".join([ANSWERS, *lines, ""]))
    return take_in(of, path, OPERATOR, now)


def says(row: int, status: str, amount: str, cashed: str, day: date = LATER, run_id: str = RUN) -> str:
    """One line of an answer."""
    return f"{run_id}-{row},{status},{amount},{cashed},{day:%d/%m/%Y}"


def states(of: TenantContext, day: date = LATER, run_id: str = RUN) -> Mapping[int, tuple[str, int]]:
    """Where each payment of a run stands, and what of it was cashed, by its row."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        found = connection.execute(
            "SELECT row_number, state, coalesce(cashed_pence, 0) FROM payment_state(?) JOIN run USING (run_no) "
            "WHERE run_id = ? ORDER BY row_number",
            [day, run_id],
        ).fetchall()
    return {row: (state, cashed) for row, state, cashed in found}


def totals(of: TenantContext, day: date = LATER, run_id: str = RUN) -> Mapping[str, tuple[int, int]]:
    """Payments and pence of a run by state."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        found = connection.execute(
            "SELECT state, payments, pence FROM state_totals(?) JOIN run USING (run_no) WHERE run_id = ?", [day, run_id]
        ).fetchall()
    return {state: (payments, pence) for state, payments, pence in found}


def held(of: TenantContext, run_id: str) -> Mapping[int, set[str]]:
    """Why rows of a run are left out."""
    with of.ledger.opened() as connection:
        found = connection.execute(
            "SELECT row_number, list(DISTINCT rule) FROM core_left_out JOIN run USING (run_no) WHERE run_id = ? "
            "GROUP BY row_number",
            [run_id],
        ).fetchall()
    return {row: set(rules) for row, rules in found}
