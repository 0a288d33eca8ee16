"""How a tenant is paid out: what the body and siller agreed to, read from ``agreement.yaml``."""

from datetime import date, time
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from schemas.account.forms import AccountForms
from schemas.agreed_people import check_eyes_on_funding, check_two_pairs_of_eyes, list_authorisers, people_with
from schemas.agreement_parts import (
    BacsName,
    Part,
    PayeeChecks,
    PayingAccount,
    Person,
    Role,
    TenantName,
    check_told_apart,
)
from schemas.bank_days import INPUT_CLOSES
from schemas.bank_holidays import Division
from schemas.body_periods import BodyPeriods, EarlierPayPeriod, OffCycle, PayPeriod
from schemas.deadline import Deadline
from schemas.documents import parse_model
from schemas.hand_over import HandOver, HandOverS3
from schemas.incoming import Incoming, read
from schemas.money import Pounds
from schemas.notices.agreed import Notices
from schemas.pay_day import BankCalendar, PayDay
from schemas.period import Period
from schemas.postings.agreed import Postings
from schemas.rails.bacs_standard_18.profile import BankProfile
from schemas.rails.channel import Channel, Channels
from schemas.rails.channel.tested import ChannelTest, say_untested
from schemas.rails.terms import BACS, TERMS, Terms
from schemas.retention import Retention
from schemas.thresholds import Gates
from schemas.vouchers.agreed import Vouchers

__all__ = ["Agreement", "PayingAccount", "Person", "Role"]


