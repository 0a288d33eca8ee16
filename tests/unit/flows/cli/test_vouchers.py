"""``siller vouchers``: what people type and read of vouchers, from sent to ended, and with bad input."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import PROJECT
from tests.people import code_now, sit_at
from tests.unit.tasks.exceptions.test_settle import enrol
from tests.unit.tasks.vouchers.month import ANSWERS, RUN, answered, body, released, says

Siller = Callable[..., Any]
HELPDESK = "helpdesk@strathlinn.example"
TODAY = ("--today", "2026-12-30")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("month") / "home"
    released(body(home))
    return home


@pytest.fixture
def at_work(month: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a released month, in a copy, with the operator at the machine."""
    shutil.copytree(month, home, symlinks=True, dirs_exist_ok=True)
    monkeypatch.setenv("SILLER_CONTRACTS", str(PROJECT / "data_contracts"))
    sit_at(monkeypatch, "operator")
    return home


def test_from_sent_to_ended(siller: Siller, at_work: Path, tmp_path: Path) -> None:
    sent = siller("vouchers", "sent", RUN, "--reference", "P-1", "--at", "2026-11-20 09:31")
    assert (sent.code, sent.err) == (0, "")
    assert "with the provider since 20 November 2026 at 09:31, under the reference P-1" in sent.out
    asked = siller("vouchers", "cancel", f"{RUN}/2", "--reason", "moved house", "--reference", "R-1", *TODAY)
    assert f"asked to cancel {RUN}/2, under R-1. Its payee can be paid again once the provider says" in asked.out
    answer = tmp_path / "answers.csv"
    lines = [says(1, "EXPIRED", "100.00", "40.00"), says(3, "CASHED", "28.50", "28.50")]
    answer.write_text("\r\n".join([ANSWERS, *lines, ""]))
    taken = siller("vouchers", "answers", "cash", answer, "--rehearsal", *TODAY)
    assert f"The provider answers for 2 vouchers of {RUN}; 1 of them have ended. It is taken in." in taken.out
    again = siller("vouchers", "answers", "cash", answer, "--rehearsal", *TODAY)
    assert "It had been taken in before; nothing was done." in again.out
    shown = siller("vouchers", "show", RUN, *TODAY).out
    assert "£60.00" in shown and "expired" in shown
    assert "its cancellation was asked for" in " ".join(shown.split())
    assert "900101" not in shown + sent.out + asked.out + taken.out


def test_whoever_asks_for_a_payee_is_told_what_was_cashed(
    siller: Siller, at_work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(body(at_work), [says(1, "EXPIRED", "100.00", "40.00")])
    enrol(body(at_work), HELPDESK)
    monkeypatch.setenv("SILLER_ONE_TIME_CODE", code_now(HELPDESK))
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "07700 900101")
    said = siller("find", "cash", "--rehearsal", "--as", HELPDESK)
    assert said.out.rstrip().splitlines()[-1] == (
        "3 of full.csv is paid by voucher, until 28 December 2026: £40.00 of £100.00 is cashed. To do: reach the "
        "payee, and send again what was not cashed, if it is still owed (siller correction-file)."
    )


def test_a_second_word_that_does_not_fit_is_told_aloud(siller: Siller, at_work: Path, tmp_path: Path) -> None:
    for number, line in enumerate([says(1, "EXPIRED", "100.00", "40.00"), says(1, "ISSUED", "100.00", "70.00")]):
        answer = tmp_path / f"{number}.csv"
        answer.write_text(f"{ANSWERS}\r\n{line}\r\n")
        said = siller("vouchers", "answers", "cash", answer, "--rehearsal", *TODAY)
    assert "DISPUTED: of 1 vouchers the provider had said that they ended, or two people that" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sent", RUN, "--reference", "P", "--at", "2026-11-19 09:00"), "was released on 20 November 2026"),
        (("sent", RUN, "--reference", " ", "--at", "2026-11-20 09:31"), "The reference is what the channel gave back"),
        (("cancel", RUN, "--reason", "x y", "--reference", "R", *TODAY), "Name a payment by run and row"),
        (("cancel", f"{RUN}/0", "--reason", "a slip", "--reference", "R", *TODAY), "is paid by no voucher"),
        (("show", "cash-2026-10-rehearsal-1", *TODAY), "cash-2026-10-rehearsal-1"),
    ],
    ids=["before", "no reference", "no row", "a transfer", "no run"],
)
def test_what_cannot_be_is_one_sentence(siller: Siller, at_work: Path, arguments: tuple[str, ...], said: str) -> None:
    found = siller("vouchers", *arguments)
    assert found.code == 1
    assert said in found.err
    assert "Traceback" not in found.err


def test_a_file_that_is_none_is_refused_whole(siller: Siller, at_work: Path, tmp_path: Path) -> None:
    for name, content in (("empty.csv", b""), ("binary.csv", bytes(range(256))), ("other.csv", b"A,B\r\n1,2\r\n")):
        (tmp_path / name).write_bytes(content)
        found = siller("vouchers", "answers", "cash", tmp_path / name, "--rehearsal", *TODAY)
        assert found.code == 1
        assert "Nothing was taken in" in found.err
