"""Whatever a bank's answer says, it is read or refused with a sentence: no other error, and no value told."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo
from tasks.practice_bank.bank import Rail, answer
from tests.property.test_broken_files import STANDARD_18, cuts, mutated
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
    "9" * 40,
    "0.005",
    "2026-02-30",
    "26233",
    "\x7f",
    "é" * 400,
)
"""What stands in no answer: signs that look like digits, numbers that are none, days that do not exist."""


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
        assert "answer.xml" in str(said)
        assert not any(value in str(said) for value in ("66374958", "63748472", "ONEILL", "ILF 2608"))
    else:
        assert found.answers["amount_pence"].drop_nulls().is_between(0, 10**18).all()


def test_every_document_is_read_as_it_is(documents: list[bytes]) -> None:
    assert len(documents) == 8
    assert all(read_bank_file(data, "answer.xml").answers.height for data in documents)


@settings(deadline=None, max_examples=150)
@given(which=st.integers(0, 7), changes=cuts)
def test_a_cut_answer_is_read_or_refused(
    documents: list[bytes], which: int, changes: list[tuple[float, int, bytes]]
) -> None:
    read(mutated(documents[which], changes))


@settings(deadline=None, max_examples=300)
@given(
    which=st.integers(0, 7), changes=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(ODD)), min_size=1, max_size=3)
)
def test_an_answer_that_says_something_odd_is_read_or_refused(
    documents: list[bytes], which: int, changes: list[tuple[float, str]]
) -> None:
    text = documents[which].decode()
    for where, odd in changes:
        values = list(re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<\n]+(?=<)', text))
        value = values[int(where * (len(values) - 1))]
        text = text[: value.start()] + odd + text[value.end() :]
    read(text.encode())


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<BACSDocument>", b"<?xml version='1.0'?><Document "]))
def test_any_bytes_are_refused(data: bytes, opening: bytes) -> None:
    with pytest.raises(NoGo):
        read_bank_file(opening + data, "answer.xml")
