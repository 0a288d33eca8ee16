"""Limits at and around their edges, names and references that are cut, files that people open; worked out by hand."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from schemas.no_go import NoGo
from schemas.rails.channel import Channel, Upload, check, payment, write
from schemas.rails.tally import Tally
from tests.unit.schemas.rails.channel.conftest import SHIPPED, replace, upload_by

One = Callable[..., pl.DataFrame]
Changed = Callable[..., Channel]


def lines_of(path: Path, file: Upload, payments: pl.DataFrame) -> list[str]:
    """What is written, once it has been read back."""
    path.unlink(missing_ok=True)
    check(path, file, write(path, file, [payments]))
    return path.read_bytes().decode("ascii").splitlines()


@pytest.mark.parametrize(
    ("name", "largest"), [("paygate", 2_000_000_000), ("coutts", 100_000_000), ("bank_of_scotland_fps", 100_000_000)]
)
def test_one_item_is_taken_up_to_the_service_s_limit(tmp_path: Path, one_payment: One, name: str, largest: int) -> None:
    file = upload_by(SHIPPED.named(name))
    written = lines_of(tmp_path / "file", file, one_payment(amount_pence=largest))
    assert any(f",{largest // 100}.00," in line for line in written)
    for wrong in (0, -1, largest + 1):
        with pytest.raises(NoGo, match=r"Payment 1 of the file .*: its amount_pence is to be £0\.01 to £"):
            write(tmp_path / "no", file, [one_payment(amount_pence=wrong)])
        assert not (tmp_path / "no").exists()


def test_a_width_and_a_limit_bound_an_item_to_the_penny(tmp_path: Path, one_payment: One, changed: Changed) -> None:
    columns = [column.model_dump(exclude_defaults=True) for column in SHIPPED.named("paygate").columns]
    columns[3]["width"] = 6  # 999.99
    channel = changed("paygate", columns=columns, limits={"largest_item_pence": 99_999})
    assert ",999.99," in lines_of(tmp_path / "file", upload_by(channel), one_payment(amount_pence=99_999))[0]
    with pytest.raises(NoGo, match=r"£0\.01 to £999\.99"):
        write(tmp_path / "no", upload_by(channel), [one_payment(amount_pence=100_000)])


@pytest.mark.parametrize("limit", [{"most_payments": 3}, {"largest_file_pence": 432_151}])
def test_a_file_is_taken_up_to_its_limits(
    tmp_path: Path, payments: pl.DataFrame, changed: Changed, limit: dict[str, int]
) -> None:
    (key, most), *_ = limit.items()
    at, over = (upload_by(changed("paygate", limits={key: each})) for each in (most, most - 1))
    assert len(lines_of(tmp_path / "file", at, payments)) == 3
    with pytest.raises(NoGo, match=r"more than the .* that Paygate takes in one file"):
        write(tmp_path / "no", over, [payments])
    bank = replace(at, most_payments=2) if key == "most_payments" else replace(at, largest_file_pence=432_150)
    with pytest.raises(NoGo, match="more than the"):  # the bank's own limit, beside the channel's
        write(tmp_path / "no", bank, [payments])


def test_nothing_to_pay_is_no_file(tmp_path: Path, payments: pl.DataFrame) -> None:
    with pytest.raises(NoGo, match="nothing to pay"):
        write(tmp_path / "no", upload_by(SHIPPED.named("paygate")), [payments.head(0)])


def test_names_and_references_are_cut_and_listed_by_the_channel_s_own_width(tmp_path: Path, changed: Changed) -> None:
    columns = [column.model_dump(exclude_defaults=True) for column in SHIPPED.named("paygate").columns]
    columns[2]["width"] = columns[8]["width"] = 10
    channel = changed("paygate", columns=columns, signs=" .-", instead={"&": "AND", "/": " "})
    rows = pl.DataFrame(
        {
            "row_number": pl.Series([0, 1, 2, 3], dtype=pl.Int32),
            "sort_code": ["089999"] * 4,
            "account_number": ["66374958"] * 4,
            "amount_pence": [100] * 4,
            "roll_number": [""] * 4,
            "payment_reference": ["AWARD 2611A", "AWARD 2611B", "A/1", "B"],
            "payee_name": ["R&D Ltd", "Ann Lee-Smith", "O'Neill & Daughters", "Jo"],
        }
    )
    tally, found = (
        Tally({"payee_name": channel.carried("payee_name"), "payment_reference": channel.carried("reference")}),
        [],
    )
    path = tmp_path / "file"
    write(path, upload_by(channel), [rows], lambda given, written: found.append(tally.changes(given, written)))
    names = [line.split(",")[2] for line in path.read_text().splitlines()]
    assert names == ["RANDD LTD", "ANN LEE-SM", "ONEILL AND", "JO"]
    assert [line.split(",")[8] for line in path.read_text().splitlines()] == ["AWARD 2611", "AWARD 2611", "A 1", "B"]
    assert tally.changed == {"payee_name": 3, "payment_reference": 3}
    assert tally.cut == {"payee_name": 2, "payment_reference": 2}
    assert {(sign, written): times for sign, written, times in tally.as_written()} == {
        ("&", "AND"): 2, ("'", ""): 1, ("/", " "): 1,
    }  # fmt: skip
    assert pl.concat(found).filter(pl.col("row_number") == 2)["written"].to_list() == ["ONEILL AND", "A 1"]
    assert tally.alike(iter([rows])).rows() == [(1, 0), (1, 1)]


def test_what_may_not_be_cut_refuses_the_file(tmp_path: Path, one_payment: One, changed: Changed) -> None:
    columns = [column.model_dump(exclude_defaults=True) for column in SHIPPED.named("paygate").columns]
    del columns[2]["cut"]
    channel = changed("paygate", columns=columns)
    assert lines_of(tmp_path / "file", upload_by(channel), one_payment(payee_name="A" * 18))
    with pytest.raises(NoGo, match="its payee_name is to be 1 to 18 permitted characters"):
        write(tmp_path / "no", upload_by(channel), [one_payment(payee_name="A" * 19)])
    with pytest.raises(NoGo, match="its reference is to be 1 to 18"):  # a roll number is never cut
        write(tmp_path / "no", upload_by(SHIPPED.named("paygate")), [one_payment(roll_number="1" * 19)])


def test_a_roll_number_without_a_place_refuses_the_file(tmp_path: Path, one_payment: One, changed: Changed) -> None:
    columns = [column.model_dump(exclude_defaults=True) for column in SHIPPED.named("shared_services").columns]
    channel = changed("shared_services", columns=columns[:-1])
    assert lines_of(tmp_path / "file", upload_by(channel), one_payment())
    with pytest.raises(NoGo, match="its roll_number has no place"):
        write(tmp_path / "no", upload_by(channel), [one_payment(roll_number="D/1")])


@pytest.mark.parametrize(("opened_by", "cell"), [("machines", "-1 CLOSE"), ("people", "'-1 CLOSE")])
def test_a_channel_says_whether_people_open_its_file(
    tmp_path: Path, one_payment: One, changed: Changed, opened_by: str, cell: str
) -> None:
    file = upload_by(changed("paygate", opened_by=opened_by))
    path = tmp_path / "file"
    totals = write(path, file, [one_payment(payee_name="-1 Close")])
    check(path, file, totals)
    assert path.read_text().split(",")[2] == cell
    assert totals.content_digest == write(tmp_path / "again", file, [one_payment(payee_name="-1 Close")]).content_digest


def test_a_rehearsal_says_so_where_it_has_a_payer_s_name(tmp_path: Path, one_payment: One) -> None:
    file = replace(upload_by(SHIPPED.named("paygate")), rehearsal=True)
    assert ",REHEARSAL NO MONEY," in lines_of(tmp_path / "file", file, one_payment())[0]


def test_header_and_trailer_count_and_add_up(tmp_path: Path, payments: pl.DataFrame, changed: Changed) -> None:
    count = {"name": "items", "field": "payments", "width": 6, "padding": "zeros_before"}
    total = {"name": "sum", "field": "total", "form": "pence", "width": 6, "padding": "zeros_before"}
    end = {"name": "end", "constant": "END"}
    file = upload_by(changed("barclays_sif", header=[count, total], trailer=[end, total]))
    first, *_, last = lines_of(tmp_path / "file", file, payments)
    assert (first, last) == ("000003,432151", "END,432151")
    with pytest.raises(NoGo, match="sum takes 6 characters"):
        write(tmp_path / "no", file, [payments.with_columns(amount_pence=pl.lit(500_000, pl.Int64))])
    path = tmp_path / "file"
    totals = write(tmp_path / "again", file, [payments])
    path.write_bytes(path.read_bytes().replace(b"000003,", b"000004,"))
    with pytest.raises(NoGo, match="What differs: sha256, header"):
        check(path, file, totals)


def test_fixed_width_is_read_by_its_places(tmp_path: Path, payments: pl.DataFrame, changed: Changed) -> None:
    columns = [
        {"name": "kind", "constant": "P"},
        {"name": "whole account", "field": "account", "width": 15, "between": " "},
        {"name": "sum", "field": "amount", "form": "pounds", "width": 11, "padding": "spaces_before"},
        {"name": "who", "field": "payee_name", "width": 10, "cut": "end", "padding": "spaces_after"},
        {"name": "what for", "field": "reference", "width": 18, "cut": "end", "padding": "spaces_after"},
    ]
    file = upload_by(changed("coutts", columns=columns, shape="fixed_width", delimiter=None))
    assert lines_of(tmp_path / "file", file, payments) == [
        "P089999 66374958    3000.00MS RENEE OILF 2608 100001   ",
        "P202959 63748472    1321.50ROYAL & ANILF 2608 100002   ".replace("ILF 2608 100002   ", "D/1234-5          "),
        "P871427 00123456       0.01MX LUKASZ ILF 2608 100003   ",
    ]


def test_what_is_digested_is_what_the_file_has_a_place_for(payments: pl.DataFrame) -> None:
    paygate, shared = (payments.select(payment.content(SHIPPED.named(name))) for name in ("paygate", "shared_services"))
    assert paygate["reference"].to_list() == ["ILF 2608 100001", "D/1234-5", "ILF 2608 100003"]
    assert paygate["roll_number"].to_list() == ["", "", ""]
    assert shared["reference"].to_list() == ["", "", ""]
    assert shared["roll_number"].to_list() == ["", "D/1234-5", ""]
