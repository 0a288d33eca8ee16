"""What two bodies share at the bank: only what both agreements say that they share, and never a folder of answers.

Two bodies with one service user number draw on one run of submission serials, and a debit of an account that two bodies
pay from may be either's. Neither is wrong, and neither may happen because a line was copied.
"""

from collections.abc import Iterable
from itertools import product

from schemas.agreement import Agreement


def list_shared(one: Agreement, other: Agreement) -> list[str]:
    """Name what two bodies share, in words; empty where they share nothing."""
    shared = []
    if one.service_user_number == other.service_user_number:
        shared.append(f"the service user number {one.service_user_number}")
    theirs = {(account.sort_code, account.account_number) for account in other.paying_accounts}
    shared += [
        f"the paying account {account.name}"
        for account in one.paying_accounts
        if (account.sort_code, account.account_number) in theirs
    ]
    return shared


def list_undeclared(agreement: Agreement, others: Iterable[Agreement]) -> list[str]:
    """Say what is wrong about what a body shares, a sentence each; empty where every sharing is declared by both.

    Args:
        agreement: the body's.
        others: the agreements with every other body of this installation.
    """
    known = {other.tenant: other for other in others}
    said = [
        f"agreement.yaml: shares_with names {tenant}, and there is no agreement with it. Take the name out."
        for tenant in agreement.shares_with
        if tenant not in known
    ]
    for tenant, other in known.items():
        shared = list_shared(agreement, other)
        declared = tenant in agreement.shares_with
        if declared and not shared:
            said.append(f"agreement.yaml: shares_with names {tenant}, and they share nothing. Take the name out.")
        if shared and not (declared and agreement.tenant in other.shares_with):
            missing = [
                f"shares_with: [{whom}] in the agreement with {whose}"
                for whose, whom, says in (
                    (agreement.tenant, tenant, declared),
                    (tenant, agreement.tenant, agreement.tenant in other.shares_with),
                )
                if not says
            ]
            said.append(
                f"{agreement.tenant} and {tenant} have {' and '.join(shared)}. Where that is meant, both say so: "
                f"{', '.join(missing)}. Where it is not, one of them has the other's."
            )
    return said


def list_mixed(agreement: Agreement, others: Iterable[Agreement]) -> list[str]:
    """Say where answers of a body would be fetched as another one's, a sentence each: no two bodies can agree on that.

    Args:
        agreement: the body's.
        others: the agreements with every other body of this installation.
    """
    return [
        f"{agreement.tenant} ({ours.stands_at}) and {other.tenant} ({theirs.stands_at}) have one user at {ours.host}, "
        "and answers of the one are fetched from a folder that the other has too: whoever is first would take in what "
        "is said of the other's payees. Agree on folders of their own for the answers of each, or on a user for each."
        for other in others
        for ours, theirs in product(agreement.servers, other.servers)
        if ours.mixes_with(theirs)
    ]
