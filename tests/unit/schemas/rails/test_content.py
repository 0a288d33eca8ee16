"""The digest tells lists of payments apart, and only lists of payments."""

import polars as pl
import pytest

from schemas.rails.content import ContentDigest

PAYMENTS = pl.DataFrame(
    {
        "sort_code": ["089999", "202959", "871427"],
        "account_number": ["66374958", "63748472", "00123456"],
        "amount_pence": [1, 2, 3],
        "reference": ["AB", "C", "LONGER THAN TWELVE"],
        "payee_name": ["ANN", "BO", "CY"],
    }
)


def digest(*frames):
    content = ContentDigest()
    for frame in frames:
        content.update(frame)
    return content.hexdigest()


def test_it_makes_no_difference_where_batches_end():
    whole = digest(PAYMENTS)
    assert digest(*PAYMENTS.iter_slices(1)) == whole
    assert digest(PAYMENTS[:1], PAYMENTS[1:1], PAYMENTS[1:]) == whole
    assert digest(pl.concat([PAYMENTS[:1], PAYMENTS[1:]], rechunk=False)) == whole


def test_order_makes_a_difference_in_every_column():
    whole = digest(PAYMENTS)
    assert digest(PAYMENTS.reverse()) != whole
    for name in PAYMENTS.columns:
        assert digest(PAYMENTS.with_columns(pl.col(name).reverse())) != whole


def test_texts_that_run_together_differ():
    assert digest(PAYMENTS.with_columns(reference=pl.Series(["A", "BC", "LONGER THAN TWELVE"]))) != digest(PAYMENTS)
    assert digest(PAYMENTS.rename({"reference": "payee_name", "payee_name": "reference"})) != digest(PAYMENTS)


@pytest.mark.parametrize(
    "broken",
    [
        PAYMENTS.with_columns(pl.col("amount_pence").cast(pl.Float64)),
        PAYMENTS.with_columns(pl.col("sort_code").cast(pl.Int64)),
        PAYMENTS.with_columns(payee_name=pl.Series(["ANN", None, "CY"])),
    ],
)
def test_another_type_or_a_null_is_refused(broken):
    with pytest.raises(ValueError, match="without nulls"):
        digest(broken)
