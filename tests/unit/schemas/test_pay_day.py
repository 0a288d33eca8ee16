"""Pay days by each rule, worked by hand from the calendars of England and Scotland for 2026 to 2028."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import yaml

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.key_dates import BodyCalendar
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.settings import PROJECT

ILF = yaml.safe_load((PROJECT / "data_contracts" / "ilf" / "agreement.yaml").read_text("utf-8"))
LAST = {"rule": "last_bank_day"}
THURSDAY = {"rule": "weekday", "weekday": "thursday"}
FRIDAY = {"rule": "weekday", "weekday": "friday"}
MONDAY = {"rule": "weekday", "weekday": "monday"}
FORTNIGHT = {"rhythm": "fortnight", "anchor": date(2026, 1, 5)}
FOUR_WEEKS = {"rhythm": "four_weeks", "anchor": date(2026, 1, 5)}
WEEK = {"rhythm": "week"}
QUARTER = {"rhythm": "quarter"}


def agreed(pay_day: dict[str, Any], pay_period: dict[str, Any] | None = None, **more: Any) -> Agreement:
    keys = ILF | {"pay_day": pay_day, "pay_period": pay_period or {"rhythm": "month"}} | more
    return Agreement.parsed(yaml.safe_dump(keys).encode(), "agreement.yaml")


def paid(agreement: Agreement, period: str) -> date:
    return agreement.pay_day_of(Period.parsed(period), BankDays())


@pytest.mark.parametrize(
    ("pay_day", "pay_period", "period", "day"),
    [
        (LAST, WEEK, "2026-W48", date(2026, 11, 27)),
        (LAST, WEEK, "2026-W52", date(2026, 12, 24)),
        (LAST, WEEK, "2026-W53", date(2026, 12, 31)),  # 1 January is a Friday, and a holiday
        (LAST, QUARTER, "2026-Q4", date(2026, 12, 31)),
        (LAST, {"rhythm": "year"}, "2027", date(2027, 12, 31)),
        ({"rule": "nth_bank_day", "number": 1}, None, "2027-01", date(2027, 1, 4)),  # a holiday in Scotland alone
        ({"rule": "nth_bank_day", "number": 3}, None, "2027-01", date(2027, 1, 6)),
        ({"rule": "nth_bank_day", "number": 3}, WEEK, "2026-W53", date(2026, 12, 31)),
        (THURSDAY, WEEK, "2026-W48", date(2026, 11, 26)),
        (FRIDAY, WEEK, "2026-W52", date(2026, 12, 24)),  # Christmas Day
        (MONDAY, WEEK, "2026-W53", date(2026, 12, 24)),  # 28 December stands in for Boxing Day: the week before's
        (FRIDAY, WEEK, "2027-W12", date(2027, 3, 25)),  # Good Friday
        (MONDAY, WEEK, "2027-W13", date(2027, 3, 25)),  # Easter Monday, a holiday in England alone
        (MONDAY, WEEK, "2026-W49", date(2026, 11, 30)),  # St Andrew's Day, a holiday in Scotland alone
        (THURSDAY, FOUR_WEEKS, "2026-L50", date(2026, 12, 31)),  # 7 December to 3 January
        (FRIDAY, FOUR_WEEKS, "2026-L50", date(2026, 12, 31)),
        (THURSDAY, FOUR_WEEKS, "2027-L01", date(2027, 1, 28)),
        ({"rule": "fixed_day", "day": 15}, None, "2026-11", date(2026, 11, 13)),  # the 15th is a Sunday
        ({"rule": "fixed_day", "day": 31}, None, "2027-02", date(2027, 2, 26)),  # the 28th is a Sunday
        ({"rule": "fixed_day", "day": 25}, None, "2026-12", date(2026, 12, 24)),
        ({"rule": "fixed_day", "day": 20}, QUARTER, "2027-Q1", date(2027, 3, 19)),  # of its last month; a Saturday
        ({"rule": "every_n_weeks", "weeks": 2, "first": date(2026, 1, 8)}, FORTNIGHT, "2026-F48", date(2026, 11, 26)),
        ({"rule": "every_n_weeks", "weeks": 2, "first": date(2026, 1, 9)}, FORTNIGHT, "2026-F52", date(2026, 12, 24)),
        ({"rule": "every_n_weeks", "weeks": 4, "first": date(2026, 1, 15)}, FOUR_WEEKS, "2027-L01", date(2027, 1, 14)),
        ({"rule": "dates", "dates": [date(2026, 11, 12), date(2027, 2, 13)]}, QUARTER, "2027-Q1", date(2027, 2, 12)),
    ],
)
def test_each_rule_gives_its_day(
    pay_day: dict[str, Any], pay_period: dict[str, Any] | None, period: str, day: date
) -> None:
    assert paid(agreed(pay_day, pay_period), period) == day


MOVED = {
    "2026-W14": date(2026, 4, 2),  # Good Friday is 3 April 2026
    "2026-W52": date(2026, 12, 24),
    "2026-W53": date(2026, 12, 31),
    "2027-W12": date(2027, 3, 25),  # Good Friday is 26 March 2027
}


def test_a_year_of_fridays_around_two_easters_and_a_christmas() -> None:
    """From Easter 2026 to Easter 2027: 52 weeks and a 53rd, each paid on its Friday but for four."""
    calendar = BodyCalendar(agreed(FRIDAY, WEEK), BankDays())
    weeks = [week for year in (2026, 2027) for week in calendar.agreement.periods.of_year(year)][13:66]
    assert (str(weeks[0]), str(weeks[-1])) == ("2026-W14", "2027-W13")
    assert len(weeks) == 53
    for number, week in enumerate(weeks):
        dates = calendar.of_period(week)
        friday = date(2026, 4, 3) + timedelta(weeks=number)
        assert dates.entry_date == MOVED.get(str(week), friday)
        assert dates.submit_by.date() not in (date(2026, 11, 30), date(2027, 1, 4), date(2026, 8, 3))  # Scotland's
        assert dates.submit_by.date() < dates.processing_date < dates.entry_date
    days = [calendar.of_period(week).entry_date for week in weeks]
    assert all(4 <= (later - earlier).days <= 8 for earlier, later in pairwise(days))


def test_the_weeks_around_christmas_2026() -> None:
    """Paid on Thursdays by a body in Scotland: its office keeps St Andrew's Day and 4 January."""
    calendar = BodyCalendar(agreed(THURSDAY, WEEK), BankDays())
    found = {
        period: (dates.submit_by.date(), dates.processing_date, dates.entry_date, dates.returns_closed)
        for period in ("2026-W49", "2026-W52", "2026-W53", "2027-W01")
        for dates in [calendar.of_period(Period.parsed(period))]
    }
    assert found == {
        "2026-W49": (date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 7)),
        "2026-W52": (date(2026, 12, 22), date(2026, 12, 23), date(2026, 12, 24), date(2026, 12, 30)),
        "2026-W53": (date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 5)),
        "2027-W01": (date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 7), date(2027, 1, 11)),
    }


