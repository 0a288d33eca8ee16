"""What siller carries: data that others publish, keys and packages. How old it is, when it lapses, what differs in it.

No agreement says by which day keys are to be changed, so they have an age alone; and siller has no certificate.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import duckdb

from schemas.bank_days import BankDays
from schemas.bank_holidays import Division, published_version
from schemas.holiday_sources import Disagreement, list_disagreements
from schemas.no_go import NoGo
from tasks.account_table.shelf import in_use
from tasks.advisories import Look, find_look, hash_lock
from tasks.ledger.keys_age import find_keys_since
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

AHEAD = timedelta(days=365)
"""How far ahead holidays must be known: pay days of the next twelve months are planned by them."""


LOOK_HOLDS = timedelta(days=30)
"""For so long a look at the advisories says something of the packages."""


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
class InLedger:
    """What a body's ledger says of what siller carries.

    Attributes:
        keys_since: the day on which its keys were changed last, or made.
        look: when the packages were held against the advisories; None if nobody recorded that there.
    """

    keys_since: date | None = None
    look: Look | None = None


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


def take_stock(
    contexts: Iterable[TenantContext],
    settings: Settings,
    today: date,
    ledgers: Mapping[str, InLedger] | None = None,
) -> Stock:
    """Say how old what siller carries is, and when it lapses.

    Args:
        contexts: the bodies that are asked for: by their agreements an account table ages.
        settings: of this machine.
        today: the day that counts.
        ledgers: what the ledger of each live body says.

    Raises:
        NoGo: an agreement or the file of announced holidays cannot be read.
    """
    bodies = {context.tenant: context for context in contexts}
    bank_days = [context.bank_days for context in bodies.values()][:1]
    differ = [each for days in bank_days for each in list_disagreements(days.announcements, today, today + AHEAD)]
    return Stock(
        (
            _account_table(bodies.values(), settings, today),
            *(_holidays(days, today) for days in bank_days),
            *_keys(ledgers or {}),
            _packages([each.look for each in (ledgers or {}).values() if each.look], today),
        ),
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


def find_in_ledger(connection: duckdb.DuckDBPyConnection) -> InLedger:
    """What a body's ledger says of what siller carries."""
    return InLedger(find_keys_since(connection), find_look(connection))


def _keys(ledgers: Mapping[str, InLedger]) -> Iterator[Carried]:
    """The keys of each live body that has any; their age is told, and nobody has agreed on their end."""
    for tenant, said_there in sorted(ledgers.items()):
        if day := said_there.keys_since:
            said = "The agreement has no day by which to change them. To change them: siller keys rotate."
            yield Carried(f"Keys of {tenant}", day, None, State.HOLDS, said)


def _packages(looks: Sequence[Look], today: date) -> Carried:
    """The packages by the last look at their advisories: it says nothing of other packages, or after thirty days."""
    name, how = "Advisories on packages", "make advisories, then siller tenant advisories."
    of_these = [look for look in looks if look.lock_sha256 == hash_lock()]
    if not of_these:
        other = "The packages have changed since the last look" if looks else "Nobody has recorded a look at them"
        since = max((look.on for look in looks), default=None)
        return Carried(name, since, None, State.LAPSED if looks else State.RENEW, f"{other}: {how}")
    latest = max(of_these, key=lambda look: look.on)
    lapses = latest.on + LOOK_HOLDS
    state = State.LAPSED if lapses <= today else State.HOLDS
    return Carried(name, latest.on, lapses, state, f"{latest.by} looked. Again: {how}")
