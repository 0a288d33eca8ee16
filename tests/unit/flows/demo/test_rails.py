"""Each rail goes the whole way round with the practice bank, to the penny."""

from datetime import date

import pytest

from flows.demo.rails import copy_contracts
from schemas.pay_run import Mode
from schemas.reconciliation.figures import Outcome
from tasks.instruct.stage import instruct
from tasks.practice_bank.bank import Rail, answer
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.bank_messages import taken_in
from tests.month import NOVEMBER, ROWS, approve, assess, deliver, ingest

DECEMBER = NOVEMBER.replace(month=12, day=3)
MESSAGES = {
    Rail.BACS: ["input_report", "arucs", "camt053"],
    Rail.FASTER_PAYMENTS: ["input_report", "camt053"],
    Rail.PAIN001: ["pain002", "pain002", "camt053"],
}


@pytest.mark.parametrize("rail", list(Rail))
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
    (payment_file,) = (path for path in context.paths.outbox("ilf").iterdir() if path.suffix in (".txt", ".xml"))
    answer(payment_file, context.paths.bank_inbox("ilf"), date(2026, 11, 30), rail=rail)
    _, refused = taken_in(context, DECEMBER)
    assert refused == []
    found = as_at(context, run_id, DECEMBER)

    assert found.unexplained == ()
    assert found.extract.rows == sum(bucket.rows for bucket in found.buckets) == 3
    assert all(told.agrees for told in found.confirmations)
    rejected = 0 if rail is Rail.BACS else 1
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
