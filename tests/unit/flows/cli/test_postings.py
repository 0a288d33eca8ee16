"""``siller postings``: what somebody types and reads."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.month import context
from tests.people import code_now
from tests.unit.tasks.exceptions.test_settle import OPERATOR, RUN, enrol
from tests.unit.tasks.postings.test_postings import with_codes

Siller = Callable[..., Any]


@pytest.fixture
def ask(siller: Siller, home: Path, finished_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Ask for the postings of a month to which the bank has said everything."""
    shutil.copytree(finished_home, home, symlinks=True)
    enrol(context(home), OPERATOR)

    def asked() -> Any:
        monkeypatch.setenv("SILLER_ONE_TIME_CODE", code_now(OPERATOR))
        return siller("postings", RUN, "--as", OPERATOR)

    return asked


def test_what_is_posted_and_that_the_statements_show_the_same(
    ask: Callable[[], Any], home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refused = ask()
    assert (refused.code, refused.out) == (1, "")
    assert "The agreement with ilf has no codes of its books" in refused.err
    monkeypatch.setenv("SILLER_CONTRACTS", str(with_codes(home, tmp_path).settings.contracts))
    reports = context(home).paths.reports(RUN)
    said = ask()
    assert (said.code, said.err) == (0, "")
    paid, back, left = said.out.splitlines()
    csv = reports / "postings-1.csv"
    assert paid == f"Postings 1 of Monday 30 November 2026, debits and credits of £5,931.60 each: {csv}"
    assert f"debits and credits of £4,031.60 each: {reports / 'postings-2.csv'}" in back  # of today
    assert left == (
        "By the payment file £1,900.00 left the bank's accounts, as posted. The statements show the same: £0.00 is "
        "unexplained."
    )
    assert "each, as given out before: " in ask().out
