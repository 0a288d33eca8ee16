"""Others read the message as it was meant: ISO's schema, an independent reader, and siller itself."""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from lxml import etree
from pyiso20022.pain.pain_001_001_09 import Document
from xsdata.formats.dataclass.parsers import XmlParser

from schemas.no_go import NoGo
from schemas.rails.iso_20022 import SERVICE_LEVELS, check, read_payments, write
from tests.sampled import one_in

EVERY_LEVEL = [(service, level) for service, levels in SERVICE_LEVELS.items() for level in levels]


@pytest.mark.parametrize(("service", "level"), EVERY_LEVEL)
def test_the_published_schema_takes_every_kind_of_message(tmp_path, initiation, rows, iso_schema, service, level):
    path = tmp_path / "message.xml"
    file = replace(initiation, service=service, service_level=level)
    totals = write(path, file, [rows])
    iso_schema.assertValid(etree.parse(str(path)))
    check(path, file, totals)


def test_an_independent_reader_finds_what_was_meant(written):
    path, _ = written
    message = XmlParser().from_bytes(path.read_bytes(), Document).cstmr_cdt_trf_initn
    (block,) = message.pmt_inf
    assert (message.grp_hdr.nb_of_txs, message.grp_hdr.ctrl_sum) == ("3", Decimal("4321.51"))
    assert (block.nb_of_txs, block.ctrl_sum, block.btch_bookg) == ("3", Decimal("4321.51"), True)
    assert message.grp_hdr.initg_pty.id.org_id.othr[0].id == block.dbtr.id.org_id.othr[0].id == "123456"
    assert str(block.reqd_exctn_dt.dt) == "2026-08-24"
    assert block.pmt_tp_inf.svc_lvl[0].cd == "NURG"
    assert block.dbtr.nm == "ILF & PAYMENTS"
    assert block.dbtr_agt.fin_instn_id.clr_sys_mmb_id.mmb_id == "107999"
    assert block.dbtr_acct.id.othr.id == "88837491"
    assert [
        (
            each.pmt_id.end_to_end_id,
            each.cdtr_agt.fin_instn_id.clr_sys_mmb_id.clr_sys_id.cd,
            each.cdtr_agt.fin_instn_id.clr_sys_mmb_id.mmb_id,
            each.cdtr_acct.id.othr.id,
            each.cdtr_acct.id.othr.schme_nm.cd,
            each.amt.instd_amt.ccy,
            each.amt.instd_amt.value,
            each.cdtr.nm,
            each.rmt_inf.ustrd,
        )
        for each in block.cdt_trf_tx_inf
    ] == [
        ("000007-00000000041", "GBDSC", "089999", "66374958", "BBAN", "GBP", Decimal("3000.00"),
         "MS RENEE ONEILL", ["ILF 2608 100001"]),
        ("000007-00000000042", "GBDSC", "202959", "63748472", "BBAN", "GBP", Decimal("1321.50"),
         "ROYAL & ANCIENT HO", ["D/1234-5"]),
        ("000007-00000000043", "GBDSC", "871427", "00123456", "BBAN", "GBP", Decimal("0.01"),
         "MX LUKASZ ZOLTOWSK", ["ILF 2608 100003"]),
    ]  # fmt: skip


