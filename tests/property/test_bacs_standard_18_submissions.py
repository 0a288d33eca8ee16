"""Submissions of several files, accounts and days: what goes in comes out, and every limit holds at its edge."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.inspection import inspect
from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import BankProfile, PayingAccount, PaymentFile, check, read, read_payments, write
from tests.positions import (
    ALL_BUT_BLOCK_COUNT,
    AMOUNT,
    FILE_NUMBER,
    FILE_SEQUENCE,
    FILE_SERIAL_AND_OWNER,
    PAYEES_ACCOUNT,
    PAYING_ACCOUNT,
    PROCESSING_DAY,
    RECORD_LENGTH,
    RECORDS_DAY,
    SUMS_AND_COUNTS,
    TRANSACTION_CODE,
    WORK_CODE,
)

ACCOUNTS = (
    PayingAccount("107999", "88837491", "ILF GRANTS"),
    PayingAccount("202959", "63748472", "ILF CAPITAL"),
    PayingAccount("089999", "66374958", "ILF OTHER"),
)
FIRST = date(2026, 11, 23)  # a Monday
DAYS = tuple(FIRST + timedelta(days=number) for number in (0, 1, 3, 7))
SCHEMA = {
    "paying_account": pl.Int64,
    "processing_date": pl.Date,
    "amount_pence": pl.Int64,
    "sort_code": pl.String,
    "account_number": pl.String,
    "roll_number": pl.String,
    "payment_reference": pl.String,
    "payee_name": pl.String,
}


def a_file(accounts=ACCOUNTS[:1], last=None, **profile):
    return PaymentFile(
        serial=41,
        service_user_number="123456",
        service_user_name="ILF",
        file_number=998,
        creation_date=FIRST - timedelta(days=3),
        processing_date=FIRST,
        paying_accounts=accounts,
        last_processing_date=last,
        profile=BankProfile(**profile),
    )


def frame(rows):
    """Payments of so many pence from an account on a day; the payee's account tells them apart."""
    return pl.DataFrame(
        [
            {
                "paying_account": account,
                "processing_date": day,
                "amount_pence": pence,
                "sort_code": "089999",
                "account_number": f"{number:08}",
                "roll_number": None,
                "payment_reference": f"REF {number}",
                "payee_name": "A PAYEE",
            }
            for number, (account, day, pence) in enumerate(rows, start=1)
        ],
        schema=SCHEMA,
    )


def naive_files(path, several_days):
    """Each file of a submission by its labels and the places in a line alone, and nothing of siller."""
    lines = path.read_bytes().decode("ascii").split("\r\n")
    assert lines[0].startswith("VOL1")
    assert lines.pop() == ""
    starts = [place for place, line in enumerate(lines) if line.startswith("HDR1")] + [len(lines)]
    found = []
    for start, end in pairwise(starts):
        labels, records, after = lines[start : start + 3], lines[start + 3 : end - 3], lines[end - 3 : end]
        assert [line[:4] for line in (*labels, *after)] == ["HDR1", "HDR2", "UHL1", "EOF1", "EOF2", "UTL1"]
        assert {len(line) for line in (*labels, *after)} == {80}
        assert {len(line) for line in records} == {106 if several_days else 100}
        assert labels[0][ALL_BUT_BLOCK_COUNT] == after[0][ALL_BUT_BLOCK_COUNT]
        found.append((labels, records, after[2]))
    return found