def test_four_weeks_across_a_year_end() -> None:
    periods = agreed(THURSDAY, FOUR_WEEKS).periods
    year = [str(period) for period in periods.of_year(2026)]
    assert year == [f"2026-L{week:02d}" for week in range(2, 53, 4)]
    assert [str(period) for period in periods.of_year(2027)][:2] == ["2027-L01", "2027-L05"]
    assert str(periods.around(date(2027, 1, 3))) == "2026-L50"


@pytest.mark.parametrize(
    ("pay_period", "counts"), [(WEEK, (53, 52)), (FORTNIGHT, (26, 26)), (QUARTER, (4, 4)), ({"rhythm": "year"}, (1, 1))]
)
def test_a_year_has_each_of_its_periods_once(pay_period: dict[str, Any], counts: tuple[int, int]) -> None:
    periods = agreed(LAST, pay_period).periods
    years = [periods.of_year(year) for year in (2026, 2027)]
    assert tuple(map(len, years)) == counts
    assert all(later == earlier.next for earlier, later in pairwise([*years[0], *years[1]]))


@pytest.mark.parametrize("year", [-1, 0, 1, 9999, 10000])
def test_a_year_that_no_calendar_has_is_refused(year: int) -> None:
    with pytest.raises(NoGo, match="is no year that has pay periods"):
        agreed(LAST).periods.of_year(year)


