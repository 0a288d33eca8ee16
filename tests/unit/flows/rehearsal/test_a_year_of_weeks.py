"""A council by the week over a year: every pay day, by dates checked by hand, and three people paid on each of them."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.period import Period
from tasks.practice_bank.behaviour import Behaviour
from tasks.settings import PROJECT
from tests.invented import kirkmuir
from tests.invented.facts import Sample
from tests.rehearsed import judged_by_arithmetic, rehearsed

MONDAYS = [date(2026, 8, 31) + timedelta(weeks=at) for at in range(52)]
"""The first is the summer holiday of England. The last is that before the next one."""
MOVED = {
    date(2026, 8, 31): date(2026, 8, 28),  # summer holiday: the Friday before it
    date(2026, 12, 28): date(2026, 12, 23),  # agreed; 28 December has the holiday of Boxing Day, a Saturday
    date(2027, 3, 29): date(2027, 3, 25),  # Easter Monday, and Good Friday before it: the Thursday
    date(2027, 5, 3): date(2027, 4, 30),  # early May holiday
    date(2027, 5, 31): date(2027, 5, 28),  # spring holiday
}
PAY_DAYS = {f"{monday:%G-W%V}": MOVED.get(monday, monday) for monday in MONDAYS}
"""30 November and 4 January are holidays in Scotland alone, where the council is: banks work, and people are paid."""
CHRISTMAS = {"2026-W53": PAY_DAYS["2026-W53"]}


def test_the_year_has_the_weeks_that_are_meant() -> None:
    assert (len(PAY_DAYS), next(iter(PAY_DAYS)), list(PAY_DAYS)[17:19]) == (52, "2026-W36", ["2026-W53", "2027-W01"])
    assert all(monday.weekday() == 0 for monday in MONDAYS)


def test_every_pay_day_is_right() -> None:
    agreement = Agreement.load(PROJECT / "data_contracts" / "kirkmuir" / "agreement.yaml")
    days = {period: agreement.pay_day_of(Period.parsed(period), BankDays()) for period in PAY_DAYS}
    assert days == PAY_DAYS


@pytest.mark.parametrize(
    "pay_days",
    [pytest.param(CHRISTMAS, id="christmas"), pytest.param(PAY_DAYS, id="a-year", marks=pytest.mark.long)],
)
def test_each_week_is_paid_on_its_day(
    pay_days: dict[str, date], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_by_arithmetic(monkeypatch)
    monkeypatch.setenv("SILLER_HOME", str(tmp_path / "live"))
    monkeypatch.setenv("SILLER_CONTRACTS", str(PROJECT / "data_contracts"))
    people = kirkmuir.people(3)
    pounds = f"{sum(person.pence for person in people) / 100:.2f}"
    extracts = []
    for period, day in pay_days.items():
        rows = [person.row(day) for person in people]
        sums = {"rows": 3, "total_as_written": pounds}
        name, content = f"kirkmuir-{period}.xlsx", kirkmuir.workbook(rows)
        sample = Sample("kirkmuir", period, day, kirkmuir.UPLOADER, name, content, rows, sums)
        extracts.append(sample.write(tmp_path / "samples"))
    first = min(pay_days.values())
    told = rehearsed(
        tmp_path,
        extracts,
        tenant="kirkmuir",
        today=f"{first - timedelta(days=5)}",
        answers_on=None,
        behaviour=Behaviour.ACCEPT,
    )
    runs = {f"kirkmuir-{period}-rehearsal-1": day for period, day in pay_days.items()}
    assert list(told["runs"]) == list(runs)
    assert {run: _processed(Path(told["runs"][run]["payment_file"]["path"])) for run in runs} == runs
    credited = {run: each["buckets"]["credited"]["payments"] for run, each in told["answers"]["runs"].items()}
    assert credited == dict.fromkeys(runs, 3)
    assert {each["unexplained_pence"] for each in told["answers"]["runs"].values()} == {0}


def _processed(payment_file: Path) -> date:
    """The day in the file's user header, which is the payees' own by Faster Payments."""
    (day,) = re.findall(r"(?m)^UHL1 (\d{5})", payment_file.read_text("ascii"))
    return date(2000 + int(day[:2]), 1, 1) + timedelta(days=int(day[2:]) - 1)
