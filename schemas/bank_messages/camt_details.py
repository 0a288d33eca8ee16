"""The payments inside the entries of a camt message, and whether they come to their entry."""

import polars as pl

from schemas.bank_messages.fields import account_parts, given, pence, total

_ONLY = ("code", "sort_code", "account_number", "message_id", "block", "bank_reference")


def read_details(details: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Read what stands of each payment.

    Args:
        details: as gathered, ``entry`` counted from 1.
        entries: those that count: ``place``, ``amount_pence``, ``own_account``.

    Returns:
        of their payments ``said_pence``; ``detail_pence``, the entry's where it has one payment and no amount of it;
        ``payment_named``; ``sort_code``, ``account_number``, null where both sides are the account itself; ``nth`` in
        the document; and ``counts``, unless it says £0.00 among others.
    """
    of_entry = entries.select(
        pl.col("place").alias("entry"), "own_account", pl.col("amount_pence").alias("entry_pence")
    )
    read = details.rename({"place": "nth"}).join(of_entry, on="entry", how="inner", maintain_order="left")
    creditor, debtor = account_parts("creditor_sort", "creditor"), account_parts("debtor_sort", "debtor")
    read = read.with_columns(
        said_pence=pence("value"),
        charges_pence=pence("charges"),
        alone=pl.len().over("entry") == 1,
        creditor_sort=creditor[0],
        creditor=creditor[1],
        debtor_sort=debtor[0],
        debtor=debtor[1],
        place="nth",
    )
    in_pounds = pl.when(pl.col("currency") == "GBP").then("said_pence").replace(0, None)
    is_nothing = (pl.col("currency") == "GBP") & (pl.col("said_pence") == 0)
    takes = (
        pl.when(~_is_own("creditor_sort", "creditor"))
        .then(pl.lit("creditor"))
        .otherwise(pl.when(~_is_own("debtor_sort", "debtor")).then(pl.lit("debtor")))
    )
    return read.with_columns(
        detail_pence=pl.coalesce(in_pounds, pl.when("alone").then("entry_pence")),
        counts=pl.col("alone") | ~is_nothing.fill_null(False),
        payment_named=pl.coalesce(given("end_to_end"), given("instruction")),
        sort_code=pl.when(takes == "creditor").then("creditor_sort").when(takes == "debtor").then("debtor_sort"),
        account_number=pl.when(takes == "creditor").then("creditor").when(takes == "debtor").then("debtor"),
    )


def add_up(entries: pl.DataFrame, details: pl.DataFrame) -> pl.DataFrame:
    """Hold each entry against its payments.

    Returns:
        the entries with ``details`` (how many), ``all_said`` (whether the amount of each is known), ``gap`` (what the
        payments lack, in pence), ``fits`` (whether that is nothing, or the charges), and of an entry with a single
        payment what it says, as ``only_code``, ``only_named`` and so on.
    """
    counted = details.filter("counts")
    sums = counted.group_by("entry").agg(
        details=pl.len().cast(pl.Int64),
        all_said=pl.col("detail_pence").null_count() == 0,
        of_details=total("detail_pence"),
        detail_charges=total("charges_pence"),
        only_named=pl.when(pl.len() == 1).then(pl.col("payment_named").first()),
        **{f"only_{name}": pl.when(pl.len() == 1).then(pl.col(name).first()) for name in _ONLY},
    )
    # A credit is less by what the bank took of it, a debit more.
    sign = pl.when(pl.col("side") == "CRDT").then(-1).otherwise(1)
    gap = (pl.col("amount_pence") - pl.col("of_details")).cast(pl.Int64, strict=False)
    return (
        entries.join(sums, left_on="place", right_on="entry", how="left", maintain_order="left")
        .with_columns(pl.col("all_said").fill_null(False), gap=gap, charges_pence=pence("charges"))
        .with_columns(
            fits=pl.col("all_said")
            & (
                (pl.col("gap") == 0)
                | (sign * pl.col("gap") == pl.col("charges_pence"))
                | ((sign * pl.col("gap") == pl.col("detail_charges")) & (pl.col("detail_charges") > 0))
            ).fill_null(False)
        )
    )


def _is_own(sort: str, number: str) -> pl.Expr:
    """Whether an account of a payment is the statement's own, or is not said."""
    own = pl.col("own_account")
    other_sort = (own.str.len_bytes() == 14) & (own.str.head(6) != pl.col(sort))
    is_own = own.str.ends_with(pl.col(number)) & ~other_sort.fill_null(False)
    return pl.col(number).is_null() | is_own.fill_null(False)
