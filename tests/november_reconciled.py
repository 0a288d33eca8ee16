"""A reconciliation with something in most buckets, as the report's tests see it."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from schemas.bank_days import LONDON
from schemas.bank_messages.bank_file import ANSWERS
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.reconciliation.figures import Extract, Reconciliation, SentFile, Share
from schemas.reconciliation.reconcile import reconcile
from tasks.ledger.file_line import FILE_LINES
from tasks.lineage.same_payment import PAID_SINCE
from tasks.reconcile.items import LEFT_OUT_ROWS
from tasks.reconcile.report import About, Ahead, LastTime, Link

PENCE = 1065141560
SECOND = "ilf-2026-11-rehearsal-2"


@pytest.fixture
def reconciliation() -> Reconciliation:
    """November of the sample on its pay day: two payments came back."""
    answers = [
        ("input_report", "accepted_total", None, None, 5229, PENCE, None),
        ("camt053", "statement_debit", None, None, None, PENCE, date(2026, 11, 30)),
        ("arucs", "returned", "B", 3984, 1, 200000, date(2026, 11, 30)),
        ("arucs", "returned", "0", 4785, 1, 200000, date(2026, 11, 30)),
        ("camt053", "statement_credit", "AC04", 3984, 1, 200000, date(2026, 11, 30)),
        ("camt053", "statement_credit", "AC01", 4785, 1, 200000, date(2026, 11, 30)),
    ]
    columns = ["message", "kind", "code", "row_number", "payments", "amount_pence", "bank_date"]
    empty = pl.DataFrame(schema={**ANSWERS, "row_number": pl.Int64, "bank_file_no": pl.Int64, "finding": pl.String})
    frame = pl.concat([empty, pl.DataFrame(answers, schema=columns, orient="row")], how="diagonal_relaxed")
    came_back = pl.col("row_number").is_in([3984, 4785])
    return reconcile(
        run_id="ilf-2026-11-rehearsal-1",
        as_at=datetime(2026, 11, 30, 9, 12, tzinfo=ZoneInfo("Europe/London")),
        extract=Extract(5269, Decimal("10708609.22"), 40, Decimal("57193.620"), 4, 0, Decimal(0)),
        sent=SentFile("123456", "000007", 5229, PENCE, date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2)),
        payments=pl.DataFrame(
            {"row_number": range(5229), "amount_pence": [PENCE - 5228 * 200000] + [200000] * 5228}
        ).with_columns(
            state=pl.when(came_back).then(pl.lit("returned")).otherwise(pl.lit("credited")), is_proven=came_back
        ),
        answers=frame,
    )


@pytest.fixture
def about() -> About:
    """What the report says of the run besides its figures."""
    return About(
        tenant_name="Independent Living Fund",
        period=Period.parsed("2026-11"),
        mode=Mode.REHEARSAL,
        extract_name="ilf-2026-11.csv",
        extract_sha256="a997fe7b" * 8,
        file_name="123456-000007.txt",
        file_sha256="5d41402a" * 8,
        links=(Link("approval", "approval.html"),),
        ahead=(
            Ahead("The extract for December 2026 is due", datetime(2026, 12, 16, 17, tzinfo=LONDON)),
            Ahead("The last day on which a payment comes back", date(2026, 12, 2)),
            Ahead("Payees have their money", date(2026, 11, 30)),
            Ahead("Approve the payment file", datetime(2026, 11, 26, 16, tzinfo=LONDON)),
        ),
        last_time=LastTime(
            "October 2026",
            "ilf-2026-10-rehearsal-1",
            Share("", 5217, Decimal("10580696.00")),
            Share("", 5216, Decimal("10578696.00")),
            Share("", 1, Decimal("2000.00")),
            0,
        ),
        lines=pl.DataFrame([(3984, 3986, ""), (4785, 4788, ""), (7, 9, "")], schema=FILE_LINES, orient="row"),
        left_out=pl.DataFrame(
            [(7, "refused", "Sort Code is not exactly 6 digits.")], schema=LEFT_OUT_ROWS, orient="row"
        ),
        since=pl.DataFrame([(7, "refused", f"{SECOND}/0", SECOND, "credited", 1234)], schema=PAID_SINCE, orient="row"),
    )
