"""The practice bank as a provider of vouchers: it issues a file of them, has them cashed, and lets some expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl

from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.vouchers.channel import VoucherChannel
from schemas.vouchers.meaning import Meaning
from schemas.vouchers.voucher_file import as_amount, read_back
from tasks.storage.atomic_write import write_atomic


@dataclass(frozen=True)
class Fate:
    """What becomes of a voucher.

    Attributes:
        meaning: of what is not cashed.
        cashed: the share of it that is cashed, in hundredths.
    """

    meaning: Meaning
    cashed: int


_CASHED, _CANCELLED = Fate(Meaning.ISSUED, 100), Fate(Meaning.CANCELLED, 0)
IN_TIME = (_CASHED, Fate(Meaning.ISSUED, 0), Fate(Meaning.ISSUED, 40), Fate(Meaning.ISSUED, 25), _CANCELLED)
"""What becomes of five vouchers one after the other, and so on, while they can be cashed: one is cashed, one not yet,
two are so in part, and one was taken back with nothing cashed."""
AT_LAST = (_CASHED, _CASHED, _CASHED, Fate(Meaning.EXPIRED, 25), _CANCELLED)
"""The same of these five once they can be cashed no more: three are cashed, one has expired with a part cashed."""


def answer_vouchers(vouchers: Path, folder: Path, channel: VoucherChannel, day: date, fates: Sequence[Fate]) -> Path:
    """Answer for a file of vouchers, as its channel has it. Practice only: a live run does not take it.

    Args:
        vouchers: the released file.
        folder: where the answer is put.
        channel: by which both are written.
        day: on which the provider says so.
        fates: what becomes of each, in their order and then from the first again.

    Returns:
        the answer.

    Raises:
        NoGo: the file is none of the channel's, or no code of the channel says that.
    """
    found = read_back(read(vouchers, Incoming.PAYMENT_FILE), channel)
    if found is None:
        raise NoGo(f"{vouchers.name} is no file of vouchers by the channel {channel.name}. Nothing was answered.")
    of_each = [fates[at % len(fates)] for at in range(found.height)]
    answers = found.with_columns(
        amount=as_amount(pl.col("amount_pence"), channel),
        cashed=as_amount(pl.col("amount_pence") * pl.Series([fate.cashed for fate in of_each]) // 100, channel),
        code=pl.Series([_code(channel, fate.meaning) for fate in of_each], dtype=pl.String),
        day=pl.lit(day.strftime(channel.strftime)),
    )
    file = BytesIO()
    cells = [(pl.col(each.holds) if each.holds else pl.lit("")).alias(each.column) for each in channel.answer]
    answers.select(cells).write_csv(file, separator=channel.delimiter, line_terminator="\r\n")
    path = folder / f"practice-{vouchers.stem}.{day:%Y-%m-%d}.answers.csv"
    write_atomic(path, file.getvalue())
    return path


def _code(channel: VoucherChannel, meaning: Meaning) -> str:
    """The first code by which the channel says it."""
    found = next((code for code, means in channel.codes.items() if means is meaning), None)
    if found is None:
        raise NoGo(f"No code of the voucher channel {channel.name} means {meaning}. Nothing was answered.")
    return found
