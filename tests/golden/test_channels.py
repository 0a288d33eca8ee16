"""Each channel's file byte by byte, worked by hand from what its source says of its columns, never printed."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.channel import Channels, Upload, check, write

# A name with an accent and an apostrophe, one of 28 characters, and one penny; a roll number in the second.
PAYMENTS = pl.DataFrame(
    {
        "sort_code": ["089999", "202959", "871427"],
        "account_number": ["66374958", "63748472", "00123456"],
        "amount_pence": [300000, 132150, 1],
        "roll_number": ["", "D/1234-5", None],
        "payment_reference": ["ILF 2608 100001", "ILF 2608 100002", "ILF 2608 100003"],
        "payee_name": ["Ms Renée O'Neill", "Royal & Ancient Holdings plc", "Mx Łukasz Żółtowski"],
    }
)
BEFORE_M, BEFORE_Q, BEFORE_S, BEFORE_Y, BEFORE_AE, BEFORE_AG, BEFORE_AK = (n * "," for n in (9, 4, 2, 6, 6, 2, 4))
"""From D to M there are nine cells, from M to Q four, and so on: as many commas."""

EXPECTED = {
    "paygate": (
        b"089999,66374958,MS RENEE ONEILL,3000.00,99,107999,88837491,ILF SCOTLAND,ILF 2608 100001,21/08/2026\r\n"
        b"202959,63748472,ROYAL & ANCIENT HO,1321.50,99,107999,88837491,ILF SCOTLAND,D/1234-5,21/08/2026\r\n"
        b"871427,00123456,MX LUKASZ ZOLTOWSK,0.01,99,107999,88837491,ILF SCOTLAND,ILF 2608 100003,21/08/2026\r\n"
    ),
    "coutts": "".join(
        f",,,01{BEFORE_M}10799988837491{BEFORE_Q}{amount}{BEFORE_S}21082026{BEFORE_Y}{sort_code}{BEFORE_AE}{account}"
        f"{BEFORE_AG}{name}{BEFORE_AK}{reference},,,\r\n"  # and three more cells, to AN
        for amount, sort_code, account, name, reference in (
            ("3000.00", "089999", "66374958", "MS RENEE ONEILL", "ILF 2608 100001"),
            ("1321.50", "202959", "63748472", "ROYAL & ANCIENT HO", "D/1234-5"),
            ("0.01", "871427", "00123456", "MX LUKASZ ZOLTOWSK", "ILF 2608 100003"),
        )
    ).encode(),
    "shared_services": (
        b"089999,66374958,MS RENEE ONEILL   ,00000300000,\n"
        b"202959,63748472,ROYAL & ANCIENT HO,00000132150,D/1234-5\n"
        b"871427,00123456,MX LUKASZ ZOLTOWSK,00000000001,\n"
    ),
    "bank_of_scotland_fps": (
        b"H,20260821,123456\r\n"
        b"FPS,20260821,3000.00,ILF SCOTLAND,107999-88837491,MS RENEE ONEILL,66374958,089999,ILF 2608 100001\r\n"
        b"FPS,20260821,1321.50,ILF SCOTLAND,107999-88837491,ROYAL & ANCIENT HO,63748472,202959,D/1234-5\r\n"
        b"FPS,20260821,0.01,ILF SCOTLAND,107999-88837491,MX LUKASZ ZOLTOWSK,00123456,871427,ILF 2608 100003\r\n"
        b"T\r\n"
    ),
    "barclays_sif": (
        b"089999,MS RENEE ONEILL,66374958,3000.00,ILF 2608 100001,99/\r\n"
        b"202959,ROYAL & ANCIENT HO,63748472,1321.50,D/1234-5,99/\r\n"
        b"871427,MX LUKASZ ZOLTOWSK,00123456,0.01,ILF 2608 100003,99/\r\n"
    ),
}


def test_these_are_all_the_channels_that_are_shipped() -> None:
    assert set(Channels.read().names) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_file_is_what_was_worked_out_by_hand(tmp_path: Path, name: str) -> None:
    channel = Channels.read().named(name)
    account = PayingAccount("107999", "88837491", "ILF PAYMENTS")
    entry = date(2026, 8, 24) if channel.service == "Bacs" else date(2026, 8, 21)
    days = date(2026, 8, 14), date(2026, 8, 21), entry
    file = Upload(channel, 7, "123456", "ILF SCOTLAND", *days, account, 2_000_000_000, 10**11, 10**6)
    for batches in ([PAYMENTS], [PAYMENTS[:1], PAYMENTS[1:]]):
        path = tmp_path / f"{len(batches)}.csv"
        totals = write(path, file, batches)
        assert path.read_bytes() == EXPECTED[name]
        assert (totals.payments, totals.pence) == (3, 432151)
        check(path, file, totals)
    assert "not checked with the bank" in channel.source
