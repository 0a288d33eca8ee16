"""``siller practice-bank``: answers to any payment file, by a behaviour and a seed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.practice_bank.behaviour import EXPECTED, Behaviour
from tasks.settings import PROJECT
from tests.unit.tasks.practice_bank.test_bank import LINES
from tests.unit.tasks.practice_bank.test_other_rails import MESSAGE

Siller = Callable[..., Any]


@pytest.fixture
def bacs(tmp_path: Path) -> Path:
    path = tmp_path / "payments.txt"
    path.write_bytes("".join(f"{line}\r\n" for line in LINES).encode())
    return path


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_answers_to_a_bacs_file_are_put_into_the_inbox(siller: Siller, bacs: Path, tmp_path: Path) -> None:
    said = siller("practice-bank", bacs, "--behaviour", "return-some", "--seed", "5", "--inbox", tmp_path / "inbox")
    assert said.code == 0
    files = written(tmp_path / "inbox")
    assert {name.removeprefix("practice-").partition("-123456")[0] for name in files} >= {
        "input-report",
        "arucs",
        "camt053",
    }
    assert all(name in said.out for name in files)
    assert "24 August 2026. No money has moved." in said.out  # processed on Friday the 21st
    assert not any(value in said.out for value in ("88837491", "MACDONALD", "ILF 2608"))


def test_the_seed_decides(siller: Siller, bacs: Path, tmp_path: Path) -> None:
    for folder, seed in (("one", "1"), ("two", "1"), ("three", "2")):
        siller("practice-bank", bacs, "--behaviour", "reject-some", "--seed", seed, "--inbox", tmp_path / folder)
    one, two, three = (written(tmp_path / folder) for folder in ("one", "two", "three"))
    assert one == two
    assert one != three


def test_a_message_is_known_by_what_it_is(siller: Siller, tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_text(MESSAGE)
    said = siller("practice-bank", path, "--behaviour", "dupl", "--inbox", tmp_path / "inbox")
    assert said.code == 0
    assert sum("pain002" in name for name in written(tmp_path / "inbox")) == 3


def test_faster_payments_pays_on_the_day_in_the_file(siller: Siller, bacs: Path, tmp_path: Path) -> None:
    said = siller("practice-bank", bacs, "--rail", "faster_payments", "--inbox", tmp_path / "inbox")
    assert "21 August 2026" in said.out


@pytest.mark.parametrize("content", [b"", b"hello", bytes(range(256)), b"<a/>", b"<a", "VOL1²".encode()], ids=range(6))
def test_what_is_no_payment_file_is_refused_in_a_sentence(siller: Siller, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    said = siller("practice-bank", path, "--inbox", tmp_path / "inbox")
    assert said.code == 1
    assert "The practice bank refuses file: " in said.err
    assert not (tmp_path / "inbox").exists()


def test_the_page_tells_each_behaviour_as_the_table_has_it() -> None:
    page = (PROJECT / "docs" / "operating" / "practice-bank.md").read_text(encoding="utf-8")
    rows = [line.strip("| \n").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows] == [f"`{behaviour}`" for behaviour in Behaviour]
    for row, said in zip(rows, EXPECTED.values(), strict=True):
        states = f"{said.drawn}; the rest {said.rest}" if said.drawn else said.rest
        assert row[1:] == [
            said.bank,
            said.files,
            states.replace("_", " "),
            str(said.unexplained),
            said.loud or "nothing",
        ]
