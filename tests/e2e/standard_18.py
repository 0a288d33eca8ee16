"""A reader of a payment file written for the tests alone, from the published positions of Bacs Standard 18.

Positions in the comments count from 1 and include both ends, as the tables of the standard do.
"""

from dataclasses import dataclass
from pathlib import Path


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
    records = lines[4:-3]
    assert {len(record) for record in records} == {100}
    # 16-17: the transaction code; 36-46: the amount in pence
    credits = [record for record in records if record[15:17] == "99"]
    [contra] = [record for record in records if record[15:17] == "17"]
    assert records == [*credits, contra]
    utl1 = lines[-1]
    return Read(
        serial=lines[0][4:10],  # VOL1 5-10
        processing_day=lines[3][4:10],  # UHL1 5-10
        credits=tuple((record[0:6], record[6:14], int(record[35:46])) for record in credits),
        contra_pence=int(contra[35:46]),
        utl1_debit_pence=int(utl1[4:17]),  # 5-17
        utl1_credit_pence=int(utl1[17:30]),  # 18-30
        utl1_debits=int(utl1[30:37]),  # 31-37
        utl1_credits=int(utl1[37:44]),  # 38-44
    )
