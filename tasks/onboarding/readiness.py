"""What is missing before a body's period can be rehearsed, and before it can be paid live.

Each fact is asked of what decides it: the shelf of account tables, the ledger's credentials, the journal. None is kept
here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from schemas.agreement import Role
from schemas.incoming import Incoming, hash_of
from schemas.inspection import set_beside
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.payee_checks.profile import PROFILES
from schemas.stages import Stage
from schemas.vouchers.channel import FOLDER as VOUCHER_CHANNELS
from tasks.account_table.shelf import in_use
from tasks.adoption.adopted import say_unadopted
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Assess, Instruct, Validate
from tasks.ledger.overview import overview
from tasks.onboarding.fitting import list_faults
from tasks.onboarding.proofs import ASKED, list_lacking
from tasks.people.credentials import Kind, list_enrolled
from tasks.people.identity import accounts
from tasks.tenant_context import TenantContext

_DEVICE = frozenset({Role.APPROVER, Role.DECISION_OWNER})
"""Who answers by a one-time code alone, whatever account they work at."""

_INSTALL = "siller modulus-table install valacdos-….txt scsubtab.txt --valid-from YYYY-MM-DD"

APPROVERS = 2
"""So many have to be able to approve: above an agreed sum it takes two."""


@dataclass(frozen=True)
class Missing:
    """What is still to be done.

    Attributes:
        said: what is missing, in a sentence.
        command: what does it.
    """

    said: str
    command: str


def list_before_rehearsal(context: TenantContext) -> list[Missing]:
    """What is missing before an extract of the body's can be rehearsed."""
    again = f"mend it in {context.settings.contracts / context.tenant}, then: siller tenant check {context.tenant}"
    return [Missing(said, again) for said in list_faults(context)]


def list_before_live(context: TenantContext, rehearsed: Path | None, old: Path | None, today: date) -> list[Missing]:
    """What is missing before the body's first live run, where its contract and agreement fit.

    Args:
        context: the tenant's, live.
        rehearsed: the folder of a rehearsal; the rehearsals of this installation, if not given.
        old: the payment file of the old system for the period that was rehearsed.
        today: the day.
    """
    return [
        *_rehearsal(context, rehearsed, old),
        *_proofs(context),
        *_account_table(context, today),
        *_payee_checks(context),
        *_vouchers(context),
        *_people(context),
        *_adoption(context),
    ]


def _payee_checks(context: TenantContext) -> Iterator[Missing]:
    profile = context.payee_check_profile
    if profile and profile.is_practice:
        yield Missing(
            f"The profile {profile.name} of payee_checks is invented for practice, and no bank works by it.",
            f"write the bank's own into {context.settings.contracts / PROFILES}, and name it in the agreement",
        )


def _vouchers(context: TenantContext) -> Iterator[Missing]:
    channel, agreed = context.voucher_channel, context.agreement.vouchers
    if channel and agreed:
        where = context.settings.contracts / VOUCHER_CHANNELS
        how = f"write the provider's own into {where}, have it tested, and name it in the agreement"
        yield from (Missing(said, how) for said in agreed.untested(channel.is_practice))


def _rehearsal(context: TenantContext, home: Path | None, old: Path | None) -> Iterator[Missing]:
    where = f" in {home}" if home else ""
    # A rehearsal in a folder of its own has its keys there.
    settings = context.settings.model_copy(update={"home": home, "keys": {}}) if home else context.settings
    rehearsal = TenantContext(context.tenant, Mode.REHEARSAL, settings)
    done = _all_the_way_round(rehearsal)
    check = f"siller tenant check {context.tenant} --rehearsed FOLDER"
    if done is None:
        yield Missing(
            f"No period was rehearsed all the way round with this contract and this agreement{where}.",
            f"siller rehearse {context.tenant} EXTRACT --home FOLDER, then: {check}",
        )
    if done is None or old is None:
        yield Missing(
            "The rehearsed payment file was not held against the old system's file of the same period.",
            f"{check} --old FILE",
        )
    elif hash_of(old, Incoming.PAYMENT_FILE) == hash_of(done, Incoming.PAYMENT_FILE):
        yield Missing(
            "The file that was given as the old system's is the rehearsed one itself, byte for byte.",
            f"{check} --old FILE, with what the old system wrote",
        )
    elif not (found := set_beside(old, done, context.agreement.channel, context.agreement.channel)[0]).agree:
        differ, only_old, only_new = (part.height for part in (found.different, found.only_old, found.only_new))
        yield Missing(
            f"The old system's file and the rehearsed one do not pay the same: {differ:,} payments differ, "
            f"{only_old:,} are in the old one alone, {only_new:,} in the new one alone.",
            f"siller compare {old} {done}",
        )


