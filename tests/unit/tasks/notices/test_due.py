"""What is due to be told follows from the standings, the plan and the ledger, and from no memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest

from schemas.agreement import Agreement, Role
from schemas.bank_days import LONDON, BankDays
from schemas.bank_holidays import Division
from schemas.holiday_sources import Disagreement
from schemas.key_dates import BodyCalendar
from schemas.manifest import Kind
from schemas.notices.catalogue import CATALOGUE, NoticeEvent
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.rails.terms import BACS
from schemas.stages import Stage
from schemas.standing.extracts import list_late_extracts
from schemas.standing.records import Closed, FileDay, Recorded, Standing, StateTotal
from schemas.standing.tables import DUTIES, Stand
from tasks.carried_data import Carried, State, Stock
from tasks.notices.due import BY_STAND, Aside, Done, Due, Known, list_due
from tasks.notices.notice import list_addressed
from tasks.settings import PROJECT, Settings
from tests.people import ENROLLED

RUN = "ilf-2026-11-live-1"
UPLOADER, SENDER = "finance.officer@ilf.example", "sender@siller.example"
EVERYTHING = ", ".join(NoticeEvent)
NOTICES = f"""\
  email: {{host: 127.0.0.1, port: 2525, sender: payments@siller.example}}
  tell:
    - {{role: uploader, by: email, events: [{EVERYTHING}]}}
    - {{role: approver, by: email, events: [{EVERYTHING}]}}
    - {{role: sender, by: email, events: [{EVERYTHING}]}}
