"""Which period an extract is taken for that says none: only where no row of the body's has a pay date."""

from datetime import date
from pathlib import Path

import pytest

from schemas.pay_run import Mode
from tasks.ingest.agreed_periods import period_unsaid
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext


@pytest.mark.parametrize(("tenant", "period"), [("ilf", "None"), ("kirkmuir", "None"), ("rowan", "2026-Q4")])
def test_a_body_without_pay_dates_means_the_period_in_which_the_day_lies(
    tmp_path: Path, tenant: str, period: str
) -> None:
    settings = Settings(home=tmp_path, contracts=PROJECT / "data_contracts", modulus_table=None)
    context = TenantContext(tenant, Mode.REHEARSAL, settings)
    assert str(period_unsaid(context, date(2026, 11, 23))) == period