def _all_the_way_round(rehearsal: TenantContext) -> Path | None:
    """The payment file of the latest full run that was paid and answered by contract and agreement as they stand."""
    if not rehearsal.ledger.exists:
        return None
    with rehearsal.ledger.opened() as connection:
        for run in reversed(overview(connection)):
            if run.kind.pays_everybody and run.bank_files and _is_by_these(connection, rehearsal, run.run_id):
                return rehearsal.paths.outbox(rehearsal.tenant) / entry_of(connection, run.run_id, Instruct).file_name
    return None


def _is_by_these(connection: duckdb.DuckDBPyConnection, rehearsal: TenantContext, run_id: str) -> bool:
    return (
        Stage.PUBLISH in runs.stages_done(connection, run_id)
        and entry_of(connection, run_id, Validate).contract_sha256 == rehearsal.contract_sha256
        and entry_of(connection, run_id, Assess).agreement_sha256 == rehearsal.agreement_sha256
    )


def _proofs(context: TenantContext) -> Iterator[Missing]:
    """What somebody of the body's has to say, because siller cannot see it."""
    lacking = list_lacking(None, context)
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            lacking = list_lacking(connection, context)
    for proof in lacking:
        record = f"siller tenant record {context.tenant} {proof} --on YYYY-MM-DD --reference … --file FILE --as …"
        yield Missing(ASKED[proof].lacking, f"{ASKED[proof].do}, then: {record}")


def _account_table(context: TenantContext, today: date) -> Iterator[Missing]:
    try:
        is_missing = in_use(context.settings, today).table.is_practice
    except NoGo as said:
        yield Missing(str(said), _INSTALL)
        return
    if is_missing:
        yield Missing("Vocalink's account table is not installed.", _INSTALL)


def _people(context: TenantContext) -> Iterator[Missing]:
    """For each part that the agreement gives: whether somebody who has it can prove who they are."""
    enrolled: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            enrolled = {kind: list_enrolled(connection, kind) for kind in Kind}
    with_account = {name for name, theirs in accounts(context).items() if theirs}
    for role in Role:
        people = context.agreement.people_with(role)
        able = enrolled[Kind.ONE_TIME_CODE] if role in _DEVICE else enrolled[Kind.ONE_TIME_CODE] | with_account
        by = "one-time codes" if role in _DEVICE else "one-time codes or an account"
        if role is Role.UPLOADER:
            able, by = enrolled[Kind.SIGNING_KEY], "a key to sign with"
        needed = min(APPROVERS, len(people)) if role is Role.APPROVER else min(1, len(people))
        lacking = [name for name in people if name not in able]
        if len(people) - len(lacking) < needed:
            key = " --key FILE" if role is Role.UPLOADER else ""
            yield Missing(
                f"As {role.replace('_', ' ')}, {needed} of {', '.join(people)} must have {by}.",
                f"siller people enrol {lacking[0]} --tenant {context.tenant}{key}",
            )


def _adoption(context: TenantContext) -> Iterator[Missing]:
    said = f"The agreement with {context.tenant} is not adopted."
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            said = say_unadopted(connection, context)
    if untested := context.agreement.say_untested():
        yield Missing(untested, f"siller rehearse {context.tenant} EXTRACT --home FOLDER, and docs/channels.md")
    if said and said != untested:
        tenant = context.tenant
        yield Missing(
            said, f"siller agreement propose {tenant}, then: siller agreement adopt {tenant} --as … --agreeing …"
        )
