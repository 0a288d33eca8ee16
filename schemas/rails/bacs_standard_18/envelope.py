"""What stands around a submission's payments: gathered in one pass, then held against what it must say.

Source: the field rules, for which labels a file has and in which order; each label's own are in its module.
"""

from dataclasses import dataclass, field
from datetime import date

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import contra, eof1, eof2, hdr1, hdr2, payment, uhl1, utl1, vol1
from schemas.rails.bacs_standard_18.layout import Layout, PaymentFileError, Value, day_of
from schemas.rails.bacs_standard_18.payment_file import KEPT_FOR, Part, PayingAccount, PaymentFile, Section
from schemas.rails.bacs_standard_18.profile import BankProfile, Filling, LineEnd
from schemas.rails.totals import Debit


@dataclass(frozen=True)
class Line:
    """A line that is no payment.

    Attributes:
        number: its place in the submission, from 1.
        text: its characters, without the line end.
    """

    number: int
    text: str

    def says(self, table: Layout, known: dict[str, Value] | None = None) -> dict[str, str]:
        """The line's fields by a field table.

        Raises:
            PaymentFileError: it is no such line, or says something else than is known.
        """
        return table.parse(self.text, self.number, known)


@dataclass
class Found:
    """Payments of one paying account and day, as they were found in one file.

    Attributes:
        first: the first of them, which all others agree with in account, day and service user's name.
        payments: how many.
        pence: their sum.
        balance: the contra after them; None if there is none.
    """

    first: Line
    payments: int = 0
    pence: int = 0
    balance: Line | None = None

    def key(self, several_days: bool) -> tuple[str, str, date | None]:
        """Sort code and number of the paying account, and the day if the payments name one."""
        says = self.first.says(payment.layout(several_days))
        day = day_of(says["processing_date"], self.first.number, 101) if several_days else None
        return says["originating_sort_code"], says["originating_account_number"], day

    def account(self, several_days: bool) -> PayingAccount:
        """The paying account, under the contra's name for it."""
        sort_code, number, _ = self.key(several_days)
        if self.balance:
            name = self.balance.says(contra.layout(several_days))["paying_account_name"]
        else:
            name = self.first.says(payment.layout(several_days))["service_user_name"]
        return PayingAccount(sort_code, number, name)

    def debit(self, several_days: bool) -> Debit:
        """What the payments come to, from which account, and on which day if they name one."""
        sort_code, number, day = self.key(several_days)
        return Debit(sort_code, number, self.payments, self.pence, day)

    @property
    def line_after(self) -> int:
        """The line after the last of the payments."""
        return self.first.number + self.payments


@dataclass
class FoundFile:
    """One file of a submission as it was found.

    Attributes:
        before: HDR1, HDR2 and UHL1.
        sections: its payments.
        after: EOF1, EOF2 and UTL1; None while the payments are being read.
    """

    before: tuple[Line, Line, Line]
    sections: list[Found] = field(default_factory=list)
    after: tuple[Line, Line, Line] | None = None

    @property
    def several_days(self) -> bool:
        """Whether UHL1 says that each payment names its processing day."""
        return self.before[2].says(uhl1.LAYOUT)["work_code"] == uhl1.SEVERAL_DAYS

    @property
    def closed(self) -> tuple[Line, Line, Line]:
        """The labels after the payments, which have been read."""
        assert self.after
        return self.after


def hold(volume: Line, files: list[FoundFile], file: PaymentFile) -> None:
    """Hold every line that is no payment against what the submission is to say, and the payments' account and day.

    Raises:
        PaymentFileError: naming the first line and column that say something else.
    """
    volume.says(vol1.LAYOUT, vol1.values(file))
    for number, found in enumerate(files, 1):
        part = Part(number, several=len(files) > 1)
        header, blocks, user = found.before
        header.says(hdr1.LAYOUT, hdr1.values(file, part))
        blocks.says(hdr2.LAYOUT, hdr2.values(file))
        user.says(uhl1.LAYOUT, uhl1.values(file, part))
        _hold_sections(found, file)
        header, blocks, user = found.closed
        header.says(eof1.LAYOUT, eof1.values(file, part))
        blocks.says(eof2.LAYOUT, hdr2.values(file))
        payments = sum(section.payments for section in found.sections)
        user.says(utl1.LAYOUT, utl1.values(file, payments, [section.pence for section in found.sections]))


