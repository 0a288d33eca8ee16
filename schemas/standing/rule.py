"""The rule that says where a run stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from schemas.agreement import Agreement, Role
from schemas.at_work import AT_WORK, BEFORE_THE_LEDGER
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar
from schemas.pay_run import Mode, PayRun
from schemas.period import Period
from schemas.stages import Stage
from schemas.standing.records import Closed, Errand, Recorded, Standing, to_the_minute
from schemas.standing.seen import NO_GO, NOT_JUDGED, NOTHING_TO_DO, Seen
from schemas.standing.tables import DUTIES, PERHAPS, TO_BE_STARTED, Duty, Near, Stand, Urgency, how_to_send
from schemas.standing.taken_back import after_it_was_taken_back


def standing_of(run: Recorded, calendar: BodyCalendar, flows: Sequence[Seen] | None, now: datetime) -> Standing:
    """Say where a run stands.

    Args:
        run: what the ledger says.
        calendar: the tenant's, with the agreement: its people and deadlines.
        flows: what Prefect says of the flow runs of the run; None if it was not asked.
        now: the time that counts.
    """
    name, agreement = PayRun.of(run.run_id), calendar.agreement
    flow = _that_counts(flows, now) if flows else None
    stand, said = _stand(run, flow, flows is not None, now)
    duty = DUTIES.get(stand, Duty(Urgency.OVER))
    until = _until(duty, run, calendar, flow)
    is_late = _is_late(run, calendar, now)
    if duty.missed and until and until <= now:
        stand, said = duty.missed, _missed(stand, until, run)
    elif is_late and stand in (Stand.NO_FORM, Stand.STOPPED, Stand.NOT_JUDGED, Stand.GIVEN_UP, Stand.NOT_KNOWN):
        stand = Stand.NOT_APPROVED
    if not run.has_left and run.is_overtaken and DUTIES.get(stand, Duty(Urgency.OVER)).urgency is Urgency.ACT:
        stand, said = Stand.OVERTAKEN, f"A later period was released since. {said}"
    if stand is Stand.NOT_APPROVED and is_late:
        said = f"{said} Its time is over: siller decision {run.run_id} says who is late and what is left to choose."
    standing = Standing(
        run.run_id,
        run.kind.label(name.period),
        stand,
        said,
        name.tenant,
        name.mode,
        flow_run_id=_page(flow, stand),
        run=run,
        since=flow.since if flow and flow.until else None,
    )
    excluded = {run.submitted_by, run.first_approver[2] if stand is Stand.FIRST else "", *run.funded_by}
    start = _start(name.tenant, name.period, name.mode, run.today.isoformat())
    return _asked_for(standing, agreement, calendar, until, now, excluded, start)


def standing_of_errand(errand: Errand, agreement: Agreement, now: datetime) -> Standing | None:
    """Say where a flow run stands that no run of the ledger belongs to; None where there is nothing to say of it.

    Args:
        errand: the flow run.
        agreement: with the tenant.
        now: the time that counts.
    """
    seen = errand.seen
    if seen.type == "COMPLETED" or seen.name == NOTHING_TO_DO:
        return None
    stand, said = _by_flow(seen, BEFORE_THE_LEDGER, now)
    standing = Standing(errand.subject, "", stand, said, errand.tenant, errand.mode, flow_run_id=_page(seen, stand))
    start = _start(errand.tenant, errand.period, errand.mode, errand.today)
    return _asked_for(standing, agreement, None, seen.until if stand is Stand.WAITS else None, now, set(), start)


def _asked_for(
    standing: Standing,
    agreement: Agreement,
    calendar: BodyCalendar | None,
    until: datetime | None,
    now: datetime,
    excluded: set[str],
    start: str,
) -> Standing:
    """A standing with what it asks of whom."""
    duty = DUTIES.get(standing.stand)
    if duty is None:
        return standing
    until = until if duty.missed else None
    near = _near(until, calendar, now)
    role = agreement.funding_confirmed_by if standing.stand is Stand.UNFUNDED else duty.role
    people = agreement.people_with(role) if role else ()
    send = how_to_send(standing.stand, agreement).format(run=standing.subject)
    out = {name.strip().casefold() for name in excluded} if role is Role.APPROVER else set[str]()
    barred = frozenset(person.name for person in agreement.people if person.name.casefold() in out)
    return replace(
        standing,
        urgency=Urgency.ACT if near is Near.HOUR else duty.urgency,
        role=role,
        people=tuple(person for person in people if person not in barred),
        excluded=barred,
        until=until,
        near=near,
        command=duty.command.format(run=standing.subject, start=start, send=send),
    )


def _stand(run: Recorded, flow: Seen | None, asked: bool, now: datetime) -> tuple[Stand, str]:
    """Where a run stands before anybody looks at the clock, and why."""
    if run.has_left:
        return _after_release(run, flow, asked, now)
    if run.ended:
        # A rejection's reason is somebody's own words: they stay in the ledger, and go into no log or event.
        by = f"By {run.ended_by.partition(':')[0]}."
        if run.ended is Stand.REJECTED and _pays_nobody(run):
            return Stand.NOT_REPLACED, f"{by} As it stands nobody of the period is paid. {_SEND_AGAIN}"
        return run.ended, by
    if run.is_paid_otherwise:
        return Stand.PAID_OTHERWISE, "All its payments have been made otherwise since: nothing of it is to be released."
    if run.no_gos:
        return Stand.STOPPED, f"The gate {run.no_gos} says no-go: the pack says why. {_SEND_AGAIN}"
    if not asked:
        return (
            Stand.NOT_KNOWN,
            f"The ledger has come to {run.stage}; whether anybody works on it, only Prefect knows.",
        )
    if flow is None:
        return Stand.STOPPED, "No flow run is known to work on it."
    stand, said = _by_flow(flow, run.stage, now)
    if stand is Stand.WAITS and run.waiting:
        return Stand.CORRECTING, f"{run.waiting} waits for a correction: nobody can approve it until they choose again."
    if stand is Stand.WAITS and run.unfunded:
        return Stand.UNFUNDED, f"{run.unfunded} Nobody can approve it until then."
    if stand is Stand.WAITS and _is_first(run, flow):
        return Stand.FIRST, f"{run.first_approver[2]} has approved. This sum needs two: another one answers now."
    if stand is Stand.STOPPED and flow.name != NO_GO and run.stage == Stage.ASSESS:
        return Stand.NO_FORM, said
    return stand, said


def _pays_nobody(run: Recorded) -> bool:
    """Whether with a run everybody's money of its period stays away, and nobody has said that it is to."""
    is_live = PayRun.of(run.run_id).mode is Mode.LIVE
    return is_live and run.kind.is_paid_on_the_pay_day and not (run.is_overtaken or run.is_paid_otherwise)


