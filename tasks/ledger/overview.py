"""What the ledger says of each run of a tenant; where it stands is for :mod:`schemas.standing` to say."""

from datetime import date
from itertools import groupby
from operator import itemgetter

import duckdb

from schemas.approval import ABANDON, WAIT
from schemas.at_work import AT_WORK
from schemas.manifest import Kind, PaymentKind
from schemas.period import Period
from schemas.stages import Event, Stage
from schemas.standing.records import Recorded
from schemas.standing.tables import Stand
from tasks.ledger import erasures
from tasks.ledger.file_days import define_file_days

_FURTHEST_FIRST = [stage for stage in reversed(Stage) if stage in AT_WORK]
"""The stages by which a run is told."""

_RUNS = f"""
SELECT run_id, run.kind, run.today, run.submitted_by, list(stage) AS stages,
       (SELECT list(flow_run_id ORDER BY started_at) FROM flow_run WHERE flow_run.run_no = run.run_no),
       (SELECT arg_max(later.run_id, later.run_no) FROM run AS later
        WHERE later.period = run.period AND later.run_no > run.run_no
            AND payment_kind(later.kind) = payment_kind(run.kind)),
       (SELECT any_value([decision, approver || ': ' || reason]) FROM approval
        WHERE approval.run_no = run.run_no AND verdict = 'rejected'),
       (SELECT string_agg(gate, ', ' ORDER BY gate) FROM out_gate
        WHERE out_gate.run_no = run.run_no AND verdict = 'no-go'),
       (SELECT arg_max([flow_run_id, key, approver], approval_no) FROM approval
        WHERE approval.run_no = run.run_no AND verdict = 'first'),
       (SELECT arg_max([decision, approver, approval_no::VARCHAR], approval_no)
        FROM approval JOIN run AS alike USING (run_no)
        WHERE alike.period = run.period AND alike.extract_sha256 = run.extract_sha256 AND verdict = 'chosen'),
       (SELECT any_value(strftime(submitted_at AT TIME ZONE 'Europe/London', '%-d %b %Y %H:%M')
                         || if(late, ', LATE', '')) FROM sent_whole AS submission WHERE submission.run_no = run.run_no),
       arg_max(figures ->> 'host', entry) FILTER (starts_with(stage, '{Event.HAND_OVER_BEGUN} ')),
       arg_max(figures ->> 'host', entry) FILTER (starts_with(stage, '{Event.VOUCHERS_HAND_OVER_BEGUN} ')),
       any_value(file.payments), any_value(file.pence), any_value(days.processing_date), any_value(days.entry_date),
       (SELECT count(DISTINCT bank_file_no) FROM core_bank_answer AS answer
        SEMI JOIN (FROM bank_file WHERE verdict = 'taken') USING (bank_file_no) WHERE answer.run_no = run.run_no
            AND kind NOT IN ('pending', 'pending_total')
            AND (row_number IS NOT NULL OR kind = 'statement_debit' OR kind LIKE '%_total' AND payments > 0)),
       run.run_no IN (SELECT run_no FROM withdrawal),
       run.run_no IN (SELECT run_no FROM voucher_file ANTI JOIN voucher_submission USING (run_no)
                      ANTI JOIN core_voucher_answer USING (run_no)),
       run.run_no IN (SELECT run_no FROM submission) OR run.run_no NOT IN (SELECT run_no FROM payment_file)
FROM run JOIN journal USING (run_id) LEFT JOIN run_file AS file USING (run_no)
     LEFT JOIN days_of_runs() AS days USING (run_no)
WHERE run_no NOT IN ({erasures.RUNS})
GROUP BY run_no, run_id, run.kind, run.today, run.submitted_by, run.period, run.extract_sha256 ORDER BY run_no
"""

