"""Who has had a hand in a run, and so settles nothing that concerns it."""

from collections.abc import Collection

import duckdb

from schemas.agreement import Role
from schemas.stages import Stage
from tasks.people.parts import people_in_force
from tasks.tenant_context import TenantContext

_HANDS = """
WITH RECURSIVE chain AS (
    SELECT run_no AS of_run, run_no, run_id, submitted_by, joins FROM run WHERE run_no IN (SELECT unnest($run_nos))
    UNION ALL
    SELECT of_run, run.run_no, run.run_id, run.submitted_by, run.joins FROM run JOIN chain ON run.run_no = chain.joins
)
SELECT submitted_by, 'sent the extract of ' || run_id FROM chain
UNION ALL
SELECT approver, 'approved ' || run_id FROM approval JOIN chain USING (run_no) WHERE verdict IN ('approved', 'first')
UNION ALL
SELECT submission.submitted_by, 'sent ' || run_id || ' to the bank' FROM submission JOIN chain USING (run_no)
"""
_NOBODY_SAID = f"""
SELECT run_id FROM run ANTI JOIN submission USING (run_no)
SEMI JOIN (FROM journal WHERE stage = '{Stage.RELEASE}') AS released USING (run_id)
WHERE run_no IN (SELECT unnest($run_nos)) ORDER BY run_no DESC LIMIT 1
"""


def find_involved(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_nos: Collection[int]
) -> dict[str, str]:
    """Uploaders, approvers and senders of these runs, by name in small letters, with what they did.

    Of a released run of which nobody has said who sent it, every sender may have.
    """
    known = {"run_nos": list(run_nos)}
    involved = {name.strip().casefold(): did for name, did in connection.execute(_HANDS, known).fetchall()}
    unsaid = connection.execute(_NOBODY_SAID, known).fetchone()
    if unsaid:
        # Of the file too: whoever writes it would else take a sender out of it, who then settles what they sent.
        people = (*people_in_force(connection, context), *context.agreement.people)
        for name in (person.name for person in people if Role.SENDER in person.roles):
            involved.setdefault(name.casefold(), f"may have sent {unsaid[0]} to the bank")
    return involved
