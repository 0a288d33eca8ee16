"""A channel: the rail that a channel file describes, whichever it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.rails import channel as channels
from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.channel import Channel, Upload, payment
from schemas.rails.files import Seen, seen_by_nobody
from schemas.rails.iso_20022 import Service
from schemas.rails.text import Carried
from schemas.rails.totals import Totals
from tasks.ledger.runs import RunRow
from tasks.rails.pain001 import CreditTransfers
from tasks.rails.rail import Dates, of_one_day


@dataclass(frozen=True)
class ByChannel:
    """The rail of one channel.

    Attributes:
        channel: how its files are written, and how the money goes on from there.
    """

    channel: Channel

    @property
    def SUFFIX(self) -> str:  # noqa: N802  # a module's constant elsewhere
        """How a file's name ends."""
        return self.channel.suffix

    @property
    def CARRIED(self) -> Mapping[str, Carried]:  # noqa: N802  # a module's constant elsewhere
        """How the channel's columns carry names, and references if it has a place for them."""
        names = {"payee_name": self.channel.carried("payee_name")}
        if "reference" in self.channel.fields:
            return names | {"payment_reference": self.channel.carried("reference")}
        return names

    @property
    def _service(self) -> CreditTransfers:
        """The days are those of the service, as by any other way to it."""
        return CreditTransfers(Service(self.channel.service))

    def days(self, pay_day: date, bank_days: BankDays) -> Dates:
        """Those of the service."""
        return self._service.days(pay_day, bank_days)

    def works_on(self, day: date, bank_days: BankDays) -> bool:
        """Whether the service works on that day."""
        return self._service.works_on(day, bank_days)

    def describe(self, agreement: Agreement, run: RunRow, dates: Sequence[Dates], serial: int) -> Upload:
        """What the file says of itself; its creation date is the day on which the run was opened.

        Raises:
            NoGo: it would be live, and the agreement names no test of this very channel.
        """
        tested = agreement.channel_test
        said = agreement.say_untested() or (tested.say_to_come(run.today) if tested else "")
        if run.mode == Mode.LIVE and said:
            raise NoGo(said)
        day, account, profile = (
            of_one_day(dates, agreement.terms.name),
            agreement.paying_account,
            agreement.bank_profile,
        )
        return Upload(
            channel=self.channel,
            serial=serial,
            service_user_number=agreement.service_user_number,
            service_user_name=agreement.service_user_name,
            creation_date=run.today,
            processing_date=day.processing_date,
            entry_date=day.entry_date,
            paying_account=PayingAccount(account.sort_code, account.account_number, account.name),
            largest_item_pence=profile.largest_item_pence,
            largest_file_pence=profile.largest_file_pence,
            most_payments=profile.most_payments_a_file,
            rehearsal=run.mode == Mode.REHEARSAL,
        )

    def write(self, path: Path, file: Upload, batches: Iterable[pl.DataFrame], seen: Seen = seen_by_nobody) -> Totals:
        """Write the file."""
        return channels.write(path, file, batches, seen)

    def check(self, path: Path, file: Upload, totals: Totals) -> None:
        """Read the file back and hold it against what was meant."""
        channels.check(path, file, totals)

    def as_answered(self, serial: int) -> list[pl.Expr]:
        """A payment as the bank's answers name it: by account, and by what the file has as its reference."""
        del serial  # it stands in no payment
        *of_payment, roll_number = payment.content(self.channel)
        if "reference" in self.channel.fields:
            return of_payment
        by_roll_number = roll_number.alias("reference")
        return [*(each for each in of_payment if each.meta.output_name() != "reference"), by_roll_number]
