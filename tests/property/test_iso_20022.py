"""Any payments come back from the message as they were meant, and any text comes out in permitted characters."""

import re
from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.inspection import inspect, payments_of
from schemas.rails.bacs_standard_18 import PayingAccount, payment
from schemas.rails.iso_20022 import Initiation, check, read_payments, write

FILE = Initiation(
    7, "123456", "ILF & SONS", date(2026, 8, 14), date(2026, 8, 24), PayingAccount("107999", "88837491", "A&B")
)

any_text = st.one_of(
    st.text(max_size=30), st.sampled_from(["R&D", "<b>", "&amp;", "]]>", "O'Neill", "Ó Néill", "\x00", "-- ", "Æ"])
)
payments = st.lists(
    st.fixed_dictionaries(
        {
            "sort_code": st.from_regex(r"[0-9]{5}[1-9]", fullmatch=True),
            "account_number": st.from_regex(r"[0-9]{8}", fullmatch=True),
            "amount_pence": st.one_of(st.integers(1, 2_000_000_000), st.sampled_from([1, 99, 100, 2_000_000_000])),
            "roll_number": st.one_of(st.none(), st.just(""), st.from_regex(r"[A-Z0-9/-]{1,18}", fullmatch=True)),
            "payment_reference": any_text,
            "payee_name": any_text,
        }
    ),
    min_size=1,
    max_size=12,
)


def writable(rows):
    """The rows that validation would let through, and what the file may say of them."""
    frame = pl.DataFrame(
        rows,
        schema_overrides={name: pl.String for name in rows[0] if name != "amount_pence"},
    ).with_row_index("row_number")
    fits = frame.select("row_number", *payment.content()).filter(rule() for rule in payment.TEXT_CHECKS.values())
    return frame.filter(pl.col("row_number").is_in(fits["row_number"].implode())), fits.drop("row_number")


@settings(deadline=None, max_examples=60)
@given(rows=payments)
def test_what_is_written_is_read_by_three_readers(tmp_path_factory, rows):
    frame, meant = writable(rows)
    if frame.is_empty():
        return
    path = tmp_path_factory.mktemp("message") / "message.xml"
    totals = write(path, FILE, [frame])
    check(path, FILE, totals)
    assert re.fullmatch(rb"[ -~\n]*", path.read_bytes())
    assert pl.concat(read_payments(path)).equals(meant)
    assert payments_of(path).select(meant.columns).equals(meant)
    tree = etree.parse(str(path))
    amounts = [Decimal(text) for text in tree.xpath("//*[local-name()='InstdAmt']/text()")]
    assert [int(amount * 100) for amount in amounts] == meant["amount_pence"].to_list()
    for texts, column in (("Cdtr']/*[local-name()='Nm", "payee_name"), ("Ustrd", "reference")):
        assert tree.xpath(f"//*[local-name()='{texts}']/text()") == meant[column].to_list()
    assert {Decimal(text) for text in tree.xpath("//*[local-name()='CtrlSum']/text()")} == {sum(amounts)}
    assert not inspect(path).refused
    again = path.with_name("again.xml")
    assert write(again, FILE, [frame[:1], frame[1:]]) == totals
    assert again.read_bytes() == path.read_bytes()
