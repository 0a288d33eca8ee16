"""The file of vouchers that a provider is sent: written as its channel has it, and read back before anybody sees it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.means import Means, written_contact
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.rails.content import ContentDigest
from schemas.rails.files import new_file, refuse_unwritable
from schemas.rails.text import Carried
from schemas.rails.totals import Totals
from schemas.vouchers.channel import VoucherChannel

DIGESTED: Mapping[str, pl.DataType] = {
    "reference": pl.String(),
    "amount_pence": pl.Int64(),
    "payee_name": pl.String(),
    "means": pl.String(),
    "contact": pl.String(),
}
"""What a voucher says, in the order in which the digest covers it."""

REHEARSAL = "REHEARSAL NO MONEY"
"""What stands in the place of a template in a file that is never to be sent."""

BLOCK = 8_000_000
"""Bytes that are read back at a time: some 100,000 vouchers."""


@dataclass(frozen=True)
class VoucherFile:
    """One file of vouchers.

    Attributes:
        channel: how it is written.
        run_id: whose vouchers they are; run and row are a voucher's reference, the same every time.
        expires: the last day on which one of them can be cashed.
        templates: by which letter of the body's the provider tells payees, by means.
        rehearsal: whether it is never to be sent.
    """

    channel: VoucherChannel
    run_id: str
    expires: date
    templates: Mapping[Means, str]
    rehearsal: bool

    def template(self, means: Means) -> str:
        """The letter by which payees are told."""
        return REHEARSAL if self.rehearsal else self.templates[means]


def write(path: Path, file: VoucherFile, batches: Iterable[pl.DataFrame]) -> Totals:
    """Write vouchers to a new file, the same bytes every time.

    Args:
        path: where it is to be; nothing may be there yet.
        file: what it says of itself.
        batches: ``row_number``, ``amount_pence``, ``payee_name``, ``means_of_payment`` and ``contact``, as the ledger
            has them.

    Raises:
        NoGo: something is at the path, a voucher cannot be written, or they are more than the provider takes.
    """
    channel, digest, vouchers, pence = file.channel, ContentDigest(DIGESTED), 0, 0
    with new_file(path) as handle:
        handle.write(
            (channel.delimiter.join(each.column for each in channel.columns) + channel.ends_lines_with).encode()
        )
        for batch in batches:
            meant = batch.select(_meant(file))
            refuse_unwritable(meant, _checks(file), vouchers, lambda field: _must_be(field, channel))
            handle.write(_lines(meant, file))
            digest.update(meant)
            vouchers += meant.height
            pence += int(meant["amount_pence"].sum())
        if vouchers > channel.most_vouchers:
            raise NoGo(
                f"The file has {vouchers:,} vouchers, more than the {channel.most_vouchers:,} that {channel.taken_by} "
                "takes in one file. Have the body send several extracts."
            )
        handle.seek(0)
        return Totals(vouchers, pence, digest.hexdigest(), hashlib.file_digest(handle, "sha256").hexdigest())


def check(path: Path, file: VoucherFile, totals: Totals) -> None:
    """The parse-back: the file at the path is the one that was meant, to the penny and in its order. Memory is bounded.

    Raises:
        NoGo: it is broken, or another one.
    """
    digest, vouchers, pence, says_alike = ContentDigest(DIGESTED), 0, 0, True
    with path.open("rb") as handle:
        for found in _in_blocks(handle, file.channel):
            if found is None:
                says_alike = False
                break
            digest.update(found.select(*DIGESTED))
            vouchers += found.height
            pence += int(found["amount_pence"].sum())
            says_alike = says_alike and _says_alike(found, file)
        handle.seek(0)
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    differing = [
        what
        for what, is_same in (
            ("its bytes", sha256 == totals.sha256),
            ("its vouchers", digest.hexdigest() == totals.content_digest),
            ("their number", vouchers == totals.payments),
            ("their sum", pence == totals.pence),
            ("what all of them say", says_alike),
        )
        if not is_same
    ]
    if differing:
        raise NoGo(
            f"The voucher file {path.name} is not the one that was meant. What differs: {', '.join(differing)}. "
            "Release nothing; find out who or what changed it."
        )


def _in_blocks(handle: BinaryIO, channel: VoucherChannel) -> Iterator[pl.DataFrame | None]:
    """The vouchers of a file, block by block; None for a block that no such file has."""
    header, left, end = handle.readline(BLOCK), b"", channel.ends_lines_with.encode()
    while block := handle.read(BLOCK):
        lines, found, left = (left + block).rpartition(end)
        if found:
            yield read_back(header + lines + found, channel)
    if left:
        yield read_back(header + left, channel)


def read_back(content: bytes, channel: VoucherChannel) -> pl.DataFrame | None:
    """The vouchers of a file: the columns of ``DIGESTED``, ``expiry`` and ``template``; None if it is no such file."""
    try:
        rows = pl.read_csv(BytesIO(content), separator=channel.delimiter, infer_schema=False, quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    if rows.columns != [each.column for each in channel.columns]:
        return None
    found = rows.select(pl.col(each.column).alias(each.holds) for each in channel.columns)
    words = {said: str(means) for means, said in channel.means.items()}
    found = found.with_columns(
        amount_pence=as_pence(pl.col("amount"), channel),
        means=pl.col("means").replace_strict(words, default=None, return_dtype=pl.String),
        expiry=pl.col("expiry").str.to_date(channel.strftime, strict=False),
    ).drop("amount")
    return None if any(found.null_count().row(0)) else found


def as_pence(amount: pl.Expr, channel: VoucherChannel) -> pl.Expr:
    """Pence of an amount as a channel writes it; null where it is none."""
    pattern = r"^[0-9]{1,10}\.[0-9]{2}$" if channel.amount_form == "pounds" else r"^[0-9]{1,12}$"
    digits = pl.when(amount.str.contains(pattern)).then(amount.str.replace(".", "", literal=True))
    return digits.cast(pl.Int64, strict=False)


def as_amount(pence: pl.Expr, channel: VoucherChannel) -> pl.Expr:
    """Pence as a channel writes them."""
    if channel.amount_form == "pence":
        return pence.cast(pl.String)
    return pl.format("{}.{}", pence // 100, (pence % 100).cast(pl.String).str.zfill(2))


def _meant(file: VoucherFile) -> list[pl.Expr]:
    means = pl.col("means_of_payment")
    return [
        pl.concat_str(pl.lit(f"{file.run_id}-"), pl.col("row_number").cast(pl.String)).alias("reference"),
        pl.col("amount_pence"),
        Carried(file.channel.width_of("payee_name")).cut(pl.col("payee_name")).alias("payee_name"),
        means.alias("means"),
        written_contact(means, pl.col("contact")).alias("contact"),
    ]


def _checks(file: VoucherFile) -> dict[str, pl.Expr]:
    channel = file.channel
    return {
        "amount_pence": pl.col("amount_pence").is_between(1, channel.largest_voucher_pence),
        "payee_name": pl.col("payee_name").str.len_bytes() > 0,
        "means": pl.col("means").is_in([str(means) for means in channel.means if means in file.templates]),
        "contact": pl.col("contact").str.len_bytes().is_between(1, channel.width_of("contact")),
    }


def _must_be(field: str, channel: VoucherChannel) -> str:
    said = {
        "amount_pence": f"is to be £0.01 to {pounds(channel.largest_voucher_pence)}, which one voucher can be",
        "payee_name": "is to be of permitted characters",
        "means": "is to be a voucher that both the provider has and the agreement names a template for",
        "contact": f"is to be one that {channel.taken_by} can reach, of {channel.width_of('contact')} characters at "
        "most",
    }
    return said[field]


def _lines(meant: pl.DataFrame, file: VoucherFile) -> bytes:
    channel, means = file.channel, pl.col("means")
    agreed = [each for each in channel.means if each in file.templates]
    cells = {
        "reference": pl.col("reference"),
        "amount": as_amount(pl.col("amount_pence"), channel),
        "payee_name": pl.col("payee_name"),
        "means": means.replace_strict({str(each): channel.means[each] for each in agreed}, return_dtype=pl.String),
        "contact": pl.col("contact"),
        "expiry": pl.lit(file.expires.strftime(channel.strftime)),
        "template": means.replace_strict({str(each): file.template(each) for each in agreed}, return_dtype=pl.String),
    }
    lines = BytesIO()
    meant.select(cells[each.holds].alias(each.column) for each in channel.columns).write_csv(
        lines,
        include_header=False,
        separator=channel.delimiter,
        line_terminator=channel.ends_lines_with,
        quote_style="never",
    )
    return lines.getvalue()


def _says_alike(found: pl.DataFrame, file: VoucherFile) -> bool:
    """Whether every voucher has the file's day and the letter of its means."""
    letters = {str(means): file.template(means) for means in file.templates}
    letter = pl.col("means").replace_strict(letters, default=None, return_dtype=pl.String)
    alike = (pl.col("expiry") == file.expires) & (pl.col("template") == letter)
    return bool(found.select(alike.fill_null(False).all()).item())
