"""Fetching answers from the servers that take files, as a task of a flow."""

from schemas.pay_run import Mode
from tasks.error_boundary import Fault, error_boundary
from tasks.settings import Settings
from tasks.tenant_context import TenantContext


def fetch_answers(tenant: str, mode: Mode) -> list[str]:
    """Fetch answers into their inboxes, where that is agreed; return what somebody has to look at."""
    try:
        with error_boundary("fetch"):
            context = TenantContext(tenant, mode, Settings())
            vouchers = context.agreement.vouchers
            if context.agreement.hand_over is None and (vouchers is None or vouchers.hand_over is None):
                return []
            # Loading SSH takes a moment, which only those pay who have a server.
            from tasks.hand_over import fetch

            return fetch.fetch_answers(context)
    except Fault as said:  # what waits in the inbox is taken in all the same
        return [f"Answers were not fetched, or not all of them. {said}"]
