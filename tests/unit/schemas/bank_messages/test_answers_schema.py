"""Every frame of answers has one shape, whoever made it."""

import polars as pl
import pytest
from pandera.errors import SchemaError

from schemas.bank_messages.answers_schema import checked
from schemas.bank_messages.arucs import read_arucs
from schemas.bank_messages.bank_file import Message
from schemas.bank_messages.gathering import as_answers
from tests.unit.schemas.bank_messages.test_arucs import advice, item


def returned() -> pl.DataFrame:
    return read_arucs(advice(item()), "arucs.xml").answers


def test_what_a_reader_gives_holds_to_it():
    assert checked(returned()).height == 1
    assert checked(as_answers(Message.ARUCS)).height == 0


@pytest.mark.parametrize(
    "wrong",
    [
        pl.lit("paid").alias("kind"),
        pl.lit("mt940").alias("message"),
        pl.lit(-1, pl.Int64).alias("amount_pence"),
        pl.lit(2, pl.Int64).alias("payments"),
        pl.lit(0, pl.Int64).alias("item"),
        pl.lit(0, pl.Int64).alias("statement"),
        pl.lit("2026-11-27").alias("bank_date"),
        pl.lit(None, pl.String).alias("kind"),
    ],
    ids=range(8),
)
def test_what_no_reader_may_give_is_found(wrong):
    with pytest.raises(SchemaError):
        checked(returned().with_columns(wrong))