def test_siller_reads_back_the_payments_and_the_hash_is_of_the_bytes(written, initiation):
    path, totals = written
    check(path, initiation, totals)
    assert totals.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    (batch,) = read_payments(path)
    assert batch.rows() == [
        ("089999", "66374958", 300000, "ILF 2608 100001", "MS RENEE ONEILL"),
        ("202959", "63748472", 132150, "D/1234-5", "ROYAL & ANCIENT HO"),
        ("871427", "00123456", 1, "ILF 2608 100003", "MX LUKASZ ZOLTOWSK"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("other", one_in(3, [b"0", b"A", b" ", b"<", b"\xc3"]))
def test_no_byte_can_change_unnoticed_even_if_the_hash_is_believed(written, initiation, other):
    path, totals = written
    whole = path.read_bytes()
    for place in range(len(whole)):
        if whole[place : place + 1] == other:
            continue
        changed = whole[:place] + other + whole[place + 1 :]
        path.write_bytes(changed)
        with pytest.raises(NoGo):
            check(path, initiation, replace(totals, sha256=hashlib.sha256(changed).hexdigest()))


def test_no_line_can_go_come_or_change_places(written, initiation):
    path, totals = written
    lines = path.read_bytes().splitlines(keepends=True)
    for place in range(len(lines)):
        gone, twice, moved = lines[:], lines[:], lines[:]
        del gone[place]
        twice.insert(place, lines[place])
        moved.insert(0, moved.pop(place))
        for changed in (gone, twice, *([moved] if place else [])):
            path.write_bytes(b"".join(changed))
            with pytest.raises(NoGo):
                check(path, initiation, replace(totals, sha256=hashlib.sha256(b"".join(changed)).hexdigest()))


def test_batches_make_no_difference_and_twice_gives_the_same_bytes(tmp_path, written, initiation, rows):
    path, totals = written
    again = tmp_path / "again.xml"
    assert write(again, initiation, [rows[:1], rows[:0], rows[1:]]) == totals
    assert again.read_bytes() == path.read_bytes()


def test_blocks_make_no_difference_to_the_reader(written, initiation, monkeypatch):
    path, totals = written
    for size in (53, 400, 1_000):
        monkeypatch.setattr("schemas.rails.iso_20022.reading.BLOCK", size)
        check(path, initiation, totals)


@pytest.mark.parametrize(
    ("service", "limit"), [("BACS", 2_000_000_000), ("FASTER_PAYMENTS", 100_000_000), ("CHAPS", 99_999_999_999)]
)
def test_the_largest_payment_of_each_service_is_written_and_a_penny_more_is_not(
    tmp_path, initiation, rows, service, limit
):
    kind = next(kind for kind in SERVICE_LEVELS if kind.name == service)
    file = replace(initiation, service=kind, service_level=SERVICE_LEVELS[kind][0])
    totals = write(tmp_path / "edge", file, [rows.with_columns(amount_pence=pl.lit(limit, pl.Int64))])
    check(tmp_path / "edge", file, totals)
    for amount in (limit + 1, 0):
        with pytest.raises(NoGo, match="amount_pence breaks the rule"):
            write(tmp_path / "over", file, [rows.with_columns(amount_pence=pl.lit(amount, pl.Int64))])
    assert not (tmp_path / "over").exists()


@pytest.mark.parametrize("limit", [{"largest_file_pence": 432151}, {"most_payments": 3}])
def test_what_the_bank_takes_in_one_file_is_written_and_no_more(tmp_path, initiation, rows, limit):
    check(
        tmp_path / "edge", replace(initiation, **limit), write(tmp_path / "edge", replace(initiation, **limit), [rows])
    )
    less = {name: most - 1 for name, most in limit.items()}
    with pytest.raises(NoGo, match="that the bank takes in one file"):
        write(tmp_path / "over", replace(initiation, **less), [rows])
    assert not (tmp_path / "over").exists()


def test_a_rehearsal_says_so_and_is_never_taken_for_a_live_message(tmp_path, initiation, rows, iso_schema):
    path = tmp_path / "rehearsal.xml"
    totals = write(path, replace(initiation, rehearsal=True), [rows])
    tree = etree.parse(str(path))
    iso_schema.assertValid(tree)
    assert tree.xpath("//*[local-name()='InitgPty']/*[local-name()='Nm']/text()") == ["REHEARSAL NO MONEY"]
    with pytest.raises(NoGo, match="header"):
        check(path, initiation, totals)


def test_a_file_without_payments_or_over_another_is_not_made(tmp_path, initiation, rows):
    with pytest.raises(NoGo, match="nothing to pay"):
        write(tmp_path / "none", initiation, [rows[:0]])
    (tmp_path / "there").write_text("mine")
    with pytest.raises(NoGo, match="never written over"):
        write(tmp_path / "there", initiation, [rows])
    assert (tmp_path / "there").read_text() == "mine"


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 0},
        {"service_user_number": "12345"},
        {"service_user_name": "ilf"},
        {"service_level": "SEPA"},
        {"execution_date": date(2026, 8, 13)},
    ],
)
def test_what_no_message_may_say_is_refused_by_name(initiation, change):
    with pytest.raises(NoGo, match=next(iter(change)).replace("_", " ")):
        replace(initiation, **change)
