"""The whole service on several machines: three bodies, two homes with a worker each, and what people do at it."""

import json
import os
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import yaml

from schemas.pay_run import Mode
from tasks.people.door import let_in
from tasks.practice_bank.bank import answer
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.e2e.s3 import BUCKET, client
from tests.month import NOVEMBER, SAMPLES, deliver
from tests.people import code_now, enrol_approvers
from tests.postgresql import PostgreSQL
from tests.scale.homes import Home, Shared, keys_of
from tests.scale.set_up import Machine, SetUp, ended_well

BODIES: dict[str, dict[str, Any]] = {
    "ilf": {},
    "north": {
        "name": "North Council",
        "service_user_number": "234567",
        "paying_account": {"sort_code": "089999", "account_number": "66374958", "name": "NORTH"},
    },
    "south": {
        "name": "South Council",
        "service_user_number": "345678",
        "paying_account": {"sort_code": "118765", "account_number": "64371389", "name": "SOUTH"},
    },
}
"""Three bodies, and what two of them have in the place of what the first has."""
NAMES = {body: other.get("name", "Independent Living Fund") for body, other in BODIES.items()}
_SENT = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()
ROWS = {body: _SENT[1 + 3 * number : 4 + 3 * number] for number, body in enumerate(BODIES)}
"""What each of them pays: no extract is sent by two of them."""
APPROVERS = {
    body: f"{which}.approver@ilf.example" for body, which in zip(BODIES, ("first", "second", "third"), strict=True)
}
"""One a body: nobody waits for a new code."""
OPERATOR = "operator@siller.example"
_LANDING = "servers-landing"


def pence_of(row: str) -> int:
    """The pence of a row of the sample, by the place of its column."""
    pounds, _, pence = row.split(",")[5].partition(".")
    return int(pounds) * 100 + int(pence)


