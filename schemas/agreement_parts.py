"""The parts of an agreement: its people, its paying accounts, that its payees are checked."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.deadline import Deadline
from schemas.rails.terms import Terms

BacsName = Annotated[str, Field(pattern=r"^[A-Z0-9.&/-][A-Z0-9.&/ -]{0,17}$")]
"""A name that stands in a payment file as it is: Bacs' own characters, 18 at most."""

TenantName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A tenant's short name, also that of its folder."""


class Role(StrEnum):
    """What a person may do for a tenant."""

    OPERATOR = "operator"
    UPLOADER = "uploader"
    APPROVER = "approver"
    SENDER = "sender"
    DECISION_OWNER = "decision_owner"
    ENQUIRER = "enquirer"
    AUDITOR = "auditor"


class Part(BaseModel):
    """A part of an agreement: a key that it does not know is refused, and nobody changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PayingAccount(Part):
    """An account of the tenant's that the money leaves.

    Attributes:
        sort_code: six digits.
        account_number: eight digits.
        name: what the bank calls it.
        pays: where there are several, what the extract's column ``paying_account`` says of payments from this one.
    """

    sort_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    account_number: Annotated[str, Field(pattern=r"^[0-9]{8}$")]
    name: BacsName
    pays: Annotated[str, Field(min_length=1)] | None = None


def check_told_apart(accounts: Sequence[PayingAccount], terms: Terms) -> None:
    """Each payment leaves one account, and the extract's own word says which.

    Args:
        accounts: that the money leaves, the first one first.
        terms: of the rail.

    Raises:
        ValueError: they cannot be told apart, or the rail takes the money from one alone.
    """
    if len(accounts) == 1:
        if accounts[0].pays is not None:
            raise ValueError("paying_account: pays tells several accounts apart, and there is one: leave it out")
        return
    if not terms.several_accounts:
        raise ValueError(f"further_accounts: a file for {terms.name} is paid from one account alone")
    if not all(account.pays for account in accounts) or len({account.pays for account in accounts}) < len(accounts):
        raise ValueError("further_accounts: each paying account needs a word of its own under pays")
    if len({(account.sort_code, account.account_number) for account in accounts}) < len(accounts):
        raise ValueError("further_accounts: a paying account stands twice")


class PayeeChecks(Part):
    """That banks are asked whether name and account of a payee belong together, where siller has not paid there before.

    Attributes:
        profile: how the bank takes requests and answers, by the name of a file in ``payee_check_profiles``.
        sha256: SHA-256 of that file, so that nobody changes unseen what a bank's answer means.
        answer_by: until when an answer is awaited. What has none by then is paid once somebody has called the payee.
    """

    profile: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    answer_by: Deadline


class Person(Part):
    """Somebody with a part in the tenant's payments.

    Attributes:
        name: how they are known to siller, an address.
        roles: what they may do.
        account: the operating-system account that is theirs alone on the machine of siller, if they have one.
    """

    name: Annotated[str, Field(min_length=1)]
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    account: Annotated[str, Field(min_length=1)] | None = None