"""


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    text = (Settings().contracts / "ilf" / "agreement.yaml").read_text(encoding="utf-8")
    return Agreement.parsed(f"{text}notices:\n{NOTICES}".encode(), "agreement.yaml")


def due(agreement: Agreement, now: datetime, standings: Sequence[Standing] = (), **known: object) -> list[Due]:
    has = Known(**{"agreement": agreement, "since": ENROLLED, **known})  # type: ignore[arg-type]  # by name
    return list(list_due(has, BodyCalendar(agreement, BankDays()), standings, now))


def events(found: Sequence[Due]) -> list[tuple[str, str]]:
    return [(each.event.value, each.occasion) for each in found]


NOVEMBER_HERE = {"arrived": frozenset({Period.parsed("2026-10"), Period.parsed("2026-11")})}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (at(11, 19, 16, 59), []),
        (at(11, 19, 17), [("extract_due_soon", "2026-11-20")]),
        (at(11, 20, 16, 59), [("extract_due_soon", "2026-11-20")]),
        (at(11, 20, 17), [("extract_late", "2026-11-20")]),
        # A Saturday; after it each bank day, once, up to the pay day.
        (at(11, 21, 12), []),
        (at(11, 23, 0), [("extract_late", "2026-11-23")]),
        (at(11, 23, 23, 59), [("extract_late", "2026-11-23")]),
        (at(11, 30, 9), [("extract_late", "2026-11-30")]),
        (at(12, 1, 9), []),
    ],
    ids=lambda each: f"{each:%m-%d %H:%M}" if isinstance(each, datetime) else "",
)
def test_an_extract_is_due_soon_then_late_each_bank_day_up_to_the_pay_day(
    agreement: Agreement, now: datetime, told: list[tuple[str, str]]
) -> None:
    assert agreement.extract_due.bank_days_before_processing == 5  # so it is due on Friday the 20th at 17:00
    october = run_of(run_id="ilf-2026-10-live-1", stage=Stage.PUBLISH)
    calendar = BodyCalendar(agreement, BankDays())
    standings = [
        Standing(october.run_id, "month", Stand.RECONCILED, "", "ilf", Mode.LIVE, run=october),
        *list_late_extracts(calendar, [october], now),
    ]
    assert events(due(agreement, now, standings)) == told
    assert events(due(agreement, now, standings, **NOVEMBER_HERE)) == []


def test_arrears_that_are_paid_already_are_not_the_extract_that_is_due(agreement: Agreement) -> None:
    arrears = run_of(kind=Kind.ARREARS, stage=Stage.PUBLISH)
    stands = Standing(RUN, "arrears", Stand.RECONCILED, "", "ilf", Mode.LIVE, run=arrears)
    assert events(due(agreement, at(11, 20), [stands])) == [("extract_due_soon", "2026-11-20")]


def test_of_what_was_before_the_body_adopted_an_agreement_it_is_not_reminded(agreement: Agreement) -> None:
    assert events(due(agreement, at(11, 20), since=at(11, 20, 17, 1))) == []


def run_of(**changes: object) -> Recorded:
    run = Recorded(RUN, Kind.FULL, date(2026, 11, 20), UPLOADER, Stage.ASSESS, payments=3, pence=593160)
    return replace(run, **changes)  # type: ignore[arg-type]  # by name


def standing_of(stand: Stand, **changes: object) -> Standing:
    said = Standing(RUN, "month", stand, "", "ilf", Mode.LIVE, run=run_of())
    return replace(said, **changes)  # type: ignore[arg-type]  # by name


def test_every_standing_that_asks_something_of_somebody_is_told_of_but_what_only_prefect_knows() -> None:
    asks = {stand for stand, duty in DUTIES.items() if duty.role}
    assert asks - BY_STAND.keys() == {Stand.NOT_KNOWN}


@pytest.mark.parametrize(
    ("stand", "run", "told"),
    [
        (Stand.STOPPED, run_of(no_gos="change_in_total"), "no_go"),
        (Stand.STOPPED, run_of(), "stopped"),
        (Stand.HUNG, run_of(), "stopped"),
        (Stand.NOT_APPROVED, run_of(), "not_approved_in_time"),
        (Stand.DISPUTED, run_of(), "disputed"),
        (Stand.TURNED_AWAY, run_of(), "rejected"),
    ],
    ids=lambda each: each.name if isinstance(each, Stand) else each if isinstance(each, str) else "",
)
def test_what_a_standing_asks_is_due_as_long_as_it_stands(
    agreement: Agreement, stand: Stand, run: Recorded, told: str
) -> None:
    stands = standing_of(stand, run=run)
    for now in (at(11, 26), at(11, 27), at(11, 30)):
        assert events(due(agreement, now, [stands], **NOVEMBER_HERE)) == [(told, "")]


def test_what_stops_again_when_it_is_started_again_is_told_again(agreement: Agreement) -> None:
    once, again = (standing_of(Stand.STOPPED, flow_run_id=flow) for flow in ("first", "second"))
    for stands in (once, again):
        assert events(due(agreement, at(11, 26), [stands], **NOVEMBER_HERE)) == [("stopped", stands.flow_run_id)]
    lost = standing_of(Stand.PERHAPS_NOT_SENT, flow_run_id="first")
    assert events(due(agreement, at(11, 26), [lost], **NOVEMBER_HERE)) == [("not_submitted_in_time", "")]


def test_what_the_bank_contradicts_itself_about_is_told_again_once_it_is_more(agreement: Agreement) -> None:
    two, three = (standing_of(Stand.DISPUTED, run=run_of(disputed=f"Of {count} payments both.")) for count in (2, 3))
    told = [events(due(agreement, at(11, 26), [each], **NOVEMBER_HERE)) for each in (two, three, two)]
    assert told[0] == told[2] != told[1]


def test_a_form_is_told_to_those_who_may_approve_and_once_more_before_it_runs_out(agreement: Agreement) -> None:
    approvers = agreement.people_with(Role.APPROVER)
    until = at(11, 26, 15)
    waits = standing_of(
        Stand.WAITS, until=until, role=Role.APPROVER, excluded=frozenset(approvers[:1]), flow_run_id="flow"
    )
    found = due(agreement, at(11, 26, 12, 59), [waits], **NOVEMBER_HERE)
    assert events(found) == [("waiting_for_approval", "2026-11-26")]
    assert (found[0].payments, found[0].pence, found[0].until) == (3, 593160, until)
    told = [each.person for each in list_addressed(agreement, found) if each.person in approvers]
    assert told == list(approvers[1:]), "whoever may not approve this run is not asked to"
    soon = due(agreement, at(11, 26, 13), [waits], **NOVEMBER_HERE)
    assert events(soon) == [("waiting_for_approval", "2026-11-26"), ("about_to_run_out", "2026-11-26")]
    second = replace(waits, stand=Stand.FIRST, excluded=frozenset(approvers[:2]))
    assert events(due(agreement, at(11, 26), [second], **NOVEMBER_HERE))[0] == (
        "waiting_for_approval",
        "second 2026-11-26",
    )


def test_a_form_is_told_again_once_it_is_somebodys_turn_anew(agreement: Agreement) -> None:
    """The decision owner chooses; the first of two has approved, and a form that begins anew has nobody's approval."""
    first = ("flow", "approval-1", "first.approver@ilf.example")
    turns = (
        standing_of(Stand.WAITS),
        standing_of(Stand.CORRECTING, run=run_of(choice_no=4, waiting="decision.owner@ilf.example")),
        standing_of(Stand.WAITS, run=run_of(choice_no=5)),
        standing_of(Stand.CORRECTING, run=run_of(choice_no=6, waiting="decision.owner@ilf.example")),
        standing_of(Stand.WAITS, run=run_of(choice_no=7)),
        standing_of(Stand.FIRST, run=run_of(choice_no=7, first_approver=first)),
        standing_of(Stand.WAITS, run=run_of(choice_no=7, first_approver=first)),
        standing_of(Stand.FIRST, run=run_of(choice_no=7, first_approver=("flow", "approval-2", first[2]))),
    )
    told = [due(agreement, at(11, 26), [replace(each, until=at(11, 26, 15))], **NOVEMBER_HERE)[0] for each in turns]
    assert len({(each.event, each.occasion) for each in told}) == len(turns)


