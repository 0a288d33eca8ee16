"""What a body shares with the others of this installation, by the agreements that stand here and those in force."""

from contextlib import suppress

from schemas.agreement import Agreement
from schemas.no_go import NoGo
from schemas.sharing import list_mixed, list_undeclared
from tasks.ledger.adopted import adopted_text
from tasks.tenant_context import TenantContext, list_agreed, tenants


def list_others(context: TenantContext) -> list[TenantContext]:
    """Every other body whose agreement can be read."""
    return [each for each in list_agreed(context.mode, context.settings) if each.tenant != context.tenant]


def list_undeclared_by(context: TenantContext) -> list[str]:
    """Say what is wrong about what a body shares, as :func:`schemas.sharing.list_undeclared` does.

    A partner whose agreement cannot be read pays nobody, and holds up no other: it is not looked at.

    Raises:
        NoGo: the body's own agreement cannot be read.
    """
    others = [each.agreement for each in list_others(context)]
    unreadable = set(tenants(context.settings)) - {other.tenant for other in others}
    declared = tuple(name for name in context.agreement.shares_with if name not in unreadable)
    return list_undeclared(context.agreement.model_copy(update={"shares_with": declared}), others)


def list_mixed_by(context: TenantContext, agreement: Agreement) -> list[str]:
    """Say where a body's answers would be fetched as another one's, as :func:`schemas.sharing.list_mixed` does.

    It holds up no payday, as the serials that are shared do: answers alone are not fetched meanwhile.

    Args:
        context: the tenant's.
        agreement: the body's, by which they would be.
    """
    return list_mixed(agreement, (each.agreement for each in list_others(context)))


def list_mixed_in_force(context: TenantContext) -> list[str]:
    """Say the same, also by what other bodies have adopted: their answers come there, whatever their files say by now.

    It opens their ledgers, so it is asked where an agreement is about to be one in force.

    Raises:
        NoGo: the body's own agreement cannot be read.
    """
    agreement = context.agreement
    return [*list_mixed_by(context, agreement), *(_mixed_with_adopted(context) if agreement.servers else ())]


def _mixed_with_adopted(context: TenantContext) -> list[str]:
    said = []
    for tenant in tenants(context.settings):
        other = TenantContext(tenant, context.mode, context.settings)
        try:
            if tenant == context.tenant or not other.ledger.exists:
                continue
            with other.ledger.opened() as connection:
                text = adopted_text(connection)
        except NoGo as why:
            said.append(f"Nobody can tell now whether {tenant} has its answers fetched from the same folder: {why}")
            continue
        with suppress(NoGo):  # by what this siller does not read any more nothing is fetched
            adopted = [Agreement.parsed(text.encode(), "the adopted agreement", other.channels)] if text else []
            said += [f"By what {tenant} has adopted: {each}" for each in list_mixed(context.agreement, adopted)]
    return said
