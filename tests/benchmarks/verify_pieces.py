"""What `siller verify` is measured on."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from schemas.period import Period, Rhythm
from tests.benchmarks.pieces import Act
from tests.benchmarks.workspace import Workspace

if TYPE_CHECKING:
    from tasks.tenant_context import TenantContext

MONTHS = 12
ROWS_A_MONTH = 5_200


def year(workspace: Workspace) -> Act:
    """Twelve months of October's sample, each released and published; the gates are said to have let it go."""
    import shutil

    from schemas.bank_days import LONDON
    from tasks.settings import PROJECT
    from tests.benchmarks.desk import desk

    shutil.copytree(PROJECT / "data_contracts", workspace.contracts, dirs_exist_ok=True)
    of = desk(workspace).context

    def act() -> None:
        for month in range(1, MONTHS + 1):
            pay_date = of.agreement.pay_day_of(Period.parsed(f"2026-{month:02}"), of.bank_days)
            _pay(of, pay_date, datetime.combine(pay_date - timedelta(days=8), time(9, 30), LONDON))

    return act


def _pay(of: "TenantContext", pay_date: date, now: datetime) -> None:
    from tasks.publish.stage import publish
    from tasks.release.stage import release
    from tests.month import SAMPLES, approve, assessed, deliver

    sent = (SAMPLES / "ilf-2026-10.csv").read_text(encoding="utf-8").replace("30/10/2026", f"{pay_date:%d/%m/%Y}")
    period = str(Period.around(pay_date, Rhythm.MONTH))
    deliver(of, sent.splitlines()[1:], pay_period=period, pay_date=pay_date.isoformat())
    run_id = assessed(of, now, flow=f"flow-{period}")
    approve(of, run_id, now, f"flow-{period}", control_total="10580696.00")
    release(of, run_id, now)
    publish(of, run_id, now)


def verify(workspace: Workspace) -> Act:
    """Everything that `siller verify` recomputes."""
    from tasks.verify import problems
    from tests.benchmarks.desk import desk

    of = desk(workspace).context

    def act() -> None:
        assert not list(problems(of))

    return act


PIECES = {act.__name__: act for act in (year, verify)}
