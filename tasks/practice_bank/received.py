"""The practice bank's own reading of a Bacs Standard 18 file (single processing day, credits, one contra)."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from schemas.no_go import NoGo


@dataclass(frozen=True)
class Item:
    """One payment of the file as the bank sees it."""

    sort_code: str
    account_number: str
    pence: int
    reference: str
    payee: str


@dataclass(frozen=True)
class Received:
    """A payment file that the bank has taken in.

    Attributes:
        path: the file.
        serial: VOL1's submission serial.
        service_user_number: HDR1's service user.
        file_number: UHL1's file number.
        processing_date: UHL1's date, day 2.
        sort_code: the paying account's sort code, from the contra.
        account_number: the paying account.
        payer: the paying account's name.
        payments: how many credits.
        pence: their sum, which is also the contra and both totals of UTL1.
    """

    path: Path
    serial: str
    service_user_number: str
    file_number: str
    processing_date: date
    sort_code: str
    account_number: str
    payer: str
    payments: int
    pence: int

    def drawn(self, lots: random.Random, how_many: int) -> list[Item]:
        """Payments drawn by lot, in the order of the file."""
        places = sorted(lots.sample(range(self.payments), how_many))
        found = _credits(self.path).with_row_index("place").filter(pl.col("place").is_in(places)).collect()
        return [
            Item(line[0:6], line[6:14], int(line[35:46]), line[64:82].rstrip(), line[82:100].rstrip())
            for line in found["line"]
        ]


def receive(path: Path) -> Received:
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
        raise NoGo(f"The practice bank refuses {path.name}: credits, contra and trailer do not agree.")
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
    )


_code = pl.col("line").str.slice(15, 2)
_is_record = pl.col("line").str.contains("^[0-9]")
_pence = pl.col("line").str.slice(35, 11).cast(pl.Int64)


def _lines(path: Path) -> pl.LazyFrame:
    return pl.scan_lines(path, name="line").with_columns(pl.col("line").str.strip_suffix("\r"))


def _credits(path: Path) -> pl.LazyFrame:
    return _lines(path).filter(_is_record, _code == "99")
