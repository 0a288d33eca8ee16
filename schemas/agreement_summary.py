"""What an agreement comes to, in few words: for those who adopt a body's first one.

Nothing that is agreed is left out: what has no sentence of its own here stands last, unless it is as usual.
"""

from collections.abc import Iterator

from schemas.agreement import Agreement, PayingAccount
from schemas.agreement_changes import flat, part_of
from schemas.deadline import Deadline

_TOLD = (
    *("tenant", "name", "rail", "service_user_number", "service_user_name", "paying_account", "further_accounts"),
    *("pay_period", "pay_day", "office_holidays", "extract_due", "approve_by", "submit_by", "two_approvers_above"),
    *("gates", "people", "retention"),
)


def summarise(agreement: Agreement) -> Iterator[str]:
    """Yield what is agreed, a sentence a line."""
    yield (
        f"{agreement.name} ({agreement.tenant}) pays by {agreement.rail}, as {agreement.service_user_name} with the "
        f"service user number {agreement.service_user_number}."
    )
    for account in agreement.paying_accounts:
        yield _account(account)
    yield from (f"{person.name} is {part_of(person)}." for person in agreement.people)
    yield f"A payment file of more than £{agreement.two_approvers_above:,.2f} needs two approvers."
    yield f"Pay periods: {_values('pay_period', agreement)}. Pay day: {_values('pay_day', agreement)}."
    yield (
        f"Before the processing date, and on no holiday of {agreement.office_holidays}: extract "
        f"{_by(agreement.extract_due)}, approval {_by(agreement.approve_by)}, submission {_by(agreement.submit_by)}."
    )
    gates = (f"{name.replace('_', ' ')} {_figures(*gate.bounds)}" for name, gate in agreement.gates)
    yield f"Above the first figure a gate asks a person, above a second it stops the run: {', '.join(gates)}."
    yield f"How long payees' data is kept: {_kept(agreement)}."
    if also := _beside(agreement):
        yield f"Agreed beside that: {also}."


def _account(account: PayingAccount) -> str:
    pays = f", for payments with the word {account.pays}" if account.pays else ""
    return f"The money leaves {account.sort_code} {account.account_number}, {account.name}{pays}."


def _figures(refer: float, no_go: float | None) -> str:
    return f"{refer:g}" if no_go is None else f"{refer:g} and {no_go:g}"


def _by(deadline: Deadline) -> str:
    days = deadline.bank_days_before_processing
    return f"{days} bank day{'' if days == 1 else 's'}, at {deadline.time:%H:%M}"


def _kept(agreement: Agreement) -> str:
    kept = agreement.retention
    if kept is None:
        return "not agreed, so nothing is erased"
    years = f"payments {kept.payments.years} years, bank answers {kept.bank_answers.years}"
    return f"{years}, backups {kept.backups.days} days"


def _values(key: str, agreement: Agreement) -> str:
    """All values below a key: ``rule fixed_day, day 27``."""
    below = {name.removeprefix(f"{key}."): said for name, said in flat(agreement).items() if name.startswith(f"{key}.")}
    return ", ".join(f"{name.replace('_', ' ')} {said}" for name, said in below.items())


def _beside(agreement: Agreement) -> str:
    """What has no sentence of its own and is not as it is where nothing is said."""
    unusual = flat(agreement, exclude_defaults=True).items()
    return ", ".join(f"{key} {said}" for key, said in unusual if key.partition(".")[0].partition("[")[0] not in _TOLD)
