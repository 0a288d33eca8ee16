"""One part: what its digest says, and what opens it."""

import random
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from tasks.ledger.parts import sealing

KEY = bytes(range(32))
ROWS = pl.DataFrame(
    {
        "row_number": range(50),
        "pence": [None if number % 7 == 3 else number * 100 for number in range(50)],
        "payee_name": [f"Renée O'Neill {number % 5}" for number in range(50)],
        "payment_reference": [f"ILF 2611 {number:08}" for number in range(50)],
    },
    schema_overrides={"row_number": pl.Int32, "pence": pl.Int64},
)


def test_a_part_says_what_it_has_and_gives_its_rows_back(tmp_path: Path) -> None:
    sealed = sealing.seal(ROWS, tmp_path, KEY)
    assert (sealed.first_row, sealed.rows, sealed.payments) == (0, 50, 43)
    assert sealed.pence == sum(number * 100 for number in range(50) if number % 7 != 3)
    assert pl.DataFrame(pl.from_arrow(sealing.read(tmp_path / sealed.name, KEY))).equals(ROWS)
    assert [path.name for path in tmp_path.iterdir()] == [sealed.name]
    assert (tmp_path / sealed.name).stat().st_mode & 0o777 == 0o600


def test_nothing_of_a_payee_stands_in_the_file(tmp_path: Path) -> None:
    content = (tmp_path / sealing.seal(ROWS, tmp_path, KEY).name).read_bytes()
    assert b"Neill" not in content
    assert b"2611" not in content
    assert b"payee" not in content, "not even what a column is called"


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(lambda: ROWS, id="written again"),
        pytest.param(lambda: pl.concat([ROWS[:13], ROWS[13:]], rechunk=False), id="in several pieces"),
        pytest.param(lambda: pl.concat([ROWS, ROWS])[50:], id="cut out of more"),
    ],
)
def test_the_digest_is_over_what_rows_say(tmp_path: Path, same: object) -> None:
    sealed = sealing.seal(ROWS, tmp_path, KEY)
    again = sealing.seal(same(), tmp_path, bytes(32))
    assert again.content_digest == sealed.content_digest
    assert again.name != sealed.name
    assert sealing.reseal(tmp_path / sealed.name, KEY, bytes(32), sealed.content_digest).rows == sealed.rows


@pytest.mark.parametrize(
    "other",
    [
        pl.col("pence").fill_null(0),
        pl.col("pence") + 1,
        pl.col("payee_name").str.replace("Renée", "Renee"),
        pl.col("payment_reference").reverse(),
        pl.when(pl.col("row_number") < 2).then(pl.lit("")).otherwise("payment_reference").alias("payment_reference"),
    ],
    ids=["no pence for zero", "a penny more", "a letter", "other places", "empty texts"],
)
def test_another_value_has_another_digest(tmp_path: Path, other: pl.Expr) -> None:
    digest = sealing.seal(ROWS, tmp_path, KEY).content_digest
    assert sealing.seal(ROWS.with_columns(other), tmp_path, KEY).content_digest != digest


def test_text_that_moves_from_cell_to_cell_has_another_digest(tmp_path: Path) -> None:
    digests = {
        sealing.seal(ROWS[:2].with_columns(payee_name=pl.Series(names)), tmp_path, KEY).content_digest
        for names in (["ab", "c"], ["a", "bc"], ["abc", ""])
    }
    assert len(digests) == 3


def test_every_changed_bit_is_found_by_reading(tmp_path: Path) -> None:
    """But for the four bytes at the beginning and the end that say what kind of file it is, which are checked too."""
    path = tmp_path / sealing.seal(ROWS, tmp_path, KEY).name
    whole = path.read_bytes()
    lots = random.Random(20261128)
    for _ in range(200):
        changed = bytearray(whole)
        changed[lots.randrange(len(whole))] ^= 1 << lots.randrange(8)
        path.write_bytes(changed)
        with pytest.raises((OSError, ValueError)):
            sealing.read(path, KEY)


def test_it_opens_under_its_own_name_and_key_alone(tmp_path: Path) -> None:
    path = tmp_path / sealing.seal(ROWS, tmp_path, KEY).name
    with pytest.raises(OSError, match=r"AAD|metadata|decrypt|tag"):
        sealing.read(path, bytes(32))
    other = tmp_path / sealing.seal(ROWS, tmp_path, KEY).name
    path.replace(other)
    with pytest.raises(OSError, match=r"AAD|metadata|decrypt|tag"):
        sealing.read(other, KEY)


def test_an_auditor_opens_it_without_siller(tmp_path: Path) -> None:
    path = tmp_path / sealing.seal(ROWS, tmp_path, KEY).name
    opening = pe.create_decryption_properties(footer_key=KEY, aad_prefix=f"siller part {path.name}".encode())
    assert pq.read_table(path, decryption_properties=opening).num_rows == 50
