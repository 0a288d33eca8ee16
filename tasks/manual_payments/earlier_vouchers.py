"""The vouchers of earlier periods of which something is left for a payee who was paid outside siller now.

A payment is known by its period, so one that was made in the place of a voucher, and is recorded under the next period,
is another one: siller would pay what is left of the voucher too. Only people can know which it was, so they are told.
"""

from datetime import date

import duckdb

from schemas.manifest import PaymentKind
from schemas.money import pounds
from schemas.period import Period
from tasks.correction_file.stage import find_owed

_NOT_ALL_CASHED = """
SELECT DISTINCT period, payment_kind(kind) FROM voucher_state JOIN run USING (run_no)
WHERE state IN ('submitted', 'issued', 'expired', 'cancelled') ORDER BY ALL
"""
_RECORDED_FOR = "SELECT DISTINCT pay_period FROM core_paid_elsewhere WHERE paid_elsewhere_no = ?"
_LEFT = """
WITH rest AS (
    -- What is owed, after all that has come to light since.
    SELECT left_run_no AS run_no, left_row_number AS row_number, left_pence FROM owed WHERE left_pence IS NOT NULL
    UNION
    -- What can still be cashed.
    SELECT run_no, row_number, pence - cashed_pence FROM voucher_state JOIN run USING (run_no)
    WHERE state IN ('submitted', 'issued') AND period = $period AND payment_kind(kind) = $kind
),
recorded AS (
    SELECT payee_reference, sum(amount_pence)::BIGINT AS pence
    FROM core_paid_elsewhere AS paid
    -- What siller was to pay in that period, to the penny, is that payment.
    ANTI JOIN core_paid_elsewhere_too AS too
        ON too.paid_elsewhere_no = paid.paid_elsewhere_no AND too.line = paid.line AND payment_pence = amount_pence
    WHERE paid.paid_elsewhere_no = $number AND pay_period IN (SELECT unnest($later)) AND payee_reference <> ''
    GROUP BY payee_reference
)
SELECT run_id || '/' || row_number, recorded.pence, left_pence
FROM rest JOIN sent_identity USING (run_no, row_number) JOIN run USING (run_no) JOIN recorded USING (payee_reference)
ORDER BY run_no, row_number
"""


def list_earlier_vouchers(connection: duckdb.DuckDBPyConnection, number: int, today: date) -> list[str]:
    """Each such voucher by run and row, with what was recorded for its payee and what is left of it.

    Args:
        connection: a tenant's ledger, with never-twice's definitions.
        number: of the recording.
        today: the day.
    """
    recorded_for = [Period.parsed(period) for (period,) in connection.execute(_RECORDED_FOR, [number]).fetchall()]
    found = []
    for text, kind in connection.execute(_NOT_ALL_CASHED).fetchall():
        period = Period.parsed(text)
        later = [str(each) for each in recorded_for if each.first > period.first]
        if later:
            connection.register("owed", find_owed(connection, period, PaymentKind(kind), today).to_arrow())
            spans = {"period": text, "kind": kind, "number": number, "later": later}
            found += connection.execute(_LEFT, spans).fetchall()
            connection.unregister("owed")
    return [f"{place} ({pounds(pence)} recorded, {pounds(left)} left)" for place, pence, left in found]
