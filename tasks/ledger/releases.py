"""Was every run that was let go let go by the right people, for the very file that left, and settled by others?

A digest says that rows are as they were written. Whoever can write digests anew could still not make these hold
without making the whole story up: approval, gates, pack and file have to say the same.
"""

from collections.abc import Iterator

import duckdb

from schemas.pay_run import Mode
from schemas.stages import Event, Stage
from tasks.ledger.file_days import define_file_days
from tasks.ledger.problem import Problem

_LET_GO = f"""
        SELECT run_no, run_id, submitted_by FROM run
        SEMI JOIN journal ON journal.run_id = run.run_id AND stage IN ('{Stage.RELEASE_PENDING}', '{Stage.RELEASE}')
"""

_ADOPTED = f"""
        SELECT entry, figures::JSON ->> 'sha256' AS sha256 FROM journal
        WHERE starts_with(stage, '{Event.AGREEMENT_ADOPTED} ')
"""

_TOGETHER = (
    "(SELECT run_no, said_by, agreed_by FROM settlement UNION ALL SELECT run_no, said_by, agreed_by FROM withdrawal "
    "UNION ALL SELECT run_no, said_by, agreed_by FROM hold_lift)"
)

CHECKS = {
    "It was released without an approval of its payment file.": f"""
        SELECT run_id FROM ({_LET_GO}) JOIN run_file AS file USING (run_no)
        ANTI JOIN approval ON approval.run_no = file.run_no AND verdict = 'approved' AND file_sha256 = file.sha256
    """,
    "Whoever submitted it approved it too.": f"""
        SELECT DISTINCT run_id FROM ({_LET_GO}) JOIN approval USING (run_no)
        WHERE verdict = 'approved' AND lower(trim(approver)) = lower(trim(submitted_by))
    """,
    "It was released by another agreement than the body had adopted by then.": f"""
        SELECT run.run_id FROM run
        JOIN journal AS began ON began.run_id = run.run_id AND began.stage = '{Stage.RELEASE_PENDING}'
        JOIN ({_ADOPTED}) AS adopted ON adopted.entry < began.entry
        WHERE run.mode = '{Mode.LIVE}'
        GROUP BY run.run_no, run.run_id HAVING arg_max(adopted.sha256, adopted.entry) <>
            (SELECT arg_max(agreement_sha256, approval_no) FROM approval
             WHERE approval.run_no = run.run_no AND verdict = 'approved')
    """,
    "It was released after somebody had rejected it.": f"""
        SELECT DISTINCT run_id FROM ({_LET_GO}) JOIN approval USING (run_no) WHERE verdict = 'rejected'
    """,
    "It was released while its decision owner waited for a correction.": f"""
        SELECT run_id FROM ({_LET_GO}) JOIN approval USING (run_no)
        WHERE verdict = 'chosen' GROUP BY run_no, run_id HAVING arg_max(decision, approval_no) = 'wait'
    """,
    "It was released although a gate said no-go.": f"""
        SELECT DISTINCT run_id FROM ({_LET_GO}) JOIN out_gate USING (run_no) WHERE verdict = 'no-go'
    """,
    "What its approver was shown is not the pack that stands in the ledger.": f"""
        SELECT DISTINCT run_id FROM ({_LET_GO}) JOIN approval USING (run_no) JOIN out_pack AS pack USING (run_no)
        WHERE verdict = 'approved' AND (pack_sha256 <> pack.sha256 OR sha256(markdown) <> pack.sha256)
    """,
    "One person alone settled what the bank left open of it, took it back, or lifted what it holds.": f"""
        SELECT DISTINCT run_id FROM {_TOGETHER} JOIN run USING (run_no) WHERE lower(said_by) = lower(agreed_by)
    """,
    "Whoever approved it settled what the bank left open of it, took it back, or lifted what it holds.": f"""
        SELECT DISTINCT run_id FROM {_TOGETHER} JOIN run USING (run_no) JOIN approval USING (run_no)
        WHERE verdict IN ('approved', 'first') AND lower(trim(approver)) IN (lower(said_by), lower(agreed_by))
    """,
}
"""What would be wrong, and the runs of which it is true. Empty means that all is well."""


def problems(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Hold every release against approvals, gates and pack; yield what does not hold."""
    define_file_days(connection)
    for what, query in CHECKS.items():
        for (run_id,) in connection.execute(f"{query} ORDER BY ALL").fetchall():
            yield Problem(run_id, what)
