"""The practice bank reads a Standard 18 file by itself and answers in shapes that siller reads."""

from datetime import date
from pathlib import Path

import pytest

from schemas.bank_days import BankDays
from schemas.bank_holidays import Announcement, Announcements, Division
from schemas.bank_messages.bank_file import Message
from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo
from tasks.practice_bank.bank import answer
from tasks.practice_bank.behaviour import Behaviour

PAYER = "10799988837491    "
# The worked example of a single processing day: two credits of £4,321.50 in all, processed on 21 August 2026.
LINES = [
    "VOL1000007" + " " * 31 + "123456" + " " * 32 + "1",
    "HDR1A123456S" + " " * 9 + "00000700010001" + " " * 6 + " 26226 26240 000000" + " " * 20,
    "HDR2F0200000100" + " " * 35 + "00" + " " * 28,
    "UHL1 26233999999    000000001 DAILY  007" + " " * 40,
    "30847989620048099" + PAYER + "00000400000ILF PAYMENTS      ILF 2608 100002   ROYAL AND ANCIENT ",
    "87407705346707099" + PAYER + "00000032150ILF PAYMENTS      ILF 2608 100003   R MACDONALD       ",
    "10799988837491017" + PAYER + "00000432150ILF PAYMENTS      CONTRA            ILF PAYMENTS      ",
    "EOF1A123456S" + " " * 9 + "00000700010001" + " " * 6 + " 26226 26240 000000" + " " * 20,
    "EOF2F0200000100" + " " * 35 + "00" + " " * 28,
    "UTL1" + "0000000432150" * 2 + "0000001" + "0000002" + " " * 8 + "0000000" + " " * 21,
]
ENTRY_DAY = date(2026, 8, 24)


def written(folder: Path, lines: list[str], line_end: str = "\r\n") -> Path:
    path = folder / "payments.txt"
    path.write_bytes("".join(line + line_end for line in lines).encode("ascii"))
    return path


def test_the_example_has_the_lengths_of_the_standard():
    assert [len(line) for line in LINES] == [80] * 4 + [100] * 3 + [80] * 3


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_everything_is_accepted_debited_once_and_returned_as_asked(tmp_path, line_end):
    files = answer(written(tmp_path, LINES, line_end), tmp_path / "inbox", ENTRY_DAY)
    report, advice, statement = (read_bank_file(path.read_bytes(), path.name) for path in files)

    assert (report.message, report.serial, report.service_user_number) == (
        Message.INPUT_REPORT,
        "000007",
        "123456",
    )
    assert report.answers.select("kind", "payments", "amount_pence", "bank_date").rows() == [
        ("accepted_total", 2, 432150, date(2026, 8, 21)),
        ("rejected_total", 0, 0, date(2026, 8, 21)),
    ]
    assert advice.answers.select("code", "amount_pence", "sort_code", "account_number", "reference").rows() == [
        ("B", 400000, "308479", "89620048", "ILF 2608 100002"),
        ("0", 32150, "874077", "05346707", "ILF 2608 100003"),
    ]
    assert statement.answers.select("kind", "payments", "amount_pence", "bank_date").rows() == [
        ("statement_debit", 2, 432150, ENTRY_DAY),
        ("statement_credit", 1, 400000, ENTRY_DAY),
        ("statement_credit", 1, 32150, ENTRY_DAY),
    ]


def test_a_holiday_announced_late_is_one_for_the_bank_too(tmp_path):
    """The bank day before Monday 24 August 2026 is Friday the 21st, and Thursday the 20th once that is a holiday."""
    announced = Announcement(
        announced_on=date(2026, 8, 14),
        source="https://www.gov.uk/bank-holidays",
        divisions=(Division.ENGLAND_AND_WALES,),
        holidays=(date(2026, 8, 21),),
    )
    known = BankDays(Announcements(version=1, announcements=(announced,)))
    for bank_days, day_before in ((BankDays(), "2026-08-21"), (known, "2026-08-20")):
        folder = tmp_path / day_before
        folder.mkdir()
        given = {"behaviour": Behaviour.EMPTY_DAY, "bank_days": bank_days}
        _, empty, _ = answer(written(folder, LINES), folder, ENTRY_DAY, **given)
        assert f"<Dt>{day_before}</Dt>" in empty.read_text("utf-8")


def test_every_file_says_that_it_is_practice(tmp_path):
    files = answer(written(tmp_path, LINES), tmp_path / "inbox", ENTRY_DAY)
    assert all(read_bank_file(path.read_bytes(), path.name).practice for path in files)
    assert all(b"No money has moved" in path.read_bytes() for path in files)


def test_the_same_file_is_always_answered_the_same_way(tmp_path):
    payment_file = written(tmp_path, LINES)
    first, second = (answer(payment_file, tmp_path / inbox, ENTRY_DAY, ["5"]) for inbox in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_without_returns_there_is_no_advice(tmp_path):
    files = answer(written(tmp_path, LINES), tmp_path / "inbox", ENTRY_DAY, return_codes=[])
    assert [read_bank_file(path.read_bytes(), path.name).message for path in files] == [
        "input_report",
        "camt053",
    ]


@pytest.mark.parametrize(
    ("line", "was", "now"),
    [(4, "00000400000", "00000400001"), (6, "00000432150", "00000432149"), (9, "0000002 ", "0000003 ")],
)
def test_a_file_that_does_not_balance_is_refused(tmp_path, line, was, now):
    lines = [*LINES]
    assert was in lines[line]
    lines[line] = lines[line].replace(was, now)
    with pytest.raises(NoGo, match="do not agree"):
        answer(written(tmp_path, lines), tmp_path / "inbox", ENTRY_DAY)
    assert not (tmp_path / "inbox").exists()


def test_a_file_without_its_labels_is_refused(tmp_path):
    with pytest.raises(NoGo, match="VOL1, HDR1, UHL1 and UTL1"):
        answer(written(tmp_path, LINES[1:]), tmp_path / "inbox", ENTRY_DAY)
