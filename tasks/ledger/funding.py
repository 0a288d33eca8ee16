"""Whether the money for a run is confirmed: per paying account and pay day, for the very files that wait.

What a run pays by voucher leaves no paying account by a file of siller's: the body pays it to the provider, and it is
confirmed to be there all the same.

Which word counts goes by its place in the journal and never by its time, so a clock that was set back changes nothing.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from schemas.agreement import Agreement, PayingAccount
from schemas.money import pounds
from schemas.rails.totals import Debit
from schemas.vouchers.agreed import PaidIn, PaidInOn
from tasks.ledger.catalogue.funding import FundingConfirmed
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.journal import entry_of, list_events
from tasks.ledger.parts import views
from tasks.ledger.runs import RunRow, run_row

_USED = """
SELECT any_value(paying_account) FROM raw_extract_row SEMI JOIN core_payment USING (run_no, row_number) WHERE run_no = ?
"""


@dataclass(frozen=True)
class Needed:
    """What a run takes from one account of the body's on one day.

    Attributes:
        account: the account.
        pay_day: on which the bank debits it: when payees have their money, or the provider of vouchers.
        pence: how much.
        voucher_pence: how much of it the body itself pays to the provider of vouchers.
        confirmed: how much is confirmed to be there; None as long as nobody has said anything of it.
        by: who said so.
    """

    account: PayingAccount
    pay_day: date
    pence: int
    voucher_pence: int = 0
    confirmed: int | None = None
    by: str = ""

    @property
    def is_covered(self) -> bool:
        """Whether what is confirmed covers it."""
        return self.confirmed is not None and self.confirmed >= self.pence

    @property
    def where(self) -> str:
        """The account as people know it, and the day."""
        number = f"{self.account.sort_code} ****{self.account.account_number[-4:]}"
        return f"{self.account.name} ({number}) on {self.pay_day:%-d %B %Y}"

    def __str__(self) -> str:
        """A sentence for a person."""
        takes = f"{pounds(self.pence)} from {self.where}"
        if self.voucher_pence == self.pence:
            takes = f"{takes}, which the body itself pays to the provider of vouchers"
        elif self.voucher_pence:
            takes = f"{takes}, of which the body itself pays {pounds(self.voucher_pence)} to the provider of vouchers"
        if self.confirmed is None:
            return f"{takes}: not confirmed."
        short = "" if self.is_covered else f", {pounds(self.pence - self.confirmed)} too little"
        return f"{takes}: {self.by} confirmed {pounds(self.confirmed)}{short}."


def list_needed(connection: duckdb.DuckDBPyConnection, agreement: Agreement, run_id: str) -> list[Needed]:
    """What a run's files take from each account of the body's on each day, with what is confirmed of it.

    Args:
        connection: the tenant's ledger.
        agreement: with the tenant.
        run_id: the run, which has its files.

    Raises:
        NoGo: it has none yet.
    """
    file = entry_of(connection, run_id, Instruct)
    days = days_of(connection, run_id)
    pay_days = {day.processing_date: day.entry_date for day in days}
    paid_in = agreement.vouchers.paid_in if agreement.vouchers else PaidIn()
    of_vouchers = paid_in.account or agreement.paying_account
    accounts = {account_name(each): each for each in (of_vouchers, *agreement.paying_accounts)}
    sums: Counter[tuple[str, date]] = Counter()
    if file.file_name:  # else everybody is paid by voucher, and no file debits anything
        for debit in file.balanced or [_only_debit(connection, agreement, run_row(connection, run_id), file)]:
            day = debit.processing_date or min(pay_days)
            sums[_name(debit.sort_code, debit.account_number), pay_days[day]] += debit.pence
    by_voucher: Counter[tuple[str, date]] = Counter()
    if file.voucher_pence:
        first = min(days, key=lambda day: day.entry_date)
        day = first.input_day if paid_in.day is PaidInOn.LAST_INPUT_DAY else first.entry_date
        by_voucher[account_name(of_vouchers), day] += file.voucher_pence
    latest = {
        (said.account, said.pay_day): said
        for of, said, _ in list_events(connection, FundingConfirmed)
        if of == run_id and said.file_sha256 == file.all_sha256
    }
    return [
        _needed(accounts.get(name), (name, day), pence, by_voucher[name, day], latest.get((name, day)))
        for (name, day), pence in (sums + by_voucher).items()
    ]


def say_unfunded(connection: duckdb.DuckDBPyConnection, agreement: Agreement, run_id: str) -> str:
    """That the money for a run is not confirmed, where that is agreed and it has its file; empty otherwise."""
    if agreement.funding_confirmed_by is None:
        return ""
    lacking = [str(each) for each in list_needed(connection, agreement, run_id) if not each.is_covered]
    if not lacking:
        return ""
    role = agreement.funding_confirmed_by.replace("_", " ")
    return (
        f"The money for {run_id} is not confirmed. {' '.join(lacking)} The {role} confirms it: siller funding {run_id}."
    )


def list_confirmers(connection: duckdb.DuckDBPyConnection, run_id: str) -> frozenset[str]:
    """Who has confirmed any money for a run: they do not approve it."""
    return frozenset(said.by for of, said, _ in list_events(connection, FundingConfirmed) if of == run_id)


def account_name(account: PayingAccount) -> str:
    """A paying account as the journal has it."""
    return _name(account.sort_code, account.account_number)


def _name(sort_code: str, account_number: str) -> str:
    return f"{sort_code} {account_number}"


def _needed(
    account: PayingAccount | None,
    where: tuple[str, date],
    pence: int,
    voucher_pence: int,
    said: FundingConfirmed | None,
) -> Needed:
    name, day = where
    if account is None:  # the agreement has changed since the file was written, so nobody approves it any more
        sort_code, account_number = name.split()
        account = PayingAccount(sort_code=sort_code, account_number=account_number, name="A FORMER ACCOUNT")
    needed = Needed(account, day, pence, voucher_pence)
    return replace(needed, confirmed=said.pence, by=said.by) if said else needed


def _only_debit(connection: duckdb.DuckDBPyConnection, agreement: Agreement, run: RunRow, file: Instruct) -> Debit:
    """The one sum that leaves one account on one day; of several accounts the one that the extract names."""
    account = agreement.paying_account
    if agreement.further_accounts and "paying_account" in views.columns_of(connection):
        [(pays,)] = connection.execute(_USED, [run.run_no]).fetchall()
        account = next((each for each in agreement.paying_accounts if each.pays == pays), account)
    return Debit(account.sort_code, account.account_number, file.payments, file.pence)
