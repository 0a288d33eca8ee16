"""A voucher channel is a file: whatever does not fit is refused by its key, and what is written is read back."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from schemas.means import Means
from schemas.no_go import NoGo
from schemas.vouchers import voucher_file
from schemas.vouchers.channel import VoucherChannel
from schemas.vouchers.voucher_file import VoucherFile, check, read_back, write
from tasks.settings import PROJECT

EXAMPLE = PROJECT / "data_contracts" / "voucher_channels" / "example.yaml"


def changed(**keys: object) -> bytes:
    """The example with other keys."""
    return yaml.safe_dump(yaml.safe_load(EXAMPLE.read_text()) | keys).encode()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"run_this": "x"}, "run_this"),
        ({"file_name": "/etc/passwd"}, "file_name"),
        ({"file_name": "{run}../../x.csv"}, "file_name"),
        ({"delimiter": "@"}, "delimiter"),
        ({"largest_voucher_pence": 0}, "largest_voucher_pence"),
        ({"means": {"transfer": "BANK"}}, "a transfer is no voucher"),
        ({"means": {"voucher_by_text": "A", "voucher_by_post": "A"}}, "written alike"),
        ({"means": {"voucher_by_text": "A,B"}}, "means"),
        ({"columns": [{"column": "Amount", "holds": "amount"}]}, "no column holds reference"),
        ({"columns": [{"column": "Code", "holds": "cash_code"}]}, "columns"),
        ({"answer": [{"column": "Reference", "holds": "reference"}]}, "no column holds amount, code, cashed, day"),
        ({"codes": {"X": "issued"}}, "one must mean issued and one expired"),
        ({"codes": {"X": "paid"}}, "codes"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_key(keys: dict[str, object], said: str) -> None:
    with pytest.raises(NoGo) as refused:
        VoucherChannel.parsed(changed(**keys), "hostile.yaml")
    assert said in str(refused.value)
    assert "hostile.yaml" in str(refused.value)


ROWS = pl.DataFrame(
    {
        "row_number": [0, 7, 8],
        "amount_pence": [1, 50_000, 1_234],
        "payee_name": ["Zoë O’Hara", "A name of rather more than forty characters in all", "B"],
        "means_of_payment": ["voucher_by_text", "voucher_by_email", "voucher_by_post"],
        "contact": ["+44 7700 900123", "a.b+c@people.example", "1 Càrn Mòr Rd., Inverbeg, iv99 9zz"],
    }
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(("amount_form", "line_end"), [("pounds", "CRLF"), ("pence", "LF")])
@pytest.mark.parametrize("day_form", ["DD/MM/YYYY", "YYYY-MM-DD", "DDMMYYYY"])
def test_what_is_written_is_read_back(
    tmp_path: Path, delimiter: str, amount_form: str, line_end: str, day_form: str
) -> None:
    said = changed(delimiter=delimiter, amount_form=amount_form, line_end=line_end, day_form=day_form)
    file = VoucherFile(VoucherChannel.parsed(said, "x.yaml"), "cash-2026-11-live-1", date(2026, 12, 28), LETTERS, False)
    totals = write(tmp_path / "one.csv", file, [ROWS])
    check(tmp_path / "one.csv", file, totals)
    assert totals == write(tmp_path / "two.csv", file, [ROWS.head(1), ROWS.tail(2)]), "batches make no difference"
    found = read_back((tmp_path / "one.csv").read_bytes(), file.channel)
    assert found is not None
    assert found.select("reference", "amount_pence", "payee_name", "contact").rows() == [
        ("cash-2026-11-live-1-0", 1, "ZOE OHARA", "07700900123"),
        ("cash-2026-11-live-1-7", 50_000, "A NAME OF RATHER MORE THAN FORTY CHARACT", "a.b+c@people.example"),
        ("cash-2026-11-live-1-8", 1_234, "B", "1 CARN MOR RD. INVERBEG IV99 9ZZ"),
    ]


LETTERS = {Means.VOUCHER_BY_TEXT: "T-1", Means.VOUCHER_BY_EMAIL: "M-1", Means.VOUCHER_BY_POST: "P-1"}


@pytest.mark.parametrize("block", [60, 87, voucher_file.BLOCK])
def test_a_byte_that_changed_is_found_however_much_is_read_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(voucher_file, "BLOCK", block)
    channel = VoucherChannel.load(EXAMPLE)
    file = VoucherFile(channel, "cash-2026-11-live-1", date(2026, 12, 28), LETTERS, False)
    path = tmp_path / "x.csv"
    totals = write(path, file, [ROWS])
    meant = path.read_bytes()
    check(path, file, totals)
    for cut in (meant[:-1], meant[:70], meant + meant[-80:], b""):
        path.write_bytes(cut)
        with pytest.raises(NoGo, match="is not the one that was meant"):
            check(path, file, totals)
    for old, new in ((b"500.00", b"500.01"), (b"07700900123", b"07700900124"), (b"T-1", b"T-2"), (b"SMS", b"POST")):
        path.write_bytes(meant.replace(old, new))
        with pytest.raises(NoGo, match="is not the one that was meant"):
            check(path, file, totals)


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [("amount_pence", 0, "amount_pence"), ("amount_pence", 50_001, "amount_pence"), ("contact", "nowhere", "contact")],
)
def test_what_no_voucher_can_be_is_not_written(tmp_path: Path, column: str, value: object, field: str) -> None:
    file = VoucherFile(VoucherChannel.load(EXAMPLE), "cash-2026-11-live-1", date(2026, 12, 28), LETTERS, False)
    rows = ROWS.head(1).with_columns(pl.lit(value).cast(ROWS.schema[column]).alias(column))
    with pytest.raises(NoGo, match=rf"Payment 1 of the file cannot be written: its {field} is to be"):
        write(tmp_path / "x.csv", file, [rows])
    assert not (tmp_path / "x.csv").exists()
