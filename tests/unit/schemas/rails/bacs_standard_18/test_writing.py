"""Files are written whole, once, or not at all."""

from dataclasses import replace

import polars as pl
import pytest

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import BankProfile, write
from tests.positions import OWNER, SERVICE_USER, SET_IDENTIFICATION, SUBMITTER


def test_batches_make_the_same_file(tmp_path, file, payments):
    totals = write(tmp_path / "one", file, [payments])
    assert write(tmp_path / "each", file, payments.iter_slices(1)) == totals
    assert write(tmp_path / "empty", file, [payments[:0], payments, payments[:0]]) == totals
    assert (totals.payments, totals.pence) == (3, 432151)
    lines = (tmp_path / "one").read_bytes().split(b"\r\n")
    assert [len(line) for line in lines] == [80] * 4 + [100] * 4 + [80] * 3 + [0]


def test_the_line_end_is_the_banks_wish(tmp_path, file, payments):
    write(tmp_path / "crlf", file, [payments])
    write(tmp_path / "lf", replace(file, profile=BankProfile(line_end="LF")), [payments])
    assert (tmp_path / "lf").read_bytes() == (tmp_path / "crlf").read_bytes().replace(b"\r", b"")


@pytest.mark.parametrize(
    ("wishes", "bureau", "owner"),
    [
        ({}, None, "123456"),
        ({}, "654321", "654321"),
        ({"header_owner": "blank"}, "654321", " " * 6),
        ({"header_owner": "blank", "most_payments_a_file": 2}, "654321", "654321"),
    ],
)
def test_hdr1_and_eof1_name_the_owner_of_vol1(tmp_path, file, payments, wishes, bureau, owner):
    """A bank may have it left blank, but not where a submission has several files."""
    write(tmp_path / "file", replace(file, bureau_number=bureau, profile=BankProfile(**wishes)), [payments])
    lines = (tmp_path / "file").read_text().splitlines()
    assert lines[0][SUBMITTER] == (bureau or "123456")
    labels = [line for line in lines if line[:4] in ("HDR1", "EOF1")]
    assert len(labels) == (4 if "most_payments_a_file" in wishes else 2)
    assert {(line[SERVICE_USER], line[OWNER], line[SET_IDENTIFICATION]) for line in labels} == {
        ("123456", owner, "000007")
    }


def test_a_file_is_never_written_over(tmp_path, file, payments):
    path = tmp_path / "file"
    path.write_bytes(b"as it was")
    with pytest.raises(NoGo, match="there already"):
        write(path, file, [payments])
    assert path.read_bytes() == b"as it was"


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("sort_code", "08-99-99", "sort_code"),
        ("sort_code", "89999", "sort_code"),
        ("sort_code", None, "sort_code"),
        ("account_number", "6637495", "account_number"),
        ("account_number", "6.64E+07", "account_number"),
        ("account_number", "663749581", "account_number"),
        ("amount_pence", 0, "amount_pence"),
        ("amount_pence", -1, "amount_pence"),
        ("amount_pence", 2_000_000_001, "amount_pence"),
        ("amount_pence", 100_000_000_000, "amount_pence"),
        ("amount_pence", None, "amount_pence"),
        ("payment_reference", "", "reference"),
        ("payment_reference", None, "reference"),
        ("payment_reference", "ILF=2608", "reference"),
        ("roll_number", "ABCDEFGHIJ123456789", "reference"),
        ("roll_number", "'", "reference"),
        ("payee_name", "", "payee_name"),
        ("payee_name", "  ", "payee_name"),
        ("payee_name", None, "payee_name"),
        ("payee_name", "Иван", "payee_name"),
        ("payee_name", "Ren?e", "payee_name"),
    ],
)
def test_a_payment_that_cannot_be_written_leaves_no_file(tmp_path, file, payments, column, value, field):
    bad = payments.with_columns(
        pl.when(pl.int_range(pl.len()) == 1)
        .then(pl.lit("" if column == "payment_reference" else None))
        .otherwise("roll_number")
        .alias("roll_number")
    ).with_columns(
        pl.when(pl.int_range(pl.len()) == 1)
        .then(pl.lit(value, dtype=payments.schema[column]))
        .otherwise(column)
        .alias(column)
    )
    for batches in ([bad], list(bad.iter_slices(1))):
        with pytest.raises(NoGo, match=rf"Payment 2 of the file .* {field} ") as refused:
            write(tmp_path / "file", file, batches)
        assert not str(value).strip() or len(str(value)) < 3 or str(value) not in str(refused.value)
        assert list(tmp_path.iterdir()) == []


def test_the_largest_payment_fits(tmp_path, file, payments):
    assert (
        write(tmp_path / "f", file, [payments.with_columns(amount_pence=pl.lit(2_000_000_000, pl.Int64))]).pence
        == 6_000_000_000
    )


def test_a_file_without_payments_is_not_made(tmp_path, file, payments):
    for batches in ([], [payments[:0]]):
        with pytest.raises(NoGo, match="nothing to pay"):
            write(tmp_path / "file", file, batches)
    assert list(tmp_path.iterdir()) == []


def test_a_file_whose_batches_fail_is_not_left_behind(tmp_path, file, payments):
    def batches():
        yield payments
        raise OSError("the ledger went away")

    with pytest.raises(OSError, match="went away"):
        write(tmp_path / "file", file, batches())
    assert list(tmp_path.iterdir()) == []
