"""A month with every outcome that a row can have, and what became of each: for every later siller to come to the same.

Two accounts pay by turns. October is paid; then the account table changes, so that in November's extract two accounts
fail that were paid before and are referred, and one that was not is refused. Others are refused by their name, sort
code and amount; one row stands there twice, another twice with two amounts. A correction puts right what it can, and
one row wrong again; a second one that row. What is approved is released and answered, and a supplementary extract has a
row that came back, one that is paid, one that was refused, and one of somebody to whom nothing is owed.

``python -m tests.ledgers.every_outcome NAME`` in a checkout of a commit, with the names that modules have there, writes
``tests/ledgers/every-outcome-NAME.json``.
"""

import csv
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.ledger.payment_state import define_payment_state
from tasks.lineage.trace import trace
from tasks.practice_bank.bank import answer as bank_answers
from tasks.reconcile.receive import inbox, put_away, receive_all
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.month import HEADER, SAMPLES, approve, assessed, deliver, extract_of

FOLDER = Path(__file__).parent
AS_AT = date(2026, 12, 15)
_FUND = """
      - name: paying_account
        physicalName: Fund
        description: The fund that the award is paid from.
        logicalType: string
        physicalType: VARCHAR
        required: true
        quality:
          - type: library
            metric: missingValues
            arguments: {missingValues: [null, ""]}
            mustBe: 0
"""
_ACCOUNTS = """
paying_account: {sort_code: "107999", account_number: "88837491", name: ILF OPEN, pays: open}
further_accounts:
  - {sort_code: "202959", account_number: "63748472", name: ILF FUND, pays: fund}
"""
_LINES = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:40]
SAMPLE = tuple(f"{row},{('open', 'fund')[place % 2]}" for place, row in enumerate(_LINES))
REFERRED, UNPROVEN = (0, 1), 20
"""Rows whose accounts fail the later table: paid in October, and not."""


def other(row: str, column: int, value: str) -> str:
    """The row with another value in one place."""
    cells = next(csv.reader([row]))
    return ",".join([*cells[:column], value, *cells[column + 1 :]])


NAME, SORT_CODE, AMOUNT = 1, 2, 5
NAMELESS = other(SAMPLE[5], NAME, "")
TWO_AMOUNTS = (SAMPLE[9], other(SAMPLE[9], AMOUNT, "7.77"))
FULL = (
    *SAMPLE[:5],
    NAMELESS,
    other(SAMPLE[6], SORT_CODE, "12345"),
    other(SAMPLE[7], AMOUNT, "1050"),
    SAMPLE[UNPROVEN],
    SAMPLE[8],
    SAMPLE[8],
    *TWO_AMOUNTS,
    SAMPLE[10],
    SAMPLE[11],
)
CORRECTIONS = ((other(SAMPLE[5], SORT_CODE, "12345"), SAMPLE[9]), (SAMPLE[5],))
SUPPLEMENTARY = (SAMPLE[3], SAMPLE[4], SAMPLE[6], SAMPLE[12])


def two_accounts(home: Path) -> TenantContext:
    """ILF's, with two paying accounts, and an account table that may change."""
    contracts = home / "contracts"
    shutil.copytree(Settings().contracts, contracts)
    agreement, contract = contracts / "ilf" / "agreement.yaml", contracts / "ilf" / "extract.odcs.yaml"
    before, _, after = agreement.read_text().partition("paying_account:")
    agreement.write_text(before + _ACCOUNTS + after[after.index("bank_profile:") :])
    contract.write_text(contract.read_text().rstrip() + _FUND)
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home / "home", modulus_table=None, contracts=contracts))


def let_accounts_fail(of: TenantContext) -> None:
    """Give the account table rules by which three accounts fail."""
    with (of.settings.contracts / "practice_modulus" / "valacdos-practice.txt").open("a") as table:
        for row in (*REFERRED, UNPROVEN):
            sort_code, account = SAMPLE[row].split(",")[2:4]
            # MOD10 over one digit alone: it passes only if that is a zero.
            place = next(place for place in reversed(range(8)) if account[place] != "0")
            weights = ["1" if digit == 6 + place else "0" for digit in range(14)]
            table.write(f"{sort_code} {sort_code} MOD10 {' '.join(weights)}\n")


