"""The three bodies: whom they pay, what their systems write, and who does what for them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, Protocol, Self

from tasks.practice_bank.bank import Rail
from tests.invented import kirkmuir, rowan
from tests.invented.accounts import accounts, cannot_exist
from tests.invented.names import FIRST, LAST
from tests.month import extract_of
from tests.simulated_year.days import MONTHS, QUARTERS, WEEKS

OPERATOR, SENDER = "operator@siller.example", "sender@siller.example"


class Payee(Protocol):
    """Somebody who is paid, whoever pays them."""

    number: str
    sort_code: str
    account: str
    pence: int


@dataclass(frozen=True)
class Recipient:
    """Somebody whom the fund pays each month."""

    number: str
    name: str
    sort_code: str
    account: str
    pence: int

    def row(self, period: str, day: date) -> str:
        """Their row, as the fund's system writes it."""
        amount, reference = (
            f"{self.pence // 100}.{self.pence % 100:02}",
            f"ILF {period[2:4]}{period[5:]} {self.number[3:]}",
        )
        return f"{self.number},{self.name},{self.sort_code},{self.account},,{amount},{reference},{day:%d/%m/%Y}"


@dataclass(frozen=True)
class Body:
    """A body, and who does what for it.

    Attributes:
        tenant: its name for siller.
        name: its name for people.
        rail: how it pays.
        user: its service user number.
        pay_days: by period.
        payees: whom it pays when the year begins.
        written: its extract's name and bytes, of payees in a period.
        uploader: who sends the extract.
        approvers: who may answer the form; the first one does.
        sender: who takes the file to the bank.
        closers: who prepares the close, and who reviews it; they settle and recall too.
        accounts: the number of the account that pays, by fund.
        sends_on_the_day: whether it sends its extract two hours before it is due, and not the day before.
    """

    tenant: str
    name: str
    rail: Rail
    user: str
    pay_days: Mapping[str, date]
    payees: tuple[Any, ...]
    written: Callable[[str, date, Sequence[Any]], tuple[str, bytes]]
    uploader: str
    approvers: tuple[str, str] | tuple[str, str, str]
    sender: str
    closers: tuple[str, str]
    accounts: Mapping[str, str]
    sends_on_the_day: bool = False

    def in_file(self, payees: Sequence[Any]) -> list[Any]:
        """Payees in the order of the payment file: by the fund that they are paid from, then as they were sent."""
        return sorted(payees, key=lambda payee: getattr(payee, "fund", ""))

    def account_of(self, payee: Payee) -> str:
        """The number of the account that a payee is paid from."""
        return self.accounts[getattr(payee, "fund", "")]

    def only(self, *periods: str) -> Self:
        """The same body, for these periods alone."""
        return replace(self, pay_days={each: self.pay_days[each] for each in periods})


def _recipients(how_many: int) -> tuple[Recipient, ...]:
    lots = random.Random("ilf's year")
    given = islice(accounts(lots), how_many)
    return tuple(
        Recipient(
            f"ILF{200001 + at}",
            f"{lots.choice(FIRST)} {lots.choice(LAST)}",
            sort_code,
            account,
            lots.randrange(40_000, 300_000),
        )
        for at, (sort_code, account) in enumerate(given)
    )


def _of_ilf(period: str, day: date, payees: Sequence[Recipient]) -> tuple[str, bytes]:
    return f"ilf-{period}.csv", extract_of([payee.row(period, day) for payee in payees])


def _of_kirkmuir(period: str, day: date, payees: Sequence[kirkmuir.Person]) -> tuple[str, bytes]:
    return f"kirkmuir-{period}.xlsx", kirkmuir.workbook([payee.row(day) for payee in payees])


def _of_rowan(period: str, day: date, payees: Sequence[rowan.Grant]) -> tuple[str, bytes]:
    total = sum(payee.pence for payee in payees)
    rows = [payee.row(period) for payee in payees]
    return f"rowan-{period}.txt", rowan.text_of(rows, day, f"{total // 100}.{total % 100:02}")


def wrong_account(payee: Any) -> Any:
    """The same payee with an account number that cannot exist."""
    return replace(payee, account=cannot_exist(payee.account))


def new_account(payee: Any, period: str) -> Any:
    """The same payee with another account, which is nobody else's; whoever moves again has another again."""
    sort_code, account = next(accounts(random.Random(f"{payee.number} {period}")))
    return replace(payee, sort_code=sort_code, account=account)


ILF = Body(
    "ilf",
    "Independent Living Fund",
    Rail.BACS,
    "123456",
    MONTHS,
    _recipients(24),
    _of_ilf,
    "finance.officer@ilf.example",
    ("first.approver@ilf.example", "second.approver@ilf.example", "third.approver@ilf.example"),
    SENDER,
    (OPERATOR, "decision.owner@ilf.example"),
    {"": "88837491"},
)
KIRKMUIR = Body(
    "kirkmuir",
    "Kirkmuir Council",
    Rail.FASTER_PAYMENTS,
    kirkmuir.SERVICE_USER_NUMBER,
    WEEKS,
    tuple(kirkmuir.people(20)),
    _of_kirkmuir,
    kirkmuir.UPLOADER,
    ("social.work.manager@kirkmuir.example", "treasurer@kirkmuir.example"),
    SENDER,
    (OPERATOR, "chief.social.worker@kirkmuir.example"),
    {"FOSTER": "66374958", "DIRECT": "63748472"},
    sends_on_the_day=True,
)
ROWAN = Body(
    "rowan",
    "Rowan Community Grants",
    Rail.PAIN001,
    rowan.SERVICE_USER_NUMBER,
    QUARTERS,
    tuple(rowan.grants(12)),
    _of_rowan,
    rowan.UPLOADER,
    ("director@rowan.example", "board.treasurer@rowan.example"),
    SENDER,
    (OPERATOR, "board.treasurer@rowan.example"),
    {"": "64371389"},
)
BODIES = (ILF, KIRKMUIR, ROWAN)
