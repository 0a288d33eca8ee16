"""Which run an extract opens: the rules of the four kinds, and what stands in its way."""

from datetime import datetime

import duckdb

from schemas.manifest import Kind, Manifest
from schemas.no_go import NoGo, NothingToDo
from schemas.pay_run import PayRun
from schemas.period import Period
from schemas.stages import Event, Stage
from tasks.approve.decision import check_not_abandoned
from tasks.authorised_payees.kept import say_by_another_list
from tasks.ingest.agreed_periods import check_highest_sum, check_rhythm
from tasks.ingest.claim import sent_by_another
from tasks.ingest.integrity import check_pay_day
from tasks.ingest.landing import Before, Landed
from tasks.instruct.plan import find_moved
from tasks.ledger import entry_of, holds, never_twice, runs
from tasks.ledger.catalogue.stages import Validate
from tasks.ledger.erasures import check_not_erased
from tasks.ledger.journal import link, may_have_moved
from tasks.ledger.payee_findings import has_moved
from tasks.ledger.runs import RunRow
from tasks.payee_checks.agreed import terms_of
from tasks.rails import rail_of
from tasks.tenant_context import TenantContext


def run_for(connection: duckdb.DuckDBPyConnection, context: TenantContext, arrived: Landed, now: datetime) -> PayRun:
    """Which run an extract belongs to: the latest of its period and kind if it has the same bytes, or the next one.

    At most one run of a period waits for its release, beside one of arrears: an extract opens the next run only where
    the one before it has been released, or is replaced or corrected by this extract by name. The same extract also
    opens the next run after some of its payments were paid otherwise, so that these can be held, where the calendar
    has moved the latest one, whose file has other days, where the latest one's file was taken back, never sent, and
    where all of its rows were left out and one that was held may be let go by now, or where banks have answered,
    payees were called, or another list of authorised payees was confirmed, since then.

    Raises:
        NoGo: the extract was paid already or was sent as something else, its period was erased, shares days with one
            that the agreement does not have, or comes to more than agreed, or what its kind asks for is not so.
    """
    manifest = arrived.manifest
    check_not_erased(connection, manifest.pay_period)
    check_rhythm(connection, context, manifest)
    check_highest_sum(connection, context, manifest, now.date())
    check_bytes_are_new(connection, context, arrived)
    of_period = runs.runs_of_period(connection, manifest.pay_period)
    alike = [run for run in of_period if run.payment_kind is manifest.kind.payment_kind]
    latest = alike[-1] if alike else None
    following = PayRun(context.tenant, manifest.pay_period, context.mode, len(of_period) + 1)
    same = latest is not None and latest.extract_sha256 == arrived.sha256
    if (
        same
        and latest
        and not _is_spent(context, connection, latest, now)
        and not find_moved(context, connection, latest)
    ):
        _check_not_paid(connection, latest, manifest.extract)
        return latest.pay_run
    if same and latest:
        check_not_abandoned(connection, latest.run_id)
    if manifest.kind is Kind.CORRECTION:
        joined_run(connection, manifest)
    elif latest and not same:
        _check_may_follow(connection, latest, arrived)
    elif manifest.kind is Kind.SUPPLEMENTARY and latest is None:
        raise NoGo(
            f"{manifest.extract} is declared as a supplementary extract, and nothing of {manifest.pay_period} has been "
            "released. Put its rows into the period's full extract."
        )
    return following


def runs_before(connection: duckdb.DuckDBPyConnection, period: Period) -> list[Before]:
    """The runs of a period so far, and which of them a new start goes on with."""
    of_period = runs.runs_of_period(connection, period)
    latest = {run.payment_kind: run.run_id for run in of_period}
    return [
        Before(
            run.run_id,
            run.extract_sha256,
            run.run_id in latest.values()
            and (Stage.PUBLISH not in runs.stages_done(connection, run.run_id) or runs.is_withdrawn(connection, run)),
        )
        for run in of_period
    ]


