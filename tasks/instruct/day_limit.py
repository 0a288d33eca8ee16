"""The bank's limit for a service user number and processing day, over all files of the day, whoever's they are.

What counts is every file whose release has begun, but for those that two people took back as never sent, and the days
of a file all of which was proven not to be paid: the bank rejected it, and a statement or two people say so. Where
several bodies have the number, their ledgers say so; no ledger can be read in the middle of another's work, so whoever
releases also writes it into the counter that the bodies share, under the lock under which it gives serials. What the
counter knew before the ledgers were read, they have or have dropped; what it has got since counts beside them, unless
it got into a ledger, too, before that was read: a run counts once. So of two that release at once the second one sees
the first.

Source: the sponsoring bank may set limits per service user number that are lower than the scheme's, for an item, a
file, and all files of a time (Royal Bank of Scotland, PayAway-IP).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.stages import Stage
from tasks.instruct.shared_counter import LetGo, Numbers, SharedCounter
from tasks.instruct.sharing import ask_partner
from tasks.ledger.file_days import days_of
from tasks.ledger.payment_state import define_payment_state
from tasks.tenant_context import TenantContext

_RELEASED = f"""
SELECT run_id, day.processing_date, sum(day.pence)::BIGINT
FROM payment_file JOIN numbered_day AS day USING (run_no) JOIN run USING (run_no)
-- Of any day: what the bank turned away is turned away at all times. What came back the bank has taken first.
ANTI JOIN (
    FROM run_standing(DATE '9999-12-31') WHERE state <> 'returned' AND may_be_paid_again(state, is_proven)
) AS turned_away ON turned_away.run_no = day.run_no AND turned_away.day_no = day.day_no
SEMI JOIN (FROM journal WHERE stage = '{Stage.RELEASE_PENDING}') AS begun USING (run_id)
WHERE service_user_number = $number AND run_no NOT IN (SELECT run_no FROM withdrawal) AND run_id <> $but
GROUP BY run_id, day.processing_date
"""

Taken = Mapping[tuple[str, date], int]
"""Pence by run and processing day."""


@dataclass(frozen=True)
class DayLimit:
    """What the bank takes of a number on one processing day, and what other bodies' files take of that.

    Attributes:
        counter: of the number.
        pence: the limit, the lowest that any body with the number has agreed; None for none.
        others: what the files of other bodies take, by run and processing day.
        noted: what the counter had noted before their ledgers were read.
        is_shared: whether several bodies have the number.
        refused: why nobody can say what is taken of it; empty if that is known.
    """

    counter: SharedCounter
    pence: int | None
    others: Taken = field(default_factory=dict)
    noted: frozenset[LetGo] = frozenset()
    is_shared: bool = False
    refused: str = ""


def look_at_day_limit(context: TenantContext) -> DayLimit:
    """Read what the other bodies with the number have released, before the body's own ledger is opened.

    That one of their ledgers cannot be read is said when a file is held against the limit: a release that was begun is
    finished.
    """
    agreement = context.agreement
    counter = SharedCounter(context.paths, agreement.service_user_number)
    if not agreement.shares_with:
        return DayLimit(counter, agreement.bank_profile.largest_day_pence)
    try:
        partners = [_agreed(context, tenant) for tenant in agreement.shares_with]
    except NoGo as no_go:
        return DayLimit(counter, agreement.bank_profile.largest_day_pence, refused=str(no_go))
    limit = min((each for each in (agreement.bank_profile.largest_day_pence, *partners) if each), default=None)
    if limit is None:
        return DayLimit(counter, limit)
    others: dict[tuple[str, date], int] = {}
    try:
        known = counter.read()  # before the ledgers: what is noted after this counts beside what they say
        for tenant in agreement.shares_with:
            others.update(_ask(context, tenant, known))
    except NoGo as no_go:
        return DayLimit(counter, limit, refused=str(no_go))
    return DayLimit(counter, limit, others, frozenset(known.let_go), is_shared=True)


def _agreed(context: TenantContext, tenant: str) -> int | None:
    """The limit that a partner has agreed; None for none.

    Raises:
        NoGo: its agreement cannot be read: it may have the lowest limit of all.
    """
    try:
        return TenantContext(tenant, context.mode, context.settings).agreement.bank_profile.largest_day_pence
    except NoGo as unread:
        raise NoGo(
            f"Nothing more of {context.agreement.service_user_number} can be released: {tenant} shares it, and its "
            f"agreement cannot be read, so nobody can tell how much the bank takes on a day. {unread}"
        ) from None


def _ask(context: TenantContext, tenant: str, known: Numbers) -> Taken:
    number = context.agreement.service_user_number
    unread = (
        f"Nothing more of {number} can be released: {tenant} shares it, and its ledger cannot be read, so nobody can "
        "tell how much of the bank's limit for that day is taken already."
    )
    asked = ask_partner(context, tenant, known.knows(tenant), lambda ledger: _released(ledger, number), unread)
    return asked or {}


def check_day_limit(connection: duckdb.DuckDBPyConnection, limit: DayLimit, run_id: str, *, lets_go: bool) -> None:
    """Hold a run's payment file against the limit of each of its processing days.

    Args:
        connection: the body's own ledger, in a transaction.
        limit: as :func:`look_at_day_limit` has it, by a look of this very start.
        run_id: the run, which has its payment file.
        lets_go: whether its release begins in this transaction; it is noted for the other bodies then.

    Raises:
        NoGo: with the files that are released already it is more than the bank takes for a day.
    """
    if limit.refused:
        raise NoGo(f"{limit.refused} Nothing was released.")
    most = limit.pence
    if most is None:
        return
    number = limit.counter.service_user_number
    own = _by_day(_released(connection, number, run_id))
    others = _by_day(limit.others)
    wanted: Counter[date] = Counter()
    for day in days_of(connection, run_id):
        wanted[day.processing_date] += day.pence

    def check(let_go: Sequence[LetGo]) -> None:
        unread = {(each.run_id, date.fromisoformat(each.processing_date)): each.pence for each in let_go}
        since = _by_day({key: pence for key, pence in unread.items() if key not in limit.others})
        for day, pence in wanted.items():
            taken = own[day] + others[day] + since[day]
            if taken + pence > most:
                raise NoGo(
                    f"The bank takes at most {pounds(most)} of the service user number {number} for processing on "
                    f"{day:%-d %B %Y}, by all files together. {pounds(taken)} of it is released already, and {run_id} "
                    f"has {pounds(pence)}: {pounds(taken + pence - most)} too much. Nothing was released. Agree a "
                    "higher limit with the bank (bank_profile: largest_day_pence), or pay on another day."
                )

    if limit.is_shared:
        limit.counter.let_go(run_id, wanted, limit.noted, check, keeps=lets_go)
    else:
        check(())


def _released(connection: duckdb.DuckDBPyConnection, number: str, but: str = "") -> Taken:
    """What the files of a number take whose release has begun; the run ``but`` is left out."""
    define_payment_state(connection)
    rows = connection.execute(_RELEASED, {"number": number, "but": but}).fetchall()
    return {(run_id, day): pence for run_id, day, pence in rows}


def _by_day(taken: Taken) -> Counter[date]:
    days: Counter[date] = Counter()
    for (_, day), pence in taken.items():
        days[day] += pence
    return days
