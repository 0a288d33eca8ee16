"""What holds of every frame of bank answers, whichever message it was read from."""

import pandera.polars as pa
import polars as pl

from schemas.bank_messages.bank_file import ANSWERS, ONE_PAYMENT, Kind, Message

_MOST = 10**18
_RULES = {
    "item": [pa.Check.ge(1)],
    "message": [pa.Check.isin([str(message) for message in Message])],
    "kind": [pa.Check.isin([str(kind) for kind in Kind])],
    "payments": [pa.Check.in_range(0, _MOST)],
    "amount_pence": [pa.Check.in_range(0, _MOST)],
    "statement": [pa.Check.ge(1)],
}
_ALWAYS = ("item", "message", "kind")


def _one_payment(data: pa.PolarsData) -> pl.LazyFrame:
    of_one = pl.col("kind").is_in([str(kind) for kind in ONE_PAYMENT if kind is not Kind.STATEMENT_CREDIT])
    return data.lazyframe.select(~of_one | pl.col("payments").eq(1).fill_null(False))


ANSWERS_SCHEMA = pa.DataFrameSchema(
    {
        name: pa.Column(dtype, _RULES.get(name, []), nullable=name not in _ALWAYS, unique=name == "item")
        for name, dtype in ANSWERS.items()
    },
    checks=pa.Check(_one_payment, error="an answer about one payment counts one"),
    strict=True,
    ordered=True,
)
"""The Pandera schema of ``ANSWERS``."""


def checked(answers: pl.DataFrame) -> pl.DataFrame:
    """Return answers that hold to it.

    Raises:
        SchemaError: they do not, which is a fault of the reader's.
    """
    return ANSWERS_SCHEMA.validate(answers)
