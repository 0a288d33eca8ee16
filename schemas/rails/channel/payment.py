"""A payment as a channel's file may say it, and what each field of it must be."""

from collections.abc import Mapping

import polars as pl

from schemas.digits import number_of
from schemas.rails.bacs_standard_18.payment import has_roll_number
from schemas.rails.channel.channel import Channel
from schemas.rails.content import CONTENT

#: What is digested of every payment; empty where the channel has no place for it.
DIGESTED: Mapping[str, pl.DataType] = {**CONTENT, "roll_number": pl.String()}


def content(channel: Channel) -> list[pl.Expr]:
    """What is meant to be paid, from the ledger's columns, in the columns of ``DIGESTED``.

    A roll number has its own column, or else stands in the place of the payment reference, as by Bacs. One for which
    there is no place at all stays, and is refused by ``checks``: a society would not find its member without it.
    """
    return [
        pl.col("sort_code"),
        pl.col("account_number"),
        pl.col("amount_pence"),
        _reference(channel).alias("reference"),
        _text(channel, "payee_name", pl.col("payee_name")).alias("payee_name"),
        _roll_number(channel).alias("roll_number"),
    ]


def checks(channel: Channel, largest_pence: int) -> dict[str, pl.Expr]:
    """What each field of a payment must be, under the field's name: false or null is a fault."""
    return {
        "sort_code": number_of(pl.col("sort_code"), 6).is_not_null(),
        "account_number": number_of(pl.col("account_number"), 8).is_not_null(),
        "amount_pence": pl.col("amount_pence").is_between(1, largest_pence),
        "payee_name": _fits(channel, "payee_name", 1),
        "reference": _fits(channel, "reference", 1),
        "roll_number": _fits(channel, "roll_number", 0),
    }


def must_be(channel: Channel, field: str, largest: str) -> str:
    """What is said of a field of a payment that is not what it must be.

    Args:
        channel: the channel.
        field: as ``checks`` names it.
        largest: the most that one payment may be, in pounds.
    """
    if field == "amount_pence":
        return f"is to be £0.01 to {largest}, which {channel.taken_by} takes in one payment"
    if field == "roll_number" and field not in channel.fields:
        return f"has no place in a file for {channel.taken_by}, and a society finds nobody without it"
    if field in channel.fields:
        return f"is to be 1 to {channel.column_of(field).width} permitted characters in a file for {channel.taken_by}"
    return f"breaks the rule check_{field}"


def _reference(channel: Channel) -> pl.Expr:
    if "reference" not in channel.fields:
        return pl.lit("")
    own = _text(channel, "reference", pl.col("payment_reference"))
    if "roll_number" in channel.fields:
        return own
    return pl.when(has_roll_number()).then(channel.carried("reference").fold(pl.col("roll_number"))).otherwise(own)


def _roll_number(channel: Channel) -> pl.Expr:
    if "reference" in channel.fields and "roll_number" not in channel.fields:
        return pl.lit("")
    folded = channel.carried("roll_number").fold(pl.col("roll_number"))
    return pl.when(has_roll_number()).then(folded).otherwise(pl.lit(""))


def _text(channel: Channel, field: str, text: pl.Expr) -> pl.Expr:
    carried = channel.carried(field)
    return carried.cut(text) if channel.column_of(field).cut == "end" else carried.fold(text)


def _fits(channel: Channel, field: str, least: int) -> pl.Expr:
    # Text that could not be written is null by now, and what was written has one byte a character.
    most = channel.column_of(field).width if field in channel.fields else 0
    return pl.col(field).str.len_bytes().is_between(min(least, most or 0), most)
