"""What people and bank do around a real siller, on the shipped samples, in rehearsal."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from schemas.pay_run import Mode
from tasks.practice_bank.bank import answer
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.e2e.stack import PROJECT, Stack
from tests.people import code_now, enrol_approvers, register_uploaders, sign

if TYPE_CHECKING:
    from flows.service.client import Rest

SAMPLES = PROJECT / "data_contracts" / "ilf" / "samples"


def run_id_of(period: str) -> str:
    return f"ilf-{period}-rehearsal-1"


def facts(period: str) -> dict:
    return json.loads((SAMPLES / f"ilf-{period}.facts.json").read_text())


@dataclass(frozen=True)
class Left:
    """What a run may leave behind: every row of the ledger, and every file of the outbox."""

    tables: Mapping[str, tuple[int, int | None]]
    outbox: Mapping[str, str]


class Payday:
    """Siller, really running, and what is done with it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.context = TenantContext("ilf", Mode.REHEARSAL, Settings(home=stack.home, modulus_table=None))
        self.outbox = self.context.paths.outbox("ilf")
        self.inbox = self.context.paths.bank_inbox("ilf")

    def deliver(self, period: str) -> None:
        landing = self._landing()
        for name in (f"ilf-{period}.csv", f"ilf-{period}.manifest.json"):
            shutil.copy(SAMPLES / name, landing / name)
        self._sign(landing / f"ilf-{period}.manifest.json")

    def deliver_like(self, period: str, like: str, pay_date: date) -> None:
        """The rows of another month, with this period's pay date."""
        rows = list(csv.reader(io.StringIO((SAMPLES / f"ilf-{like}.csv").read_text(encoding="utf-8"))))
        header, *data = rows
        out = io.StringIO()
        day = f"{pay_date:%d/%m/%Y}"
        csv.writer(out).writerows([header, *([*row[:-1], day] for row in data)])
        extract = out.getvalue().encode()
        manifest = json.loads((SAMPLES / f"ilf-{like}.manifest.json").read_text()) | {
            "pay_period": period,
            "extract": f"ilf-{period}.csv",
            "sha256": hashlib.sha256(extract).hexdigest(),
            "total": str(sum(Decimal(row[header.index("Net Amount")]) for row in data)),
            "pay_date": pay_date.isoformat(),
        }
        (self._landing() / f"ilf-{period}.csv").write_bytes(extract)
        declared = self._landing() / f"ilf-{period}.manifest.json"
        declared.write_text(json.dumps(manifest))
        self._sign(declared)

    def start(self, period: str, today: date) -> "tuple[UUID, Rest]":
        enrol_approvers(self.context)
        return self._run("pay-run", today, period=period)

    def form(self, flow_run: UUID) -> str:
        with self.stack.connected() as server:
            return server.form(flow_run)

    def answer(self, flow_run: UUID, form: Mapping[str, str]) -> "Rest":
        """Answer a form, with a code that the approver's device shows unless another one is given."""
        form = form if "one_time_code" in form else {**form, "one_time_code": code_now(form["approver"])}
        with self.stack.connected() as server:
            server.answer(flow_run, form)
        return self.followed(flow_run)

    def followed(self, flow_run: UUID) -> "Rest":
        with self.stack.connected() as server:
            return server.follow(flow_run, _silent)

    def bank_answers(self, period: str, entry_date: date) -> dict[str, bytes]:
        """The practice bank answers a released file; returned are its answers by their names."""
        # Returned as the remitter asked, which holds no account in the month after.
        file = self.outbox / f"{run_id_of(period)}.REHEARSAL.bacs18.txt"
        written = answer(file, self.inbox, entry_date, return_codes=("C", "C"))
        return {path.name: path.read_bytes() for path in written}

    def reconcile(self, today: date) -> "Rest":
        return self._run("bank-answers", today)[1]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command, as a person types it, on this siller."""
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments],
            cwd=PROJECT,
            env=os.environ | {"SILLER_HOME": str(self.stack.home)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def left(self) -> Left:
        with self.context.ledger.opened() as connection:
            names = [
                row[0]
                for row in connection.execute(
                    "SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger'"
                ).fetchall()
            ]
            tables = {
                name: connection.execute(f"SELECT count(*), sum(hash(t)::HUGEINT) FROM {name} AS t").fetchone()
                for name in names
            }
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in self.outbox.glob("*")}
        return Left(tables, files)

    def serials(self) -> list[int]:
        with self.context.ledger.opened() as connection:
            rows = connection.execute("SELECT serial FROM submission_serial ORDER BY serial").fetchall()
        return [row[0] for row in rows]

    def _sign(self, manifest: Path) -> None:
        sign(manifest, "finance.officer@ilf.example")
        register_uploaders(self.context)

    def _landing(self) -> Path:
        landing = self.context.paths.landing("ilf")
        landing.mkdir(parents=True, exist_ok=True)
        return landing

    def _run(self, flow: str, today: date, **parameters: str) -> "tuple[UUID, Rest]":
        with self.stack.connected() as server:
            asked = {"mode": "rehearsal", "today": today.isoformat()} | parameters
            flow_run = server.submit(f"{flow}/ilf", asked)
        return flow_run, self.followed(flow_run)


def _silent(_: str) -> None:
    """Nobody watches."""