def _after_release(run: Recorded, flow: Seen | None, asked: bool, now: datetime) -> tuple[Stand, str]:
    if run.disputed:
        issued = f" {run.issued_all_the_same.said}" if run.issued_all_the_same else ""
        return Stand.DISPUTED, f"{run.disputed}{issued}"
    if run.is_withdrawn:
        return after_it_was_taken_back(run)
    if run.is_turned_away and not run.is_overtaken:
        return Stand.TURNED_AWAY, (
            "The bank has rejected every payment of it: nobody has the money. Put right what it names; the body sends "
            "them again as a supplementary extract, then start it."
        )
    if run.closed:
        return _after_close(run.closed)
    if run.vouchers_begun:
        return Stand.PERHAPS_HANDED_OVER, PERHAPS.format("file of vouchers", run.vouchers_begun, "the provider")
    # Whatever the bank says, it has nobody's voucher.
    if run.vouchers_wait and run.stage != Stage.RELEASE_PENDING and PayRun.of(run.run_id).mode is Mode.LIVE:
        return Stand.VOUCHERS_WAIT, (
            "Its file of vouchers is in the outbox, and nobody has said that it was sent: whoever is paid by voucher "
            "has no money. Send it to the provider, then say so. If it was sent, say so at whatever hour."
        )
    if run.bank_files:
        files = "1 file" if run.bank_files == 1 else f"{run.bank_files} files"
        return Stand.RECONCILED, f"With {files} of the bank's: the report says where every pound is."
    if run.submission:
        return Stand.SUBMITTED, f"{run.submission}."
    if run.hand_over_begun:
        return Stand.PERHAPS_HANDED_OVER, PERHAPS.format("file", run.hand_over_begun, "the bank")
    if run.stage == Stage.RELEASE_PENDING:
        stand, said = _by_flow(flow, run.stage, now) if flow else (Stand.STOPPED, "")
        if stand in (Stand.RUNS, Stand.RESTARTING, Stand.HUNG):
            return stand, said
        begun = f"Its release was begun and not finished: start it again to finish it. {said}".strip()
        return (Stand.STOPPED if asked else Stand.NOT_KNOWN), begun
    published = "" if run.stage == Stage.PUBLISH else " Its publication is not done yet."
    if PayRun.of(run.run_id).mode is Mode.REHEARSAL:
        return Stand.REHEARSED, f"Nothing of a rehearsal is sent.{published}"
    return Stand.RELEASED, f"The payment file is in the outbox; nobody has said that it was sent.{published}"


