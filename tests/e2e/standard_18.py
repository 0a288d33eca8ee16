"""A reader of a payment file written for the tests alone, from the published positions of Bacs Standard 18."""

from dataclasses import dataclass
from pathlib import Path

from tests.positions import (
    ACCOUNT,
    AMOUNT,
    CREDIT_PENCE,
    CREDITS,
    DEBIT_PENCE,
    DEBITS,
    PROCESSING_DAY,
    RECORDS,
    SERIAL,
    SORT_CODE,
    TRANSACTION_CODE,
)


@dataclass(frozen=True)
class Read:
    """What the file says; ``processing_day`` as it is written there, a blank and YYDDD."""

    serial: str
    processing_day: str
    credits: tuple[tuple[str, str, int], ...]  # sort code, account, pence
    contra_pence: int
    utl1_debit_pence: int
    utl1_credit_pence: int
    utl1_debits: int
    utl1_credits: int

    @property
    def pence(self) -> int:
        return sum(pence for _, _, pence in self.credits)


def read(path: Path) -> Read:
    text = path.read_bytes().decode("ascii")
    assert text.endswith("\r\n")
    lines = text[:-2].split("\r\n")
    kinds = [line[:4] for line in lines[:4] + lines[-3:]]
    assert kinds == ["VOL1", "HDR1", "HDR2", "UHL1", "EOF1", "EOF2", "UTL1"]
    assert {len(line) for line in lines[:4] + lines[-3:]} == {80}
    records = lines[RECORDS]
    assert {len(record) for record in records} == {100}
    # 16-17: the transaction code; 36-46: the amount in pence
    credits = [record for record in records if record[TRANSACTION_CODE] == "99"]
    [contra] = [record for record in records if record[TRANSACTION_CODE] == "17"]
    assert records == [*credits, contra]
    utl1 = lines[-1]
    return Read(
        serial=lines[0][SERIAL],
        processing_day=lines[3][PROCESSING_DAY],
        credits=tuple((record[SORT_CODE], record[ACCOUNT], int(record[AMOUNT])) for record in credits),
        contra_pence=int(contra[AMOUNT]),
        utl1_debit_pence=int(utl1[DEBIT_PENCE]),
        utl1_credit_pence=int(utl1[CREDIT_PENCE]),
        utl1_debits=int(utl1[DEBITS]),
        utl1_credits=int(utl1[CREDITS]),
    )
