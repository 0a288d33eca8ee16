"""What people are told of a rail: its name, who takes its files, and on which days it works.

An agreement names its rail by a short name; everything that a person is shown speaks of the rail in these terms, and
whoever works with it asks them, not its name. Beside the rails here, each channel file is one
(``schemas.rails.channel``).
"""

from dataclasses import dataclass

from schemas.bank_messages.bank_file import Message

FASTER_PAYMENTS = "Faster Payments"


@dataclass(frozen=True)
class Terms:
    """How one rail is spoken of.

    Attributes:
        name: the rail in a list of facts: its service, and the format if that is not the service's own.
        service: how the money goes: Bacs, Faster Payments or CHAPS.
        taken_by: who is sent the file, and says what was taken of it.
        answered_by: the message in which they say so; None where only the statement shows it.
        in_one_day: whether the payees' day is the one that the file is processed on; Bacs needs the bank day before.
        several_accounts: whether one file may be paid from several accounts.
        several_days: whether one file may pay on several days.
    """

    name: str
    service: str
    taken_by: str
    answered_by: Message | None
    in_one_day: bool
    several_accounts: bool = False
    several_days: bool = False

    @property
    def every_day(self) -> bool:
        """Whether it works at weekends and on holidays too."""
        return self.service == FASTER_PAYMENTS

    @property
    def days(self) -> tuple[str, ...]:
        """The days of its payments that differ, by their names in ``schemas.key_dates.KeyDates``."""
        after = ("entry_date", "returns_closed")
        return after if self.in_one_day else ("processing_date", *after)


def _standard_18(service: str, in_one_day: bool) -> Terms:
    name = f"{service} (Standard 18)"
    return Terms(name, service, service, Message.INPUT_REPORT, in_one_day, True, several_days=not in_one_day)


def _pain001(service: str, in_one_day: bool) -> Terms:
    return Terms(f"{service} (ISO 20022 pain.001)", service, "the bank", Message.PAIN002, in_one_day)


TERMS: dict[str, Terms] = {
    "bacs_standard_18": _standard_18("Bacs", in_one_day=False),
    "faster_payments": _standard_18(FASTER_PAYMENTS, in_one_day=True),
    "pain001_bacs": _pain001("Bacs", in_one_day=False),
    "pain001_faster_payments": _pain001(FASTER_PAYMENTS, in_one_day=True),
    "pain001_chaps": _pain001("CHAPS", in_one_day=True),
}

BACS = TERMS["bacs_standard_18"]
