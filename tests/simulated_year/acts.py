"""What people and the bank do in a period, each by the function behind its command; siller's own stages do the rest."""

import csv
import hashlib
import io
import json
import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from schemas.approval import Answer, Outcome, canonical
from schemas.gate_reasons import to_complete
from schemas.pay_run import Mode
from tasks.adoption.adopt import adopt, propose
from tasks.approve.stage import reasons_wanted
from tasks.approve.task import judge
from tasks.close.close import close
from tasks.exceptions.decisions import Decision
from tasks.exceptions.settle import Said, settle
from tasks.ledger import runs
from tasks.order import as_it_is, pay, take_in_answers
from tasks.people.two_people import Given
from tasks.practice_bank.behaviour import Behaviour
from tasks.recall.request import ask
from tasks.stage_run import TakenUp
from tasks.submit.stage import record_submission
from tests.people import code_at, sign
from tests.simulated_year.bodies import OPERATOR, Body
from tests.simulated_year.machine import Machine
from tests.simulated_year.story import Story


class Waits(Exception):  # noqa: N818  # nothing is wrong
    """The flow run waits at its form, as Prefect suspends it."""


@dataclass
class Period:
    """One period of a body's, played.

    Attributes:
        on: the machine.
        body: whose.
        period: which.
        flow: its flow run of the moment.
        starts: how many flow runs it had.
        run_id: its run of the moment.
        pence: what all its extracts come to, which is the control total of its form.
    """

    on: Machine
    body: Body
    period: str
    starts: int = 0
    flow: str = ""
    run_id: str = ""
    pence: int = 0
    _sent: dict[str, list[Path]] = field(default_factory=dict)

    def deliver(self, pay_day: date, payees: list[Any], replaces: str = "") -> str:
        """The body sends its extract, with a signed manifest; returned is the extract's SHA-256."""
        name, content = self.body.written(self.period, pay_day, payees)
        if replaces:
            name = f"again-{name}"
        self.pence = sum(payee.pence for payee in payees)
        more = {"replaces": replaces} if replaces else {}
        return self._put(name, content, pay_day, payees, kind="full", **more)

    def correct(self, pay_day: date, payees: list[Any], sha256: str) -> None:
        """The body puts right the rows that siller gave back of its extract, and sends that file as it is."""
        given_back = self.on.of(self.body.tenant).paths.left_out(self.run_id).read_text("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(given_back, newline="")))
        assert [row["ILF Ref"] for row in rows] == [payee.number for payee in payees]
        for row, payee in zip(rows, payees, strict=True):
            row["Account No"] = payee.account
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        self.pence += sum(payee.pence for payee in payees)
        content = file.getvalue().encode("utf-8-sig")
        self._put(f"corrected-{self.period}.csv", content, pay_day, payees, kind="correction", corrects=sha256)

    def _put(self, name: str, content: bytes, pay_day: date, payees: list[Any], **declared: str) -> str:
        """Put a file into the landing folder, with its signed manifest."""
        body, of = self.body, self.on.of(self.body.tenant)
        landing = of.paths.landing(of.tenant)
        landing.mkdir(parents=True, exist_ok=True)
        sha256, pence = hashlib.sha256(content).hexdigest(), sum(payee.pence for payee in payees)
        said = {
            "tenant": body.tenant,
            "pay_period": self.period,
            "extract": name,
            "sha256": sha256,
            "rows": len(payees),
            "total": f"{pence // 100}.{pence % 100:02}",
            "pay_date": pay_day.isoformat(),
            "submitted_by": body.uploader,
        }
        (landing / name).write_bytes(content)
        manifest = landing / f"{name}.manifest.json"
        manifest.write_text(json.dumps(said | declared))
        sign(manifest, canonical(body.uploader, of.agreement.people))
        return sha256

    def start(self) -> None:
        """A flow run begins: siller pays up to the form."""
        self.starts += 1
        self.flow = self.on.flow(self.body.tenant, self.period, self.starts)
        self._pay(answered=False)

    def approve(self) -> None:
        """The approver answers, and the flow run goes on to the outbox."""
        self._pay(answered=True)
        self.on.says(self.flow, "COMPLETED")

    def _pay(self, answered: bool) -> None:
        def approve(run: TakenUp) -> None:
            self.run_id = run.run_id
            if not answered:
                raise Waits
            verdict = judge(run.run_id, None, self.flow, "approval-1-1", self._answer(run.run_id))
            assert verdict.outcome is Outcome.APPROVED, verdict

        try:
            pay(
                self.body.tenant,
                self.period,
                Mode.LIVE,
                None,
                self.flow,
                work=as_it_is,
                taken_up=lambda _: None,
                approve=approve,
            )
        except Waits:
            self.on.says(self.flow, "PAUSED", form_key="approval-1-1", has_form=True)

    def _answer(self, run_id: str) -> Answer:
        of = self.on.of(self.body.tenant)
        with of.ledger.opened() as connection:
            wanted = reasons_wanted(connection, runs.run_row(connection, run_id).run_no)
        return Answer(
            decision="approve",
            approver=self.body.approvers[0],
            one_time_code=code_at(self.body.approvers[0], self.on.now),
            control_total=f"{Decimal(self.pence).scaleb(-2):.2f}",
            reason="; ".join(f"{part} looked at with the body" for part in to_complete(wanted)) or "none",
            answered_at=self.on.now,
        )

    def submit(self) -> None:
        """The sender says that the file was sent."""
        of, now = self.on.of(self.body.tenant), self.on.now
        record_submission(of, self.run_id, f"{self.period} sent", now, self.body.sender, now)

    @property
    def payment_file(self) -> Path:
        """The released file."""
        outbox = self.on.of(self.body.tenant).paths.outbox(self.body.tenant)
        (file,) = (each for each in outbox.glob(f"{self.run_id}.*") if not each.name.endswith(".json"))
        return file

    def bank_takes(self, entry: date, story: Story) -> None:
        """The bank writes what it will say of the file."""
        behaviour = None if story.unpaid else Behaviour.ACCEPT
        if story.disputed:
            behaviour = Behaviour.DUPL
        if story.advised:
            behaviour = Behaviour.AWACS
        bank_days = self.on.of(self.body.tenant).bank_days
        self.on.bank.answers(self.payment_file, self._desk, entry, self.body.rail, story.unpaid, behaviour, bank_days)

    @property
    def _desk(self) -> Path:
        return self.on.home / "bank" / self.run_id

    def drawn(self, payments: int) -> int:
        """Which payment of its file the bank does not pay."""
        (place,) = self._lots.sample(range(payments), 1)
        return place

    def advised(self, payments: int) -> list[int]:
        """Of which payments of its file the bank says that the account has moved: one to three."""
        lots = self._lots
        return sorted(lots.sample(range(payments), lots.randint(1, min(3, payments // 2))))

    @property
    def _lots(self) -> random.Random:
        """The bank draws by number and serial, as a file has them."""
        opening = self.payment_file.read_text("ascii")[:600]
        serial = re.findall(r"(.{6})</MsgId>|^VOL1(.{6})", opening)[0]
        return random.Random(f"{self.body.user} {''.join(serial)}")

    def arrives(self, *kinds: str) -> None:
        """Files of the bank's come, and are taken in."""
        of = self.on.of(self.body.tenant)
        inbox = of.paths.bank_inbox(of.tenant)
        inbox.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            for path in sorted(self._desk.glob(f"practice-{kind}-*")):
                path.rename(inbox / path.name)
        take_in_answers(of.tenant, Mode.LIVE, None, work=as_it_is)

    def two(self) -> tuple[Given, Given]:
        """Two people, with a code each; no code counts twice, so the clock goes on by half a minute."""
        self.on.now += timedelta(seconds=30)
        first, second = self.body.closers
        return Given(first, code_at(first, self.on.now)), Given(second, code_at(second, self.on.now))

    def recall(self, row: int) -> None:
        """Two people ask the bank to stop a payment."""
        of = self.on.of(self.body.tenant)
        ask(of, f"{self.run_id}/{row}", "paid in error", self.two(), self.on.now, self.on.now)

    def close(self) -> Path:
        """Two people close the run."""
        of = self.on.of(self.body.tenant)
        return close(of, self.run_id, self.two(), self.on.now, self.on.now)

    def settle(self, decision: Decision) -> None:
        """Two people settle what the bank left open of the run, on its word."""
        of = self.on.of(self.body.tenant)
        said = Said(decision, "the bank says so in writing", "case 4711", None, self.two())
        settle(of, self.run_id, None, said, self.on.now, self.on.now)

    def agree_on(self, day: date) -> None:
        """The body agrees on another pay day: the agreement is written anew, proposed, and adopted by two."""
        path = self.on.home / "contracts" / self.body.tenant / "agreement.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("exceptions:\n", f"exceptions:\n    {self.period}: {day}\n", 1), encoding="utf-8")
        of = self.on.of(self.body.tenant)
        propose(of, OPERATOR, self.on.now)
        _, owner = self.body.closers
        names = (owner, self.body.uploader)
        self.on.now += timedelta(seconds=30)
        given = [Given(name, code_at(name, self.on.now)) for name in names]
        adopt(of, (given[0], given[1]), self.on.now, self.on.now)
