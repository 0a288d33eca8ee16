"""What is wrong with a body's contract and agreement, alone and held against each other and those of other bodies."""

from collections.abc import Iterator

from schemas.agreement import Agreement, Role
from schemas.body_periods import list_shared_exceptions
from schemas.contract.contract import Contract
from schemas.contract.origin import Stated
from schemas.no_go import NoGo
from tasks.postings.template import check_template
from tasks.sharing import list_mixed_by, list_others, list_undeclared_by
from tasks.tenant_context import TenantContext
from tasks.validate.judgement import check_pay_days, check_paying_accounts
from tasks.validate.means import check_vouchers

NEEDED = (Role.OPERATOR, Role.UPLOADER, Role.APPROVER, Role.SENDER, Role.DECISION_OWNER)
"""The parts without which no live run goes from its extract to the bank."""


def list_faults(context: TenantContext) -> list[str]:
    """A sentence for each thing that no run can go on with; empty where contract and agreement fit."""
    contract, agreement = _contract(context), _agreement(context)
    faults = [said for said in (contract, agreement) if isinstance(said, str)]
    if isinstance(contract, Contract) and contract.tenant != context.tenant:
        faults.append(f"extract.odcs.yaml is the contract of {contract.tenant}: write tenant: {context.tenant}.")
    if isinstance(agreement, Agreement):
        faults += _of_agreement(context, agreement)
    if isinstance(contract, Contract) and isinstance(agreement, Agreement):
        faults += _together(context, contract, agreement)
    return faults


def list_to_look_at(context: TenantContext) -> list[str]:
    """A sentence for each thing that may be meant and may be a slip: it stops nothing, and somebody says which."""
    agreement = _agreement(context)
    others = {each.tenant: each.agreement.periods for each in list_others(context)}
    return list_shared_exceptions(agreement.periods, others) if isinstance(agreement, Agreement) else []


def _contract(context: TenantContext) -> Contract | str:
    try:
        return context.contract
    except NoGo as said:
        return str(said)


def _agreement(context: TenantContext) -> Agreement | str:
    try:
        return context.agreement
    except NoGo as said:
        return str(said)


def _of_agreement(context: TenantContext, agreement: Agreement) -> Iterator[str]:
    if agreement.tenant != context.tenant:
        yield f"agreement.yaml is the agreement with {agreement.tenant}: write tenant: {context.tenant}."
    for role in NEEDED:
        if not agreement.people_with(role):
            yield f"agreement.yaml: nobody under people has the role {role}."
    yield from list_undeclared_by(context)
    yield from list_mixed_by(context, agreement)
    try:
        _ = context.payee_check_profile, context.voucher_channel
        check_template(context)
    except NoGo as said:
        yield str(said)


def _together(context: TenantContext, contract: Contract, agreement: Agreement) -> Iterator[str]:
    for check in (check_paying_accounts, check_pay_days, check_vouchers):
        try:
            check(context)
        except NoGo as said:
            yield str(said)
    if agreement.accounts.roll_number_needed and contract.states("roll_number", Stated.EMPTY):
        yield (
            "The agreement names sort codes whose accounts need a roll number (accounts.roll_number_needed), and by "
            "the contract the body sends none: agree a column for it, or leave the sort codes out."
        )
