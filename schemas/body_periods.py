"""The pay periods of one body: its rhythm, an earlier one until a day, and the periods that it names off the cycle."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from schemas.money import Pounds
from schemas.no_go import NoGo
from schemas.pay_day import BankCalendar, PayDay
from schemas.period import Period, Rhythm

_DAY = timedelta(days=1)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PayPeriod(_Part):
    """How long a body's pay periods are, and where they begin.

    Attributes:
        rhythm: how long each is.
        anchor: of fortnights and four weeks, the Monday on which one of them begins.
    """

    rhythm: Rhythm = Rhythm.MONTH
    anchor: date | None = None

    @model_validator(mode="after")
    def _says_where_periods_begin(self) -> Self:
        if self.rhythm is Rhythm.OFF_CYCLE:
            raise ValueError("rhythm: off-cycle periods stand beside a rhythm, by name under off_cycle")
        if self.rhythm.has_anchor and (self.anchor is None or self.anchor.weekday()):
            raise ValueError(f"anchor: the rhythm {self.rhythm} needs a Monday on which one of its periods begins")
        if self.anchor and not self.rhythm.has_anchor:
            raise ValueError(f"anchor: the calendar says where periods of the rhythm {self.rhythm} begin: leave it out")
        return self


class EarlierPayPeriod(PayPeriod):
    """The rhythm of before, as it was agreed then.

    Attributes:
        until: the last day on which it held: a period that begins on it or earlier is one of this rhythm.
        pay_day: its rule.
    """

    until: date
    pay_day: PayDay


class OffCycle(_Part):
    """A period off the cycle.

    Attributes:
        pay_day: when its payees have the money.
        highest_sum: pounds; all that is paid for it together is no more.
    """

    pay_day: date
    highest_sum: Pounds


@dataclass(frozen=True)
class _Spell:
    """A time in which one rhythm holds."""

    pay_period: PayPeriod
    pay_day: PayDay
    since: date
    until: date

    def around(self, day: date) -> Period:
        return Period.around(day, self.pay_period.rhythm, self.pay_period.anchor)

    def has(self, period: Period) -> bool:
        """Whether a period is one of this rhythm, and no later or earlier than it."""
        return (
            period.rhythm is self.pay_period.rhythm
            and self.around(period.first) == period
            and period.first <= self.until
            and period.last >= self.since
        )

    def check(self) -> None:
        """Hold the pay day against the periods.

        Raises:
            ValueError: the rule does not give each period one day, or an exception is for none of them, or far off.
        """
        for pay_day in self.pay_day.each:
            self._check_one(pay_day)

    def _check_one(self, pay_day: PayDay) -> None:
        pay_day.check_fits(self.pay_period.rhythm)
        for period, days in groupby(sorted(pay_day.dates or ()), self.around):
            if len(listed := [f"{day:%-d %B %Y}" for day in days]) > 1:
                raise ValueError(
                    f"pay_day.dates: {' and '.join(listed)} are in {period}, which has one pay day by each rule"
                )
        for period, day in pay_day.exceptions.items():
            if not self.has(period):
                raise ValueError(
                    f"pay_day.exceptions: {period} is none of the body's pay periods, which are written like "
                    f"{self.pay_period.rhythm.example}. Was it copied from another agreement?"
                )
            length = period.last - period.first + _DAY
            if period.first - day > length or day - period.last > length:
                raise ValueError(f"pay_day.exceptions: {day:%-d %B %Y} is more than a period away from {period}")


@dataclass(frozen=True)
class BodyPeriods:
    """Which pay periods a body has, in what order, and on which day each is paid.

    Attributes:
        pay_period: the rhythm.
        pay_day: its rule.
        earlier: rhythms of before, the earliest first.
        off_cycle: the periods beside them.
    """

    pay_period: PayPeriod
    pay_day: PayDay
    earlier: tuple[EarlierPayPeriod, ...]
    off_cycle: Mapping[Period, OffCycle]

    @property
    def _spells(self) -> Iterator[_Spell]:
        since = date.min
        for before in self.earlier:
            yield _Spell(before, before.pay_day, since, before.until)
            since = before.until + _DAY
        yield _Spell(self.pay_period, self.pay_day, since, date.max)

    def check(self) -> None:
        """Hold the parts against each other.

        Raises:
            ValueError: one does not fit; the message begins with its key.
        """
        if list(ends := [before.until for before in self.earlier]) != sorted(set(ends)):
            raise ValueError("earlier_pay_periods: each until must be later than the one before it")
        for spell in self._spells:
            spell.check()
        for period, agreed in self.off_cycle.items():
            if period.rhythm is not Rhythm.OFF_CYCLE:
                raise ValueError(f"off_cycle: {period} is no name: write one such as {Rhythm.OFF_CYCLE.example}")
            if not period.first <= agreed.pay_day <= period.last:
                raise ValueError(f"off_cycle: {period} is paid on {agreed.pay_day:%-d %B %Y}, in another year")

    @property
    def have_several_pay_days(self) -> bool:
        """Whether one of them has."""
        return any(spell.pay_day.also for spell in self._spells)

    @property
    def exceptions(self) -> Mapping[Period, date]:
        """Other pay days than by the rule, agreed one by one."""
        rules = (each for spell in self._spells for each in spell.pay_day.each)
        return {period: day for each in rules for period, day in each.exceptions.items()}

    def has(self, period: Period) -> bool:
        """Whether a period is one of the body's."""
        return period in self.off_cycle or any(spell.has(period) for spell in self._spells)

    def check_has(self, period: Period) -> None:
        """Hold a period against the agreement.

        Raises:
            NoGo: it is none of the body's.
        """
        if self.has(period):
            return
        if period.rhythm is Rhythm.OFF_CYCLE:
            raise NoGo(f"The agreement names no off-cycle period {period}: agree on its pay day and highest sum first.")
        spells = list(self._spells)
        own = [f"{spell.pay_period.rhythm.example} ({spell.pay_period.rhythm.label})" for spell in spells]
        begins = (
            f" Nearest: {', '.join(str(spell.around(period.first)) for spell in spells)}."
            if any(spell.pay_period.rhythm is period.rhythm for spell in spells)
            else ""
        )
        raise NoGo(f"{period} is none of the body's pay periods, which are written like {' or '.join(own)}.{begins}")

    def around(self, day: date) -> Period:
        """The period in which a day lies, off-cycle ones aside."""
        return next(spell for spell in self._spells if day <= spell.until).around(day)

    def after(self, period: Period) -> Period | None:
        """The period that follows; none after an off-cycle one, which stands beside the others.

        Raises:
            NoGo: the period is none of the body's.
        """
        return None if period.rhythm is Rhythm.OFF_CYCLE else self._following(period)

    def of_year(self, year: int) -> tuple[Period, ...]:
        """The periods whose text begins with a year, in order, off-cycle ones last.

        Raises:
            NoGo: there is no such year.
        """
        if not date.min.year < year < date.max.year:
            raise NoGo(f"{year} is no year that has pay periods.")
        found = [self.around(date(year, 1, 1) - _DAY)]
        while found[-1].first < date(year + 1, 1, 1):
            found.append(self._following(found[-1]))
        beside = sorted(self.off_cycle, key=lambda period: self.off_cycle[period].pay_day)
        return tuple(period for period in (*found, *beside) if period.is_of_year(year))

    def pay_days_of(self, period: Period, bank_days: BankCalendar, every_day: bool) -> tuple[date, ...]:
        """The days on which the payees of a pay period have the money, the first one first.

        Args:
            period: the pay period.
            bank_days: the Bacs calendar.
            every_day: whether the rail pays on every day, so that a day agreed by its date stands.

        Raises:
            NoGo: the period is none of the body's, or the rule gives it no day.
        """
        self.check_has(period)
        if agreed := self.off_cycle.get(period):
            return (agreed.pay_day if every_day else bank_days.on_or_before(agreed.pay_day),)
        return self._spell_of(period).pay_day.days_of(period, bank_days, every_day)

    def paid_on(self, day: date, bank_days: BankCalendar, every_day: bool) -> Period:
        """The period whose pay day a day is; the one in which it lies where it is the pay day of none.

        A pay day that moves to an earlier bank day can come to lie in the period before its own.
        """
        period = self.around(day)
        for each in (period, self._following(period)):
            with suppress(NoGo):  # of one without a pay day, or in a year whose holidays nobody knows
                if day in self.pay_days_of(each, bank_days, every_day):
                    return each
        return period

    def highest_sum(self, period: Period) -> Decimal | None:
        """The pounds that all payments of a period may come to together, if the agreement says."""
        return self.off_cycle[period].highest_sum if period in self.off_cycle else None

    def _following(self, period: Period) -> Period:
        spell, following = self._spell_of(period), period.next
        return following if spell.has(following) else self.around(spell.until + _DAY)

    def _spell_of(self, period: Period) -> _Spell:
        self.check_has(period)
        return next(spell for spell in self._spells if spell.has(period))


def list_shared_exceptions(own: BodyPeriods, others: Mapping[str, BodyPeriods], year: int | None = None) -> list[str]:
    """Name each agreed pay day that another body has agreed for the same period, a sentence each.

    Whether it was copied nobody can tell: two bodies may well be paid before the same Christmas. So it is a question
    for people, and never a fault.

    Args:
        own: the body's periods.
        others: those of other bodies, by their names.
        year: whose periods are asked for; every one if not given.
    """
    said = []
    for period, day in own.exceptions.items():
        same = [name for name, other in others.items() if other.exceptions.get(period) == day]
        if same and (year is None or period.is_of_year(year)):
            said.append(
                f"That {period} is paid on {day:%-d %B %Y} is an agreed exception, and the agreement with "
                f"{' and '.join(same)} has it too. See that it was agreed here, and not copied."
            )
    return said