def test_a_period_that_the_rule_gives_no_day_asks_for_one() -> None:
    with pytest.raises(NoGo, match="bank day 4 of a period, and 2026-W53 has 3 bank days"):
        paid(agreed({"rule": "nth_bank_day", "number": 4}, WEEK), "2026-W53")
    with pytest.raises(NoGo, match="lists no pay day in 2027-Q2"):
        paid(agreed({"rule": "dates", "dates": [date(2027, 2, 13)]}, QUARTER), "2027-Q2")


@pytest.mark.parametrize(
    ("pay_day", "pay_period", "said"),
    [
        (LAST | {"day": 3}, WEEK, "last_bank_day has no key of its own"),
        ({"rule": "every_n_weeks", "weeks": 2}, FORTNIGHT, "every_n_weeks has first and weeks"),
        ({"rule": "fixed_day", "day": 15}, WEEK, "fixed_day is for periods of months"),
        (THURSDAY, None, "weekday is for periods of weeks"),
        (
            {"rule": "every_n_weeks", "weeks": 2, "first": date(2026, 1, 8)},
            FOUR_WEEKS,
            "every 2 weeks is not once in each period",
        ),
        (
            {"rule": "dates", "dates": [date(2027, 2, 1), date(2027, 1, 5)]},
            QUARTER,
            "5 January 2027 and 1 February 2027 are in 2027-Q1, which has one pay day",
        ),
        (LAST, {"rhythm": "fortnight"}, "anchor: the rhythm fortnight needs a Monday"),
        (LAST, FORTNIGHT | {"anchor": date(2026, 1, 6)}, "anchor: the rhythm fortnight needs a Monday"),
        (LAST, WEEK | {"anchor": date(2026, 1, 5)}, "leave it out"),
        (LAST, {"rhythm": "off_cycle"}, "off-cycle periods stand beside a rhythm"),
        (LAST, {"rhythm": "daily"}, "pay_period.rhythm"),
        # An exception that was copied from another body, whose periods are months.
        (
            THURSDAY | {"exceptions": {"2026-12": date(2026, 12, 24)}},
            WEEK,
            "2026-12 is none of the body's pay periods, which are written like 2026-W48. Was it copied",
        ),
        (
            THURSDAY | {"exceptions": {"2026-F49": date(2026, 12, 4)}},
            FORTNIGHT,
            "2026-F49 is none of the body's pay periods",
        ),
        (
            LAST | {"exceptions": {"2027-12": date(2026, 12, 24)}},
            None,
            "24 December 2026 is more than a period away from 2027-12",
        ),
    ],
)
def test_what_does_not_fit_is_named_when_the_agreement_is_read(
    pay_day: dict[str, Any], pay_period: dict[str, Any] | None, said: str
) -> None:
    with pytest.raises(NoGo) as refused:
        agreed(pay_day, pay_period)
    assert said in str(refused.value)


THANKS = {"2026-thank-you": {"pay_day": date(2026, 12, 12), "highest_sum": "60000.00"}}


def test_an_off_cycle_period_is_paid_on_its_own_day() -> None:
    agreement = agreed(LAST, off_cycle=THANKS)
    assert paid(agreement, "2026-thank-you") == date(2026, 12, 11)  # the 12th is a Saturday
    assert [str(period) for period in agreement.periods.of_year(2026)][-2:] == ["2026-12", "2026-thank-you"]
    assert agreement.periods.after(Period.parsed("2026-thank-you")) is None
    with pytest.raises(NoGo, match="names no off-cycle period 2026-thanks"):
        paid(agreement, "2026-thanks")


@pytest.mark.parametrize(
    ("off_cycle", "said"),
    [
        ({"2026-12": THANKS["2026-thank-you"]}, "off_cycle: 2026-12 is no name"),
        ({"2025-thank-you": THANKS["2026-thank-you"]}, "paid on 12 December 2026, in another year"),
        ({"2026-thank-you": THANKS["2026-thank-you"] | {"highest_sum": 60000}}, "highest_sum"),
    ],
)
def test_an_off_cycle_period_that_is_none_is_refused(off_cycle: dict[str, Any], said: str) -> None:
    with pytest.raises(NoGo) as refused:
        agreed(LAST, off_cycle=off_cycle)
    assert said in str(refused.value)


MONTHS_BEFORE = [{"rhythm": "month", "until": date(2027, 3, 31), "pay_day": LAST}]


