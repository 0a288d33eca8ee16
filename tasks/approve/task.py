"""Approve, as the flow's own body does it: the answer to a form cannot arrive in a Prefect task."""

from datetime import date

from schemas.approval import Answer, Outcome, Verdict
from schemas.stages import Stage
from tasks.approve import stage
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Approve
from tasks.lineage.events import tell
from tasks.settings import Settings
from tasks.tenant_context import TenantContext


def judge(run_id: str, today: date | None, flow_run_id: str, key: str, answer: Answer) -> Verdict:
    """Judge the answer to one form, once; tell lineage of the one that decides."""
    with error_boundary(Stage.APPROVE):
        context = TenantContext.of_run(run_id, Settings())
        verdict = stage.judge_once(context, run_id, flow_run_id, key, answer, clock(context.mode, today))
        if verdict.outcome in (Outcome.APPROVED, Outcome.REJECTED):
            with context.ledger.opened() as connection:
                figures = entry_of(connection, run_id, Approve)
            tell(context.paths, run_id, Stage.APPROVE, figures)
        return verdict
