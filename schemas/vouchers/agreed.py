"""That payees without an account are paid by voucher, as the agreement has it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.agreement_parts import Part, PayingAccount
from schemas.hand_over import ProviderHandOver
from schemas.means import Means
from schemas.rails.channel.tested import ChannelTest

Letter = Annotated[str, Field(pattern=r"^[A-Za-z0-9. -]{1,40}$")]
"""A letter's name: letters, digits, points, hyphens and spaces."""


class VoucherTemplates(Part):
    """By which letter of the body's the provider tells a payee, of each means; one without a letter is not agreed.

    Attributes:
        voucher_by_text: of vouchers by text message.
        voucher_by_email: of vouchers by e-mail.
        voucher_by_post: of vouchers by post.
    """

    voucher_by_text: Letter | None = None
    voucher_by_email: Letter | None = None
    voucher_by_post: Letter | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if not any(template for _, template in self):
            raise ValueError("name the letter of one means at least")
        return self


class PaidInOn(StrEnum):
    """On which day the provider is to have the body's money."""

    PAY_DAY = "pay_day"
    LAST_INPUT_DAY = "last_input_day"


class PaidIn(Part):
    """From where and when the body itself pays the provider what the vouchers of a run are worth.

    Attributes:
        account: the account of the body's from which it does; if not given, the paying account.
        day: the `pay_day`, or, where the provider wants it before anybody can cash, the `last_input_day`: the last one
            on which the run's files may be sent.
    """

    account: PayingAccount | None = None
    day: PaidInOn = PaidInOn.PAY_DAY


class Vouchers(Part):
    """That payees without an account are paid by voucher, in the same run as the others.

    Attributes:
        channel: how the provider takes vouchers and answers, by the name of a file in ``voucher_channels``.
        sha256: SHA-256 of that file, so that nobody changes unseen what a provider's answer means.
        expires_after_days: for how many days from the pay day on a voucher can be cashed.
        templates: the letters by which payees are told.
        paid_in: how the provider gets the money, so that it is confirmed to be there as that of transfers is.
        test: the provider's test of the channel, without which no live file of vouchers is made.
        hand_over: the provider's server to which siller hands a file of vouchers over, once the sender says so; None
            where it stays in the outbox.
    """

    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    expires_after_days: Annotated[int, Field(ge=1, le=400)]
    templates: VoucherTemplates
    paid_in: PaidIn = PaidIn()
    test: ChannelTest | None = None
    hand_over: ProviderHandOver | None = None

    @property
    def letters(self) -> dict[Means, str]:
        """The letter of each means that is agreed."""
        return {Means(means): template for means, template in self.templates if template}

    def check(self, several_days: bool, several_accounts: bool) -> None:
        """Hold it against the rest of the agreement.

        Raises:
            ValueError: the rest is what vouchers are not made for.
        """
        if several_days:
            raise ValueError(
                "vouchers: a voucher can be cashed once the provider has it, and all of a run's go there in one file, "
                "so payees of the later pay days would have their money early: agree a pay period for each day "
                "(pay_period, off_cycle) in the place of pay_day.also"
            )
        if several_accounts:
            raise ValueError(
                "vouchers: no file of siller's takes them from a paying account, and with further_accounts every row "
                "has to name the one that it leaves: agree one paying account, or pay vouchers as a tenant of their own"
            )

    def untested(self, is_practice: bool) -> Iterator[str]:
        """Why no live file of vouchers may be made; nothing where one may."""
        if is_practice:
            yield f"The voucher channel {self.channel} is invented for practice, and no provider works by it."
        elif self.test is None or self.test.channel_sha256 != self.sha256:
            yield (
                f"The voucher channel {self.channel} was not checked with the provider as it is now. Send the provider "
                "the file of a rehearsal, and put what it says into the agreement (vouchers.test: held_on, reference, "
                f"file_sha256, said_by, channel_sha256: {self.sha256})."
            )
