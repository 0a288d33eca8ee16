"""The practice bank's own reading of a Standard 18 file (single processing day, credits, one contra)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from schemas.no_go import NoGo
from tasks.practice_bank.received import Item, Received, refused


def receive_standard_18(path: Path) -> Received:
    """Read and check a payment file the way a bank would: credits, contra and trailer must agree.

    Raises:
        NoGo: labels are missing, or the totals differ.
    """
    records = _lines(path)
    labels = {
        line[:4]: line
        for line in records.filter(pl.col("line").str.contains("^(VOL1|HDR1|UHL1|UTL1)")).collect()["line"]
    }
    contras = records.filter(_is_record, _code == "17").collect()["line"].to_list()
    if set(labels) != {"VOL1", "HDR1", "UHL1", "UTL1"} or len(contras) != 1:
        raise NoGo(
            f"The practice bank cannot read {path.name}: it expects the labels VOL1, HDR1, UHL1 and UTL1 "
            "once each and one contra."
        )
    sums = _credits(path).select(payments=pl.len(), pence=_pence.sum()).collect().row(0, named=True)
    payments, pence, contra = int(sums["payments"]), int(sums["pence"]), contras[0]
    told = (
        int(labels["UTL1"][4:17]),
        int(labels["UTL1"][17:30]),
        int(labels["UTL1"][37:44]),
        int(contra[35:46]),
    )
    if told != (pence, pence, payments, pence):
        raise refused(path, "credits, contra and trailer do not agree")
    return Received(
        path=path,
        serial=labels["VOL1"][4:10],
        service_user_number=labels["HDR1"][5:11],
        file_number=labels["UHL1"][37:40],
        processing_date=datetime.strptime(labels["UHL1"][5:10], "%y%j").replace(tzinfo=UTC).date(),
        sort_code=contra[17:23],
        account_number=contra[23:31],
        payer=contra[82:100].rstrip(),
        payments=payments,
        pence=pence,
        items=_items,
    )


def _items(path: Path, places: Sequence[int]) -> list[Item]:
    found = _credits(path).with_row_index("place").filter(pl.col("place").is_in(places)).collect()
    return [
        Item(line[0:6], line[6:14], int(line[35:46]), line[64:82].rstrip(), line[82:100].rstrip())
        for line in found["line"]
    ]


_code = pl.col("line").str.slice(15, 2)
_is_record = pl.col("line").str.contains("^[0-9]")
_pence = pl.col("line").str.slice(35, 11).cast(pl.Int64)


def _lines(path: Path) -> pl.LazyFrame:
    return pl.scan_lines(path, name="line").with_columns(pl.col("line").str.strip_suffix("\r"))


def _credits(path: Path) -> pl.LazyFrame:
    return _lines(path).filter(_is_record, _code == "99")