def balances(records, trailer):
    """Each account and day has one contra of what was paid, after its payments, and the trailer is their sum."""
    paid, contras = Counter(), Counter()
    for record in records:
        key, pence = (record[PAYING_ACCOUNT], record[RECORDS_DAY]), int(record[AMOUNT])
        if record[TRANSACTION_CODE] == "99":
            assert key not in contras
            paid[key] += pence
        else:
            assert record[TRANSACTION_CODE] == "17"
            assert record[PAYEES_ACCOUNT] == record[PAYING_ACCOUNT]
            assert key not in contras
            contras[key] = pence
    assert paid == contras
    pence = sum(paid.values())
    payments = len(records) - len(contras)
    assert trailer[SUMS_AND_COUNTS] == f"{pence:013}{pence:013}{len(contras):07}{payments:07}"
    return payments, pence, contras


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(DAYS), st.integers(1, 400)), min_size=1, max_size=60),
    st.integers(400, 2000),
    st.integers(1, 9),
    st.integers(1, 11),
    st.booleans(),
)
def test_a_submission_is_conserved_balanced_and_within_its_limits(rows, most_pence, most_payments, batch, several):
    rows = sorted(
        ((account, day if several else FIRST, pence) for account, day, pence in rows), key=lambda row: row[1::-1]
    )
    last = max(day for _, day, _ in rows) if several else None
    file = a_file(ACCOUNTS, last, largest_file_pence=most_pence, most_payments_a_file=most_payments)
    payments = frame(rows)
    with tempfile.TemporaryDirectory() as folder:
        path, again = Path(folder) / "file", Path(folder) / "again"
        totals = write(path, file, payments.iter_slices(batch))
        assert write(again, file, [payments]) == totals
        assert again.read_bytes() == path.read_bytes()
        check(path, file, totals)
        described, found_totals = read(path)
        read_back = pl.concat(read_payments(path, batch))
        files = naive_files(path, several)
        found_by_a_bank = inspect(path).findings
    assert not found_by_a_bank
    assert found_totals == totals
    assert (totals.payments, totals.pence) == (len(rows), sum(pence for *_, pence in rows))
    assert read_back["account_number"].to_list() == payments["account_number"].to_list()
    assert read_back["amount_pence"].to_list() == payments["amount_pence"].to_list()
    assert (described.serial, described.last_processing_date) == (41, last)
    assert set(described.paying_accounts) == {ACCOUNTS[account] for account, *_ in rows}
    paid_in = 0
    for place, (labels, records, trailer) in enumerate(files):
        number, pence, contras = balances(records, trailer)
        paid_in += number
        assert 1 <= number <= most_payments
        assert pence <= most_pence
        assert labels[2][FILE_NUMBER] == f"{(998 + place - 1) % 999 + 1:03}"
        several_files = len(files) > 1
        assert labels[0][FILE_SERIAL_AND_OWNER] == (f"{place % 9 + 1}" if several_files else " ") + "123456"
        assert labels[0][FILE_SEQUENCE] == f"{place + 1:04}"
        assert labels[2][WORK_CODE] == ("4 MULTI  " if several else "1 DAILY  ")
        assert labels[1][RECORD_LENGTH] == ("00106" if several else "00100")
        if not several_files:
            assert len(contras) == len({row[: 2 if several else 1] for row in rows})
    assert paid_in == len(rows)
    # The next file begins only where its first payment would have been too much.
    firsts = [int(records[0][AMOUNT]) for _, records, _ in files[1:]]
    for (_, records, trailer), first in zip(files, firsts, strict=False):
        number, pence, _ = balances(records, trailer)
        assert number == most_payments or pence + first > most_pence


@pytest.mark.parametrize(("over", "files"), [(-1, 1), (0, 1), (1, 2)])
def test_a_contra_is_filled_to_its_last_penny_and_not_beyond(tmp_path, over, files):
    """Fifty payments of £20,000,000 are a penny more than the eleven digits of a contra hold."""
    pence = [2_000_000_000] * 49 + [1_999_999_999 + over]
    file, payments = a_file(), frame([(0, FIRST, amount) for amount in pence])
    totals = write(tmp_path / "file", file, [payments])
    check(tmp_path / "file", file, totals)
    found = naive_files(tmp_path / "file", several_days=False)
    assert [balances(records, trailer)[1] for _, records, trailer in found] == (
        [sum(pence)] if files == 1 else [49 * 2_000_000_000, 2_000_000_000]
    )


