"""What a channel file may say: whatever nobody meant is refused by its key, and nothing of it is ever a pattern."""

from collections.abc import Callable

import pytest
import yaml

from schemas.no_go import NoGo
from schemas.rails.channel import Channel, Channels

SHIPPED = Channels.read()
PAYGATE = yaml.safe_load(dict(SHIPPED.files)["paygate"])


def paygate_with(**keys: object) -> bytes:
    return yaml.safe_dump(PAYGATE | keys).encode()


def columns_with(at: int, **keys: object) -> bytes:
    """Paygate's columns, of which one says something else."""
    columns = [dict(column) for column in PAYGATE["columns"]]
    columns[at] = {key: value for key, value in (columns[at] | keys).items() if value is not None}
    return paygate_with(columns=columns)


def fixed_with(at: int, **keys: object) -> bytes:
    """The same in a file of fixed width, of which one column says something else."""
    columns = [dict(column) for column in PAYGATE["columns"]]
    for column in columns:
        kind = column.get("field")
        if kind in ("payee_name", "reference", "service_user_name"):
            column["padding"] = "spaces_after"
        if kind == "amount":
            column["padding"] = "zeros_before"
    columns[at] |= keys
    return paygate_with(columns=columns, shape="fixed_width", delimiter=None)


SORT_CODE, NAME, AMOUNT, CODE, DATE = 0, 2, 3, 4, 9
HOSTILE = {
    "unknown key": (paygate_with(macro="run me"), "macro: siller knows no such key"),
    "unknown key of a column": (columns_with(NAME, formula="=1"), r"columns\.2\.formula: siller knows no such key"),
    "column twice": (paygate_with(columns=[*PAYGATE["columns"], PAYGATE["columns"][NAME]]), "columns: .* stands twice"),
    "field twice": (
        paygate_with(columns=[*PAYGATE["columns"], PAYGATE["columns"][NAME] | {"name": "again"}]),
        "columns: payee_name stands twice",
    ),
    "key twice": (paygate_with() + b"service: Bacs\n", "the key service stands twice"),
    "width too small": (columns_with(AMOUNT, width=6), "columns: amount: width holds 99,999 pence at most"),
    "width of a sort code": (columns_with(SORT_CODE, width=5), r"columns\.0: .*width is less than the 6"),
    "delimiter of a name": (paygate_with(delimiter="-"), "delimiter: it is among the characters that a cell may hold"),
    "delimiter of an amount": (paygate_with(delimiter="."), "delimiter: it is among"),
    "delimiter of a constant": (columns_with(CODE, constant="9,9"), "delimiter: it is among"),
    "delimiter is a letter": (paygate_with(delimiter="X"), "delimiter: must be of the form"),
    "delimiter is a line end": (paygate_with(delimiter="\n"), "delimiter: must be of the form"),
    "no amount": (paygate_with(columns=PAYGATE["columns"][:AMOUNT]), "columns: there is no amount"),
    "no account": (paygate_with(columns=PAYGATE["columns"][2:]), "columns: need either account"),
    "unknown field": (columns_with(NAME, field="national_insurance_number"), r"columns\.2\.field: "),
    "field and constant": (columns_with(CODE, field="serial"), r"columns\.4: .* either"),
    "unknown encoding": (paygate_with(encoding="utf-7"), "encoding: "),
    "unknown day": (columns_with(DATE, form="%Y"), r"columns\.9\.form"),
    "amount without a form": (columns_with(AMOUNT, form=None), r"columns\.3: amount: form"),
    "a pattern for signs": (paygate_with(signs="(a+)+$"), "signs: must be of the form"),
    "a pattern for a name": (paygate_with(file_name="{run}.(a+)+$"), "file_name: must be of the form"),
    "a way out of the outbox": (paygate_with(file_name="{run}.../../x"), "file_name: must be of the form"),
    "a name of one's own": (paygate_with(file_name="payments.csv"), "file_name: must be of the form"),
    "a sign for which nothing is said": (paygate_with(signs=" ./-"), "instead: "),
    "a sign instead of itself": (paygate_with(signs=" ./-", instead={"&": "&"}), "instead: a sign is written"),
    "a roll number cut": (columns_with(8, field="roll_number"), r"columns\.8: .*cut is for names"),
    "a name of 40": (columns_with(NAME, width=40), r"columns\.2: .*width is 1 to 18"),
    "a sort code with zeros": (columns_with(SORT_CODE, padding="zeros_before"), r"columns\.0: .*zeros"),
    "a payment's field in a trailer": (paygate_with(trailer=[PAYGATE["columns"][NAME]]), "trailer: payee_name differs"),
    "totals in a payment": (columns_with(CODE, constant=None, field="payments"), "columns: payments is known"),
    "cells that fall": (columns_with(SORT_CODE, cell="B"), "columns: cell: every column"),
    "a loose fixed width": (paygate_with(shape="fixed_width", delimiter=None), "columns: .* needs a padding"),
    "a fixed width that nothing fills up": (fixed_with(SORT_CODE, width=8), "columns: .*sort code needs a padding"),
    "a filler that fills nothing": (fixed_with(CODE, constant="", width=5), "columns: transaction code needs"),
    "no serial to be known by": (paygate_with(identified_by="serial"), "identified_by: no column"),
    "a report that names nothing": (paygate_with(answered_by="input_report"), "answered_by: a report names"),
    "a formula for people": (
        columns_with(CODE, constant="=1+1").replace(b"machines", b"people"),
        "constant: a spreadsheet",
    ),
    "not YAML": (b"{", "is no YAML"),
    "a bomb": (b"a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "siller knows no such key"),
    "an unanswered question": (paygate_with(taken_by="???"), "is a draft"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_what_nobody_meant_is_refused_by_its_key(case: str) -> None:
    content, says = HOSTILE[case]
    with pytest.raises(NoGo, match=says):
        Channel.parsed(content, "channels/paygate.yaml")


def test_what_was_kept_is_the_same_channel_and_a_comment_changes_no_hash() -> None:
    for name in SHIPPED.names:
        channel = SHIPPED.named(name)
        assert Channel.kept(channel.as_kept) == channel
        commented = Channel.parsed(dict(SHIPPED.files)[name] + b"# a word more\n", name)
        assert commented.sha256 == channel.sha256
    assert len({SHIPPED.named(name).sha256 for name in SHIPPED.names}) == len(SHIPPED.names)


def test_a_file_of_the_bodys_own_comes_before_siller_s(tmp_path_factory: pytest.TempPathFactory) -> None:
    contracts = tmp_path_factory.mktemp("contracts")
    (contracts / "channels").mkdir()
    (contracts / "channels" / "paygate.yaml").write_bytes(paygate_with(line_end="LF"))
    (contracts / "channels" / "our_bank.yaml").write_bytes(paygate_with(title="ours"))
    (contracts / "channels" / "Not-A-Name.yaml").write_bytes(b"{")
    found = Channels.read(contracts)
    assert found.names == tuple(sorted((*SHIPPED.names, "our_bank")))
    assert found.named("paygate").line_end == "LF"
    with pytest.raises(NoGo, match="There is no channel pigeon"):
        found.named("pigeon")


def test_its_terms_say_what_whoever_works_with_it_asks(changed: Callable[..., Channel]) -> None:
    bacs, faster = SHIPPED.named("paygate").terms("paygate"), SHIPPED.named("coutts").terms("coutts")
    assert (bacs.service, bacs.in_one_day, bacs.answered_by, bacs.several_days) == ("Bacs", False, None, False)
    assert (faster.service, faster.in_one_day, faster.every_day) == ("Faster Payments", True, True)
    serial = [*PAYGATE["columns"], {"name": "our number", "field": "serial", "width": 6}]
    reported = changed("paygate", columns=serial, identified_by="serial", answered_by="input_report")
    assert reported.terms("paygate").answered_by == "input_report"
