"""A channel's file that somebody else wrote is read to its end, by the channel file alone; counted by hand."""

from datetime import date
from pathlib import Path

import pytest

from schemas.inspection import inspect, payments_of, set_beside
from schemas.no_go import NoGo
from schemas.rails.channel import Channels
from schemas.rails.channel.cells import day_as
from schemas.rails.channel.column import Column

PAYGATE, SCOTLAND, COUTTS = (Channels.read().named(name) for name in ("paygate", "bank_of_scotland_fps", "coutts"))
GOOD = "089999,66374958,ANN LEE,3000.00,99,107999,88837491,ILF,GRANT 1,27/11/2026"
OTHER = "202959,63748472,JO,0.01,99,107999,88837491,ILF,GRANT 2,27/11/2026"


def written(folder: Path, *lines: str, end: str = "\r\n") -> Path:
    path = folder / "theirs.csv"
    path.write_bytes("".join(line + end for line in lines).encode("latin-1"))
    return path


def found_in(path: Path) -> list[str]:
    return [str(finding) for finding in inspect(path, PAYGATE).findings]


def test_a_good_file_tells_what_it_moves_and_whose_it_is(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, GOOD, OTHER), PAYGATE)
    assert (found.payments, found.pence, found.findings) == (2, 300001, ())
    assert dict(found.facts)["Processing date"] == "27/11/2026"
    assert dict(found.facts)["Paying account number"] == "****7491"
    assert payments_of(written(tmp_path, GOOD, OTHER), PAYGATE).select("place", "reference", "day").rows()[1] == (
        2,
        "GRANT 2",
        date(2026, 11, 30),  # a Friday is processed, and the Monday pays
    )


@pytest.mark.parametrize("content", [b"H,20261127,123456\r\n", b"\r\n", b'"'])
def test_a_file_that_ends_after_its_header_has_no_payment(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "theirs.csv"
    path.write_bytes(content)
    assert "the file: it has no payment" in [str(finding) for finding in inspect(path, SCOTLAND).findings]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (GOOD.replace("089999", "08999"), "line 2, cell 1: destination sort code must be 6 digits"),
        (GOOD.replace("089999", "000000"), "line 2, sort code: the payee's sort code is zeros"),
        (GOOD.replace("ANN LEE", "ANN LEÉ"), "line 2, cell 3: destination name must be at most 18"),
        (GOOD.replace("3000.00", "3000"), "line 2, cell 4: amount must be an amount in pounds"),
        (GOOD.replace("3000.00", "0.00"), "line 2, cell 4: a payment of nothing is not taken"),
        (GOOD.replace("3000.00", "20000000.01"), "line 2, cell 4: a payment is more than £20,000,000.00"),
        (GOOD.replace(",99,", ",01,"), 'line 2, cell 5: transaction code must be "99"'),
        (GOOD.replace("27/11/2026", "2026-11-27"), "line 2, cell 10: date must be a day as dd/mm/yyyy"),
        (GOOD + ",", "line 2, its cells: the line is to have 10 cells"),
        (OTHER, "line 2 as line 1: the same account, amount, reference and name stand in the file before"),
        (GOOD.replace("88837491", "88837492"), "the file: the file has more than one paying account number"),
    ],
)  # fmt: skip
def test_each_fault_has_its_place(tmp_path: Path, line: str, says: str) -> None:
    assert says in "\n".join(found_in(written(tmp_path, OTHER, line)))
    assert "ANN LEE" not in "\n".join(found_in(written(tmp_path, OTHER, line)))


def test_line_ends_and_what_is_cut_off_are_found(tmp_path: Path) -> None:
    assert found_in(written(tmp_path, GOOD, OTHER, end="\n")) == ["line 1; line 2: the line does not end with CRLF"]
    path = written(tmp_path, GOOD, OTHER)
    path.write_bytes(path.read_bytes()[:-6])
    assert [each.split(":")[0] for each in found_in(path)] == ["line 2", "line 2, cell 10"]
    assert found_in(written(tmp_path)) == ["the file: it has no payment"]


def test_header_and_trailer_are_looked_into_and_no_payments(tmp_path: Path) -> None:
    row = "FPS,20260821,1.00,ILF,107999-88837491,JO,66374958,089999,R"
    good = inspect(written(tmp_path, "H,20260821,123456", row, "T"), SCOTLAND)
    assert (good.payments, good.findings) == (1, ())
    bad = inspect(written(tmp_path, "H,20260821", row, "X"), SCOTLAND)
    assert [str(each) for each in bad.findings] == [
        "header, line 1, its cells: the line is to have 3 cells",
        'trailer, line 3, cell 1: record type must be "T"',
    ]


