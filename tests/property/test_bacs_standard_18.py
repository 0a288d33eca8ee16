"""What is written is what is read, by siller's reader and by a naive one that shares nothing with it."""

import re
import tempfile
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.inspection import inspect
from schemas.rails import text
from schemas.rails.bacs_standard_18 import (
    BankProfile,
    PayingAccount,
    PaymentFile,
    Scheme,
    check,
    payment,
    read,
    read_payments,
    write,
)
from tests.positions import (
    ACCOUNT,
    AMOUNT,
    CREDIT_PENCE,
    CREDITS,
    DEBIT_PENCE,
    DEBITS,
    NAME,
    RECORDS,
    REFERENCE,
    SORT_CODE,
    TRANSACTION_CODE,
)

PERMITTED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.&/-"
words = st.text(PERMITTED, min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=4).map(lambda parts: " ".join(parts)[:18].strip())
letters = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x1EFF), max_size=30),
    st.text(max_size=30),
    st.sampled_from(
        [
            "Robert'); DROP TABLE payees;--",
            "=cmd|' /C calc'!A0",
            "<script>alert(1)</script>",
            "\u202eoverride",
            "Z\u0351\u036ba\u0353l\u0321go",
            "\ud7ff\ue000\ufffe",
            "\u0000\u0001\u007f\u0085",
            "ＦＵＬＬ ｗｉｄｔｈ",
            "👩‍👧 Ann",
            "%s%n$(reboot)",
            "٠١٢٣",
            "ﬀ ﬃ Ǆ ŉ",
        ]
    ),
)

payments = st.lists(
    st.fixed_dictionaries(
        {
            "sort_code": st.from_regex(r"[0-9]{5}[1-9]", fullmatch=True),
            "account_number": st.from_regex(r"[0-9]{8}", fullmatch=True),
            "amount_pence": st.integers(1, 2_000_000_000),
            "roll_number": st.one_of(st.none(), st.just(""), names),
            "payment_reference": names,
            "payee_name": st.one_of(names, st.sampled_from(["Renée O'Neill", "Łukasz Żółtowski", "Smith, J (Trust)"])),
        }
    ),
    min_size=1,
    max_size=40,
)


wishes = st.fixed_dictionaries(
    {
        "line_end": st.sampled_from(["CRLF", "LF"]),
        "block_length": st.sampled_from(["02000", "00000"]),
        "writes_contra": st.booleans(),
        "header_owner": st.sampled_from(["submitter", "blank"]),
        "destination": st.sampled_from(["bacs", "service_user_number"]),
        "buffer_offset": st.sampled_from(["zeros", "blank"]),
        "end_block_count": st.sampled_from(["zeros", "blank"]),
        "instruction_count": st.sampled_from(["zeros", "blank"]),
    }
)


@st.composite
def files(draw):
    made = draw(st.dates(date(2020, 1, 1), date(2098, 1, 1)))
    processed = made + timedelta(days=draw(st.integers(0, 31)))
    while processed.weekday() > 4 or processed < made:
        processed = made + timedelta(days=draw(st.integers(0, 31)))
    number = draw(st.from_regex(r"[0-9]{6}", fullmatch=True))
    name = draw(names)
    profile = BankProfile(**draw(wishes))
    return PaymentFile(
        serial=draw(st.integers(1, 999_999)),
        service_user_number=number,
        service_user_name=name,
        file_number=draw(st.integers(1, 999)),
        creation_date=made,
        processing_date=processed,
        # Where no contra names it, a reader cannot know the account's name.
        paying_accounts=(PayingAccount("107999", "88837491", draw(names) if profile.writes_contra else name),),
        bureau_number=draw(st.sampled_from([None, "999998" if number != "999998" else "999997"])),
        rehearsal=draw(st.booleans()),
        profile=profile,
    )


SCHEMA = {
    "sort_code": pl.String,
    "account_number": pl.String,
    "amount_pence": pl.Int64,
    "roll_number": pl.String,
    "payment_reference": pl.String,
    "payee_name": pl.String,
}


def naive_read(content, line_end):
    """Slices and nothing else: line lengths, payments, contra and trailer."""
    lines = content.decode("ascii").split(line_end)
    assert lines.pop() == ""
    records = [
        (x[SORT_CODE], x[ACCOUNT], x[TRANSACTION_CODE], int(x[AMOUNT]), x[REFERENCE].rstrip(), x[NAME].rstrip())
        for x in lines[RECORDS]
    ]
    trailer = lines[-1]
    counts = (int(trailer[DEBIT_PENCE]), int(trailer[CREDIT_PENCE]), int(trailer[DEBITS]), int(trailer[CREDITS]))
    return [len(line) for line in lines], records, counts


