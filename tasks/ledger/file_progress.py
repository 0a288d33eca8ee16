"""How far each released payment file has come: its days with what has come of them, and where its payments stand.

No extract's rows are read for it: five runs of a million payments are told as fast as five of three.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from schemas.rails.channel import terms_of_file
from schemas.stages import Stage
from schemas.standing.records import FileDay, StateTotal
from schemas.standing.vouchers import IssuedAllTheSame, VouchersOut
from tasks.ledger.payment_state import define_payment_state

_DAYS = """
SELECT run.run_id, file.rail, instructed.figures::JSON ->> 'channel' AS channel,
    day.processing_date, day.entry_date, day.returns_closed, day.payments, day.pence,
    -- A debit of all that was not turned away says what a report would say, and outweighs it.
    debited > 0 AND debited = evidence.pence - turned_away OR EXISTS (
        FROM counted_answer AS said
        WHERE said.run_no = day.run_no AND said.day_no IN (0, day.day_no)
            AND said.row_number IS NULL AND said.payments > 0
            AND said.kind IN ('accepted_total', 'rejected_total', 'cancelled_total')
    ) AS has_report,
    is_covered OR debited > 0 AS has_statement
FROM run_evidence AS evidence JOIN run USING (run_no) JOIN numbered_day AS day USING (run_no, day_no)
JOIN payment_file AS file USING (run_no)
LEFT JOIN journal AS instructed ON instructed.run_id = run.run_id AND instructed.stage = $stage
ORDER BY day.run_no, day.entry_date
"""
_STATES = """
SELECT run_id, state, payments, pence, not_proven FROM state_totals(?)
JOIN run USING (run_no) SEMI JOIN (
    -- A run that pays by voucher alone has no day on which a bank would speak of it.
    SELECT run_no FROM released_day UNION SELECT run_no FROM voucher_state WHERE state IS NOT NULL
) USING (run_no) ORDER BY run_no, state
"""
_CASHED_UNTIL = "SELECT run_id, expires FROM voucher_file JOIN run USING (run_no)"
_ADVISED = """
SELECT run_id, count(*), min(advised_on) FROM open_advice JOIN run USING (run_no) GROUP BY run_id
"""
_VOUCHERS = """
SELECT run_id, count(*) FILTER (state = 'submitted'), count(*), pay_date, expires
FROM voucher_state JOIN run USING (run_no) WHERE state IN ('submitted', 'issued') GROUP BY run_id, pay_date, expires
"""
_ISSUED_ALL_THE_SAME = """
SELECT run_id, count(*), count(*) FILTER (state <> 'submitted'), count(*) FILTER (is_out),
    coalesce(sum(pence - cashed_pence) FILTER (is_out), 0)::BIGINT, sum(cashed_pence)::BIGINT
FROM (SELECT *, state IN ('submitted', 'issued') AS is_out FROM voucher_state WHERE is_disputed)
JOIN run USING (run_no) SEMI JOIN withdrawal USING (run_no) GROUP BY run_id
"""


@dataclass(frozen=True)
class Progress:
    """How far one file has come.

    Attributes:
        days: its days, the first one first; none where it pays by voucher alone.
        states: where its payments stand.
        advised: of how many payments the bank has advised to change the details, and no extract shows it done.
        advised_on: when it did so first; None if there are none.
        vouchers_until: the last day on which a voucher of it can be cashed; None if it has none.
        vouchers: those with their provider that are neither cashed nor ended by its word; None if there are none.
        issued_all_the_same: of a run that was taken back, the vouchers that its provider has; None if it has none.
    """

    days: tuple[FileDay, ...]
    states: tuple[StateTotal, ...]
    advised: int = 0
    advised_on: date | None = None
    vouchers_until: date | None = None
    vouchers: VouchersOut | None = None
    issued_all_the_same: IssuedAllTheSame | None = None


def follow(connection: duckdb.DuckDBPyConnection, as_at: date) -> Mapping[str, Progress]:
    """How far every released file has come, by its run's id.

    Args:
        connection: a tenant's ledger.
        as_at: the day.
    """
    define_payment_state(connection)
    days: defaultdict[str, list[FileDay]] = defaultdict(list)
    states: defaultdict[str, list[StateTotal]] = defaultdict(list)
    for run_id, rail, channel, *day in connection.execute(_DAYS, {"stage": Stage.INSTRUCT}).fetchall():
        days[run_id].append(FileDay(*(*day, terms_of_file(rail, channel))))
    for run_id, *total in connection.execute(_STATES, [as_at]).fetchall():
        states[run_id].append(StateTotal(*total))
    vouchers = {run_id: VouchersOut(*out) for run_id, *out in connection.execute(_VOUCHERS).fetchall()}
    issued = {run_id: IssuedAllTheSame(*of) for run_id, *of in connection.execute(_ISSUED_ALL_THE_SAME).fetchall()}
    advised = {run_id: (number, since) for run_id, number, since in connection.execute(_ADVISED).fetchall()}
    until: dict[str, date] = dict(connection.execute(_CASHED_UNTIL).fetchall())
    return {
        run_id: Progress(
            tuple(days[run_id]),
            tuple(states[run_id]),
            *advised.get(run_id, (0, None)),
            until.get(run_id),
            vouchers.get(run_id),
            issued.get(run_id),
        )
        for run_id in [*days, *(each for each in states if each not in days)]
    }
