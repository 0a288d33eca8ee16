"""A body that writes everything otherwise than siller keeps it: the contract of a council, made for tests."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

from schemas.approval import canonical
from schemas.pay_run import Mode
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.month import UPLOADER, extract_of, manifest_of
from tests.people import register_uploaders, sign

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: council-extract
name: Council extract
version: 1.0.0
status: active
tenant: ilf
schema:
  - name: extract
    physicalType: csv
    logicalType: object
    properties:
      - {name: payee_reference, physicalName: Ref, required: true, unique: true, logicalType: string}
      - name: payee_name
        required: true
        transformSourceObjects: [First Name, Surname]
        transformLogic: join_with_spaces
      - name: sort_code
        required: true
        transformSourceObjects: [Sort Code]
        transformLogic: strip_blanks, join_pairs
      - {name: account_number, physicalName: Account, required: true}
      - name: roll_number
        customProperties: [{property: absent, value: empty}]
      - name: amount
        required: true
        logicalType: number
        logicalTypeOptions: {minimum: 1, maximum: 5000}
        transformSourceObjects: [Pay]
        transformLogic: strip_pound_sign_and_commas
      - name: payment_reference
        customProperties: [{property: absent, value: payee reference}]
        logicalTypeOptions: {maxLength: 18}
      - name: pay_date
        customProperties: [{property: absent, value: pay day}]
      - name: phone
        physicalName: Phone
        customProperties: [{property: ignored, value: true}]
"""


def form(physical: str, **properties: object) -> str:
    """The contract, with another form of file agreed."""
    listed = json.dumps([{"property": name, "value": value} for name, value in properties.items()])
    return CONTRACT.replace("physicalType: csv\n", f"physicalType: {physical}\n    customProperties: {listed}\n")


_TRAILER = {"begins": "T|", "count": 2, "totalPence": 3}
_WIDTHS = {"Ref": 12, "First Name": 145, "Surname": 145, "Sort Code": 10, "Account": 10, "Pay": 12, "Phone": 5}
FORMS = {
    "pipes, Windows-1252, records": form(
        *("csv",), delimiter="|", encoding="Windows-1252", headerRecord={"begins": "H|GRANTS"}, trailerRecord=_TRAILER
    ),
    "no quotes, UTF-16, lines of LF, gzip": form(
        *("csv",), quoting="none", delimiter="\t", encoding="UTF-16", lineEnd="LF", compression="gzip"
    ),
    "zip": form("csv", compression="zip"),
    "fixed width": form(
        *("fixed_width",), widths=_WIDTHS, trailerRecord={"begins": "9", "count": {"first": 2, "width": 6}}
    ),
    "Excel": form("xlsx", sheet="Payments", headerRow=3),
    "Parquet": form("parquet"),
}

HEADER = "Ref,First Name,Surname,Sort Code,Account,Pay,Phone"
ROWS = (
    'C1,Zoë,O’Hara,08-99-99,66374958,"£1,234.50",01',
    "C2,  Jo ,,10 79 99,88837491,20.00,",
    "C3,Ann,Lee,107999 ,88837491,7.25,",
)
"""Three payments that are right: £1,234.50, £20.00 and £7.25."""


def extract(*rows: str) -> bytes:
    """An extract of these rows, as the council writes it."""
    return "\r\n".join((HEADER, *rows, "")).encode()


def council(home: Path) -> TenantContext:
    """The council's context: ILF's agreement, and a contract of its own."""
    shutil.copytree(PROJECT / "data_contracts", home / "contracts", ignore=shutil.ignore_patterns("__pycache__"))
    (home / "contracts" / "ilf" / "extract.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, contracts=home / "contracts", modulus_table=None))


def deliver(of: TenantContext, total: str, *rows: str) -> Path:
    """Put an extract of these rows and its manifest into the landing folder; returns the extract."""
    landing = of.paths.landing(of.tenant)
    landing.mkdir(parents=True, exist_ok=True)
    content, name = extract(*rows), "council.csv"
    (landing / name).write_bytes(content)
    manifest = landing / f"{name}.manifest.json"
    declared = {"rows": len(rows), "total": total}
    manifest.write_text(manifest_of(extract_of(()), name, sha256=sha256(content).hexdigest(), **declared))
    sign(manifest, canonical(UPLOADER, of.agreement.people))
    register_uploaders(of)
    return landing / name
