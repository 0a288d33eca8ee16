"""Bodies that do not exist, as many as are asked for: agreement, contract, people, and what each sends for a month."""

import hashlib
import json
import random
import shutil
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from schemas.account.table import ModulusTable
from schemas.pay_run import Mode
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.benchmarks.extract import PAY_DAY, PERIOD, generate, let_references_have_eight_digits
from tests.invented.accounts import accounts
from tests.invented.names import FIRST, LAST
from tests.people import enrol_approvers, register_uploaders, sign

RECONCILED_ON = date(2026, 12, 3)
"""When everything has come that the bank will say."""
PAYMENTS = 25
BIG = "ilf"
"""The body of very many payments: what ``make bench`` pays."""

_AGREEMENT = """\
tenant: {tenant}
name: {name}
rail: bacs_standard_18
service_user_number: "{number}"
service_user_name: {name_of_account}
paying_account: {{sort_code: "{sort_code}", account_number: "{account}", name: {name_of_account}}}
bank_profile: {{line_end: CRLF}}
pay_day: {{rule: last_bank_day}}
office_holidays: scotland
extract_due: {{time: "17:00", bank_days_before_processing: 3}}
approve_by: {{time: "12:00", bank_days_before_processing: 1}}
submit_by: {{time: "16:00", bank_days_before_processing: 1}}
two_approvers_above: "100000.00"
gates:
  refused_share: {{refer: 0.0, no_go: 0.20}}
  change_in_total: {{refer: 0.25, no_go: 0.75}}
  change_in_payments: {{refer: 0.25, no_go: 0.75}}
  joiners_share: {{refer: 0.25, no_go: 0.75}}
  leavers_share: {{refer: 0.25, no_go: 0.75}}
  changed_details_share: {{refer: 0.0, no_go: 0.20}}
  biggest_change_for_one_payee: {{refer: 3.0, no_go: 20.0}}
  account_table_age_days: {{refer: 180, no_go: 730}}
people:
  - {{name: officer@{tenant}.example, roles: [uploader]}}
  - {{name: approver@{tenant}.example, roles: [approver]}}
  - {{name: director@{tenant}.example, roles: [approver, decision_owner]}}
  - {{name: operator@siller.example, roles: [operator], account: operator}}
  - {{name: sender@siller.example, roles: [sender], account: sender}}
"""
_CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: {tenant}-extract
name: {name} extract
version: 1.0.0
status: active
tenant: {tenant}
schema:
  - name: extract
    physicalType: csv
    logicalType: object
    properties:
      - {{name: payee_reference, physicalName: Payee, required: true, unique: true, logicalType: string}}
      - {{name: payee_name, physicalName: Name, required: true, logicalType: string}}
      - {{name: sort_code, physicalName: Sort Code, required: true, logicalType: string}}
      - {{name: account_number, physicalName: Account, required: true, logicalType: string}}
      - {{name: roll_number, customProperties: [{{property: absent, value: empty}}]}}
      - name: amount
        physicalName: Amount
        logicalType: number
        logicalTypeOptions: {{minimum: 1, maximum: 5000}}
        required: true
      - name: payment_reference
        customProperties: [{{property: absent, value: payee reference}}]
        logicalTypeOptions: {{maxLength: 18}}
      - {{name: pay_date, customProperties: [{{property: absent, value: pay day}}]}}
"""


@dataclass(frozen=True)
class Body:
    """A body, and the month that it has paid.

    Attributes:
        tenant: its short name.
        approver: who answers its form.
        sent: sort code, account number and pence of every payment that is to be made, in order.
        home: the ``SILLER_HOME`` that pays it.
        contracts: where its agreement stands.
    """

    tenant: str
    approver: str
    sent: tuple[tuple[str, str, int], ...]
    home: Path
    contracts: Path

    @property
    def pence(self) -> int:
        """What its people are to get."""
        return sum(pence for *_, pence in self.sent)

    @property
    def total(self) -> str:
        """The same, as its approver writes it from its own records."""
        return f"{self.pence // 100}.{self.pence % 100:02}"

    @property
    def run_id(self) -> str:
        """The run that pays it."""
        return f"{self.tenant}-{PERIOD}-rehearsal-1"

    @property
    def context(self) -> TenantContext:
        """Where its state stands."""
        return TenantContext(
            self.tenant, Mode.REHEARSAL, Settings(home=self.home, contracts=self.contracts, modulus_table=None)
        )


def tenant_of(number: int) -> str:
    """What a small body is called for short."""
    return f"b{number:03}"


def small(number: int, home: Path, contracts: Path) -> Body:
    """Write a small body's agreement and contract, deliver its month, and give its people their codes and keys."""
    tenant, lots = tenant_of(number), random.Random(number)
    name = f"Invented Body {number}"
    sort_code, account = next(islice(accounts(random.Random("of the bodies themselves")), number, None))
    said = {"tenant": tenant, "name": name, "name_of_account": f"BODY {number}", "number": f"{700_000 + number}"}
    said |= {"sort_code": sort_code, "account": account}
    folder = contracts / tenant
    folder.mkdir(parents=True)
    (folder / "agreement.yaml").write_text(_AGREEMENT.format(**said), encoding="utf-8")
    (folder / "extract.odcs.yaml").write_text(_CONTRACT.format(**said), encoding="utf-8")
    sent = tuple((*paid, lots.randrange(1_000, 200_001)) for paid in islice(accounts(lots), PAYMENTS))
    body = Body(tenant, f"approver@{tenant}.example", sent, home, contracts)
    _deliver(body, lots)
    return body


def _deliver(body: Body, lots: random.Random) -> None:
    lines = ["Payee,Name,Sort Code,Account,Amount"]
    for at, (sort_code, account, pence) in enumerate(body.sent):
        name = f"{lots.choice(FIRST)} {lots.choice(LAST)}"
        lines.append(f"P{1001 + at},{name},{sort_code},{account},{pence // 100}.{pence % 100:02}")
    content = "\r\n".join([*lines, ""]).encode()
    landing = body.context.paths.landing(body.tenant)
    landing.mkdir(parents=True)
    extract = landing / f"{body.tenant}-{PERIOD}.csv"
    extract.write_bytes(content)
    manifest = extract.with_suffix(".manifest.json")
    declared = {
        "tenant": body.tenant,
        "kind": "full",
        "pay_period": PERIOD,
        "extract": extract.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(body.sent),
        "total": body.total,
        "pay_date": PAY_DAY.isoformat(),
        "submitted_by": f"officer@{body.tenant}.example",
    }
    manifest.write_text(json.dumps(declared))
    _let_in(body, manifest, f"officer@{body.tenant}.example")


def _let_in(body: Body, manifest: Path, uploader: str) -> None:
    sign(manifest, uploader)
    register_uploaders(body.context)
    enrol_approvers(body.context)


def big(rows: int, home: Path, contracts: Path) -> Body:
    """The body of very many rows, likewise; nobody holds its payments against a list of who was to be paid."""
    shutil.copytree(PROJECT / "data_contracts" / BIG, contracts / BIG, ignore=shutil.ignore_patterns("samples"))
    let_references_have_eight_digits(contracts)
    body = Body(BIG, f"first.approver@{BIG}.example", (), home, contracts)
    landing = body.context.paths.landing(BIG)
    landing.mkdir(parents=True)
    extract = landing / f"{BIG}-{PERIOD}.csv"
    generate(extract, rows, ModulusTable.load(contracts / "practice_modulus"))
    _let_in(body, extract.with_suffix(".manifest.json"), f"finance.officer@{BIG}.example")
    return body
