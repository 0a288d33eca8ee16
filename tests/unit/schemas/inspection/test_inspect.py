"""What others write well is taken, whoever wrote it, and its totals are told."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from sepaxml import SepaTransfer

from schemas.inspection import inspect, payments_of
from schemas.inspection.compare import compare
from schemas.no_go import NoGo
from schemas.rails import bacs_standard_18, iso_20022
from schemas.rails.bacs_standard_18 import BankProfile, PayingAccount
from tests.golden.test_bacs_standard_18_worked_example import EXPECTED, FILE, PAYMENTS

ROWS = PAYMENTS.with_row_index("row_number")
MESSAGE = iso_20022.Initiation(
    7, "123456", "ILF", date(2026, 8, 14), date(2026, 8, 24), PayingAccount("107999", "88837491", "ILF")
)


def put(path, lines, end="\r\n"):
    path.write_bytes("".join(line + end for line in lines).encode("ascii"))
    return path


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_the_worked_example_is_taken(tmp_path, end):
    found = inspect(put(tmp_path / "file", EXPECTED, end))
    assert (found.payments, found.pence, found.findings) == (2, 432150, ())
    assert ("File 007: processing date", "Friday 21 August 2026") in found.facts
    assert ("File 007: paying account", "107999 ****7491") in found.facts


def test_several_days_and_files_and_accounts_are_taken(tmp_path):
    """Two files of one submission, the first of two accounts, 106 characters a record, written by hand."""
    day = " 26233"

    def numbered(line, number):
        return line[:14] + f"{number}123456000007" + f"0001{number:04d}" + line[35:]

    def record(line, account="10799988837491"):
        return line[:17] + account + line[31:] + day

    def contra(pence, account="10799988837491"):
        return account + "017" + account + "    " + f"{pence:011d}" + EXPECTED[6][46:] + day

    second = EXPECTED[2][:10] + "00106" + EXPECTED[2][15:]
    user = EXPECTED[3].replace("1 DAILY  ", "4 MULTI  ")
    end = "EOF2" + second[4:]
    other = "08999966374958"
    lines = [
        EXPECTED[0],
        *(numbered(EXPECTED[1], 1), second, user),
        *(record(EXPECTED[4]), contra(300000), record(EXPECTED[5], other), contra(132150, other)),
        *(numbered(EXPECTED[7], 1), end, EXPECTED[9].replace("00000010000002", "00000020000002")),
        *(numbered(EXPECTED[1], 2), second, user),
        *(record(EXPECTED[5].replace("D/1234-5", "D/1234-6")), contra(132150)),
        *(numbered(EXPECTED[7], 2), end),
        EXPECTED[9].replace("432150", "132150").replace("00000010000002", "00000010000001"),
    ]
    found = inspect(put(tmp_path / "file", lines))
    assert [str(finding) for finding in found.findings] == []
    assert (found.payments, found.pence) == (3, 564300)
    assert payments_of(tmp_path / "file")["day"].to_list() == [date(2026, 8, 24)] * 3


@pytest.mark.parametrize("profile", [{}, {"line_end": "LF"}, {"instruction_count": "blank", "buffer_offset": "blank"}])
def test_what_siller_writes_is_taken_and_read_alike(tmp_path, profile):
    file = replace(FILE, profile=BankProfile(**profile))
    bacs_standard_18.write(tmp_path / "file", file, [PAYMENTS])
    assert inspect(tmp_path / "file").findings == ()
    (written,) = bacs_standard_18.read_payments(tmp_path / "file")
    assert payments_of(tmp_path / "file").select(written.columns).equals(written)


def test_a_message_that_siller_writes_is_taken_and_read_alike(tmp_path):
    iso_20022.write(tmp_path / "file", MESSAGE, [ROWS])
    found = inspect(tmp_path / "file")
    assert (found.payments, found.pence, found.findings) == (2, 432150, ())
    (written,) = iso_20022.read_payments(tmp_path / "file")
    assert payments_of(tmp_path / "file").select(written.columns).equals(written)


def test_a_message_of_another_writer_is_read(tmp_path):
    """SepaXML writes for the euro: its message is read whole, and what a British bank would refuse is named."""
    config = {"name": "ILF", "IBAN": "GB33BUKB20201555555555", "BIC": "BUKBGB22", "batch": True, "currency": "EUR"}
    writer = SepaTransfer(config, schema="pain.001.001.09", clean=True)
    for number in (1, 2):
        writer.add_payment(
            {
                "name": "A payee",
                "IBAN": "GB33BUKB20201555555555",
                "BIC": "BUKBGB22",
                "amount": number * 1050,
                "execution_date": date(2098, 8, 25),
                "description": f"Care {number}",
                "endtoend_id": f"E{number}",
            }
        )
    (tmp_path / "file.xml").write_bytes(writer.export(validate=True))
    found = inspect(tmp_path / "file.xml")
    assert (found.payments, found.pence) == (2, 3150)
    assert [finding.says for finding in found.findings if finding.refused] == ["the currency is not GBP"]
    read = payments_of(tmp_path / "file.xml")
    assert read.select("sort_code", "account_number", "amount_pence", "reference", "day").rows() == [
        ("202015", "55555555", 1050, "Care 1", date(2098, 8, 25)),
        ("202015", "55555555", 2100, "Care 2", date(2098, 8, 25)),
    ]


@pytest.mark.parametrize(("owner", "refused"), [("123456", False), (" " * 6, False), ("000007", True)])
def test_hdr1_has_the_owner_of_vol1_or_blanks(tmp_path, owner, refused):
    lines = [line[:15] + owner + line[21:] if line[:4] in ("HDR1", "EOF1") else line for line in EXPECTED]
    told = [str(finding) for finding in inspect(put(tmp_path / "file", lines)).findings]
    assert told == ["line 2, column 16: HDR1's owner is neither VOL1's nor blank"] * refused


def test_blocks_make_no_difference(tmp_path, monkeypatch):
    path = put(tmp_path / "file", EXPECTED)
    whole = inspect(path)
    for size in (1, 83, 250):
        monkeypatch.setattr("schemas.inspection.standard_18.BLOCK", size)
        assert inspect(path) == whole
    iso_20022.write(tmp_path / "message", MESSAGE, [ROWS])
    whole = inspect(tmp_path / "message")
    monkeypatch.setattr("schemas.inspection.pain001.BATCH", 1)
    assert inspect(tmp_path / "message") == whole


def test_a_fault_of_many_payments_is_told_in_one_line(tmp_path):
    rows = [EXPECTED[4].replace("ILF 2608", "ILF_2608")] * 1_000
    found = inspect(put(tmp_path / "file", [*EXPECTED[:4], *rows])).findings
    (finding,) = (each for each in found if "the reference has" in each.says)
    assert finding.count == 1_000
    assert str(finding).startswith("line 5, column 68; line 6, column 68; ")
    assert "; and 995 more: " in str(finding)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ILF Ref,Recipient Name\n",
        b"\x89PNG\r\n",
        b"<html><body/></html>",
        b"<Document xmlns='urn:x'><CstmrCdtTrfInitn/></Document>",
    ],
)
def test_what_is_no_payment_file_is_said_to_be_none(tmp_path, data):
    (tmp_path / "other").write_bytes(data)
    with pytest.raises(NoGo, match="other is"):
        inspect(tmp_path / "other")


def test_a_document_type_is_refused(tmp_path):
    bomb = '<!DOCTYPE d [<!ENTITY a "b">]><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">'
    (tmp_path / "bomb").write_text(
        f"{bomb}<CstmrCdtTrfInitn><GrpHdr><MsgId>&a;</MsgId></GrpHdr></CstmrCdtTrfInitn></Document>"
    )
    with pytest.raises(NoGo, match="document type"):
        inspect(tmp_path / "bomb")


def test_a_file_of_labels_without_end_is_not_read_to_its_end(tmp_path):
    with pytest.raises(NoGo, match="labels"):
        inspect(put(tmp_path / "file", [EXPECTED[1]] * 20_000))


def test_a_file_without_a_payment_has_none_to_compare(tmp_path):
    with pytest.raises(NoGo, match="no payment"):
        payments_of(put(tmp_path / "file", EXPECTED[:4]))


def test_the_fields_of_the_frame_are_typed(tmp_path):
    frame = payments_of(put(tmp_path / "file", EXPECTED))
    assert frame["amount_pence"].dtype == pl.Int64
    assert frame["place"].to_list() == [5, 6]


def test_the_same_payments_in_both_formats_agree(tmp_path):
    iso_20022.write(tmp_path / "message", MESSAGE, [ROWS])
    assert compare(payments_of(put(tmp_path / "file", EXPECTED)), payments_of(tmp_path / "message")).agree
