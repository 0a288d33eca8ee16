"""When a judgement gate asks a person, and when it stops the run: what a body has agreed to, and who answers for it."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reviewed(_Part):
    """Who answers for a threshold as it stands.

    Attributes:
        by: who set it.
        day: on which; YAML takes the word *on* for a yes.
        reason: why it is as it is.
    """

    by: Words
    day: date
    reason: Words

    @property
    def said(self) -> str:
        """It as people read it."""
        return f"by {self.by} on {self.day:%-d %B %Y}, for “{self.reason}”"


class AskingThreshold(_Part):
    """When a judgement gate asks a person; what it finds is common, and never stops a run by itself.

    Attributes:
        refer: a figure above this is referred to a person.
        reviewed: who set it, when and why; a change of it needs that.
    """

    refer: Share
    reviewed: Reviewed | None = None

    @property
    def bounds(self) -> tuple[float, float | None]:
        """Above the first the gate refers, above the second it is a no-go; None never is."""
        return self.refer, None


class Threshold(AskingThreshold):
    """When a judgement gate asks a person, and when it stops the run.

    Attributes:
        no_go: a figure above this is a no-go.
    """

    no_go: Share

    @property
    def bounds(self) -> tuple[float, float | None]:
        """Above the first the gate refers, above the second it is a no-go."""
        return self.refer, self.no_go

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.no_go < self.refer:
            raise ValueError("no_go must not be below refer")
        return self


class Gates(_Part):
    """The thresholds of the judgement gates; shares are of 1, so that 0.05 is five in a hundred.

    Those that an agreement may leave out are siller's own then; ``docs/operating/gates.md`` has the story of each.

    Attributes:
        refused_share: refused rows among the extract's rows.
        change_in_total: change of the payable total against the last period, up or down.
        change_in_payments: change of the number of payments against the last period, up or down.
        joiners_share: payees who were not paid last period, among this period's.
        leavers_share: payees of last period who are not paid now, among last period's.
        changed_details_share: payees paid in both periods whose account is another.
        biggest_change_for_one_payee: the biggest payment as a multiple of the same payee's last one.
        account_table_age_days: days since the account table became valid.
        total_outside_range: how far the payable total lies outside those of twelve periods, as a share of the nearer.
        same_as_last_time_share: payments that are as last period, account and penny, among all payments.
        biggest_first_payment: what a new payee is paid, as a multiple of what was usual last period.
        returners_share: payees who are back after a period without, among this period's.
        biggest_to_changed_details: what goes to one payee's changed details, as a multiple of what was usual.
        names_changed_with_details_share: payments with another name and another account, among all payments.
        unauthorised_share: payments to nobody on the list of authorised payees, among all payments.
        payees_new_to_one_account: how many payees have one and the same account since last period.
        same_as_paid_share: payments that were released lately, where none should be, among all payments.
        following_total_share: of arrears and supplementary extracts: their total beside the last full run's.
        following_payees_share: their payees beside the last full run's.
        following_largest_payment: what they pay one payee as a multiple of what was usual in the last full run.
        following_changed_details_share: their payments to other details than each payee was last paid by, in whichever
            run of a year, among all of them.
    """

    refused_share: Threshold
    change_in_total: Threshold
    change_in_payments: Threshold
    joiners_share: Threshold
    leavers_share: Threshold
    changed_details_share: Threshold
    biggest_change_for_one_payee: Threshold
    account_table_age_days: Threshold
    total_outside_range: Threshold = Threshold(refer=0.05, no_go=0.25)
    same_as_last_time_share: Threshold = Threshold(refer=0.999, no_go=1.0)
    biggest_first_payment: Threshold = Threshold(refer=5.0, no_go=50.0)
    returners_share: Threshold = Threshold(refer=0.01, no_go=0.10)
    biggest_to_changed_details: Threshold = Threshold(refer=5.0, no_go=50.0)
    names_changed_with_details_share: Threshold = Threshold(refer=0.0, no_go=0.05)
    unauthorised_share: Threshold = Threshold(refer=0.0, no_go=0.05)
    payees_new_to_one_account: AskingThreshold = AskingThreshold(refer=3)
    same_as_paid_share: Threshold = Threshold(refer=0.02, no_go=0.49)
    following_total_share: Threshold = Threshold(refer=0.10, no_go=1.0)
    following_payees_share: Threshold = Threshold(refer=0.25, no_go=1.0)
    following_largest_payment: Threshold = Threshold(refer=5.0, no_go=50.0)
    following_changed_details_share: AskingThreshold = AskingThreshold(refer=0.0)