def _after_close(closed: Closed) -> tuple[Stand, str]:
    said = f"{closed.by} closed it on {closed.on:%-d %B %Y}, and {closed.agreed_by} reviewed that."
    if not closed.came_since:
        return Stand.CLOSED, said
    more = "1 thing has" if closed.came_since == 1 else f"{closed.came_since:,} things have"
    return Stand.REOPENED, (
        f"{said} {more} been said of it since, by the bank or by people, so its certificate does not hold any more: "
        "read the report anew, settle what is open, and close it again."
    )


def _by_flow(flow: Seen, stage: str, now: datetime) -> tuple[Stand, str]:
    """Where a flow run stands by what Prefect and its process's lock say, and why."""
    doing, allowed = AT_WORK[stage]
    if flow.shows_a_form(now):
        return Stand.WAITS, "Its form is open: read the pack, then answer."
    if flow.ran_out(now):
        return Stand.NOT_APPROVED, "Its form ran out, and nobody's answer had counted."
    if flow.is_given_up:
        return Stand.GIVEN_UP, flow.message
    if flow.is_due:
        if flow.moved and now - flow.moved > TO_BE_STARTED:
            return Stand.HUNG, f"It is due since {_time(flow.moved)}, and no siller up and no worker starts it."
        return (Stand.RUNS, "It is to be started.") if flow.name != "AwaitingRetry" else (Stand.RESTARTING, "")
    if flow.type in ("CANCELLED", "CANCELLING") and not flow.is_cut_off:
        return Stand.STOPPED, f"It was cancelled. {flow.message}".strip()
    if flow.is_dead(now):
        return Stand.RESTARTING, "Its process is gone: the watch starts it again by itself."
    if flow.is_unknown:
        again = " The watch of siller up submits it again." if flow.is_kept else ""
        return Stand.STOPPED, f"Its flow run was deleted in Prefect, or Prefect's database was made anew.{again}"
    if flow.type == "COMPLETED":
        return Stand.STOPPED, "Prefect calls it completed, and nothing of it was released: somebody set that by force."
    if flow.name == NOT_JUDGED:
        return Stand.NOT_JUDGED, flow.message
    if flow.type == "FAILED":
        return Stand.STOPPED, flow.message if flow.name == NO_GO else f"It failed. {flow.message}".strip()
    if flow.lives and flow.moved and now - flow.moved > allowed:
        return Stand.HUNG, (
            f"Its process lives, and nothing has moved since {_time(flow.moved)} ({doing}). Its log says where it is; "
            "it may wait for a file or a lock. End its process, and the watch starts it again."
        )
    return Stand.RUNS, f"{doing[0].upper()}{doing[1:]}."


