"""Everything that happened to one run, in order, from the ledger alone."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from itertools import accumulate
from operator import itemgetter
from typing import Any

import duckdb

from schemas.approval import Outcome
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.stages import Event, Stage
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
        found = [*_answers(connection, run), *_journal(connection, run), *_flows(connection, run)]
        found += [*_gates(connection, run), *_openings(context, run)]
        define_payment_state(connection)
        stands = [Stands(*row) for row in connection.execute(_STANDS, [as_at, run.run_no]).fetchall()]
        doubt = _doubt(connection, context, run_id)
    steps = _forward(found) if run.mode == Mode.REHEARSAL else sorted((step for _, step in found), key=_at)
    return Audit(run_id, run.period, run.kind, run.extract_sha256, steps, stands, doubt)


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


_Found = tuple[int, Step]
"""A step, with the journal's entry that it goes with."""
_LAST = sys.maxsize


def _at(step: Step) -> datetime:
    return step.at


def _forward(found: list[_Found]) -> list[Step]:
    """The steps of a rehearsal, in the order of the journal: it is given its days, and has a real clock's hours.

    So where it is gone on with on another morning as the same day, time stands still rather than run backwards.
    """
    in_order = [step for _, step in sorted(found, key=itemgetter(0))]
    return [replace(step, at=at) for step, at in zip(in_order, accumulate(map(_at, in_order), max), strict=True)]


def _journal(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[_Found]:
    for entry in connection.execute(_JOURNAL, {"run_id": run.run_id}).fetchall():
        yield entry[3], _step(entry, run.submitted_by)


def _step(entry: tuple[Any, ...], uploader: str) -> Step:
    at, stage, kept, number, entry_hash = entry
    figures = json.loads(kept)
    who = figures.get("by") or (uploader if stage == Stage.INGEST else SILLER)
    return Step(at.astimezone(LONDON), str(who), sentence(stage, figures), number, entry_hash)


def _flows(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[_Found]:
    query = (
        "SELECT (SELECT min(entry) FROM journal WHERE run_id = $run_id AND recorded_at >= started_at), started_at, "
        "flow_run_id FROM flow_run WHERE run_no = $run_no"
    )
    known = {"run_no": run.run_no, "run_id": run.run_id}
    for entry, at, flow_run_id in connection.execute(query, known).fetchall():
        went_with = _LAST if entry is None else entry
        yield went_with, Step(at.astimezone(LONDON), SILLER, f"the flow run {flow_run_id} began to work on it")


def _gates(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[_Found]:
    query = (
        "SELECT entry, recorded_at, gate, out_gate.kind, verdict, figure, threshold, explanation "
        "FROM out_gate JOIN run USING (run_no) "
        f"JOIN journal USING (run_id) WHERE run_no = ? AND stage = '{Stage.ASSESS}' AND verdict <> 'go' ORDER BY gate"
    )
    for entry, at, gate, kind, verdict, *said in connection.execute(query, [run.run_no]).fetchall():
        found = GateResult(gate, Kind(kind), Verdict(verdict), *said)
        what = f"a gate said {verdict}: {found.says}. {found.figure} (asked for: {found.threshold})"
        yield entry, Step(at.astimezone(LONDON), SILLER, what)


def _answers(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Iterator[_Found]:
    """The answers; in a rehearsal each as it was judged, whose day is not that of the real clock."""
    query = (
        f"SELECT entry, if(mode = '{Mode.REHEARSAL}', recorded_at, answered_at) AS moment, approver, decision, "
        "reason, verdict, cause, file_sha256 FROM approval JOIN run USING (run_no) "
        f"JOIN journal ON journal.run_id = run.run_id AND stage = '{Event.APPROVAL} ' || approval_no "
        "WHERE run_no = ? ORDER BY moment, key"
    )
    for entry, at, approver, *said in connection.execute(query, [run.run_no]).fetchall():
        decision, reason, verdict, cause, file = said
        what = word_answer(decision, Outcome(verdict), cause, reason, file)
        yield entry, Step(at.astimezone(LONDON), approver, what)


def _openings(context: TenantContext, run: RunRow) -> Iterator[_Found]:
    for opening in openings(context.paths.continuity_openings(context.tenant)):
        if opening.run_id == run.run_id:
            at = datetime.fromisoformat(opening.at).astimezone(LONDON)
            yield _LAST, Step(at, opening.by, f"opened the continuity file. Reason: {opening.reason}")


def _doubt(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str) -> str | None:
    try:
        check_unchanged(connection, run_id, context.paths.parts(context.tenant))
    except NoGo as said:
        return str(said)
    return None
