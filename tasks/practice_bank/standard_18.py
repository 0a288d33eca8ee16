"""The practice bank's own reading of a Standard 18 submission: credits and contras, of one day or several."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from tasks.practice_bank.received import Debit, Item, Received, refuse

_LABELS = ("HDR1", "UHL1", "UTL1")


def receive_standard_18(path: Path) -> Received:
    """Read and check a submission the way a bank would: in each of its files credits, contras and trailer must agree.

    Raises:
        NoGo: it is no such file, labels are missing, or the totals differ.
    """
    try:
        return _received(path)
    except (ValueError, pl.exceptions.PolarsError):
        raise refuse(path, "it cannot be read as a Standard 18 file") from None


def _received(path: Path) -> Received:
    lines = _lines(path)
    labels = lines.filter(pl.col("line").str.contains(f"^(VOL1|{'|'.join(_LABELS)})")).collect()
    sums = (
        lines.filter(_is_record)
        .group_by("file", account=_account, code=_code, day=_own_day, maintain_order=True)
        .agg(count=pl.len(), pence=_pence.sum(), name=pl.col("line").last().str.slice(82, 18).str.strip_chars_end())
        .collect()
    )
    by_file = labels.group_by("file", maintain_order=True).agg("line")["line"].to_list()
    volume, *files = by_file or [[]]
    if [line[:4] for line in volume] != ["VOL1"] or not files:
        raise refuse(path, "it expects the labels VOL1, HDR1, UHL1 and UTL1, one VOL1 and the others in each file")
    debits: list[Debit] = []
    for number, lines_of in enumerate(files, start=1):
        if [line[:4] for line in lines_of] != [*_LABELS]:
            raise refuse(path, f"file {number} has not the labels HDR1, UHL1 and UTL1, once each in this order")
        debits += _balanced(path, sums.filter(pl.col("file") == number), lines_of[1][37:40], lines_of[2])
    (users, days) = ({lines_of[at][start:end] for lines_of in files} for at, start, end in ((0, 5, 11), (1, 5, 10)))
    if len(users) > 1 or len(days) > 1:
        raise refuse(path, "its files are of several service users or days")
    if not debits:
        raise refuse(path, "it pays nobody")
    return Received(
        path=path,
        serial=volume[0][4:10],
        service_user_number=users.pop(),
        processing_date=_day(days.pop()),
        debits=tuple(debits),
        items=_items,
    )


def _balanced(path: Path, sums: pl.DataFrame, file_number: str, trailer: str) -> Iterator[Debit]:
    """The debits of one file, whose contras and trailer say what its credits add up to."""
    credits, contras = (sums.filter(code=code).rows(named=True) for code in ("99", "17"))
    names = {contra["account"]: contra["name"] for contra in contras}
    told = tuple(int(trailer[start:end]) for start, end in ((4, 17), (17, 30), (30, 37), (37, 44)))
    total = sum(credit["pence"] for credit in credits)
    found = (total, total, sum(contra["count"] for contra in contras), sum(credit["count"] for credit in credits))
    paid = {(credit["account"], credit["day"], 1, credit["pence"]) for credit in credits}
    balanced = {(contra["account"], contra["day"], contra["count"], contra["pence"]) for contra in contras}
    if told != found or paid != balanced:
        raise refuse(path, "credits, contras and trailer do not agree")
    for credit in credits:
        account = credit["account"]
        day = _day(credit["day"]) if credit["day"] else None
        yield Debit(file_number, account[:6], account[6:], names[account], credit["count"], credit["pence"], day)


def _day(written: str) -> date:
    return datetime.strptime(written, "%y%j").replace(tzinfo=UTC).date()


def _items(path: Path, paths: Sequence[int]) -> list[Item]:
    credits = _lines(path).filter(_is_record, _code == "99").with_row_index("place")
    found = credits.filter(pl.col("place").is_in(paths)).collect()
    return [
        Item(line[0:6], line[6:14], int(line[35:46]), line[64:82].rstrip(), line[82:100].rstrip())
        for line in found["line"]
    ]


_own_day = pl.col("line").str.slice(101, 5)
_account = pl.col("line").str.slice(17, 14)
_code = pl.col("line").str.slice(15, 2)
_is_record = pl.col("line").str.contains("^[0-9]")
_pence = pl.col("line").str.slice(35, 11).cast(pl.Int64)


def _lines(path: Path) -> pl.LazyFrame:
    """The lines of a submission, each with the number of its file; VOL1 stands before the first and has 0."""
    lines = pl.scan_lines(path, name="line").with_columns(pl.col("line").str.strip_suffix("\r"))
    return lines.with_columns(file=pl.col("line").str.starts_with("HDR1").cast(pl.UInt32).cum_sum())