def test_two_files_of_different_channels_are_compared_by_what_both_say(tmp_path: Path) -> None:
    barclays = Channels.read().named("barclays_sif")
    (tmp_path / "a").mkdir()
    old = written(tmp_path, GOOD, OTHER)
    lines = ("089999,ANN LEE,66374958,3000.00,GRANT 1,99/", "202959,JO,63748472,0.02,GRANT 2,99/")
    found, left_out = set_beside(old, written(tmp_path / "a", *lines), PAYGATE, barclays)
    assert left_out == ("day",)
    assert (found.same, found.different["differs"].to_list()) == (1, ["amount"])


def test_a_roll_number_that_one_of_them_has_lost_is_told(tmp_path: Path) -> None:
    roll_number = Column(name="roll number", field="roll_number", width=18)
    society = PAYGATE.model_copy(update={"columns": (*PAYGATE.columns, roll_number)})
    (tmp_path / "a").mkdir()
    old = written(tmp_path, f"{GOOD},ROLL 1", f"{OTHER},")
    new = written(tmp_path / "a", f"{GOOD},", f"{OTHER},")
    found, left_out = set_beside(old, new, society, society)
    assert (found.same, found.different["differs"].to_list(), left_out) == (1, ["reference"], ())


CENTRE = Channels.read().named("shared_services")
IN_THE_CENTRE = {roll: f"089999,66374958,ANN LEE           ,00000300000,{roll}" for roll in ("ROLL 1", "ROLL 2", "")}
WITH_ROLL = GOOD.replace("GRANT 1", "ROLL 1")


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        (IN_THE_CENTRE["ROLL 1"], IN_THE_CENTRE["ROLL 1"], []),
        (IN_THE_CENTRE["ROLL 1"], IN_THE_CENTRE[""], ["reference"]),
        (IN_THE_CENTRE[""], IN_THE_CENTRE["ROLL 1"], ["reference"]),
        (IN_THE_CENTRE["ROLL 1"], IN_THE_CENTRE["ROLL 2"], ["reference"]),
        (IN_THE_CENTRE["ROLL 1"], WITH_ROLL, []),
        (IN_THE_CENTRE["ROLL 1"], GOOD, ["reference"]),
        (GOOD, IN_THE_CENTRE["ROLL 1"], ["reference"]),
        (GOOD, IN_THE_CENTRE[""], []),
    ],
    ids=["both", "lost", "come", "another", "in its place", "lost there", "come there", "only a reference"],
)
def test_where_roll_numbers_alone_have_a_place_they_are_compared(
    tmp_path: Path, old: str, new: str, differs: list[str]
) -> None:
    """A building society has nobody but by it: without its roll number a payment pays nobody."""
    files = [written(tmp_path, line).rename(tmp_path / f"{number}.csv") for number, line in enumerate((old, new))]
    channels = [PAYGATE if line in (GOOD, WITH_ROLL) else CENTRE for line in (old, new)]
    found, left_out = set_beside(*files, *channels)
    assert found.different["differs"].to_list() == differs
    assert found.same == 1 - len(differs)
    mixed = channels[0] is not channels[1]
    assert ("references other than roll numbers" in left_out) is mixed


def test_without_a_channel_it_is_no_payment_file(tmp_path: Path) -> None:
    with pytest.raises(NoGo, match=r"name it \(--rail paygate\)"):
        inspect(written(tmp_path, GOOD))


@pytest.mark.parametrize(
    ("says", "day"),
    [("18032", date(2018, 2, 1)), ("28366", date(2028, 12, 31)), ("27001", date(2027, 1, 1)), ("27366", None)],
)
def test_a_day_of_the_year_is_the_day_that_the_bank_s_help_means(tmp_path: Path, says: str, day: date | None) -> None:
    """1 February 2018 is 18032 in the help of a bank's import page; 2028 has 366 days, 2027 has not."""
    columns = [
        column.model_copy(update={"field": "entry_date", "form": "yyddd"}) if column.name == "date" else column
        for column in PAYGATE.columns
    ]
    channel = PAYGATE.model_copy(update={"columns": tuple(columns)})
    path = written(tmp_path, GOOD.replace("27/11/2026", says))
    assert payments_of(path, channel)["day"].to_list() == [day]
    if day:
        assert day_as("yyddd", day) == says
