"""What a Standard 18 submission of credits says of itself, beside its payments.

Source: the field rules; that two files for a day are not to have the same file number: Experian, who warns
of one that a file of the last 31 days had, with the same counts and totals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18.profile import BankProfile
from schemas.rails.text import PERMITTED, TEXT_LENGTH

#: UHL1 may lie that many days ahead; longer-dated files are refused.
FURTHEST_AHEAD = timedelta(days=31)

#: HDR1's expiry date must lie after the last processing day; a week, as in the published example.
KEPT_FOR = timedelta(days=7)

#: UHL1's number of the file has three digits, and begins again after the last.
MOST_FILE_NUMBERS = 999


class Scheme(StrEnum):
    """Which scheme a Standard 18 file is for."""

    BACS = "Bacs"
    FASTER_PAYMENTS = "Faster Payments"


#: The most that one payment of the scheme may be, in pence.
LARGEST_ITEM_PENCE = {Scheme.BACS: 2_000_000_000, Scheme.FASTER_PAYMENTS: 100_000_000}


@dataclass(frozen=True)
class PayingAccount:
    """An account that payments leave, registered to the service user.

    Attributes:
        sort_code: six digits.
        account_number: eight digits.
        name: its name in permitted characters, at most 18.
    """

    sort_code: str
    account_number: str
    name: str


@dataclass(frozen=True)
class Section:
    """Payments of one paying account on one processing day: what one contra balances.

    Attributes:
        account: where the money comes from.
        processing_date: day 2 of the cycle.
    """

    account: PayingAccount
    processing_date: date

    def __str__(self) -> str:
        return f"{self.account.sort_code}{self.account.account_number} {self.processing_date.isoformat()}"


@dataclass(frozen=True)
class Part:
    """One file of a submission.

    Attributes:
        number: from 1.
        several: whether the submission has several files, which are then numbered.
    """

    number: int
    several: bool


@dataclass(frozen=True)
class PaymentFile:
    """One Standard 18 submission for one service user; it is split into several files where one would be too large.

    Attributes:
        serial: the submission's number for this service user, 1 to 999999, never used twice.
        service_user_number: six digits.
        service_user_name: what payees read as the payer, in permitted characters, at most 18.
        file_number: UHL1's number of the first file, 1 to 999; further files count on.
        creation_date: the day on which the submission is made.
        processing_date: day 2 of the cycle, the day *before* the payees have the money; of several the first.
            That it is a Bacs day is the calendar's to say; a weekend is refused here too. In a Faster Payments
            file it is the day of the payment.
        paying_accounts: where the money may come from; each with payments on a day has a contra.
        last_processing_date: the last of several processing days; None for a file of a single one.
        bureau_number: the number of the bureau that submits for the service user; None without one.
        scheme: whose limits and calendar count.
        rehearsal: whether it is never to be sent: then it says so in UHL1 and on its contra.
        profile: the bank's wishes and limits.
    """

    serial: int
    service_user_number: str
    service_user_name: str
    file_number: int
    creation_date: date
    processing_date: date
    paying_accounts: tuple[PayingAccount, ...]
    last_processing_date: date | None = None
    bureau_number: str | None = None
    scheme: Scheme = Scheme.BACS
    rehearsal: bool = False
    profile: BankProfile = field(default_factory=BankProfile)

    def __post_init__(self) -> None:
        """Refuse what no file may say.

        Raises:
            NoGo: naming the field and the rule.
        """
        for rule, fit in (*self._own_rules(), *self._account_rules(), *self._day_rules()):
            if not fit:
                raise NoGo(f"A {self.scheme} file's {rule}, which is not so here. Correct the agreement or the run.")

    def _own_rules(self) -> Iterator[tuple[str, bool]]:
        yield "serial is 1 to 999999", 1 <= self.serial <= 999_999
        yield "file number is 1 to 999", 1 <= self.file_number <= MOST_FILE_NUMBERS
        yield "service user number is six digits", _is_digits(self.service_user_number, 6)
        yield f"service user name is {_PERMITTED_NAME}", _is_name(self.service_user_name)
        bureau = self.bureau_number
        yield (
            "bureau number is six digits, and not the service user number",
            bureau is None or (_is_digits(bureau, 6) and bureau != self.service_user_number),
        )

    def _account_rules(self) -> Iterator[tuple[str, bool]]:
        accounts = self.paying_accounts
        yield "paying accounts are one or more", bool(accounts)
        different = {(account.sort_code, account.account_number) for account in accounts}
        yield "paying accounts are all different", len(different) == len(accounts)
        for account in accounts:
            yield "paying account's sort code is six digits", _is_digits(account.sort_code, 6)
            yield "paying account's number is eight digits", _is_digits(account.account_number, 8)
            yield f"paying account's name is {_PERMITTED_NAME}", _is_name(account.name)

    def _day_rules(self) -> Iterator[tuple[str, bool]]:
        first, last, within = self.processing_date, self.last_processing_date, self.profile.several_days_within
        if self.scheme is Scheme.BACS:
            yield "processing date is no weekend", first.weekday() < 5 and (last is None or last.weekday() < 5)
        else:
            yield "processing date is a single one", last is None
        yield "processing date is not before the day on which the file is made", self.creation_date <= first
        yield (
            f"processing date is at most {FURTHEST_AHEAD.days} days after the file is made",
            first - self.creation_date <= FURTHEST_AHEAD,
        )
        yield (
            f"processing days are in order and within {within} days",
            last is None or timedelta(0) <= last - first <= timedelta(days=within),
        )

    @property
    def several_days(self) -> bool:
        """Whether each payment names its own processing day."""
        return self.last_processing_date is not None

    @property
    def expiry_date(self) -> date:
        """The day until which HDR1 says that the file is kept."""
        return (self.last_processing_date or self.processing_date) + KEPT_FOR

    @property
    def submitter(self) -> str:
        """The number in VOL1: the bureau's, or the service user's own."""
        return self.bureau_number or self.service_user_number

    @property
    def largest_item_pence(self) -> int:
        """The most that one payment may be, by the scheme and by the bank."""
        return min(LARGEST_ITEM_PENCE[self.scheme], self.profile.largest_item_pence)

    def number_of(self, part: Part) -> int:
        """UHL1's number of one of the submission's files."""
        return (self.file_number + part.number - 2) % MOST_FILE_NUMBERS + 1


_PERMITTED_NAME = f"at most {TEXT_LENGTH} characters of A-Z 0-9 . & / - and single spaces between words"


def _is_digits(text: str, length: int) -> bool:
    return re.fullmatch(f"[0-9]{{{length}}}", text) is not None


def _is_name(text: str) -> bool:
    return re.fullmatch(rf"(?! )(?!.*  )[{PERMITTED}]{{1,{TEXT_LENGTH}}}(?<! )", text) is not None
