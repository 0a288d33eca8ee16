"""A board with one of everything: ILF in January 2027, told by the rule from what ledger and Prefect would say."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from flows.service.standing import Picture
from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar
from schemas.manifest import Kind
from schemas.pay_run import Mode
from schemas.rails.terms import BACS
from schemas.stages import Stage
from schemas.standing.awaited import list_overdue
from schemas.standing.extracts import list_late_extracts
from schemas.standing.records import FileDay, Recorded, Standing
from schemas.standing.rule import standing_of
from schemas.standing.seen import Seen
from schemas.standing.tables import Stand, Urgency
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

NOW = datetime(2027, 1, 27, 14, 30, tzinfo=LONDON)
"""Half an hour before January's approval is due."""
API = "http://127.0.0.1:4200/api"
FLOW = "00000000-0000-4000-8000-00000000000"

_UPLOADER = "finance.officer@ilf.example"
_SET_ASIDE = (
    "ilf: input-report-0127.xml was set aside (5,311 items). It names another service user. Settle it: siller "
    "exceptions ilf"
)
_WAITS = Recorded(
    "ilf-2027-01-live-1",
    Kind.FULL,
    date(2027, 1, 21),
    _UPLOADER,
    Stage.ASSESS,
    ("f",),
    payments=5311,
    pence=1_070_860_922,
    processing_date=date(2027, 1, 28),
    entry_date=date(2027, 1, 29),
)
_DAY = FileDay(date(2027, 1, 25), date(2027, 1, 26), date(2027, 1, 28), 12, 1_160_095, False, False, BACS)
_SENT = replace(
    _WAITS,
    run_id="ilf-2026-12-live-2",
    kind=Kind.ARREARS,
    stage=Stage.PUBLISH,
    submission="22 Jan 2027 16:02",
    payments=12,
    pence=1_160_095,
    days=(_DAY,),
    processing_date=_DAY.processing_date,
    entry_date=_DAY.entry_date,
)
_UNDER_WAY = replace(
    _SENT, run_id="ilf-2026-12-live-3", days=(replace(_DAY, has_report=True, has_statement=True),), bank_files=2
)
_NOVEMBER = replace(_SENT, run_id="ilf-2026-11-live-1", kind=Kind.FULL)
_RELEASED = replace(_WAITS, run_id="ilf-2027-01-live-2", kind=Kind.SUPPLEMENTARY, stage=Stage.PUBLISH, payments=1)
_STOPPED = replace(_WAITS, run_id="ilf-2027-01-live-3", kind=Kind.SUPPLEMENTARY, no_gos="refused_share, leavers_share")
_WORKS = replace(_WAITS, run_id="ilf-2027-02-rehearsal-1", stage=Stage.VALIDATE, payments=None, pence=None)


def context(home: Path) -> TenantContext:
    return TenantContext("ilf", Mode.LIVE, Settings(home=home, modulus_table=None))


def picture_of_all(calendar: BodyCalendar) -> Picture:
    """Something of each urgency, and each kind of sentence."""
    runs = [_WAITS, _SENT, _UNDER_WAY, _RELEASED, _STOPPED, _WORKS]
    standings = [standing_of(each, calendar, [_seen(each)], NOW) for each in runs]
    standings += [each for run in runs for each in list_overdue(run, calendar, NOW)]
    standings += list(list_late_extracts(calendar, [_NOVEMBER], NOW))[:1]
    standings.append(_twice())
    return Picture(tuple(standings), (), (), "", (), API, (_SET_ASIDE,))


def _seen(run: Recorded) -> Seen:
    flow = FLOW + run.run_id[-1]
    if run is _WAITS:
        until = datetime(2027, 1, 27, 15, tzinfo=LONDON)
        return Seen(flow, "PAUSED", "Suspended", NOW - timedelta(days=1), until=until, form_key="k-1", has_form=True)
    return Seen(flow, "RUNNING", "Running", NOW, lives=True, moved=NOW)


def _twice() -> Standing:
    return Standing(
        "ilf live",
        "",
        Stand.PAID_TWICE,
        "statement-0126.xml, item 3, £11,600.95 on 26 January 2027: the account was debited for it twice.",
        "ilf",
        Mode.LIVE,
        urgency=Urgency.ACT,
        role=Role.OPERATOR,
        people=("operator@siller.example",),
        until=datetime(2027, 1, 27, 15, tzinfo=LONDON),
        command="siller exceptions ilf",
        about="statement-0126.xml",
    )
