"""Everything that happened to one run, in order, from the ledger alone."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from schemas.approval import Outcome
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.stages import Stage
from tasks.assess.gate import Kind
from tasks.assess.verdicts import GateResult, Verdict
from tasks.audit.wording import sentence, word_answer
from tasks.continuity.openings import openings
from tasks.ledger import runs
from tasks.ledger.audit_log import SILLER
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.runs import RunRow
from tasks.ledger.verify import check_unchanged
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class Step:
    """One thing that happened.

    Attributes:
        at: when.
        who: the officer, the bank, or siller itself.
        what: what was done, in a sentence.
        entry: its number in the journal; None for what another entry covers.
        entry_hash: that entry's hash.
    """

    at: datetime
    who: str
    what: str
    entry: int | None = None
    entry_hash: str | None = None


@dataclass(frozen=True)
class Stands:
    """Payments in one state.

    Attributes:
        state: which, as :class:`schemas.payment_state.PaymentState` names it.
        rows: how many rows of the extract.
        pence: their sum; None for rows that are not paid.
    """

    state: str
    rows: int
    pence: int | None


@dataclass(frozen=True)
class Audit:
    """A run's story.

    Attributes:
        run_id: which.
        period: the pay period.
        kind: what the manifest declared.
        extract_sha256: of the extract as it was sent.
        steps: what happened, the earliest first.
        stands: where every row stands now.
        doubt: why the story cannot be relied upon, in a sentence; None when chain and digests hold.
    """

    run_id: str
    period: Period
    kind: str
    extract_sha256: str
    steps: list[Step]
    stands: list[Stands]
    doubt: str | None

    def as_json(self) -> str:
        """The same for a machine."""
        return as_json({**asdict(self), "period": str(self.period)})


def audit(context: TenantContext, run_id: str, as_at: date) -> Audit:
    """Tell a run's story.

    Args:
        context: the tenant's.
        run_id: the run.
        as_at: the day: an accepted payment counts as credited from its entry date on.

    Raises:
        NoGo: there is no such run.
    """
    with context.ledger.opened() as connection:
        run = runs.any_run_row(connection, run_id)
        found = [*_journal(connection, run), *_flows(connection, run), *_gates(connection, run)]
        steps = [*found, *_answers(connection, run), *_openings(context, run)]
        define_payment_state(connection)
        stands = [Stands(*row) for row in connection.execute(_STANDS, [as_at, run.run_no]).fetchall()]
        doubt = _doubt(connection, context, run_id)
    in_order = sorted(steps, key=lambda step: step.at)
    return Audit(run_id, run.period, run.kind, run.extract_sha256, in_order, stands, doubt)


def of_no_run(context: TenantContext) -> list[Step]:
    """Tell what concerns no one run, the earliest first: people, codes, backups, keys, and what was stopped.

    A run that was stopped before it began has no story of its own, and nor has somebody whom a command turned away.
    """
    with context.ledger.opened() as connection:
        return [_step(entry, SILLER) for entry in connection.execute(_OF_NO_RUN).fetchall()]


def as_json(told: object) -> str:
    """A story for a machine: moments in ISO 8601, money in pence."""
    return json.dumps(told, indent=2, default=lambda moment: moment.isoformat()) + "\n"


_STANDS = """
SELECT state, count(*), sum(amount_pence)::BIGINT FROM payment_state(?) WHERE run_no = ? GROUP BY state ORDER BY state
"""
_OF_NO_RUN = """
SELECT recorded_at, stage, figures, entry, entry_hash FROM journal WHERE run_id = '' ORDER BY entry
"""
# What concerns no one run belongs to the story of each that was under way, or that a bank's file of it speaks of.
_JOURNAL = """
SELECT recorded_at, stage, figures, entry, entry_hash FROM journal
WHERE run_id = $run_id OR run_id = '' AND (
    entry BETWEEN (SELECT min(entry) FROM journal WHERE run_id = $run_id)
        AND (SELECT max(entry) FROM journal WHERE run_id = $run_id)
    OR stage IN (
        SELECT 'bank_file ' || bank_file_no FROM core_bank_answer JOIN run USING (run_no) WHERE run.run_id = $run_id
    )
)
ORDER BY entry
"""


def _journal(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[Step]:
    for entry in connection.execute(_JOURNAL, {"run_id": run.run_id}).fetchall():
        yield _step(entry, run.submitted_by)


def _step(entry: tuple[Any, ...], uploader: str) -> Step:
    at, stage, kept, number, entry_hash = entry
    figures = json.loads(kept)
    who = figures.get("by") or (uploader if stage == Stage.INGEST else SILLER)
    return Step(at.astimezone(LONDON), str(who), sentence(stage, figures), number, entry_hash)


def _flows(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[Step]:
    query = "SELECT started_at, flow_run_id FROM flow_run WHERE run_no = ?"
    for at, flow_run_id in connection.execute(query, [run.run_no]).fetchall():
        yield Step(at.astimezone(LONDON), SILLER, f"the flow run {flow_run_id} began to work on it")


def _gates(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[Step]:
    query = (
        "SELECT recorded_at, gate, out_gate.kind, verdict, figure, threshold, explanation "
        "FROM out_gate JOIN run USING (run_no) "
        f"JOIN journal USING (run_id) WHERE run_no = ? AND stage = '{Stage.ASSESS}' AND verdict <> 'go' ORDER BY gate"
    )
    for at, gate, kind, verdict, *said in connection.execute(query, [run.run_no]).fetchall():
        found = GateResult(gate, Kind(kind), Verdict(verdict), *said)
        what = f"a gate said {verdict}: {found.says}. {found.figure} (asked for: {found.threshold})"
        yield Step(at.astimezone(LONDON), SILLER, what)


def _answers(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[Step]:
    query = (
        "SELECT answered_at, approver, decision, reason, verdict, cause, file_sha256 FROM approval "
        "WHERE run_no = ? ORDER BY answered_at, key"
    )
    for at, approver, decision, reason, verdict, cause, file in connection.execute(query, [run.run_no]).fetchall():
        yield Step(at.astimezone(LONDON), approver, word_answer(decision, Outcome(verdict), cause, reason, file))


def _openings(context: TenantContext, run: RunRow) -> Iterator[Step]:
    for opening in openings(context.paths.continuity_openings(context.tenant)):
        if opening.run_id == run.run_id:
            at = datetime.fromisoformat(opening.at).astimezone(LONDON)
            yield Step(at, opening.by, f"opened the continuity file. Reason: {opening.reason}")


def _doubt(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str) -> str | None:
    try:
        check_unchanged(connection, run_id, context.paths.parts(context.tenant))
    except NoGo as said:
        return str(said)
    return None