@dataclass
class Month:
    """The runs of a home, one after the other."""

    of: TenantContext
    runs: list[str]

    def taken(self, rows: Sequence[str], now: datetime, pay_day: date, kind: str, **declared: Any) -> str:
        """Take an extract as far as its form; returns its SHA-256."""
        name = f"{now:%Y-%m-%d}-{kind}-{len(self.runs)}"
        dated = [row.replace("30/11/2026", f"{pay_day:%d/%m/%Y}") for row in rows]
        deliver(self.of, dated, f"{name}.csv", kind=kind, pay_date=pay_day.isoformat(), **declared)
        self.runs.append(assessed(self.of, now, flow=name))
        return hashlib.sha256(extract_of(dated)).hexdigest()

    def let_go(self, now: datetime, pay_day: date) -> None:
        """Approve and release the last run, and let the practice bank answer."""
        run_id = self.runs[-1]
        with self.of.ledger.opened() as connection:
            [(flow, total)] = connection.execute(
                "SELECT flow_run_id, declared_total FROM run JOIN flow_run USING (run_no) WHERE run_id = ?", [run_id]
            ).fetchall()
        words = {"control_total": f"{total:.2f}", "reason": "all: as agreed"}
        approve(self.of, run_id, now, flow=flow, answered_at=now + timedelta(minutes=len(self.runs)), **words)
        release(self.of, run_id, now)
        (file,) = self.of.paths.outbox("ilf").glob(f"{run_id}*.txt")
        bank_answers(file, self.of.paths.bank_inbox("ilf"), pay_day)
        receive_all(self.of, inbox(self.of), now + timedelta(days=12))
        put_away(self.of)


def pay(home: Path) -> Month:
    """Pay October, November and what was left of it."""
    month = Month(two_accounts(home), [])
    october, november, later = date(2026, 10, 30), date(2026, 11, 30), date(2026, 12, 8)
    now = datetime(2026, 10, 20, 9, 30, tzinfo=LONDON)
    with patch("tests.month.HEADER", f"{HEADER},Fund"):
        month.taken(SAMPLE[:12], now, october, "full", pay_period="2026-10")
        month.let_go(now, october)
        let_accounts_fail(month.of)
        now = datetime(2026, 11, 18, 9, 30, tzinfo=LONDON)
        sent = month.taken(FULL, now, november, "full")
        for rows in CORRECTIONS:
            sent = month.taken(rows, now, november, "correction", corrects=sent)
        month.let_go(now, november)
        now = datetime(2026, 11, 30, 10, 30, tzinfo=LONDON)
        month.taken(SUPPLEMENTARY, now, later, "supplementary", pay_period="2026-11")
        month.let_go(now, later)
    return month


def outcomes(month: Month, one_way_in: int = 1) -> dict[str, Any]:
    """What became of every row: its state and its way; what the body got back; what the bank got.

    Args:
        month: which is paid.
        one_way_in: of how many rows the way of one is told; each takes a second.
    """
    of = month.of
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        states = connection.execute(
            "SELECT run_id, row_number, state, amount_pence FROM payment_state(?) JOIN run USING (run_no) ORDER BY ALL",
            [AS_AT],
        ).fetchall()
        reasons = connection.execute(
            "SELECT run_id, row_number, outcome, column_name, rule FROM core_left_out JOIN run USING (run_no) "
            "UNION ALL SELECT run_id, row_number, 'referred', column_name, rule FROM core_referred "
            "JOIN run USING (run_no) ORDER BY ALL"
        ).fetchall()
    traces = {}
    for run_id, row, *_ in states[::one_way_in]:
        found = trace(of.ledger, f"{run_id}/{row}", AS_AT)
        traces[found.payment_id] = [found.state, *([step.what, str(step.when), step.detail] for step in found.steps)]
    files = {path.name: path.read_text() for path in sorted(of.paths.outbox("ilf").glob("*.txt"))}
    back = {run_id: of.paths.left_out(run_id) for run_id in month.runs}
    return json.loads(
        json.dumps(
            {
                "states": states,
                "reasons": reasons,
                "traces": traces,
                "left_out": {run_id: path.read_text() for run_id, path in back.items() if path.exists()},
                "files": files,
            }
        )
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        written = FOLDER / f"every-outcome-{sys.argv[1]}.json"
        written.write_text(json.dumps(outcomes(pay(Path(folder))), indent=1, ensure_ascii=False) + "\n")
        sys.stdout.write(f"{written}\n")
