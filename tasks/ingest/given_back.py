"""Rows that siller gave back come again: they are owed as what they were sent as, for the period that they were of."""

import duckdb

from schemas.contract.added import Added
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from tasks.ingest.rows import TakenIn
from tasks.ledger import runs


def check_given_back(connection: duckdb.DuckDBPyConnection, manifest: Manifest, taken: TakenIn) -> None:
    """Hold the runs that gave rows back against the manifest with which these come again.

    A row of the period's own that comes as arrears competes with nothing of the period: it would be paid, and then once
    more as what it is.

    Args:
        connection: the tenant's ledger.
        manifest: of the extract.
        taken: what came of reading the extract.

    Raises:
        NoGo: a row names no run, or one of another period or kind of payment; a word that is no run is not repeated.
    """
    kind, period = manifest.kind, manifest.pay_period
    if not taken.dropped:
        return
    if not taken.given_back_by:
        raise NoGo(
            f"{manifest.extract} has columns with which siller gives rows back, and not {Added.RUN}, which says what "
            "they were sent as: take the file as siller gave it back, or a new one (siller correction-file), correct "
            "its rows and leave that column as it is."
        )
    known = {run.run_id for run in runs.competing(connection, period, kind.payment_kind)}
    if not (strange := taken.given_back_by - known):
        return
    of_others = sorted(name for name in strange if _is_run(name))
    said = f"{manifest.extract} is declared as {kind} of {period}"
    if len(of_others) < len(strange):
        raise NoGo(
            f"{said}, and has rows that name no run under {Added.RUN}. Rows that siller gave back come again with what "
            "it wrote there, and others come in an extract of their own."
        )
    others = [run for each in runs.periods(connection) for run in runs.runs_of_period(connection, each)]
    described = {run.run_id: f"{run.run_id}, which is {run.payment_kind} of {run.period}" for run in others}
    listed = "; ".join(described.get(name, f"{name}, which this ledger has not") for name in of_others[:_MOST_NAMED])
    raise NoGo(
        f"{said}, and has rows that another run gave back: {listed}. They are owed as what they were sent as, for the "
        "period that they were of: declare each as that, in an extract of its own. As something else they could be "
        "paid twice."
    )


_MOST_NAMED = 5


def _is_run(name: str) -> bool:
    try:
        PayRun.of(name)
    except NoGo:
        return False
    return True