def test_a_file_may_be_larger_than_its_contras_where_the_bank_lets_it(tmp_path):
    file = a_file(ACCOUNTS[:2], largest_file_pence=9_999_999_999_999)
    payments = frame([(account, FIRST, 2_000_000_000) for account in (0, 1) for _ in range(49)])
    write(tmp_path / "file", file, [payments])
    [(_, records, trailer)] = naive_files(tmp_path / "file", several_days=False)
    assert balances(records, trailer)[:2] == (98, 196_000_000_000)


def test_a_file_that_is_just_full_when_an_account_ends_has_one_contra_for_it(tmp_path):
    file = a_file(ACCOUNTS[:2], most_payments_a_file=3)
    write(tmp_path / "file", file, [frame([(account, FIRST, 5) for account in (0, 0, 0, 1, 1)])])
    found = naive_files(tmp_path / "file", several_days=False)
    assert [balances(records, trailer)[0] for _, records, trailer in found] == [3, 2]


def test_more_files_than_a_submission_may_have_are_refused_by_name(tmp_path):
    file = a_file(most_payments_a_file=1, most_files=3)
    with pytest.raises(NoGo, match="more than the 3 files"):
        write(tmp_path / "file", file, [frame([(0, FIRST, 1)] * 4)])
    assert not list(tmp_path.iterdir())
    assert write(tmp_path / "file", file, [frame([(0, FIRST, 1)] * 3)]).payments == 3


def test_a_payment_larger_than_a_file_may_be_is_refused_by_place(tmp_path):
    file = a_file(largest_file_pence=100)
    with pytest.raises(NoGo, match=r"Payment 2 .* more than the £1\.00"):
        write(tmp_path / "file", file, [frame([(0, FIRST, 100), (0, FIRST, 101)])])


def test_payments_of_an_account_that_do_not_come_together_are_refused(tmp_path):
    with pytest.raises(NoGo, match="do not come together"):
        write(tmp_path / "file", a_file(ACCOUNTS[:2]), [frame([(account, FIRST, 1) for account in (0, 1, 0)])])


def test_several_days_may_leave_uhl1_without_a_date_where_the_bank_asks_for_it(tmp_path):
    file = a_file(last=DAYS[1], several_days_date="blank", several_days_record_length="00100")
    totals = write(tmp_path / "file", file, [frame([(0, FIRST, 1), (0, DAYS[1], 2)])])
    check(tmp_path / "file", file, totals)
    assert read(tmp_path / "file") == (file, totals)
    [(labels, records, _)] = naive_files(tmp_path / "file", several_days=True)
    assert (labels[1][RECORD_LENGTH], labels[2][PROCESSING_DAY]) == ("00100", " " * 6)
    assert [key[1] for key, _ in groupby((record[TRANSACTION_CODE], record[RECORDS_DAY]) for record in records)] == [
        " 26327",
        " 26327",
        " 26328",
        " 26328",
    ]


def test_no_payment_of_a_submission_can_change_account_or_day_unnoticed(tmp_path):
    """The file still balances when two payments of the same amount change their accounts: only the digest tells."""
    file, payments = a_file(ACCOUNTS[:2]), frame([(0, FIRST, 5), (1, FIRST, 5)])
    totals = write(tmp_path / "file", file, [payments])
    swapped = payments.with_columns(pl.col("account_number").reverse(), pl.col("payment_reference").reverse())
    assert write(tmp_path / "other", file, [swapped]).content_digest != totals.content_digest
    with pytest.raises(NoGo, match="content digest"):
        check(tmp_path / "other", file, totals)


@pytest.mark.long
def test_every_line_of_a_large_submission_is_held(tmp_path):
    """Any byte of it that becomes another is noticed, in whichever file it stands."""
    file = a_file(ACCOUNTS[:2], DAYS[1], most_payments_a_file=3)
    rows = [(account, day, 7) for day in DAYS[:2] for account in (0, 1) for _ in range(2)]
    path = tmp_path / "file"
    totals = write(path, file, [frame(rows)])
    whole = path.read_bytes()
    for place in range(0, len(whole), 3):
        other = b"1" if whole[place : place + 1] != b"1" else b"2"
        path.write_bytes(whole[:place] + other + whole[place + 1 :])
        with pytest.raises(NoGo):
            check(path, file, totals)
