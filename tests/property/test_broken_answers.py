"""Whatever a bank's answer says, it is read or refused with a sentence: no other error, and no value told."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo
from tasks.practice_bank.bank import Rail, answer
from tests.golden.test_bank_answers import CASES as BANK_ANSWERS
from tests.property.test_broken_files import STANDARD_18, cuts, mutated
from tests.unit.schemas.bank_messages.test_awacs import MOVED, messaging
from tests.unit.schemas.bank_messages.test_passages import TOTALS, day, report
from tests.unit.tasks.practice_bank.test_other_rails import MESSAGE

ODD = (
    "",
    " ",
    "-",
    "0",
    "-1",
    "NaN",
    "1e5",
    "1,00",
    "٣",
    "²",
    "٣٣.٣٣",
    "9" * 40,
    "9" * 10_000,
    "0.005",
    "2026-02-30",
    "26233",
    "\x7f",
    "é" * 400,
)
"""What stands in no answer: signs that look like digits, numbers that are none or too long, days that do not exist."""
OTHERS = (
    messaging(MOVED),
    messaging(MOVED.replace('"W"', '"A"'), type="ADDACS"),
    report("Withdrawal", day(), TOTALS.format(number="7", value="17711.60")),
    report("Arrival", day()),
    *(path.read_bytes() for path in sorted(BANK_ANSWERS.rglob("*.xml")) if b"UTF-16" not in path.read_bytes()[:200]),
)
"""Messages that the practice bank does not write, and those that were met."""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """An input report without and with rejects, an ARUCS advice, two status reports and statements."""
    folder = tmp_path_factory.mktemp("answers")
    (folder / "file").write_bytes(STANDARD_18)
    (folder / "message").write_text(MESSAGE)
    sent = ((Rail.BACS, "file"), (Rail.FASTER_PAYMENTS, "file"), (Rail.PAIN001, "message"))
    written = [answer(folder / name, folder / rail, date(2026, 8, 24), rail=rail) for rail, name in sent]
    return [path.read_bytes() for paths in written for path in paths]


def read(data: bytes) -> None:
    try:
        found = read_bank_file(data, "answer.xml")
    except NoGo as said:
        told = (str(said),)
    else:
        told = found.faults
        assert found.answers["amount_pence"].drop_nulls().is_between(0, 10**18).all()
    for sentence in told:
        assert "answer.xml" in sentence
        assert len(sentence) < 500
        assert not any(value in sentence for value in ("66374958", "63748472", "ONEILL", "ILF 2608", "ILF 2611"))


def test_every_document_is_read_as_it_is(documents: list[bytes]) -> None:
    assert len(documents) == 8
    assert all(read_bank_file(data, "answer.xml").answers.height for data in documents)


def chosen(documents: list[bytes], which: int) -> bytes:
    return documents[which] if which < len(documents) else OTHERS[which - len(documents)]


@settings(deadline=None, max_examples=80)
@given(which=st.integers(0, 7 + len(OTHERS)), changes=cuts)
def test_a_cut_answer_is_read_or_refused(
    documents: list[bytes], which: int, changes: list[tuple[float, int, bytes]]
) -> None:
    read(mutated(chosen(documents, which), changes))


@settings(deadline=None, max_examples=120)
@given(
    which=st.integers(0, 7 + len(OTHERS)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, len(ODD) - 1)), min_size=1, max_size=3),
)
def test_an_answer_that_says_something_odd_is_read_or_refused(
    documents: list[bytes], which: int, changes: list[tuple[float, int]]
) -> None:
    text = chosen(documents, which).decode("utf-8-sig", "replace")
    for where, odd in changes:
        values = list(re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<\n]+(?=<)', text))
        value = values[int(where * (len(values) - 1))]
        text = text[: value.start()] + ODD[odd] + text[value.end() :]
    read(text.encode())


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<BACSDocument>", b"<?xml version='1.0'?><Document "]))
def test_any_bytes_are_refused(data: bytes, opening: bytes) -> None:
    with pytest.raises(NoGo):
        read_bank_file(opening + data, "answer.xml")
