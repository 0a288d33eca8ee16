"""What a provider answered about vouchers, as its channel has it: read whole, or not at all."""

from datetime import date
from pathlib import Path

import polars as pl

from schemas.contract.column import Column
from schemas.contract.contract import Contract
from schemas.contract.extract import lines_of, read_extract
from schemas.extract_files.form import Form
from schemas.no_go import NoGo
from schemas.vouchers.channel import VoucherChannel
from schemas.vouchers.voucher_file import as_pence

MOST_NAMED = 10
"""How many lines a sentence names."""


def read_answers(path: Path, sha256: str, channel: VoucherChannel, sent: pl.DataFrame, today: date) -> pl.DataFrame:
    """Read what a provider answered about vouchers; every line is right, or none counts.

    Args:
        path: the file.
        sha256: of its bytes, which are hashed again as they are read.
        channel: the provider's.
        sent: every voucher that was released: ``reference``, ``run_no``, ``row_number``, ``pence``, ``cashed_pence`` as
            is known so far, and ``released_on``.
        today: the day on which the file is taken in.

    Returns:
        ``item``, ``run_no``, ``row_number``, ``code``, ``meaning``, ``cashed_pence`` and ``answered_on``, in the order
        of the file.

    Raises:
        NoGo: the file has other columns, or a line of it answers nothing that was released, or says what cannot be.
    """
    contract = _contract(channel)
    try:
        read = pl.concat(read_extract(path, contract, sha256))
    except NoGo as said:
        raise NoGo(
            f"{said} Nothing was taken in: it is not written as the voucher channel {channel.name} has it. Ask the "
            "provider for it again; if this is how the provider writes, correct the channel."
        ) from None
    lines = lines_of(read, contract)
    cells = [pl.col(name).str.strip_chars() for name in contract.kept_columns]
    found = read.with_columns(cells).with_columns(
        line=lines,
        item=pl.int_range(1, pl.len() + 1, dtype=pl.Int32),
        amount=as_pence(pl.col("amount").str.strip_chars(), channel),
        cashed=as_pence(pl.col("cashed").str.strip_chars(), channel),
        answered_on=pl.col("day").str.strip_chars().str.to_date(channel.strftime, strict=False),
        meaning=pl.col("code").replace_strict(
            {code: str(means) for code, means in channel.codes.items()}, default=None, return_dtype=pl.String
        ),
    )
    found = found.drop("row_number").join(sent, on="reference", how="left", maintain_order="left")
    _check_lines(path.name, found, channel, today)
    return found.select(
        "item", "run_no", "row_number", "code", "meaning", pl.col("cashed").alias("cashed_pence"), "answered_on"
    )


def _contract(channel: VoucherChannel) -> Contract:
    """The columns of an answer as a contract: what reads every extract reads it too."""
    columns = tuple(Column(str(each.holds), each.column, False, (), "") for each in channel.answer if each.holds)
    ignored = tuple(each.column for each in channel.answer if not each.holds)
    return Contract(channel.name, "1", columns, ignored, form=Form(delimiter=channel.delimiter))


def _check_lines(file: str, found: pl.DataFrame, channel: VoucherChannel, today: date) -> None:
    """See that each line can be an answer to what was released.

    Raises:
        NoGo: one cannot; nothing of what stands there is repeated.
    """
    cashed = pl.col("cashed")
    for is_wrong, said in (
        (pl.col("run_no").is_null(), "answers for no voucher that was released"),
        (pl.col("meaning").is_null(), f"has a code that the voucher channel {channel.name} does not have"),
        (~(pl.col("amount") == pl.col("pence")).fill_null(False), "has another amount than its voucher"),
        (
            ~cashed.is_between(0, pl.col("pence")).fill_null(False),
            "has no sum that can have been cashed of it",
        ),
        ((cashed < pl.col("cashed_pence")).fill_null(False), "says that less was cashed than the provider said before"),
        (
            ~pl.col("answered_on").is_between(pl.col("released_on"), today).fill_null(False),
            f"has no day, as {channel.day_form}, from the vouchers' release on to today",
        ),
        (pl.col("reference").is_duplicated(), "answers for a voucher for which another line answers too"),
    ):
        if wrong := found.filter(is_wrong.fill_null(False))["line"].to_list():
            raise NoGo(
                f"Line {_listed(wrong)} of {file} {said}. Nothing was taken in, no line of it. Ask the provider what "
                "is right, and for the file again, whole."
            )


def _listed(numbers: list[int]) -> str:
    more = f" and {len(numbers) - MOST_NAMED:,} more" if len(numbers) > MOST_NAMED else ""
    return f"{', '.join(map(str, numbers[:MOST_NAMED]))}{more}"
