"""What a channel's file says of itself, beside its payments."""

import re
from dataclasses import dataclass
from datetime import date

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.channel import cells
from schemas.rails.channel.channel import Channel
from schemas.rails.channel.column import Column

REHEARSAL = "REHEARSAL NO MONEY"
"""What stands in the place of a payer's name in a file that is never to be sent."""


@dataclass(frozen=True)
class Upload:
    """One file for one channel: one paying account, one day.

    Attributes:
        channel: how it is written.
        serial: the submission's number for this service user, 1 to 999999, never used twice.
        service_user_number: six digits.
        service_user_name: what payees read as the payer, in permitted characters.
        creation_date: the day on which the file is made.
        processing_date: the day on which it is processed.
        entry_date: the day on which payees have their money.
        paying_account: where the money comes from.
        largest_item_pence: the most that one payment may be, by the bank; the channel's limit holds beside it.
        largest_file_pence: the most that one file may pay, likewise.
        most_payments: the most payments in one file, likewise.
        rehearsal: whether it is never to be sent: then it says so wherever it has a payer's name.
    """

    channel: Channel
    serial: int
    service_user_number: str
    service_user_name: str
    creation_date: date
    processing_date: date
    entry_date: date
    paying_account: PayingAccount
    largest_item_pence: int
    largest_file_pence: int
    most_payments: int
    rehearsal: bool = False

    def __post_init__(self) -> None:
        """Refuse what no file may say.

        Raises:
            NoGo: naming the field and the rule.
        """
        account = self.paying_account
        fits = {
            "serial is 1 to 999999": 1 <= self.serial <= 999_999,
            "service user number is six digits": re.fullmatch("[0-9]{6}", self.service_user_number),
            "paying account's sort code is six digits": re.fullmatch("[0-9]{6}", account.sort_code),
            "paying account's number is eight digits": re.fullmatch("[0-9]{8}", account.account_number),
            "days are in order": self.creation_date <= self.processing_date <= self.entry_date,
        }
        for rule, fit in fits.items():
            if not fit:
                raise NoGo(f"A channel file's {rule}, which is not so here. Correct the agreement or the run.")

    @property
    def largest_pence(self) -> int:
        """The most that one payment may be, by the service, the channel and the bank."""
        return min(self.channel.largest_item_pence, self.largest_item_pence)

    @property
    def largest_sum_pence(self) -> int:
        """The most that the file may pay, by the channel and the bank."""
        return min(self.channel.limits.largest_file_pence, self.largest_file_pence)

    @property
    def most(self) -> int:
        """The most payments that it may have, by the channel and the bank."""
        return min(self.channel.limits.most_payments, self.most_payments)

    def says(self, column: Column, payments: int = 0, pence: int = 0) -> str:
        """What stands in a cell that is no payment's, filled up to its width.

        Args:
            column: the cell's.
            payments: in the file, where that is known.
            pence: what they come to.

        Raises:
            NoGo: it does not fit into the cell.
        """
        try:
            return column.padded(self._said(column, payments, pence))
        except ValueError as said:
            raise NoGo(f"{said}, and this file has more to say there. Nothing was written.") from None

    def _said(self, column: Column, payments: int, pence: int) -> str:
        account = self.paying_account
        match column.field:
            case None:
                return column.constant or ""
            case "paying_sort_code":
                return column.between.join((account.sort_code[:2], account.sort_code[2:4], account.sort_code[4:]))
            case "paying_account_number":
                return account.account_number
            case "paying_account":
                return account.sort_code + column.between + account.account_number
            case "paying_account_name" | "service_user_name":
                own = account.name if column.field == "paying_account_name" else self.service_user_name
                return self._name(column, REHEARSAL if self.rehearsal else own)
            case "serial":
                return f"{self.serial:06d}"
            case "payments":
                return str(payments)
            case "total":
                return cells.money_as(column.form or "", pence)
            case field if field in cells.DAYS:
                return cells.day_as(column.form or "", getattr(self, field))
            case field:
                return str(getattr(self, field))

    def _name(self, column: Column, name: str) -> str:
        """A payer's name in the channel's characters, which is cut as payees' names are."""
        for sign, instead in self.channel.instead.items():
            name = name.replace(sign, instead)
        written = " ".join(name.split())
        safe = f"'{written}" if self.channel.opened_by == "people" and written.startswith("-") else written
        return safe[: column.width].rstrip() if column.cut == "end" else safe
