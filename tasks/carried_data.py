"""Data that siller carries and that others publish: how old it is, when it lapses, and what differs in it.

Keys lapse on no day, and siller knows of no certificate's: neither stands here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from schemas.bank_days import BankDays
from schemas.bank_holidays import Division, published_version
from schemas.holiday_sources import Disagreement, list_disagreements
from schemas.no_go import NoGo
from tasks.account_table.shelf import in_use
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

AHEAD = timedelta(days=365)
"""How far ahead holidays must be known: pay days of the next twelve months are planned by them."""


class State(StrEnum):
    """How far something carried can be relied on."""

    HOLDS = "holds"
    RENEW = "to be renewed"
    LAPSED = "has lapsed"


@dataclass(frozen=True)
class Carried:
    """One thing that siller carries.

    Attributes:
        name: what, and which version.
        since: the day from which it holds; None where its publisher gives none.
        lapses: the first day on which it holds no more; None where it does not lapse.
        state: how far it can be relied on.
        said: what that means and what to do.
    """

    name: str
    since: date | None
    lapses: date | None
    state: State
    said: str


@dataclass(frozen=True)
class Stock:
    """All that siller carries.

    Attributes:
        carried: each thing.
        disagreements: the weekdays of the next twelve months on which the two lists of holidays differ.
        offices: the parts of the kingdom in which the bodies' offices are, whose deadlines hang on their holidays.
    """

    carried: tuple[Carried, ...]
    disagreements: tuple[Disagreement, ...]
    offices: frozenset[Division]


def take_stock(contexts: Iterable[TenantContext], settings: Settings, today: date) -> Stock:
    """Say how old what siller carries is, and when it lapses.

    Args:
        contexts: the bodies that are asked for: by their agreements an account table ages.
        settings: of this machine.
        today: the day that counts.

    Raises:
        NoGo: an agreement or the file of announced holidays cannot be read.
    """
    bodies = {context.tenant: context for context in contexts}
    bank_days = [context.bank_days for context in bodies.values()][:1]
    differ = [each for days in bank_days for each in list_disagreements(days.announcements, today, today + AHEAD)]
    return Stock(
        (_account_table(bodies.values(), settings, today), *(_holidays(days, today) for days in bank_days)),
        tuple(differ),
        frozenset(context.agreement.office_holidays for context in bodies.values()),
    )


def _account_table(bodies: Iterable[TenantContext], settings: Settings, today: date) -> Carried:
    """The table, by the strictest of the agreements: from one age on a gate asks a person, from another it stops."""
    try:
        table = in_use(settings, today).table
    except NoGo as refused:
        return Carried("Account table", None, None, State.LAPSED, str(refused))
    name = f"Account table {table.version}"
    if table.is_practice:
        practice = "It knows a few sort codes, and no live run may use it: siller modulus-table install."
        return Carried(name, None, None, State.RENEW, practice)
    thresholds = [context.agreement.gates.account_table_age_days for context in bodies]
    if not thresholds:
        return Carried(name, table.valid_from, None, State.HOLDS, "")
    asks, stops = (min(getattr(each, what) for each in thresholds) for what in ("refer", "no_go"))
    asked_from, stopped_from = (table.valid_from + timedelta(days=int(days) + 1) for days in (asks, stops))
    if stopped_from <= today:
        state, then = State.LAPSED, "A gate stops every run with it"
    elif asked_from <= today:
        state, then = State.RENEW, f"A gate asks a person about it since {asked_from:%-d %B %Y}"
    else:
        state, then = State.HOLDS, f"A gate asks a person about it from {asked_from:%-d %B %Y} on"
    return Carried(name, table.valid_from, stopped_from, state, f"{then}. Newer: siller modulus-table install.")


def _holidays(bank_days: BankDays, today: date) -> Carried:
    lapses = date(bank_days.years[-1] + 1, 1, 1)
    state = State.LAPSED if lapses <= today else State.RENEW if lapses <= today + AHEAD else State.HOLDS
    said = f"{published_version()}, with announcements {bank_days.announcements.version} of bank_holidays.yaml."
    then = " No day after that can be planned: update the package." if state is not State.HOLDS else ""
    return Carried("Bank holidays", None, lapses, state, f"{said}{then}")