@pytest.mark.slow
@settings(deadline=None)  # it writes and reads files, on machines that do other things too
@given(files(), payments, st.integers(1, 7))
def test_parse_of_render_is_what_was_meant(file, rows, batch):
    frame = pl.DataFrame(rows, schema=SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        totals = write(path, file, frame.iter_slices(batch))
        check(path, file, totals)
        assert read(path) == (file, totals)
        found = [row for part in read_payments(path, batch) for row in part.rows()]
        lengths, records, counts = naive_read(path.read_bytes(), file.profile.ends_lines_with)
    pence, contras = sum(row["amount_pence"] for row in rows), int(file.profile.writes_contra)
    assert lengths == [80] * 4 + [100] * (len(rows) + contras) + [80] * 3
    if contras:
        assert records.pop()[:5] == ("107999", "88837491", "17", pence, "CONTRA")
    assert [(s, a, p, r, n) for s, a, _, p, r, n in records] == found
    assert {code for _, _, code, *_ in records} == {"99"}
    assert counts == (pence * contras, pence, contras, len(rows))
    for row, (sort_code, account, pence, reference, name) in zip(rows, found, strict=True):
        assert (sort_code, account, pence) == (row["sort_code"], row["account_number"], row["amount_pence"])
        assert reference == (row["roll_number"] or row["payment_reference"])
        assert name == naive_text(row["payee_name"])[:18].strip()


@settings(deadline=None, max_examples=40)
@given(files(), payments, st.integers(0, 6))
def test_a_faster_payments_file_is_read_back_and_taken_on_any_day_of_the_week(file, rows, weekday):
    day = file.processing_date + timedelta(days=weekday)
    file = replace(file, scheme=Scheme.FASTER_PAYMENTS, creation_date=day, processing_date=day)
    frame = pl.DataFrame(rows, schema=SCHEMA).with_columns(pl.col("amount_pence").clip(upper_bound=100_000_000))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        totals = write(path, file, [frame])
        check(path, file, totals)
        found = pl.concat(read_payments(path))
        assert found.select("sort_code", "account_number", "amount_pence").equals(
            frame.select("sort_code", "account_number", "amount_pence")
        )
        assert [str(each) for each in inspect(path, Scheme.FASTER_PAYMENTS).findings if each.refused] == []


def naive_text(sent):
    """One character after the other, as the tables are read by a person."""
    signs = {sign: written for table in (text.LETTERS, text.SIGNS) for k, written in table.items() for sign in k}
    written = ""
    for sign in sent:
        parts = signs.get(sign)
        if parts is None:
            parts = "".join(
                signs.get(part, part.upper())
                for part in unicodedata.normalize("NFKD", sign)
                if not 0x300 <= ord(part) < 0x370
            )
        written += parts
    return re.sub(" +", " ", written).strip(" ")


@settings(deadline=None)
@given(st.lists(letters, min_size=1, max_size=30))
def test_text_is_permitted_short_and_the_same_when_written_again_unless_it_is_refused(values):
    frame = pl.DataFrame({"sent": values}, schema={"sent": pl.String})
    sent = pl.col("sent")
    frame = frame.with_columns(written=text.as_bacs_text(sent), refused=text.has_no_mapping(sent)).with_columns(
        again=text.as_bacs_text(pl.col("written"))
    )
    for value, written, refused, again in frame.rows():
        if refused:
            continue
        assert re.fullmatch("[A-Z0-9.&/ -]{0,18}", written)
        assert written == written.strip(" ") == again
        assert written or not value.strip()
        assert written == naive_text(value)[:18].strip(" ")


@settings(deadline=None)
@given(st.lists(st.tuples(letters, letters), min_size=1, max_size=20))
def test_no_byte_outside_the_permitted_set_is_ever_written(texts):
    """Whatever a name or reference holds, its row is refused or its line is plain."""
    frame = pl.DataFrame(texts, schema={"payee_name": pl.String, "payment_reference": pl.String}, orient="row")
    frame = frame.with_columns(
        sort_code=pl.lit("089999"), account_number=pl.lit("66374958"), amount_pence=pl.lit(1), roll_number=pl.lit("")
    ).cast({"amount_pence": pl.Int64})
    fits = frame.select(payment.content()).select(
        pl.all_horizontal(check().fill_null(False) for check in payment.TEXT_CHECKS.values())
    )
    possible = frame.filter(fits.to_series())
    if possible.is_empty():
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        check(path, ONE_FILE, write(path, ONE_FILE, [possible]))
        content = path.read_bytes()
    assert set(content) <= set(f"{PERMITTED} \r\n".encode())
    assert [len(line) for line in content.split(b"\r\n")] == [80] * 4 + [100] * (possible.height + 1) + [80] * 3 + [0]


ONE_FILE = PaymentFile(
    serial=1,
    service_user_number="123456",
    service_user_name="ILF",
    file_number=1,
    creation_date=date(2026, 11, 20),
    processing_date=date(2026, 11, 27),
    paying_accounts=(PayingAccount("107999", "88837491", "ILF"),),
)
