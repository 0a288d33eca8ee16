"""How the outcome of a rehearsal is written: as JSON for a machine, in lines for a person."""

from typing import Any

from flows.cli.answers_report import show_answers
from flows.cli.check_report import describe_rows
from flows.console import OUT
from flows.rehearsal.rehearse import Rehearsal
from schemas.money import pounds
from schemas.pay_run import Mode, PayRun
from schemas.stages import Stage
from tasks.check import Checked, find_rows
from tasks.clock import clock
from tasks.ledger import runs
from tasks.reconcile.telling import tell_answers


def describe(rehearsal: Rehearsal) -> dict[str, Any]:
    """What has come of each run and of the bank's answers; each row is told as ``siller check`` tells it."""
    now = clock(Mode.REHEARSAL, rehearsal.day)
    return {
        "runs": {run_id: _run(rehearsal, run_id) for run_id in rehearsal.runs},
        "answers": tell_answers(rehearsal.context, rehearsal.files, rehearsal.released, now),
    }


def _run(rehearsal: Rehearsal, run_id: str) -> dict[str, object]:
    with rehearsal.context.ledger.opened() as connection:
        if Stage.VALIDATE in runs.stages_done(connection, run_id):
            found = find_rows(connection, rehearsal.context, PayRun.of(run_id))
        else:
            found = Checked(None, rows=runs.run_row(connection, run_id).declared_rows)
    files = [{"path": str(path), "sha256": sha256} for path, sha256 in rehearsal.run_files(run_id)]
    beside = {"files_beside_it": files[1:]} if files[1:] else {}
    return {**describe_rows(found), "payment_file": files[0] if files else None, **beside}


def show(document: dict[str, Any], rehearsal: Rehearsal) -> None:
    """Say what came of each run, where the money is, and where all of it stands."""
    for run_id, run in document["runs"].items():
        refused, held = ({finding["row"] for finding in run[outcome]} for outcome in ("refused", "held"))
        OUT.print(
            f"{run_id}: {run['rows']:,} rows; {len(run['payable']['rows']):,} to be paid, "
            f"{pounds(run['payable']['pence'])}; {len(refused):,} refused; {len(held):,} held.",
            style="bold",
            highlight=False,
            soft_wrap=True,
        )
        if run["payment_file"]:
            OUT.print(f"  Payment file: {run['payment_file']['path']}", highlight=False, soft_wrap=True)
        for each in run.get("files_beside_it", ()):
            OUT.print(f"  Vouchers: {each['path']}", highlight=False, soft_wrap=True)
        left_out = rehearsal.context.paths.left_out(run_id, rehearsal.context.contract.form.for_people.kind)
        if left_out.exists():
            OUT.print(f"  Left out, to be put right: {left_out}", highlight=False, soft_wrap=True)
        page = rehearsal.context.paths.reports(run_id) / "reconciliation.html"
        if page.exists():
            OUT.print(f"  Report: {page}", highlight=False, soft_wrap=True)
    show_answers(document["answers"])
