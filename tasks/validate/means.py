"""Whether each row has what its means of payment needs, and nothing that it cannot have."""

import polars as pl

from schemas.contract.contract import CONTACT, MEANS
from schemas.means import Means, is_by_voucher, written_contact
from schemas.money import pence
from schemas.no_go import NoGo
from schemas.vouchers.agreed import Vouchers
from schemas.vouchers.channel import VoucherChannel
from tasks.tenant_context import TenantContext

NO_ACCOUNT_RULE = "transfer_without_an_account"
ACCOUNT_RULE = "voucher_with_an_account"
NOT_AGREED_RULE = "voucher_is_not_agreed"
CONTACT_RULE = "voucher_without_a_contact"
TOO_MUCH_RULE = "more_than_one_voucher_holds"

_ACCOUNT = ("sort_code", "account_number", "roll_number")


def refused_by_means(batch: pl.DataFrame, channel: VoucherChannel, agreed: Vouchers) -> pl.DataFrame:
    """The rows that their means cannot pay.

    Args:
        batch: rows with the contract's columns as text.
        channel: of the provider.
        agreed: what is agreed of vouchers.

    Returns:
        ``row_number``, ``column_name`` and ``rule``, one row a reason.
    """
    means, contact = pl.col(MEANS), written_contact(pl.col(MEANS), pl.col(CONTACT))
    is_voucher, is_transfer = is_by_voucher(means), (means == Means.TRANSFER).fill_null(False)
    known = [str(each) for each in channel.means if each in agreed.letters]
    reached = contact.str.len_bytes().is_between(1, channel.width_of(CONTACT)).fill_null(False)
    reasons = (
        *((name, NO_ACCOUNT_RULE, is_transfer & _is_empty(name)) for name in _ACCOUNT[:2]),
        *((name, ACCOUNT_RULE, is_voucher & ~_is_empty(name)) for name in _ACCOUNT),
        (MEANS, NOT_AGREED_RULE, is_voucher & ~means.is_in(known)),
        (CONTACT, CONTACT_RULE, is_voucher & ~reached),
        (
            "amount",
            TOO_MUCH_RULE,
            is_voucher & (pence("amount") > channel.largest_voucher_pence).fill_null(False),
        ),
    )
    return pl.concat(
        batch.filter(is_wrong).select("row_number", column_name=pl.lit(name), rule=pl.lit(rule))
        for name, rule, is_wrong in reasons
    )


def check_vouchers(context: TenantContext) -> None:
    """Hold agreement and contract against each other: vouchers need a column that says which rows are paid by one.

    Raises:
        NoGo: they do not fit.
    """
    agreed, has_means = context.agreement.vouchers is not None, context.contract.has(MEANS)
    if agreed and not has_means:
        raise NoGo(
            f"The agreement with {context.tenant} has vouchers, and its contract has no columns {MEANS} and {CONTACT} "
            "that say which payees are paid by one. Nothing was done; agree such columns."
        )
    if has_means and not agreed:
        raise NoGo(
            f"The contract of {context.tenant} has a column {MEANS}, and the agreement has no vouchers. Nothing was "
            "done; agree on a provider (vouchers), or take the columns out."
        )


def _is_empty(name: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.strip_chars() == ""
