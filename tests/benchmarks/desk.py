"""The office and the clock with which every stage of the benchmark works."""

from dataclasses import dataclass
from datetime import datetime

import pandas  # noqa: F401  # DuckDB loads it with the first value that it is handed: an import like others

from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.benchmarks.extract import TODAY
from tests.benchmarks.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """What a stage is handed.

    Attributes:
        context: ILF's, for rehearsals, in the workspace.
        now: the time that counts.
    """

    context: TenantContext
    now: datetime


def desk(workspace: Workspace) -> Desk:
    """The desk of a workspace; the account table is the one that is set, or the practice table."""
    settings = Settings(home=workspace.home, contracts=workspace.contracts)
    return Desk(TenantContext("ilf", Mode.REHEARSAL, settings), clock(Mode.REHEARSAL, TODAY))
