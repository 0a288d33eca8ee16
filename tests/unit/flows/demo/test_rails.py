"""Each rail goes the whole way round with the practice bank, to the penny."""

from datetime import date

import pytest

from flows.demo.rails import copy_contracts
from schemas.agreement import Agreement
from schemas.pay_run import Mode
from schemas.reconciliation.figures import Outcome
from tasks.instruct.stage import instruct
from tasks.practice_bank.bank import Rail, answer, way_of
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.bank_messages import taken_in
from tests.month import NOVEMBER, ROWS, approve, assess, deliver, ingest

DECEMBER = NOVEMBER.replace(month=12, day=3)
MESSAGES = {
    Rail.BACS: ["input_report", "arucs", "camt053"],
    Rail.FASTER_PAYMENTS: ["input_report", "camt053"],
    Rail.PAIN001: ["pain002", "pain002", "camt053"],
    "paygate": ["camt053"],
    "coutts": ["camt053"],
    "bank_of_scotland_fps": ["camt053"],
    "barclays_sif": ["camt053"],
}


@pytest.mark.parametrize("rail", MESSAGES)
def test_what_was_paid_came_back_or_was_rejected_adds_up(tmp_path, rail):
    contracts = copy_contracts(["ilf"], rail, Settings().contracts, tmp_path)
    context = TenantContext("ilf", Mode.REHEARSAL, Settings(home=tmp_path, contracts=contracts, modulus_table=None))
    deliver(context, ROWS)
    run_id = ingest(context)
    validate(context, run_id, NOVEMBER)
    instruct(context, run_id, NOVEMBER)
    assess(context, run_id)
    approve(context, run_id)
    release(context, run_id, NOVEMBER)
    (payment_file,) = (
        path for path in context.paths.outbox("ilf").iterdir() if path.suffix in (".txt", ".xml", ".csv")
    )
    answer(payment_file, context.paths.bank_inbox("ilf"), date(2026, 11, 30), rail=way_of(context.agreement))
    _, refused = taken_in(context, DECEMBER)
    assert refused == []
    found = as_at(context, run_id, DECEMBER)

    assert found.unexplained == ()
    assert found.extract.rows == sum(bucket.rows for bucket in found.buckets) == 3
    assert all(told.agrees for told in found.confirmations)
    rejected = 1 if rail in (Rail.FASTER_PAYMENTS, Rail.PAIN001) else 0
    assert found.bucket(Outcome.CREDITED).rows == 1
    assert found.bucket(Outcome.REJECTED).rows == rejected
    assert found.bucket(Outcome.RETURNED).rows == 2 - rejected
    with context.ledger.opened() as connection:
        taken = connection.execute("SELECT message FROM bank_file ORDER BY bank_file_no").fetchall()
        lost = connection.execute(
            "SELECT count(*) FROM core_bank_answer WHERE row_number IS NULL AND kind NOT LIKE '%_total' "
            "AND kind <> 'statement_debit'"
        ).fetchone()
    assert sorted(row[0] for row in taken) == sorted(MESSAGES[rail])
    assert lost == (0,)


def test_another_body_keeps_its_own_rail(tmp_path):
    contracts = copy_contracts(["ilf"], Rail.PAIN001, PROJECT / "data_contracts", tmp_path)
    rails = {tenant: Agreement.load(contracts / tenant / "agreement.yaml").rail for tenant in ("ilf", "kirkmuir")}
    assert rails == {"ilf": "pain001_bacs", "kirkmuir": "faster_payments"}


def test_a_body_that_is_paid_by_it_already_needs_no_copy(tmp_path):
    contracts = PROJECT / "data_contracts"
    assert copy_contracts(["rowan"], Rail.PAIN001, contracts, tmp_path) == contracts
