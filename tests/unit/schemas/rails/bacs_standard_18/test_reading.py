"""The parse-back notices everything."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import BankProfile, LineEnd, PaymentFileError, check, read, read_payments, write
from tests.sampled import one_in


@pytest.fixture(params=list(LineEnd), ids=lambda line_end: line_end.name)
def written(request, tmp_path, file, payments):
    path = tmp_path / "file"
    file = replace(file, profile=BankProfile(line_end=request.param.name))
    return path, file, write(path, file, [payments])


def test_what_was_written_is_read(written):
    path, file, totals = written
    assert read(path) == (file, totals)
    check(path, file, totals)
    rows = [row for frame in read_payments(path, batch=2) for row in frame.rows()]
    assert rows == [
        ("089999", "66374958", 300000, "ILF 2608 100001", "MS RENEE ONEILL"),
        ("202959", "63748472", 132150, "D/1234-5", "ROYAL & ANCIENT HO"),
        ("871427", "00123456", 1, "ILF 2608 100003", "MX LUKASZ ZOLTOWSK"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("other", one_in(3, [b"0", b"A", b" ", b"\xc3"]))
def test_no_byte_can_change_unnoticed_even_if_the_hash_is_believed(tmp_path, file, payments, other):
    path = tmp_path / "file"
    totals = write(path, file, [payments])
    whole = path.read_bytes()
    for place in range(len(whole)):
        if whole[place : place + 1] == other:
            continue
        changed = whole[:place] + other + whole[place + 1 :]
        path.write_bytes(changed)
        with pytest.raises(NoGo):
            check(path, file, replace(totals, sha256=hashlib.sha256(changed).hexdigest()))


def test_the_hash_is_of_the_bytes(written):
    path, file, totals = written
    assert totals.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(NoGo, match="sha256"):
        check(path, file, replace(totals, sha256="0" * 64))


def test_no_line_can_go_come_or_change_places(written):
    path, file, totals = written
    lines = path.read_bytes().splitlines(keepends=True)
    for place in range(len(lines)):
        gone, twice, moved = lines[:], lines[:], lines[:]
        del gone[place]
        twice.insert(place, lines[place])
        moved.insert(0, moved.pop(place))
        for changed in (gone, twice, *([moved] if place else [])):
            path.write_bytes(b"".join(changed))
            with pytest.raises(NoGo):
                check(path, file, replace(totals, sha256=hashlib.sha256(b"".join(changed)).hexdigest()))


def test_two_payments_that_changed_places_are_noticed(written):
    path, file, totals = written
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4], lines[5] = lines[5], lines[4]
    path.write_bytes(b"".join(lines))
    # The file is whole: only what was meant tells that it is another.
    assert read(path)[1].pence == totals.pence
    with pytest.raises(NoGo, match=r"differs: content digest, sha256\."):
        check(path, file, totals)


@pytest.mark.slow
def test_a_file_cut_off_anywhere_is_refused(written):
    path, _, _ = written
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(PaymentFileError):
            read(path)


@pytest.mark.parametrize(
    ("place", "column"),
    [
        (0, 1),
        (5, 1),
        (6, 7),
        (13, 7),
        (14, 15),
        (16, 16),
        (17, 18),
        (30, 24),
        (34, 32),
        (45, 36),
        (46, 47),
        (63, 47),
        (64, 65),
        (81, 65),
        (82, 83),
        (99, 83),
        (100, 101),
    ],
)
def test_a_broken_payment_is_named_by_line_and_column(tmp_path, file, payments, place, column):
    path = tmp_path / "file"
    write(path, file, [payments])
    content = bytearray(path.read_bytes())
    content[4 * 82 + 102 + place] = ord("?")
    path.write_bytes(bytes(content))
    with pytest.raises(PaymentFileError) as refused:
        read(path)
    assert (refused.value.line, refused.value.column) == (6, column)
    assert "63748472" not in str(refused.value)
    assert "ROYAL" not in str(refused.value)


@pytest.mark.parametrize("place", range(11))
@pytest.mark.parametrize("change", ["longer", "shorter"])
def test_a_line_of_another_length_is_named(tmp_path, file, payments, change, place):
    path = tmp_path / "file"
    write(path, file, [payments])
    lines = path.read_bytes().splitlines(keepends=True)
    body = lines[place][:-2]
    lines[place] = (body + b" " if change == "longer" else body[:-1]) + b"\r\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(PaymentFileError) as refused:
        read(path)
    assert refused.value.line == place + 1


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(5000), b"a,b\r\n" * 100, b"VOL1" + b" " * 5000])
def test_what_is_no_payment_file_is_refused(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(PaymentFileError, match="line 1"):
        read(path)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"serial": 8}, "serial of this VOL1"),
        ({"service_user_name": "ILF"}, "service user name of this payment"),
        ({"file_number": 8}, "file number of this UHL1"),
        ({"creation_date": date(2026, 8, 13)}, "creation date of this HDR1"),
        ({"processing_date": date(2026, 8, 20)}, "expiry date of this HDR1"),
        ({"bureau_number": "912345"}, "submitter of this VOL1"),
        ({"rehearsal": True}, "remark of this UHL1"),
        ({"profile": BankProfile(block_length="00000")}, "block length of this HDR2"),
        ({"profile": BankProfile(line_end="LF")}, "lines end otherwise"),
        ({"profile": BankProfile(writes_contra=False)}, "a contra, which the bank adds itself"),
        ({"profile": BankProfile(instruction_count="blank")}, "instruction count of this UTL1"),
        ({"profile": BankProfile(header_owner="blank")}, "owner of this HDR1"),
        ({"profile": BankProfile(end_block_count="blank")}, "block count of this EOF1"),
        ({"profile": BankProfile(buffer_offset="blank")}, "buffer offset of this HDR2"),
        ({"profile": BankProfile(destination="service_user_number")}, "destination of this UHL1"),
    ],
)
def test_a_whole_file_that_is_another_is_refused(tmp_path, file, payments, other, says):
    path = tmp_path / "file"
    totals = write(path, file, [payments])
    with pytest.raises(NoGo, match=f"not the one that was meant.*{says}"):
        check(path, replace(file, **other), totals)


@pytest.mark.parametrize("other", [{"payments": 2}, {"pence": 432150}, {"content_digest": "0" * 64}])
def test_other_totals_than_were_approved_are_refused(written, other):
    path, file, totals = written
    with pytest.raises(NoGo, match=next(iter(other)).replace("_", " ")):
        check(path, file, replace(totals, **other))