def _that_counts(flows: Sequence[Seen], now: datetime) -> Seen:
    """Of the flow runs of one run, the one that says where it stands: what is open or at work, else the last to end.

    One that was refused, because another waits already, says nothing of the run. Nobody knows when one was deleted: if
    it was begun last, it counts.

    Args:
        flows: in the order in which they were begun.
        now: the time that counts.
    """
    if flows[-1].is_unknown and not any(flow.shows_a_form(now) for flow in flows):
        return flows[-1]

    def weight(flow: Seen) -> tuple[int, datetime]:
        if flow.shows_a_form(now):
            return 3, flow.since
        if flow.name == NOTHING_TO_DO or flow.is_unknown:
            return 0, flow.since
        return (1 if flow.is_over or flow.ran_out(now) else 2), flow.since

    return max(flows, key=weight)


def _is_first(run: Recorded, flow: Seen) -> bool:
    """Whether the first of two has approved, on a form of this very start of the flow run."""
    flow_run_id, start, _ = run.first_approver
    return flow_run_id == flow.flow_run_id and flow.form_key.rpartition("-")[0] == start


def _until(duty: Duty, run: Recorded, calendar: BodyCalendar, flow: Seen | None) -> datetime | None:
    """When somebody's time is over: the agreement's, and of a form its own if that is earlier.

    A rehearsal has its days from whoever holds it, and only its form keeps to the clock.
    """
    times = [flow.until] if flow and duty.missed is Stand.NOT_APPROVED else []
    if duty.deadline and run.processing_date and PayRun.of(run.run_id).mode is Mode.LIVE:
        times.append(calendar.latest(getattr(calendar.agreement, duty.deadline), run.processing_date))
    return min((time for time in times if time), default=None)


def _is_late(run: Recorded, calendar: BodyCalendar, now: datetime) -> bool:
    """Whether nobody can approve the run any more, whatever became of its form."""
    if run.has_left or run.processing_date is None or PayRun.of(run.run_id).mode is Mode.REHEARSAL:
        return False
    return calendar.latest(calendar.agreement.approve_by, run.processing_date) <= now


def _near(until: datetime | None, calendar: BodyCalendar | None, now: datetime) -> Near:
    if until is None:
        return Near.FAR
    if until - now <= timedelta(hours=1):
        return Near.HOUR
    day_before = calendar.working_day_before(until) if calendar else until - timedelta(days=1)
    return Near.DAY if day_before <= now else Near.FAR


def _missed(stand: Stand, until: datetime, run: Recorded) -> str:
    if DUTIES[stand].missed is Stand.NOT_APPROVED:
        return f"It had to be approved by {_time(to_the_minute(until))}."
    return (
        f"It had to be submitted by {_time(to_the_minute(until))}, and nobody has said that it was. Do not send it any "
        "more. If it was sent, at whatever hour, say so; if it was not, the sender and a second person take it back: "
        f"siller submitted {run.run_id} --never-sent --as NAME --agreeing NAME --reason WHY. "
        "Until then nobody in it is paid again."
    )


_SEND_AGAIN = 'The body sends an extract whose manifest "replaces" this one\'s; then start it.'


def _start(tenant: str, period: Period | None, mode: Mode, today: str) -> str:
    """The command that starts a run again."""
    if period is None:
        return ""
    rehearsal = f" --rehearsal{f' --today {today}' if today else ''}" if mode is Mode.REHEARSAL else ""
    return f"siller run {tenant} --period {period}{rehearsal}"


def _page(flow: Seen | None, stand: Stand) -> str:
    """The flow run whose page says more, where Prefect has one."""
    return flow.flow_run_id if flow and not flow.is_unknown and stand in DUTIES else ""


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%H:%M on %-d %B %Y}"
