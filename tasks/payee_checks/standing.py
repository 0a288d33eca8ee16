"""What is known of the details of a run's payees by now, for those who call them and those who approve."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.payee_checks.finding import Finding
from schemas.sanitise import sanitise
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.events import Shown
from tasks.ledger.file_line import place_rows, place_words
from tasks.ledger.payee_findings import find_payees, say_rechecked
from tasks.payee_checks.agreed import terms_of
from tasks.payee_checks.request import find_run
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class Known:
    """What is known of one payment to details that its payee was not paid by.

    Attributes:
        subject: what ``called`` is given.
        line: of the body's own file, in words.
        finding: what is known.
        is_held: whether it is not paid by that.
        is_called_back: whether the payee was called about these details.
        bank_name: under which the bank has the account, where that is close to the row's; empty otherwise.
    """

    subject: str
    line: str
    finding: Finding
    is_held: bool
    is_called_back: bool
    bank_name: str

    @property
    def said(self) -> str:
        """It as a sentence; the bank's name is a payee's own detail."""
        name = f", “{self.bank_name}”" if self.bank_name else ""
        called = "the payee was called" if self.is_called_back else "nobody has called the payee"
        stands = "held" if self.is_held else "may be paid"
        return f"{self.finding.words}{name}; {called}; {stands}"


_WAITING = """
SELECT run_id FROM run SEMI JOIN file_day USING (run_no) WHERE NOT EXISTS (
    FROM run AS later WHERE later.run_no > run.run_no AND later.period = run.period
        AND payment_kind(later.kind) = payment_kind(run.kind)
)
"""


def list_rechecked(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> list[str]:
    """A sentence for each run that waits and rests upon another word of a bank's, until another takes its place.

    Args:
        connection: the tenant's open ledger, with the definitions of ``payment_kind.py``.
        context: the tenant's.
    """
    if context.agreement.payee_checks is None:
        return []
    waiting = [run_id for (run_id,) in connection.execute(_WAITING).fetchall()]
    found = (runs.run_row(connection, each) for each in waiting if not runs.may_have_left(connection, each))
    said = (say_rechecked(connection, run, terms_of(context, run), context.agreement.accounts) for run in found)
    return [each for each in said if each]


def list_known(context: TenantContext, run_id: str, by: str, now: datetime) -> list[Known]:
    """What is known of a run's payees by now, but for plain matches, and keep that somebody was shown it.

    Args:
        context: the tenant's.
        run_id: the run, which has been validated.
        by: the person, who has proved who they are.
        now: the moment.

    Raises:
        NoGo: the agreement has no payee checks, or the run is not validated.
    """
    with context.ledger.transaction() as connection:
        run, terms = find_run(connection, context, run_id)
        found = find_payees(connection, run, terms, now, context.agreement.accounts)
        found = found.filter(found["finding"] != Finding.MATCH)
        lines = place_words(place_rows(connection, found.with_columns(run_no=run.run_no).cast({"row_number": int})))
        said = f"what banks say of {found.height:,} payees of {run_id}"
        audit_log.keep(connection, Shown(by, said), now, (run.run_no, run_id))
    return [
        Known(
            subject=f"{run_id}/{row}",
            line=lines[run.run_no, row],
            finding=Finding(finding),
            is_held=is_held,
            is_called_back=call_back is not None,
            bank_name=sanitise(name) if finding == Finding.CLOSE_MATCH else "",
        )
        for row, finding, is_held, call_back, name in found.select(
            "row_number", "finding", "is_held", "call_back_no", "bank_name"
        ).iter_rows()
    ]