def test_a_last_word_of_the_bank_that_comes_late_does_not_keep_a_run_from_its_close(agreement: Agreement) -> None:
    day = FileDay(date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2), 3, 593160, True, True, BACS)
    over = standing_of(Stand.RECONCILED, run=run_of(stage=Stage.PUBLISH, days=(day,)))
    for answered, is_told in ((at(11, 30), False), (at(12, 20), True)):
        found = due(agreement, at(12, 21), [over], done={RUN: Done(answered=answered)}, **NOVEMBER_HERE)
        assert (("to_be_closed", "") in events(found)) is is_told


def test_what_asks_nothing_is_news_for_a_week_and_never_from_before_the_agreement(agreement: Agreement) -> None:
    done = {RUN: Done(judged=at(11, 20), approved=at(11, 25), released=at(11, 25), answered=at(11, 30), left_out=2)}
    day = FileDay(date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2), 3, 593160, True, True, BACS)
    states = (StateTotal("credited", 2, 400000, 0), StateTotal("returned", 1, 193160, 0))
    waits = standing_of(Stand.RUNS)
    assert events(due(agreement, at(11, 21), [waits], done=done, **NOVEMBER_HERE))[0] == ("refused_rows", "")
    over = standing_of(Stand.RECONCILED, run=run_of(stage=Stage.PUBLISH, days=(day,), states=states))

    def at_that(now: datetime, since: datetime = ENROLLED) -> list[tuple[str, str]]:
        return events(due(agreement, now, [over], done=done, since=since, **NOVEMBER_HERE))

    left = [("approved", ""), ("released", "")]
    came = [("answers_in", "2026-11-30"), ("returns", "1")]
    assert at_that(at(12, 1)) == [*left, *came]
    assert at_that(at(12, 2, 8, 59)) == [*left, *came]
    assert at_that(at(12, 3)) == [*came, ("to_be_closed", "")]
    assert at_that(at(12, 11)) == []
    assert at_that(at(12, 1), since=at(11, 28)) == came
    half = replace(over, run=run_of(stage=Stage.PUBLISH, days=(replace(day, has_statement=False),), states=states))
    assert ("to_be_closed", "") not in events(due(agreement, at(12, 3), [half], done=done, **NOVEMBER_HERE))
    for since, stand, told in ((0, Stand.CLOSED, "closed"), (1, Stand.REOPENED, "reopened")):
        closed = Closed(date(2026, 12, 4), "operator@siller.example", "decision.owner@ilf.example", since)
        run = run_of(stage=Stage.PUBLISH, days=(day,), states=states, closed=closed)
        found = due(agreement, at(12, 8), [standing_of(stand, run=run)], **NOVEMBER_HERE)
        assert events(found) == [(told, "2026-12-04")]


