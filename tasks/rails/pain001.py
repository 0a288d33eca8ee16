"""ISO 20022 pain.001: the bank is sent credit transfers and sends them on by the service that the agreement names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import polars as pl

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.rails import iso_20022
from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.files import Seen, seen_by_nobody
from schemas.rails.iso_20022 import SERVICE_LEVELS, Initiation, Service
from schemas.rails.tally import AS_BACS
from schemas.rails.text import Carried
from schemas.rails.totals import Totals
from tasks.ledger.runs import RunRow
from tasks.rails import bacs_standard_18
from tasks.rails.rail import Dates, of_one_day


@dataclass(frozen=True)
class CreditTransfers:
    """The rail of one service.

    Attributes:
        service: how the bank sends the payments on.
    """

    service: Service
    SUFFIX: str = ".pain001.xml"
    CARRIED: ClassVar[Mapping[str, Carried]] = AS_BACS

    def days(self, pay_day: date, bank_days: BankDays) -> Dates:
        """The days of the Bacs cycle, or for the services that pay at once the pay day alone.

        Raises:
            NoGo: the pay day is no bank day, which Bacs and CHAPS need.
        """
        if self.service is Service.BACS:
            return bacs_standard_18.days(pay_day, bank_days)
        if not self.works_on(pay_day, bank_days):
            raise NoGo(f"{pay_day:%A %-d %B %Y} is no bank day in England, so CHAPS does not work then.")
        return Dates(pay_day, pay_day, pay_day)

    def works_on(self, day: date, bank_days: BankDays) -> bool:
        """Whether the service works on that day: Faster Payments always does."""
        return self.service is Service.FASTER_PAYMENTS or bank_days.is_bank_day(day)

    def describe(self, agreement: Agreement, run: RunRow, dates: Sequence[Dates], serial: int) -> Initiation:
        """What the message says of itself; its creation date is the day on which the run was opened."""
        account, profile = agreement.paying_account, agreement.bank_profile
        return Initiation(
            serial=serial,
            service_user_number=agreement.service_user_number,
            service_user_name=agreement.service_user_name,
            creation_date=run.today,
            execution_date=of_one_day(dates, "pain.001").entry_date,
            paying_account=PayingAccount(account.sort_code, account.account_number, account.name),
            service=self.service,
            service_level=profile.service_level or SERVICE_LEVELS[self.service][0],
            largest_item_pence=profile.largest_item_pence,
            largest_file_pence=profile.largest_file_pence,
            most_payments=profile.most_payments_a_file,
            rehearsal=run.mode == Mode.REHEARSAL,
        )

    def write(
        self, path: Path, file: Initiation, batches: Iterable[pl.DataFrame], seen: Seen = seen_by_nobody
    ) -> Totals:
        """Write the message."""
        return iso_20022.write(path, file, batches, seen)

    def check(self, path: Path, file: Initiation, totals: Totals) -> None:
        """Read the message back and hold it against what was meant."""
        iso_20022.check(path, file, totals)

    def as_answered(self, serial: int) -> list[pl.Expr]:
        """A payment as the bank's answers name it: by its end-to-end identifier."""
        return iso_20022.as_answered(serial)