class Agreement(Part):
    """How a tenant is paid out.

    Attributes:
        tenant: the tenant's short name, also that of its folder.
        name: the tenant's name for people.
        rail: the way that the money goes: bacs_standard_18, faster_payments, pain001_bacs, pain001_faster_payments,
            pain001_chaps, or the name of a channel file (channels.md).
        channel_test: of a channel alone: the bank's test of it, without which no live file is made.
        service_user_number: the Bacs service user number (SUN), six digits.
        service_user_name: what payees read as the sender.
        bureau_number: of the bureau that submits for the body; none if the body submits itself.
        paying_account: the account that the money leaves.
        further_accounts: others that it leaves too; a column of the extract then says which payment leaves which.
        shares_with: tenants that have the same service user number or a same paying account, and say so too.
        bank_profile: what the sponsoring bank wants of a file.
        bank_gives_statements: whether the bank gives statements of the paying accounts. Where it gives none, none is
            awaited or taken, and two people release what it says came back or was rejected.
        nothing_else_leaves: whether nothing but siller's payments leaves the paying accounts, so that any other debit
            is told at once.
        accounts: which accounts beside those of eight digits the body may send, and where it gives a roll number.
        pay_period: how long the body's pay periods are; months, if the agreement does not say.
        pay_day: when payees have the money.
        earlier_pay_periods: how long they were before, the earliest first, each until a day.
        off_cycle: pay periods beside them, by name.
        office_holidays: where the body's office is, whose holidays no deadline falls on.
        extract_due: when the extract must have arrived.
        approve_by: the latest moment of an approval.
        submit_by: when the payment file must have been sent to the bank.
        two_approvers_above: pounds; a payment file of more needs two different approvers.
        funding_confirmed_by: whose part it is to confirm, before a run is approved and released, that the money for it
            is in the paying account. Where nothing is said, no run waits for that.
        gates: the thresholds of the judgement gates.
        people: who may do what.
        hand_over: the server to which siller hands released payment files over, once the sender says so; None where
            they are left in the outbox, for the sender to take.
        hand_over_s3: a bucket in the place of such a server.
        retention: how long what is known of payees is kept; None where that is not agreed: nothing is erased then.
        notices: who is told what, when and how; None where that is not agreed: nobody is told anything then.
        payee_checks: that new and changed details are checked before they are paid; None where that is not agreed.
        authorised_payees: whether a list that two of the body's people confirm says who may be paid; a gate asks it.
        postings: the codes of the body's books; None where that is not agreed: no postings are made then.
        vouchers: that payees without an account are paid by voucher; None where that is not agreed: everybody has one.
    """

    tenant: TenantName
    name: Annotated[str, Field(min_length=1)]
    rail: Annotated[str, Field(min_length=1)]
    channel_test: ChannelTest | None = None
    service_user_number: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    service_user_name: BacsName
    bureau_number: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    paying_account: PayingAccount
    further_accounts: tuple[PayingAccount, ...] = ()
    shares_with: tuple[TenantName, ...] = ()
    bank_profile: BankProfile
    bank_gives_statements: bool = True
    nothing_else_leaves: bool = False
    accounts: AccountForms = Field(default_factory=AccountForms)
    pay_period: PayPeriod = Field(default_factory=PayPeriod)
    pay_day: PayDay
    earlier_pay_periods: tuple[EarlierPayPeriod, ...] = ()
    off_cycle: dict[Period, OffCycle] = Field(default_factory=dict)
    office_holidays: Division
    extract_due: Deadline
    approve_by: Deadline
    submit_by: Deadline
    two_approvers_above: Pounds
    funding_confirmed_by: Role | None = None
    gates: Gates
    people: tuple[Person, ...]
    hand_over: HandOver | None = None
    hand_over_s3: HandOverS3 | None = None
    retention: Retention | None = None
    notices: Notices | None = None
    payee_checks: PayeeChecks | None = None
    authorised_payees: bool = False
    postings: Postings | None = None
    vouchers: Vouchers | None = None

    _channel: Channel | None = PrivateAttr(None)

    @classmethod
    def load(cls, path: Path, channels: Channels | None = None) -> "Agreement":
        """Read an agreement.

        Args:
            path: the file, in the folder of its body.
            channels: which channels there are; if not given, those beside that folder and siller's own.

        Raises:
            NoGo: the file is missing, is no YAML, or does not fit; the message names every key. So it is with the
                channel file that it names.
        """
        channels = channels or Channels.read(path.absolute().parent.parent)
        return cls.parsed(read(path, Incoming.DOCUMENT), path.name, channels)

    @classmethod
    def parsed(cls, content: bytes, file: str, channels: Channels | None = None) -> "Agreement":
        """The same, of a file's bytes and with its name for messages; without channels given, by siller's own."""
        return _load(file, content, channels or Channels.read())

    @field_validator("rail")
    @classmethod
    def _is_known(cls, rail: str, info: ValidationInfo) -> str:
        known = (*TERMS, *_channels(info).names)
        if rail not in known:
            raise ValueError(f"siller knows no such rail and no such channel: name one of {', '.join(known)}")
        if rail in TERMS and rail in _channels(info).names:
            raise ValueError(
                f"{rail} is a rail of siller's own, and so is no name for a channel file: call it otherwise"
            )
        return rail

    @model_validator(mode="after")
    def _looks_up_its_channel(self, info: ValidationInfo) -> Self:
        """First of all: the other rules ask the rail's terms."""
        if self.rail not in TERMS:
            self._channel = _channels(info).named(self.rail)
        elif self.channel_test:
            raise ValueError("channel_test: this rail is no channel")
        return self

    @model_validator(mode="after")
    def _has_people_enough(self) -> Self:
        check_two_pairs_of_eyes(self.people)
        if self.funding_confirmed_by:
            check_eyes_on_funding(self.people, self.funding_confirmed_by)
        if self.authorised_payees and len(self.list_authorisers()) < 2:
            raise ValueError("authorised_payees: two approvers or decision owners must be no uploaders, to confirm it")
        return self

    @model_validator(mode="after")
    def _accounts_told_apart(self) -> Self:
        check_told_apart((self.paying_account, *self.further_accounts), self.terms)
        return self

    @model_validator(mode="after")
    def _shares_with_others(self) -> Self:
        if self.tenant in self.shares_with or len(set(self.shares_with)) < len(self.shares_with):
            raise ValueError("shares_with: name each other tenant once, and never the body itself")
        return self

    @model_validator(mode="after")
    def _debits_are_seen(self) -> Self:
        if self.nothing_else_leaves and not self.bank_gives_statements:
            raise ValueError("nothing_else_leaves: only a statement shows what leaves, and the bank gives none")
        if self.terms.answered_by is None and not self.bank_gives_statements:
            raise ValueError("bank_gives_statements: only a statement shows what came of a file of this channel")
        return self

    @model_validator(mode="after")
    def _is_handed_over_at_one_place(self) -> Self:
        if self.hand_over and self.hand_over_s3:
            raise ValueError("hand_over_s3: hand_over names a server already, and a file is handed over once")
        for one, other in combinations(self.servers, 2):
            one.check_apart(other)
        return self

    @model_validator(mode="after")
    def _notices_reach_people(self) -> Self:
        if self.notices:
            self.notices.check({role.value: self.people_with(role) for role in Role})
        return self

    @model_validator(mode="after")
    def _each_account_has_codes(self) -> Self:
        if self.postings:
            self.postings.check(tuple(account.pays for account in self.paying_accounts), self.vouchers is not None)
        return self

    @model_validator(mode="after")
    def _periods_have_pay_days(self) -> Self:
        self.periods.check()
        return self

    @model_validator(mode="after")
    def _a_file_pays_on_its_days(self) -> Self:
        if self.periods.have_several_pay_days and not self.terms.several_days:
            raise ValueError(f"pay_day.also: a file for {self.terms.name} pays on one day: send an extract a day")
        return self

    @model_validator(mode="after")
    def _vouchers_stand_beside_transfers(self) -> Self:
        if self.vouchers:
            self.vouchers.check(self.periods.have_several_pay_days, bool(self.further_accounts))
        return self

    @model_validator(mode="after")
    def _deadlines_in_order(self) -> Self:
        """What the body sends can be approved, and what it approves can be sent."""
        if self.terms is BACS and self.submit_by.time > INPUT_CLOSES:
            raise ValueError(f"submit_by: Bacs takes no file after {INPUT_CLOSES:%H:%M}")
        deadlines = [self.extract_due, self.approve_by, self.submit_by]
        if deadlines != sorted(deadlines, key=_order):
            raise ValueError("extract_due must not be later than approve_by, nor approve_by later than submit_by")
        if self.payee_checks:
            deadlines[1:2] = [self.payee_checks.answer_by, self.approve_by]
            if deadlines != sorted(deadlines, key=_order):
                raise ValueError("payee_checks.answer_by must be neither before extract_due nor after approve_by")
        return self

    @property
    def paying_accounts(self) -> tuple[PayingAccount, ...]:
        """The accounts that the money leaves, in the order in which a payment file has their payments."""
        return tuple(sorted((self.paying_account, *self.further_accounts), key=lambda account: account.pays or ""))

    @property
    def terms(self) -> Terms:
        """How people are told of the rail, and what it can do."""
        return self._channel.terms(self.rail) if self._channel else TERMS[self.rail]

    @property
    def handed_over_to(self) -> HandOver | HandOverS3 | None:
        """Where siller hands released payment files over; None where it leaves them in the outbox."""
        return self.hand_over or self.hand_over_s3

    @property
    def servers(self) -> tuple[HandOver, ...]:
        """Where siller hands released files over by SFTP, and fetches answers."""
        return tuple(filter(None, (self.hand_over, self.vouchers.hand_over if self.vouchers else None)))

    def say_untested(self) -> str:
        """Why no live file may be made by the agreement's channel; empty if one may, and of a rail that is none."""
        return say_untested(self.rail, self._channel, self.channel_test) if self._channel else ""

    @property
    def channel(self) -> Channel | None:
        """The channel that the rail is, where it is one."""
        return self._channel

    def people_with(self, role: Role) -> tuple[str, ...]:
        """Return the names of the people who have a role, as the agreement lists them."""
        return people_with(self.people, role)

    def list_authorisers(self) -> tuple[str, ...]:
        """Return who may confirm a list of authorised payees: nobody who sends extracts."""
        return list_authorisers(self.people)

    @property
    def periods(self) -> BodyPeriods:
        """The body's pay periods."""
        return BodyPeriods(self.pay_period, self.pay_day, self.earlier_pay_periods, self.off_cycle)

    def pay_day_of(self, period: Period, bank_days: BankCalendar) -> date:
        """Return the pay day of a pay period, of several the first; see ``pay_days_of``."""
        return self.pay_days_of(period, bank_days)[0]

    def pay_days_of(self, period: Period, bank_days: BankCalendar) -> tuple[date, ...]:
        """Return each day on which payees of a pay period have the money, the first one first.

        A day agreed on which the rail does not work becomes the bank day before it: nobody waits longer than agreed.

        Args:
            period: the pay period.
            bank_days: the Bacs calendar.

        Raises:
            NoGo: the period is none of the body's, or has no pay day.
        """
        return self.periods.pay_days_of(period, bank_days, self.terms.every_day)


def _order(deadline: Deadline) -> tuple[int, time]:
    """By which of two deadlines the earlier one is known."""
    return -deadline.bank_days_before_processing, deadline.time


def _channels(info: ValidationInfo) -> Channels:
    """What an agreement is read with."""
    assert isinstance(info.context, Channels)
    return info.context


@lru_cache(maxsize=16)
def _load(file: str, content: bytes, channels: Channels) -> Agreement:
    """Read an agreement's bytes: once a process, for each stage asks for it."""
    return parse_model(Agreement, content, file, context=channels)