_SENT_WHOLE = """
CREATE OR REPLACE TEMP VIEW sent_whole AS
SELECT run_no, greatest(submission.submitted_at, vouchers.submitted_at) AS submitted_at, coalesce(late, false) AS late
FROM submission FULL JOIN voucher_submission AS vouchers USING (run_no)
WHERE (vouchers.run_no IS NOT NULL OR run_no NOT IN (SELECT run_no FROM voucher_file))
    AND (submission.run_no IS NOT NULL OR run_no NOT IN (SELECT run_no FROM payment_file))
"""
"""The runs all of whose files were sent: one with vouchers waits for both."""

_LEFT = f"""
SELECT run.run_id, kind, period, if(days.first_entry_date < days.entry_date, days.entry_date, pay_date),
    (recorded_at AT TIME ZONE 'Europe/London')::DATE
FROM run LEFT JOIN days_of_runs() AS days USING (run_no)
LEFT JOIN journal ON journal.run_id = run.run_id AND stage = '{Stage.RELEASE_PENDING}'
"""


def overview(connection: duckdb.DuckDBPyConnection) -> list[Recorded]:
    """Every run of a ledger that was not erased, in the order in which they were opened."""
    define_file_days(connection)
    connection.execute(_SENT_WHOLE)
    overtaken = _overtaken(connection)
    return [
        Recorded(
            run_id=run_id,
            kind=Kind(kind),
            today=today,
            submitted_by=submitted_by,
            stage=next(stage for stage in _FURTHEST_FIRST if stage in stages),
            flows=tuple(flows or ()),
            ended=Stand.REPLACED if later else _turned_down(rejection[0]) if rejection else None,
            ended_by=later or (rejection[1] if rejection else ""),
            no_gos=no_gos or "",
            first_approver=_first(first),
            waiting=chosen[1] if chosen and chosen[0] == WAIT else "",
            choice_no=int(chosen[2]) if chosen else 0,
            submission=submission or "",
            hand_over_begun=hand_over_begun or "",
            vouchers_begun=(vouchers_wait and vouchers_begun) or "",
            payments=payments,
            pence=pence,
            processing_date=processing_date,
            entry_date=entry_date,
            bank_files=bank_files,
            vouchers_wait=vouchers_wait and (nothing_for_the_bank or bank_files > 0),
            is_withdrawn=is_withdrawn,
            is_overtaken=run_id in overtaken,
        )
        for (
            run_id,
            kind,
            today,
            submitted_by,
            stages,
            flows,
            later,
            rejection,
            no_gos,
            first,
            chosen,
            submission,
            hand_over_begun,
            vouchers_begun,
            payments,
            pence,
            processing_date,
            entry_date,
            bank_files,
            is_withdrawn,
            vouchers_wait,
            nothing_for_the_bank,
        ) in connection.execute(_RUNS).fetchall()
    ]


def _overtaken(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The runs whose last pay day was over when one of a later period left, for the same kind of payment."""
    rows = [
        (Kind(kind).payment_kind, Period.parsed(period), run_id, pay_date, left)
        for run_id, kind, period, pay_date, left in connection.execute(_LEFT).fetchall()
    ]
    found: set[str] = set()
    last_left: dict[tuple[PaymentKind, str], date] = {}  # what has a name stands beside the others
    # From the latest period to the earliest: what has left in any later one is known then.
    for (kind, period), group in groupby(sorted(rows, key=itemgetter(0, 1), reverse=True), itemgetter(0, 1)):
        of_period, later = list(group), last_left.get((kind, period.name), date.min)
        found |= {run_id for _, _, run_id, pay_date, _ in of_period if pay_date < later}
        last_left[kind, period.name] = max([later, *(left for *_, left in of_period if left)])
    return found


def _turned_down(decision: str) -> Stand:
    """How a run ended that nobody lets go: an approver asks for another one, the decision owner for none."""
    return Stand.ABANDONED if decision == ABANDON else Stand.REJECTED


def _first(found: list[str] | None) -> tuple[str, str, str]:
    """The flow run and the start of the form on which the first of two has approved, and who."""
    flow_run_id, key, approver = found or ("", "", "")
    return flow_run_id, key.rpartition("-")[0], approver