def test_what_two_files_of_one_name_left_open_is_told_of_each(agreement: Agreement) -> None:
    """A bank may call each day's file the same."""
    left = [
        standing_of(Stand.UNSETTLED, about="unmatched, report.xml", role=Role.OPERATOR, which=which * 32, run=None)
        for which in ("ab", "cd")
    ]
    (first, second) = (events(due(agreement, at(11, 26), [each], **NOVEMBER_HERE)) for each in left)
    assert first and second and first != second


def test_whom_an_approver_turned_down_is_told_once_as_what_it_is_and_as_news(agreement: Agreement) -> None:
    done = {RUN: Done(judged=at(11, 20), turned_down=at(11, 24))}
    stands = standing_of(Stand.NOT_REPLACED, run=run_of(stage=Stage.APPROVE, ended=Stand.REJECTED))
    found = due(agreement, at(11, 25), [stands], done=done, **NOVEMBER_HERE)
    assert {(each.event, each.about, each.occasion) for each in found} == {(NoticeEvent.TURNED_DOWN, RUN, "")}
    assert len(list(list_addressed(agreement, found))) == len(set(list_addressed(agreement, found[:1])))
    arrears = replace(stands, stand=Stand.REJECTED)
    assert events(due(agreement, at(11, 30), [arrears], done=done, **NOVEMBER_HERE)) == [("turned_down", "")]
    assert events(due(agreement, at(12, 2), [arrears], done=done, **NOVEMBER_HERE)) == []


def test_a_file_set_aside_has_its_deadline(agreement: Agreement) -> None:
    aside = (Aside("ab" * 32, at(11, 27, 15)),)
    (found,) = due(agreement, at(11, 26), aside=aside, **NOVEMBER_HERE)
    assert (found.event, found.until) == (NoticeEvent.FILE_SET_ASIDE, at(11, 27, 15))


def test_carried_data_is_told_of_each_month_until_it_is_renewed(agreement: Agreement) -> None:
    table = Carried("Account table v8-50", date(2026, 5, 1), date(2028, 5, 1), State.RENEW, "")
    holidays = Carried("Bank holidays", None, date(2029, 1, 1), State.HOLDS, "")
    days = [
        Disagreement(day, Division.SCOTLAND, "", False, is_announced)
        for day, is_announced in ((date(2027, 6, 15), False), (date(2027, 6, 16), True))
    ]
    stock = Stock((table, holidays), tuple(days), frozenset())
    found = due(agreement, at(11, 26), stock=stock, **NOVEMBER_HERE)
    assert events(found) == [("data_lapses", "2026-11-01"), ("holidays_differ", "2027-06-15")]
    assert [each.count for each in found] == ["Account table v8-50 to be renewed", "15 June 2027"]


def test_every_event_has_its_words_and_stands_on_the_page() -> None:
    assert set(CATALOGUE) == set(NoticeEvent)
    page = (PROJECT / "docs/operating/notices.md").read_text(encoding="utf-8")
    for event, words in CATALOGUE.items():
        subject = words.subject.replace("{count}", "…")
        assert f"| `{event}` | {words.when} | {subject} | {words.to_do} |" in page.splitlines()
