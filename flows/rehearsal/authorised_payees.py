"""In a rehearsal whoever stands in an extract is authorised: practice has no list of the body's."""

import io
from datetime import date

from schemas.authorised_payees import REFERENCE
from schemas.pay_run import Mode
from tasks.authorised_payees.confirm import keep_confirmed, propose_content
from tasks.clock import clock
from tasks.ledger import runs
from tasks.tenant_context import TenantContext

_PAYEES = f"SELECT DISTINCT {REFERENCE} FROM raw_extract_row WHERE run_no = ? AND {REFERENCE} <> '' ORDER BY 1"


def authorise_everybody(context: TenantContext, run_id: str, today: date | None) -> None:
    """Keep a list of a run's payees, where the agreement has such a list.

    Args:
        context: the tenant's, for rehearsals.
        run_id: the run, taken in.
        today: the day that the rehearsal has come to; the real one if not given.
    """
    if not context.agreement.authorised_payees:
        return
    with context.ledger.opened() as connection:
        payees, content = connection.execute(_PAYEES, [runs.run_row(connection, run_id).run_no]).pl(), io.BytesIO()
        payees.select(payees[REFERENCE].str.strip_chars()).unique(maintain_order=True).write_csv(content)
    first, second = context.agreement.list_authorisers()[:2]
    proposed = propose_content(context, content.getvalue(), f"the payees of {run_id}")
    keep_confirmed(context, proposed, (first, second), clock(Mode.REHEARSAL, today))
