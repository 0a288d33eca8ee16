"""What an earlier siller paid is erased like what this one pays, its rows in the ledger too."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from schemas.agreement import Agreement
from schemas.bank_days import LONDON
from schemas.period import Period
from tasks.ledger import runs
from tasks.ledger.payment_state import define_payment_state
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.retention.erase import erase
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.ledgers import earlier
from tests.ledgers.two_months import OCTOBER
from tests.month import APPROVER
from tests.sampled import one_in
from tests.unit.tasks.manual_payments.test_stage import OPERATOR, line_of, recorded

DUE = datetime(2033, 11, 2, 10, tzinfo=LONDON)
OCTOBERS = Period.parsed("2026-10")


@pytest.fixture(params=earlier.PAID, ids=earlier.commit_of)
def paid(request: pytest.FixtureRequest, upgraded_home: Callable[[Path], Path], tmp_path: Path) -> TenantContext:
    """A home as an earlier siller left it, upgraded, with nobody owed anything, under today's agreement."""
    of = earlier.of_home(shutil.copytree(upgraded_home(request.param), tmp_path / "home", symlinks=True))
    of.__dict__["agreement"] = Agreement.load(PROJECT / "data_contracts" / "ilf" / "agreement.yaml")
    with of.ledger.transaction() as connection:
        for name in (OPERATOR, APPROVER):
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), DUE)
        define_payment_state(connection)
        states = "SELECT row_number FROM payment_state(?) WHERE run_no = 1 AND state = 'returned' ORDER BY ALL"
        returned = [row for (row,) in connection.execute(states, [DUE.date()]).fetchall()]
    assert len(returned) == 2
    recorded(of, [line_of(OCTOBER[row], pay_period="2026-10", paid_on="31/10/2026") for row in returned])
    return of


@pytest.mark.parametrize("paid", one_in(3, earlier.PAID), indirect=True, ids=earlier.commit_of)
def test_october_of_an_earlier_siller_is_erased(paid: TenantContext) -> None:
    with paid.ledger.opened() as connection:
        before = connection.execute("SELECT run_no, count(*) FROM raw_extract_row GROUP BY ALL ORDER BY ALL").fetchall()
        entries = connection.execute("SELECT * FROM journal ORDER BY entry").fetchall()
    assert before[0] == (1, 200)
    erase(paid, OCTOBERS, "the agreed years are over", (OPERATOR, APPROVER), DUE)
    assert list(problems(paid)) == []
    with paid.ledger.opened() as connection:
        after = connection.execute("SELECT run_no, count(*) FROM raw_extract_row GROUP BY ALL ORDER BY ALL").fetchall()
        assert after == before[1:]
        assert connection.execute("SELECT * FROM journal ORDER BY entry").fetchall()[: len(entries)] == entries
        assert connection.execute("SELECT count(*) FROM earlier_payment WHERE run_no = 1").fetchall() == [(0,)]
        november = runs.runs_of_period(connection, Period.parsed("2026-11"))[0]
        assert runs.released_last_time(connection, november) == []
    assert not list(paid.paths.root.glob("backups/*"))
