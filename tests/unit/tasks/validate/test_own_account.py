"""Nobody is paid into the account that the money leaves: such a row is held, and named to body and approver."""

import csv
import shutil
from pathlib import Path

import pytest

from schemas.contract.explain import fault
from schemas.pay_run import Mode
from tasks.assess.measure import measure
from tasks.assess.stage import gather_context
from tasks.check import check
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Ingest, Validate
from tasks.rails import rail_of
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, ROWS, deliver, gates_by_arithmetic, ingest
from tests.sampled import one_in

OWN = 'sort_code: "871427"\n  account_number: "09123496"'
FORMS = 'accounts: {with_zeros_before: [7], nine_digits: ["871420-871429"], ten_digits_first_eight: ["871427"]}\n'
HELD = "goes_to_the_paying_account"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Contracts in which ILF pays from an account that begins with a zero, and may leave such a zero out."""
    contracts = shutil.copytree(PROJECT / "data_contracts", tmp_path_factory.mktemp("machine") / "contracts")
    agreement = contracts / "ilf" / "agreement.yaml"
    said = agreement.read_text(encoding="utf-8")
    assert 'sort_code: "107999"\n  account_number: "88837491"' in said
    said = said.replace('sort_code: "107999"\n  account_number: "88837491"', OWN)
    agreement.write_text(said + FORMS, encoding="utf-8")
    return contracts


def at(row: str, sort_code: str, account: str) -> str:
    cells = row.split(",")
    return ",".join([*cells[:2], sort_code, account, *cells[4:]])


@pytest.mark.parametrize(
    ("sort_code", "account"),
    one_in(2, [("871427", "09123496"), ("871427", "9123496"), ("871420", "709123496"), ("871427", "0912349600")]),
    ids=["8 digits", "7 digits", "9 digits", "10 digits"],
)
def test_a_payee_with_the_paying_account_is_held_in_every_form_of_it(
    sort_code: str, account: str, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates_by_arithmetic(monkeypatch)
    settings = Settings(home=tmp_path, contracts=machine, modulus_table=None)
    ilf = TenantContext("ilf", Mode.REHEARSAL, settings)
    extract = deliver(ilf, [at(ROWS[0], sort_code, account), *ROWS[1:]])
    assert [(found.row, found.rule) for found in check(ilf, extract, None, NOVEMBER).held] == [(0, HELD)]
    run_id = ingest(ilf)
    said = validate(ilf, run_id, NOVEMBER).figures
    assert (said.payable, said.refused, said.held) == (2, 0, 1)
    with ilf.paths.left_out(run_id).open(encoding="utf-8-sig", newline="") as file:
        [back] = csv.DictReader(file)
    assert "the account that this body pays from: the money would only come back to it" in str(back)
    assert "write that and send the row again" in str(back)


def test_the_approver_reads_it_in_the_pack(machine: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, contracts=machine, modulus_table=None)
    ilf = TenantContext("ilf", Mode.REHEARSAL, settings)
    deliver(ilf, [at(ROWS[0], "871427", "09123496"), *ROWS[1:]])
    run_id = ingest(ilf)
    validate(ilf, run_id, NOVEMBER)
    with ilf.ledger.opened() as connection:
        row = runs.run_row(connection, run_id)
        days = [rail_of(ilf.agreement).days(row.pay_date, ilf.bank_days)]
        ingested, validated = entry_of(connection, run_id, Ingest), entry_of(connection, run_id, Validate)
        told = gather_context(ilf, ingested, validated, days, True, NOVEMBER)
        [cause] = measure(connection, row, told, ilf.agreement.accounts).left_out
    assert (cause.outcome, cause.rows) == ("held", 1)
    said = fault(ilf.contract, cause.column_name, cause.rule)
    assert said == "Account No is, with its sort code, the account that this body pays from"
