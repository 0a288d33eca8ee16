"""The rules by which an agreement gives a pay period its pay day, and the periods that it gives one by name.

A day on which no bank works becomes the bank day before it: nobody waits longer than agreed.
"""

from datetime import date, timedelta
from typing import Annotated, Literal, Protocol, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.no_go import NoGo
from schemas.period import Period, Rhythm

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_DAY = timedelta(days=1)

Rule = Literal["last_bank_day", "nth_bank_day", "weekday", "fixed_day", "every_n_weeks", "dates"]

_NEEDS: dict[Rule, frozenset[str]] = {
    "last_bank_day": frozenset(),
    "nth_bank_day": frozenset({"number"}),
    "weekday": frozenset({"weekday"}),
    "fixed_day": frozenset({"day"}),
    "every_n_weeks": frozenset({"weeks", "first"}),
    "dates": frozenset({"dates"}),
}
"""The keys that each rule has beside its name."""


class BankCalendar(Protocol):
    """What an agreement asks of the Bacs calendar."""

    def on_or_before(self, day: date) -> date:
        """Return the day if it is a bank day, else the last one before it."""


class PayDay(BaseModel):
    """When payees have the money.

    Attributes:
        rule: the day of the pay period on which they are paid.
        number: of ``nth_bank_day``, counted from the period's first day.
        weekday: of ``weekday``; of several weeks the last one's.
        day: of ``fixed_day``, the day of the period's last month; a shorter month's last day stands for it.
        weeks: of ``every_n_weeks``, as many as a period has.
        first: of ``every_n_weeks``, one of the days, from which the others follow.
        dates: of ``dates``, one in each period.
        exceptions: another day for a pay period, agreed one by one.
        also: where a period has several pay days, the rules of the others, each with its own exceptions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Rule
    number: Annotated[int, Field(ge=1, le=23)] | None = None
    weekday: Weekday | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    weeks: Annotated[int, Field(ge=1)] | None = None
    first: date | None = None
    dates: tuple[date, ...] | None = None
    exceptions: dict[Period, date] = Field(default_factory=dict)
    also: tuple["PayDay", ...] = ()

    @model_validator(mode="after")
    def _has_the_keys_of_its_rule(self) -> Self:
        given = self.model_dump(exclude={"rule", "exceptions", "also"}, exclude_none=True).keys()
        if given != _NEEDS[self.rule]:
            raise ValueError(f"{self.rule} has {' and '.join(sorted(_NEEDS[self.rule])) or 'no key of its own'}")
        if any(each.also for each in self.also):
            raise ValueError("also: the rules of all other days stand in one list")
        return self

    @property
    def each(self) -> "tuple[PayDay, ...]":
        """The rule of each of a period's days."""
        return (self, *self.also)

    def check_fits(self, rhythm: Rhythm) -> None:
        """Hold the rule, of one day, against the rhythm of the periods that it is for.

        Raises:
            ValueError: it gives such a period no day, or more than one.
        """
        if self.rule == "weekday" and not rhythm.weeks:
            raise ValueError(f"pay_day: weekday is for periods of weeks, and the rhythm is {rhythm}")
        if self.rule == "fixed_day" and not rhythm.months:
            raise ValueError(f"pay_day: fixed_day is for periods of months, and the rhythm is {rhythm}")
        if self.rule == "every_n_weeks" and self.weeks != rhythm.weeks:
            raise ValueError(
                f"pay_day: every {self.weeks} weeks is not once in each period, for the rhythm is {rhythm}"
            )

    def days_of(self, period: Period, bank_days: BankCalendar, every_day: bool) -> tuple[date, ...]:
        """Every day on which payees of a pay period have their money, the first one first; see ``of``."""
        return tuple(sorted({each.of(period, bank_days, every_day) for each in self.each}))

    def of(self, period: Period, bank_days: BankCalendar, every_day: bool) -> date:
        """The rule's own day on which payees of a pay period have their money.

        Args:
            period: the pay period.
            bank_days: the Bacs calendar.
            every_day: whether the rail pays on every day, so that a day agreed by its date stands.

        Raises:
            NoGo: the rule gives the period no day.
        """
        agreed = self.exceptions.get(period) or (self._listed(period) if self.rule == "dates" else None)
        if agreed:
            return agreed if every_day else bank_days.on_or_before(agreed)
        if self.number:
            return self._nth(period, self.number, bank_days)
        return bank_days.on_or_before(self._day(period))

    def _day(self, period: Period) -> date:
        """The rule's day, whether banks work then or not."""
        if self.weekday:
            return period.last - (period.last.weekday() - _WEEKDAYS.index(self.weekday)) % 7 * _DAY
        if self.weeks and self.first:
            return period.first + (self.first - period.first) % timedelta(weeks=self.weeks)
        return period.last.replace(day=min(self.day, period.last.day)) if self.day else period.last

    @staticmethod
    def _nth(period: Period, number: int, bank_days: BankCalendar) -> date:
        days = (period.first + past * _DAY for past in range((period.last - period.first).days + 1))
        found = [day for day in days if bank_days.on_or_before(day) == day]
        if len(found) < number:
            raise NoGo(
                f"The agreement pays on bank day {number} of a period, and {period} has {len(found)} bank days. "
                "Agree on its pay day: an exception."
            )
        return found[number - 1]

    def _listed(self, period: Period) -> date:
        for day in self.dates or ():
            if period.first <= day <= period.last:
                return day
        raise NoGo(f"The agreement lists no pay day in {period}. Agree on it first.")
