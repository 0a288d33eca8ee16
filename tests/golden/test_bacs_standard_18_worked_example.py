"""The worked example that independent implementations agree on, byte by byte."""

from datetime import date

import polars as pl

from schemas.rails.bacs_standard_18 import PayingAccount, PaymentFile, check, write

# Two credits totalling £4,321.50, service user number 123456, serial 000007, made on 14 August 2026,
# processed on 21 August 2026, file number 007. VOL1, HDR1, HDR2, UHL1 and UTL1 are given by the example, but for
# HDR1's characters 16 to 21, which it leaves open: banks ask for VOL1's characters 42 to 47 or blanks there, and every
# published file has the former. The records follow the field table of the data record.
FILE = PaymentFile(
    serial=7,
    service_user_number="123456",
    service_user_name="ILF SCOTLAND",
    file_number=7,
    creation_date=date(2026, 8, 14),
    processing_date=date(2026, 8, 21),
    paying_accounts=(PayingAccount("107999", "88837491", "ILF PAYMENTS"),),
)

PAYMENTS = pl.DataFrame(
    {
        "sort_code": ["089999", "202959"],
        "account_number": ["66374958", "63748472"],
        "amount_pence": [300000, 132150],
        "roll_number": ["", "D/1234-5"],
        "payment_reference": ["ILF 2608 100001", "ILF 2608 100002"],
        "payee_name": ["Ms Renée O'Neill", "Royal & Ancient Holdings plc"],
    }
)

EXPECTED = (
    ("VOL1" + "000007" + " " * 31 + "123456" + " " * 32 + "1"),
    ("HDR1A123456S" + "   123456" + "000007" + "00010001" + " " * 6 + " 26226" + " 26240" + " 000000" + " " * 20),
    ("HDR2F" + "02000" + "00100" + " " * 35 + "00" + " " * 28),
    ("UHL1" + " 26233" + "999999" + " " * 4 + "00" + "000000" + "1 DAILY  " + "007" + " " * 40),
    "0899996637495809910799988837491    00000300000ILF SCOTLAND      ILF 2608 100001   MS RENEE ONEILL   ",
    "2029596374847209910799988837491    00000132150ILF SCOTLAND      D/1234-5          ROYAL & ANCIENT HO",
    "1079998883749101710799988837491    00000432150ILF SCOTLAND      CONTRA            ILF PAYMENTS      ",
    ("EOF1A123456S" + "   123456" + "000007" + "00010001" + " " * 6 + " 26226" + " 26240" + " 000000" + " " * 20),
    ("EOF2F" + "02000" + "00100" + " " * 35 + "00" + " " * 28),
    ("UTL1" + "0000000432150" + "0000000432150" + "0000001" + "0000002" + " " * 8 + "0000000" + " " * 21),
)


def test_the_worked_example_is_written_byte_by_byte(tmp_path):
    path = tmp_path / "example"
    totals = write(path, FILE, [PAYMENTS])
    assert path.read_bytes() == "".join(line + "\r\n" for line in EXPECTED).encode("ascii")
    assert [len(line) for line in EXPECTED] == [80] * 4 + [100] * 3 + [80] * 3
    assert (totals.payments, totals.pence) == (2, 432150)
    check(path, FILE, totals)