def _hold_sections(found: FoundFile, file: PaymentFile) -> None:
    accounts = {(account.sort_code, account.account_number): account for account in file.paying_accounts}
    seen = set()
    for section in found.sections:
        key = section.key(file.several_days)
        account = accounts.get(key[:2])
        if account is None:
            raise PaymentFileError(section.first.number, 18, "this originating account is none of the submission's")
        day = key[2] or file.processing_date
        if not file.processing_date <= day <= (file.last_processing_date or file.processing_date):
            raise PaymentFileError(section.first.number, 101, "this processing day is none of the submission's")
        if key in seen:
            raise PaymentFileError(section.first.number, 1, "payments of one account and day stand in two places")
        seen.add(key)
        meant = Section(account, day)
        section.first.says(payment.layout(file.several_days), payment.known(file, meant))
        if section.balance:
            section.balance.says(contra.layout(file.several_days), contra.values(file, meant, section.pence))
        if bool(section.balance) != file.profile.writes_contra:
            wrong = "no contra after them" if file.profile.writes_contra else "a contra, which the bank adds itself"
            raise PaymentFileError(section.line_after, 1, f"the payments of an account and day have {wrong}")


def describe(volume: Line, files: list[FoundFile], line_end: LineEnd) -> PaymentFile:
    """What a submission says of itself, taken from where each fact stands first.

    What no file says is as it is by default: the limits of the bank's profile, and the scheme. Where there is no
    contra, an account's name is the service user's.

    Raises:
        PaymentFileError: its labels describe no file that may be made.
    """
    label, several = volume.says(vol1.LAYOUT), files[0].several_days
    tables = (hdr1.LAYOUT, hdr2.LAYOUT, uhl1.LAYOUT)
    header, blocks, user = (line.says(table) for line, table in zip(files[0].before, tables, strict=True))
    sections = [section for found in files for section in found.sections]
    try:
        days = [section.key(several)[2] for section in sections]
        return PaymentFile(
            serial=int(label["serial"]),
            service_user_number=header["service_user_number"],
            service_user_name=sections[0].first.says(payment.layout(several))["service_user_name"],
            file_number=int(user["file_number"]),
            creation_date=day_of(header["creation_date"], 2, 42),
            processing_date=_first_day(user["processing_date"], days),
            paying_accounts=tuple(dict.fromkeys(section.account(several) for section in sections)),
            last_processing_date=day_of(header["expiry_date"], 2, 48) - KEPT_FOR if several else None,
            bureau_number=label["submitter"] if label["submitter"] != header["service_user_number"] else None,
            rehearsal=bool(user["remark"]),
            profile=_profile(files[0], blocks, user, line_end),
        )
    except PaymentFileError:
        raise
    except NoGo as refused:
        raise PaymentFileError(1, 1, f"its labels and contra describe no file that may be made ({refused})") from None


def _profile(found: FoundFile, blocks: dict[str, str], user: dict[str, str], line_end: LineEnd) -> BankProfile:
    header, _, total = found.closed
    wishes = {
        "line_end": line_end.name,
        "block_length": blocks["block_length"],
        "writes_contra": bool(found.sections[0].balance),
        "header_owner": "submitter" if found.before[0].says(hdr1.LAYOUT)["owner"] else "blank",
        "destination": "bacs" if user["destination"] == uhl1.BACS else "service_user_number",
        "buffer_offset": _filling(blocks["buffer_offset"]),
        "end_block_count": _filling(header.says(eof1.LAYOUT)["block_count"]),
        "instruction_count": _filling(total.says(utl1.LAYOUT)["instruction_count"]),
    }
    if found.several_days:
        wishes["several_days_record_length"] = blocks["record_length"]
        wishes["several_days_date"] = "first_day" if user["processing_date"] else "blank"
    return BankProfile.model_validate(wishes)


def _first_day(written: str, days: list[date | None]) -> date:
    return day_of(written, 4, 5) if written else min(day for day in days if day)


def _filling(written: str) -> Filling:
    return "zeros" if written else "blank"
