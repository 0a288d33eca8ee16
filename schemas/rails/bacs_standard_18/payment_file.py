"""What a single-processing-day file of credits says of itself, beside its payments."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from schemas.no_go import NoGo
from schemas.rails.text import PERMITTED, TEXT_LENGTH

#: UHL1 may lie that many days ahead; longer-dated files are refused.
FURTHEST_AHEAD = timedelta(days=31)

#: HDR1's expiry date must lie after the processing day; a week, as in the published example.
KEPT_FOR = timedelta(days=7)


class LineEnd(Enum):
    """What stands after each line. Banks differ; most take CRLF."""

    CRLF = "\r\n"
    LF = "\n"


@dataclass(frozen=True)
class PayingAccount:
    """The account that the payments leave, registered to the service user.

    Attributes:
        sort_code: six digits.
        account_number: eight digits.
        name: its name in permitted characters, at most 18.
    """

    sort_code: str
    account_number: str
    name: str


@dataclass(frozen=True)
class PaymentFile:
    """One Bacs Standard 18 file: one service user, one processing day, one paying account.

    Attributes:
        serial: the submission's number for this service user, 1 to 999999, never used twice.
        service_user_number: six digits.
        service_user_name: what payees read as the payer, in permitted characters, at most 18.
        file_number: UHL1's number of the file, 1 to 999.
        creation_date: the day on which the file is made.
        processing_date: day 2 of the cycle, the day *before* the payees have the money. That it is a Bacs
            day is the calendar's to say; a weekend is refused here too.
        paying_account: where the money comes from and where the contra goes.
        line_end: the bank's wish.
        block_length: HDR2's historic tape field, five digits, the bank's wish.
    """

    serial: int
    service_user_number: str
    service_user_name: str
    file_number: int
    creation_date: date
    processing_date: date
    paying_account: PayingAccount
    line_end: LineEnd = LineEnd.CRLF
    block_length: str = "02000"

    def __post_init__(self) -> None:
        """Refuse what no file may say.

        Raises:
            NoGo: naming the field and the rule.
        """
        name = rf"(?! )(?!.*  )[{PERMITTED}]{{1,{TEXT_LENGTH}}}(?<! )"
        permitted = f"at most {TEXT_LENGTH} characters of A-Z 0-9 . & / - and single spaces between words"
        account = self.paying_account
        fits = {
            "serial is 1 to 999999": 1 <= self.serial <= 999_999,
            "file number is 1 to 999": 1 <= self.file_number <= 999,
            "service user number is six digits": re.fullmatch("[0-9]{6}", self.service_user_number),
            f"service user name is {permitted}": re.fullmatch(name, self.service_user_name),
            "paying account's sort code is six digits": re.fullmatch("[0-9]{6}", account.sort_code),
            "paying account's number is eight digits": re.fullmatch("[0-9]{8}", account.account_number),
            f"paying account's name is {permitted}": re.fullmatch(name, account.name),
            "block length is five digits": re.fullmatch("[0-9]{5}", self.block_length),
            "processing date is no weekend": self.processing_date.weekday() < 5,
            "processing date is not before the day on which the file is made": self.creation_date
            <= self.processing_date,
            f"processing date is at most {FURTHEST_AHEAD.days} days after the file is made": (
                self.processing_date - self.creation_date <= FURTHEST_AHEAD
            ),
        }
        for rule, fit in fits.items():
            if not fit:
                raise NoGo(f"A Bacs file's {rule}, which is not so here. Correct the agreement or the run.")

    @property
    def expiry_date(self) -> date:
        """The day until which HDR1 says that the file is kept."""
        return self.processing_date + KEPT_FOR