class Service:
    """The service with all its machines.

    Args:
        folder: where all state stands.
        database: the running PostgreSQL.
        server: the address of the S3 server.
        monkeypatch: sets what the process of the desk is given, from which an operator works.
    """

    def __init__(self, folder: Path, database: PostgreSQL, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._shared = folder, Shared(server, "servers")
        self._given = {
            "SILLER_KEYS": json.dumps(keys_of(BODIES)),
            "SILLER_CONTRACTS": str(_agreed(folder / "contracts")),
            "SILLER_LANDING": f"s3://{BUCKET}/{_LANDING}",
        }
        # The servers' home is the desk's: their door has its passwords.
        for name, value in self._settings(folder / "desk").items():
            monkeypatch.setenv(name, value)
        self.set_up = SetUp(folder, folder / "desk", database)
        self._workers = [
            Machine(["flows.cli", "worker", "--limit", "2"], folder / f"{name}.log", self._of_worker(folder / name))
            for name in ("east", "west")
        ]

    @contextmanager
    def running(self) -> Iterator["Service"]:
        """Have all machines at work, with every extract in the landing, while the block runs."""
        for body in BODIES:
            self._deliver(body)
        with self.set_up.running():
            try:
                self._serve()
                yield self
            finally:
                for worker in self._workers:
                    worker.stop()

    def _serve(self) -> None:
        """Tell Prefect of every body, as docs/operating/many-machines.md has it, and let the workers begin."""
        file = self.folder / "deployments.yaml"
        self._at_the_desk("prefect", "work-pool", "create", "siller", "--type", "process")
        self._at_the_desk("flows.cli", "deployments", str(file))
        self._at_the_desk("prefect", "deploy", "--all", "--prefect-file", str(file))
        for worker in self._workers:
            worker.start()

    def _settings(self, home: Path) -> dict[str, str]:
        return {**Home(home, self._shared).settings, **self._given}

    def _of_worker(self, home: Path) -> dict[str, str]:
        return {**self._settings(home), **self.set_up.client_settings}

    def _at_the_desk(self, *command: str) -> str:
        return ended_well(command, self._of_worker(self.set_up.home))

    def _context(self, body: str) -> TenantContext:
        return TenantContext(body, Mode.REHEARSAL, Settings(modulus_table=None))

    def _deliver(self, body: str) -> None:
        """The body's extract arrives in the landing that all homes have."""
        context = self._context(body)
        deliver(context, ROWS[body], f"{body}.csv", tenant=body)
        enrol_approvers(context)
        s3 = client(self._shared.server)
        for file in context.paths.landing(body).iterdir():
            s3.put_object(Bucket=BUCKET, Key=f"{_LANDING}/rehearsal/{body}/{file.name}", Body=file.read_bytes())

    def keep_up(self) -> None:
        """Start a worker again that has ended, as its unit has it.

        Prefect 3.8.8's own ends of a run that is due again before it has forgotten it ("this borrower is already
        holding one of this CapacityLimiter's tokens"): seen where an answer came at once, on a machine with much to do.
        """
        for worker in self._workers:
            if worker.has_ended():
                worker.stop()
                worker.start()

    def answer(self, body: str, flow_run: UUID, api_url: str) -> None:
        """Approve as the page does, by the approver's own password, at a server or at the proxy."""
        approver, pence = APPROVERS[body], sum(map(pence_of, ROWS[body]))
        password = let_in(self._context(body), approver, (OPERATOR,), NOVEMBER)
        form = {
            "decision": "approve",
            "approver": approver,
            "control_total": f"£{pence // 100:,}.{pence % 100:02}",
            "reason": "all: The first month: compared with the body's own list by hand.",
        }
        trusted = ssl.create_default_context(cafile=self.set_up.client_settings["PREFECT_API_SSL_CERT_FILE"])
        with httpx.Client(auth=(approver, password), verify=trusted, timeout=120, trust_env=False) as http:
            typed = {**form, "one_time_code": code_now(approver)}  # last, for it counts for seconds
            got = http.post(f"{api_url}/flow_runs/{flow_run}/resume", json={"run_input": typed})
        assert got.status_code == httpx.codes.CREATED and got.json()["status"] == "ACCEPT", got.text

    def payment_files(self) -> dict[str, bytes]:
        """Every payment file in the outbox, by its body."""
        return {name.split("-")[0]: file for name, file in self._shared.payment_files().items()}

    def files_ever(self) -> int:
        """How many payment files have ever appeared there."""
        return self._shared.versions()

    def reconciled(self, body: str, file: bytes) -> dict[str, Any]:
        """What ``siller answers`` says of the body's run once the practice bank has paid everybody in the file."""
        bank, told = self.folder / "bank" / body, self.folder / f"{body}.json"
        bank.mkdir(parents=True)
        (bank / "sent.bacs18.txt").write_bytes(file)
        came = answer(bank / "sent.bacs18.txt", bank / "answers", date(2026, 11, 30), return_codes=())
        told_in = ("--rehearsal", "--today", "2026-12-03", "--json", str(told))
        self._at_the_desk("flows.cli", "answers", body, *map(str, came), *told_in)
        (run,) = json.loads(told.read_text())["runs"].values()
        return dict(run)

    def verified(self) -> list[str]:
        """What ``siller verify`` says, a line a body."""
        return self._at_the_desk("flows.cli", "verify").splitlines()


def _agreed(to: Path) -> Path:
    """The agreements and contracts of the three."""
    shutil.copytree(os.environ["SILLER_CONTRACTS"], to)
    for body, other in BODIES.items():
        if other:
            folder = shutil.copytree(to / "ilf", to / body)
            contract, agreement = folder / "extract.odcs.yaml", folder / "agreement.yaml"
            contract.write_text(contract.read_text("utf-8").replace("tenant: ilf", f"tenant: {body}"), "utf-8")
            keys = yaml.safe_load(agreement.read_text("utf-8"))
            agreement.write_text(yaml.safe_dump({**keys, "tenant": body, **other}), "utf-8")
    return to
