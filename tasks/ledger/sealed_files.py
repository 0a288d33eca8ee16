"""Every sealed file that the ledger names: this is the one place that says so, a query a kind.

``siller verify`` asks whether each is there, an erasure which go with a period, and the sweep which nobody names.
"""

from collections.abc import Mapping

import duckdb

from schemas.stages import Event, Stage
from tasks.storage.custody import Sealed

_SPOKEN_OF = "(SELECT DISTINCT bank_file_no, run_no FROM core_bank_answer WHERE run_no > 0)"
_EVIDENCE_OF = f"""
SELECT 'exception_settled ' || settlement_no, evidence_sha256, period, NULL, true
FROM settlement JOIN run USING (run_no)
UNION ALL
SELECT 'exception_settled ' || settlement_no, evidence_sha256, period, NULL, true
FROM settlement JOIN {_SPOKEN_OF} AS spoken_of USING (bank_file_no) JOIN run ON run.run_no = spoken_of.run_no
UNION ALL
SELECT 'exception_settled ' || settlement_no, evidence_sha256, NULL, said_at, true
FROM settlement ANTI JOIN {_SPOKEN_OF} AS spoken_of USING (bank_file_no) WHERE run_no IS NULL
UNION ALL
SELECT 'paid elsewhere ' || paid_elsewhere_no, evidence_sha256, pay_period, NULL, true
FROM paid_elsewhere LEFT JOIN core_paid_elsewhere USING (paid_elsewhere_no)
"""


def _kept_by(event: str, sha256: str = "page_sha256") -> str:
    return (
        f"SELECT run_id, figures::JSON ->> '{sha256}', period, NULL, true FROM journal JOIN run USING (run_id) "
        f"WHERE split_part(stage, ' ', 1) = '{event}'"
    )


QUERIES: Mapping[Sealed, str] = {
    Sealed.EXTRACT: "SELECT run_id, extract_sha256, period, NULL, true FROM run",
    # It names no payee, so it goes with no period.
    Sealed.MANIFEST: (
        "SELECT run_id, regexp_extract(said, '[0-9a-f]{64}$'), NULL, NULL, true "
        "FROM act LEFT JOIN run USING (run_no) WHERE act = 'signed'"
    ),
    Sealed.PACK: _kept_by(Stage.ASSESS),
    Sealed.CLOSE_CERTIFICATE: _kept_by(Event.RUN_CLOSED),
    Sealed.BANK_FILE: (
        "SELECT 'bank_file ' || bank_file_no, sha256, period, received_at, true FROM bank_file "
        f"LEFT JOIN {_SPOKEN_OF} AS spoken_of USING (bank_file_no) LEFT JOIN run USING (run_no)"
    ),
    # One that was never sent; while two people say so it is sealed before the ledger knows.
    Sealed.PAYMENT_FILE: (
        "SELECT run_id, sha256, period, NULL, run_no IN (SELECT run_no FROM withdrawal) AS is_known "
        "FROM (SELECT run_no, sha256 FROM payment_file UNION ALL SELECT run_no, sha256 FROM voucher_file) "
        "JOIN run USING (run_no) WHERE is_known OR period NOT IN (SELECT period FROM erasure)"
    ),
    Sealed.EVIDENCE: _EVIDENCE_OF,
    Sealed.PAID_ELSEWHERE: (
        "SELECT 'paid elsewhere ' || paid_elsewhere_no, file_sha256, pay_period, NULL, true "
        "FROM paid_elsewhere LEFT JOIN core_paid_elsewhere USING (paid_elsewhere_no)"
    ),
    Sealed.PAYEE_REQUEST: (
        "SELECT run_id, request_sha256, period, NULL, true FROM payee_check JOIN run USING (run_no)"
    ),
    Sealed.PAYEE_ANSWERS: (
        "SELECT run_id, answers.sha256, period, NULL, true FROM payee_answer_file AS answers JOIN run USING (run_no)"
    ),
    Sealed.VOUCHER_ANSWERS: (
        "SELECT DISTINCT run_id, answers.sha256, period, NULL, true FROM voucher_answer_file AS answers "
        "JOIN core_voucher_answer USING (voucher_answer_file_no) JOIN run USING (run_no)"
    ),
    Sealed.POSTINGS: _kept_by(Event.POSTED, "file_sha256"),
    # It is of no one period, and is kept as long as those of the day on which it was confirmed.
    Sealed.AUTHORISED_PAYEES: (
        "SELECT stage, figures::JSON ->> 'file_sha256', NULL, recorded_at, true FROM journal "
        f"WHERE split_part(stage, ' ', 1) = '{Event.PAYEES_AUTHORISED}'"
    ),
}
"""Of each kind: whose it is, as people say it; its SHA-256; a period that it concerns; when it came, where it may name
none; and whether it has to be there.
"""


def define_sealed_files(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger the view ``sealed_file``, for this connection alone: what is sealed, or was until erased.

    Its rows: ``what`` (a :class:`Sealed`), ``whose``, ``sha256``, ``period``, ``came_on`` and ``has_to_be_there``, one
    for each period that a file concerns. One that names none concerns that of the London day ``came_on``; one with
    neither goes with no period.
    """
    each = " UNION ALL ".join(f"SELECT '{kind}', * FROM ({query})" for kind, query in QUERIES.items())
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW sealed_file AS "
        "SELECT what, whose, sha256, period, "
        "CASE WHEN period IS NULL THEN (came_at AT TIME ZONE 'Europe/London')::DATE END AS came_on, has_to_be_there "
        f"FROM ({each}) AS kept(what, whose, sha256, period, came_at, has_to_be_there) WHERE sha256 IS NOT NULL"
    )