def test_a_change_of_rhythm_has_both_until_its_day() -> None:
    agreement = agreed(THURSDAY, WEEK, earlier_pay_periods=MONTHS_BEFORE)
    periods = agreement.periods
    assert paid(agreement, "2027-03") == date(2027, 3, 31)
    assert paid(agreement, "2027-W14") == date(2027, 4, 8)
    assert str(periods.around(date(2027, 3, 31))) == "2027-03"
    assert str(periods.around(date(2027, 4, 1))) == "2027-W13"
    assert str(periods.after(Period.parsed("2027-03"))) == "2027-W13"
    assert [str(each) for each in periods.of_year(2027)][:5] == [
        "2027-01",
        "2027-02",
        "2027-03",
        "2027-W13",
        "2027-W14",
    ]
    for none in ("2027-04", "2027-W12"):
        assert not periods.has(Period.parsed(none))
    with pytest.raises(
        NoGo, match=r"2027-04 is none of the body's pay periods, which are written like 2026-11 \(month\)"
    ):
        paid(agreement, "2027-04")


def test_a_rhythm_can_end_within_a_period() -> None:
    before = [MONTHS_BEFORE[0] | {"until": date(2027, 3, 15)}]
    periods = agreed(THURSDAY, WEEK, earlier_pay_periods=before).periods
    assert [str(each) for each in periods.of_year(2027)][1:5] == ["2027-02", "2027-03", "2027-W11", "2027-W12"]
    assert [str(periods.around(date(2027, 3, day))) for day in (15, 16)] == ["2027-03", "2027-W11"]


def test_rhythms_follow_each_other() -> None:
    with pytest.raises(NoGo, match="each until must be later than the one before it"):
        agreed(THURSDAY, WEEK, earlier_pay_periods=MONTHS_BEFORE * 2)


@pytest.mark.parametrize(
    ("pay_day", "pay_period", "day", "period"),
    [
        (LAST, None, date(2026, 11, 30), "2026-11"),
        (LAST, None, date(2026, 11, 3), "2026-11"),
        (LAST, None, date(2028, 12, 30), "2028-12"),
        (MONDAY, WEEK, date(2026, 12, 24), "2026-W53"),
        (MONDAY, WEEK, date(2026, 12, 21), "2026-W52"),
    ],
)
def test_a_day_says_whose_pay_day_it_is(
    pay_day: dict[str, Any], pay_period: dict[str, Any] | None, day: date, period: str
) -> None:
    assert str(agreed(pay_day, pay_period).periods.paid_on(day, BankDays(), every_day=False)) == period


FIFTEENTH = {"rule": "fixed_day", "day": 15}


@pytest.mark.parametrize(
    ("pay_day", "period", "days"),
    [
        (LAST | {"also": [FIFTEENTH]}, "2026-11", (date(2026, 11, 13), date(2026, 11, 30))),  # the 15th is a Sunday
        (LAST, "2026-11", (date(2026, 11, 30),)),
        # Agreed on one and the same day for once.
        (
            LAST | {"also": [FIFTEENTH | {"exceptions": {"2026-12": date(2026, 12, 31)}}]},
            "2026-12",
            (date(2026, 12, 31),),
        ),
    ],
)
def test_a_period_may_have_several_days(pay_day: dict[str, Any], period: str, days: tuple[date, ...]) -> None:
    agreement = agreed(pay_day)
    assert agreement.pay_days_of(Period.parsed(period), BankDays()) == days
    assert paid(agreement, period) == days[0]
    calendar = BodyCalendar(agreement, BankDays()).of_each_day(Period.parsed(period))
    assert [dates.entry_date for dates in calendar] == [*days]
    assert len({(dates.extract_due, dates.approve_by, dates.submit_by) for dates in calendar}) == 1


@pytest.mark.parametrize(
    ("pay_day", "more", "said"),
    [
        (LAST | {"also": [FIFTEENTH | {"also": [LAST]}]}, {}, "the rules of all other days stand in one list"),
        (LAST | {"also": [THURSDAY]}, {}, "weekday is for periods of weeks"),
        (LAST | {"also": [FIFTEENTH]}, {"rail": "faster_payments"}, "pays on one day: send an extract a day"),
    ],
)
def test_days_that_no_file_could_have_are_refused(pay_day: dict[str, Any], more: dict[str, Any], said: str) -> None:
    with pytest.raises(NoGo, match=said):
        agreed(pay_day, **more)
