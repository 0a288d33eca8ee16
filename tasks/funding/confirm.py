"""Somebody confirms that the money for a run is there: how much, in which paying account, for which day.

The word is of one run's files and their sums. It carries over to no other run, be it of the same extract, and to no
other file. Who gives it neither sent the extract nor approves the run.
"""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from schemas.agreement import PayingAccount, Role
from schemas.approval import canonical
from schemas.control_total import typed_total
from schemas.money import pounds
from schemas.no_go import NoGo
from tasks.exceptions.involved import find_involved
from tasks.ledger import audit_log, entry_of, runs
from tasks.ledger.catalogue.funding import FundingConfirmed
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.funding import Needed, account_name, list_needed, say_unfunded
from tasks.ledger.runs import RunRow
from tasks.people import codes
from tasks.people.parts import find_people_in_force
from tasks.people.two_people import Given, check_one
from tasks.tenant_context import TenantContext

DOOR = "siller funding"
MAY_LOOK = tuple(role for role in Role if role is not Role.ENQUIRER)
"""Who may see the sums of a run: they name no payee."""


@dataclass(frozen=True)
class Asked:
    """What somebody confirms.

    Attributes:
        run_id: the run.
        amount: how much is there, as typed, in pounds.
        account: the agreement's word for the account (``pays``), or its number where it has none; empty where there is
            one.
        pay_day: on which the money leaves it; None where there is one day.
    """

    run_id: str
    amount: str
    account: str = ""
    pay_day: date | None = None


@dataclass(frozen=True)
class Confirmed:
    """What was confirmed.

    Attributes:
        needed: of which account and day, with what counts now.
        lacks: what the run still lacks, in words; empty for nothing.
    """

    needed: Needed
    lacks: str


def list_funding(context: TenantContext, run_id: str) -> list[Needed]:
    """What a run's files take, with what is confirmed of it.

    Raises:
        NoGo: the agreement asks for no such word, or the run has no payment file.
    """
    _check_agreed(context)
    with context.ledger.opened() as connection:
        return list_needed(connection, context.agreement, run_id)


def confirm(context: TenantContext, asked: Asked, given: Given, at: datetime, now: datetime) -> Confirmed:
    """Keep that so much money is there, in one transaction; the latest word of an account and day counts.

    Args:
        context: the tenant's.
        asked: what is confirmed.
        given: who says so, with their one-time code.
        at: when, by a real clock, for the code.
        now: the time that counts.

    Raises:
        NoGo: the agreement asks for no such word, the amount cannot be read, the run has no file, has left or was
            replaced, no one account and day is meant, or it is not theirs to say.
    """
    role = _check_agreed(context)
    try:
        pence = typed_total(asked.amount)
    except ValueError as error:
        raise NoGo(f"The amount cannot be read. {error} Nothing was done.") from None
    people = find_people_in_force(context)
    name = canonical(given.name, people)
    with context.ledger.opened() as connection:
        run, _ = _find(connection, context, asked)
        involved = find_involved(connection, context, [run.run_no])
    check_one(context, people, name, (role,), involved, DOOR)
    with context.ledger.transaction() as connection:
        proof = codes.judge_code(connection, name, given.code, DOOR, at, now)
    if proof.cause:
        raise NoGo(f"{name}: {proof.cause} Nothing was done.")
    with context.ledger.transaction() as connection:
        run, needed = _find(connection, context, asked)
        # Asked again: they may have approved it since the ledger was last open.
        if did := find_involved(connection, context, [run.run_no]).get(name.casefold()):
            raise NoGo(f"{name} {did}: somebody else has to say this. Nothing was done.")
        keep_confirmed(connection, run, needed, name, pence, now)
        kept = next(each for each in list_needed(connection, context.agreement, run.run_id) if _is_same(each, needed))
        return Confirmed(kept, say_unfunded(connection, context.agreement, run.run_id))


def keep_confirmed(
    connection: duckdb.DuckDBPyConnection, run: RunRow, needed: Needed, name: str, pence: int, now: datetime
) -> None:
    """Write down that somebody who has proved themselves confirms so much.

    Args:
        connection: the tenant's ledger, in a transaction.
        run: the run.
        needed: of which account and day.
        name: who.
        pence: how much.
        now: the time that counts.
    """
    said = f"confirmed {pounds(pence)} in {needed.where}; {run.run_id} takes {pounds(needed.pence)}"
    sha256 = entry_of(connection, run.run_id, Instruct).all_sha256
    act = FundingConfirmed(name, said, account_name(needed.account), needed.pay_day, pence, needed.pence, sha256)
    audit_log.keep(connection, act, now, (run.run_no, run.run_id))


def _check_agreed(context: TenantContext) -> Role:
    role = context.agreement.funding_confirmed_by
    if role is None:
        raise NoGo(
            f"The agreement with {context.tenant} does not say who confirms the money (funding_confirmed_by), so "
            "no run waits for that. Nothing was done."
        )
    return role


def _find(connection: duckdb.DuckDBPyConnection, context: TenantContext, asked: Asked) -> tuple[RunRow, Needed]:
    """The run, and which account and day are meant."""
    run = runs.run_row(connection, asked.run_id)
    if runs.may_have_left(connection, run.run_id):
        raise NoGo(f"{run.run_id} has been released, or its release has begun. Nothing was done.")
    later = runs.successor(connection, run)
    if later:
        raise NoGo(f"{later.run_id} has taken the place of {run.run_id}: name that one. Nothing was done.")
    every = list_needed(connection, context.agreement, run.run_id)
    meant = [
        each
        for each in every
        if (not asked.account or asked.account.casefold() == _word(each.account).casefold())
        and asked.pay_day in (None, each.pay_day)
    ]
    if len(meant) == 1:
        return run, meant[0]
    has_several = len({each.account for each in every}) > 1
    choices = "; ".join(f"{_named(each, has_several)}: {pounds(each.pence)}" for each in every)
    raise NoGo(f"Say which paying account and day are meant: {choices}. Nothing was done.")


def _word(account: PayingAccount) -> str:
    """By which an account is named: the agreement's word, or its number where it has none."""
    return account.pays or account.account_number


def _named(needed: Needed, has_several: bool) -> str:
    account = f"--account {_word(needed.account)} " if has_several else ""
    return f"{account}--day {needed.pay_day.isoformat()}"


def _is_same(one: Needed, other: Needed) -> bool:
    return (one.account, one.pay_day) == (other.account, other.pay_day)