def joined_run(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> RunRow:
    """The run that a correction joins.

    A correction that is sent again, after some of its payments were paid otherwise, joins the same run.

    Raises:
        NoGo: the latest run of the period is another one, has not been validated, was abandoned, or may have left.
    """
    alike = runs.competing(connection, manifest.pay_period, manifest.kind.payment_kind)
    if alike and alike[-1].extract_sha256 == manifest.sha256:
        alike = [run for run in alike if run.run_no == alike[-1].joins]
    latest = alike[-1] if alike else None
    if latest is None or latest.extract_sha256 != manifest.corrects:
        stands = f"its latest extract is {latest.extract_sha256}" if latest else "it has none"
        raise NoGo(
            f"{manifest.extract} corrects the extract {manifest.corrects} of {manifest.pay_period}, and {stands}. "
            "A correction joins the latest run that has not been released: name that run's extract."
        )
    check_not_abandoned(connection, latest.run_id, "no correction joins it: it would be paid after all")
    if latest.kind == Kind.SUPPLEMENTARY:
        raise NoGo(
            f"{manifest.extract} corrects {latest.run_id}, which is a supplementary run. Nothing was done. Send the "
            'supplementary extract again, whole, and name in "replaces" the one in whose place it comes.'
        )
    if runs.may_have_left(connection, latest.run_id):
        raise NoGo(
            f"{manifest.extract} corrects {latest.run_id}, which has been released. Nothing was done. Send the rows as "
            "a supplementary extract."
        )
    if Stage.VALIDATE not in runs.stages_done(connection, latest.run_id):
        raise NoGo(
            f"{manifest.extract} corrects {latest.run_id}, which has not been validated: nothing of it is known to be "
            "refused or held. Let that run come to its form first."
        )
    return latest


def check_day(context: TenantContext, manifest: Manifest, now: datetime) -> None:
    """Hold the manifest's pay date against the agreement, or against what can still be reached.

    Raises:
        NoGo: the period is none of the body's; the day is another than agreed; or, of a supplementary extract or
            arrears, no bank day, or too near.
    """
    context.agreement.periods.check_has(manifest.pay_period)
    if manifest.kind.is_paid_on_the_pay_day:
        check_pay_day(manifest, context.agreement.pay_day_of(manifest.pay_period, context.bank_days))
        return
    dates = rail_of(context.agreement).days(manifest.pay_date, context.bank_days)
    if dates.input_day < now.date():
        raise NoGo(
            f"The manifest of {manifest.extract} wants payees to have their money on {manifest.pay_date:%-d %B %Y}, "
            f"and the last day to send that was {dates.input_day:%-d %B %Y}. Name a later day."
        )


def check_bytes_are_new(connection: duckdb.DuckDBPyConnection, context: TenantContext, arrived: Landed) -> None:
    """Refuse bytes that were sent before as something else: for another period, as another kind, by another tenant.

    Raises:
        NoGo: they were; the message says as what.
    """
    manifest = arrived.manifest
    sent = connection.execute(
        "SELECT run_id, period, kind FROM run WHERE extract_sha256 = ? AND (period, kind) <> (?, ?) "
        "AND run_no NOT IN (SELECT run_no FROM withdrawal)",  # what was never sent may be sent again as something else
        [arrived.sha256, str(manifest.pay_period), manifest.kind],
    ).fetchone()
    if sent:
        raise NoGo(
            f"{manifest.extract} is the very file that {sent[0]} was opened with, as the {sent[2]} extract of "
            f"{sent[1]}; its manifest now calls it the {manifest.kind} extract of {manifest.pay_period}. Nothing was "
            "done: see which file was meant."
        )
    own = context.paths.sealed(context.tenant, arrived.sha256)
    if any(other != own for other in own.parent.parent.glob(f"*/{own.name}")):
        raise sent_by_another(context, arrived)


def _is_spent(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> bool:
    """Whether a run pays others than it would by now.

    Its file was taken back, payments of it have been paid or held since, all were held and one may be let go, or what
    is known of its payees' details, or who is authorised, is another thing.
    """
    if runs.is_withdrawn(connection, run):
        return True
    if runs.may_have_left(connection, run.run_id):
        return False
    if _may_be_let_go(connection, run):
        return True
    if has_moved(connection, run, terms_of(context, run), now, context.agreement.accounts):
        return True
    if say_by_another_list(connection, context, run):
        return True
    today = now.date()
    if never_twice.find_duplicates(connection, run.run_no, today, context.agreement.accounts).height:
        return True
    return holds.find_held(connection, run.run_no, today).height > 0


def _may_be_let_go(connection: duckdb.DuckDBPyConnection, run: RunRow) -> bool:
    """Whether a run had nobody to pay, as somebody was held, and something has happened since that can let them go."""
    if Stage.VALIDATE not in runs.stages_done(connection, run.run_id):
        return False
    judged, (since, _) = entry_of(connection, run.run_id, Validate), link(connection, run.run_id, Stage.VALIDATE)
    if judged.payable or not judged.held:
        return False
    lifted = "SELECT 1 FROM journal WHERE entry > ? AND run_id = ? AND starts_with(stage, ?)"
    stop_lifted = connection.execute(lifted, [since, run.run_id, Event.PAYMENT_STOPPED]).fetchone() is not None
    return stop_lifted or may_have_moved(connection, since, run.run_id)


def _check_not_paid(connection: duckdb.DuckDBPyConnection, run: RunRow, extract: str) -> None:
    if Stage.PUBLISH in runs.stages_done(connection, run.run_id):
        raise NothingToDo(
            f"{extract} was sent before and has been paid by {run.run_id}. "
            "Nothing was done again. If somebody is still to be paid, that needs an extract of its own."
        )


def _check_may_follow(connection: duckdb.DuckDBPyConnection, run: RunRow, arrived: Landed) -> None:
    """Whether an extract may open a run after the latest one of its period and kind of payment."""
    manifest = arrived.manifest
    stands = (
        f"{run.run_id} stands for {manifest.pay_period} with the extract {run.extract_sha256}; "
        f"{manifest.extract} is another one, {arrived.sha256}."
    )
    if runs.may_have_left(connection, run.run_id):
        if manifest.kind is Kind.FULL and not _nothing_was_sent(connection, run):
            raise NoGo(f"{stands} The first one has been released, so no other can take its place. Nothing was done.")
        return
    if manifest.kind is Kind.SUPPLEMENTARY and run.kind != Kind.SUPPLEMENTARY:
        raise NoGo(
            f"{stands} The first one has not been released, and a supplementary extract comes after the release. "
            "Until then a correction can join that run."
        )
    if manifest.replaces != run.extract_sha256:
        raise NoGo(
            f"{stands} It takes the place of the first one, which has not been released, only if its manifest says "
            'so: "replaces": the SHA-256 of the extract that it replaces.'
        )
    if manifest.kind is Kind.FULL and run.kind == Kind.SUPPLEMENTARY:
        raise NoGo(f"{stands} The period has been released before that, so no full extract can follow.")


def _nothing_was_sent(connection: duckdb.DuckDBPyConnection, latest: RunRow) -> bool:
    """Whether every file of a period and kind of payment that was released was taken back, never sent."""
    alike = runs.competing(connection, latest.period, latest.payment_kind)
    released = [run for run in alike if runs.may_have_left(connection, run.run_id)]
    return all(runs.is_withdrawn(connection, run) for run in released)
