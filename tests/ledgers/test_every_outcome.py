"""A month with every outcome: this siller comes to what an earlier one came to, but for what is named here."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.ledgers.every_outcome import FOLDER, outcomes, pay
from tests.ledgers.test_same_payment_files import without_owner

Outcomes = dict[str, Any]
Step = tuple[str, str, str]
ONE_EXTRACT = ("ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-4")
"""The full extract and the supplementary; the runs between are corrections, with the rows of those before."""
_ROW = re.compile(r"row ([0-9]+) of(?= the extract)")
_FILE = re.compile(r"(?<=\.bacs18\.txt, SHA-256 )[0-9a-f]{64}")


@pytest.fixture(scope="module")
def then() -> Outcomes:
    found: Outcomes = json.loads((FOLDER / "every-outcome-d25fa1d.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module", params=[5, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
def now(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """But for the accounts that October's money came back from: an earlier siller held none in November."""
    with patch("tasks.ledger.holds.define_held", return_value=False):
        return outcomes(pay(tmp_path_factory.mktemp("every-outcome")), request.param)


def test_every_outcome_is_there(then: Outcomes) -> None:
    assert {state for _, _, state, _ in then["states"]} == {
        "credited",
        "returned",
        "replaced",
        "refused",
        "held",
        "corrected",
    }
    assert {rule for *_, rule in then["reasons"]} == {
        "account_passes_modulus_check",
        "already_released",
        "copies_differ_in_extract",
        "corrected_by_a_later_row",
        "has_exact_digits",
        "has_two_decimals",
        "identical_copy_in_extract",
        "is_present",
        "nothing_open_in_period",
    }
    assert {"refused", "referred"} <= {
        outcome for *_, outcome, _, rule in then["reasons"] if rule == "account_passes_modulus_check"
    }


PENCE_SAID = "Write whole pence", "Write pounds and pence, as 45.50"
"""What was said of an amount without pence, and what is: the former could be taken for 4550."""


@pytest.mark.parametrize("what", ["states", "reasons"])
def test_each_row_stands_where_it_stood(then: Outcomes, now: Outcomes, what: str) -> None:
    assert then[what]
    assert now[what] == then[what]


def test_the_body_gets_the_same_rows_back_by_their_lines(then: Outcomes, now: Outcomes) -> None:
    """They were named by their number from 0, of the run; the line is that of the file that each came in.

    Each had one fault. What is wrong and what to do were one cell, beside the rule's id; the pay date and
    the pay run were not told.
    """
    assert now["left_out"].keys() == then["left_out"].keys()
    for run_id, kept in then["left_out"].items():
        texts = (text.removeprefix("\ufeff") for text in (kept, now["left_out"][run_id]))
        before, named = (list(csv.reader(StringIO(text, newline=""))) for text in texts)
        assert {cells[0] for cells in named[1:]} == {run_id}
        after = [cells[1:] for cells in named]
        assert [cells[5:] for cells in after] == [cells[4:] for cells in before]
        assert [(cells[1], " ".join(cells[2:4])) for cells in after[1:]] == [
            (cells[1], cells[3].replace(*PENCE_SAID)) for cells in before[1:]
        ]
        for (row, *_), (line, *_) in zip(before[1:], after[1:], strict=True):
            number, _, of_file = line.partition(" of ")
            if of_file or run_id in ONE_EXTRACT:
                assert int(number) == int(row) + 2
            else:
                assert int(number) <= int(row)


def told(trace: list[Any]) -> tuple[str, list[Step], list[Step]]:
    """The state, the steps, and what the bank said: reports have come before statements since 75280fa.

    A row is named by its line now, and the other rows for the same payment are named after it.

    An answer to the form is told by the moment of the journal, which in a rehearsal is not that of the answer.

    The SHA-256 of a payment file is another one, because its labels name their owner since then.
    """
    state, *steps = trace
    said = [
        (
            what,
            "" if what.startswith("approval: ") else when,
            _ROW.sub(lambda row: f"line {int(row[1]) + 2} of", _FILE.sub("", detail)),
        )
        for what, when, detail in steps
        if what not in ("paid since", "asked for again", "asked for before")
    ]
    of_the_bank = [step for step in said if step[0].startswith("bank: ")]
    return state, [step for step in said if step not in of_the_bank], sorted(of_the_bank)


def test_each_row_came_the_same_way(then: Outcomes, now: Outcomes) -> None:
    assert len(then["traces"]) == len(then["states"])
    assert 10 < len(now["traces"]) <= len(then["traces"])
    for payment, way in now["traces"].items():
        assert told(way) == told(then["traces"][payment]), payment


def test_the_bank_gets_the_same_files(then: Outcomes, now: Outcomes) -> None:
    assert now["files"].keys() == then["files"].keys()
    for name, content in then["files"].items():
        assert without_owner(now["files"][name].encode()) == without_owner(content.encode()), Path(name)
