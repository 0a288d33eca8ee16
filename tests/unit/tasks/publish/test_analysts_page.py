"""The queries of docs/analysts.md, run against a published file, answer with the columns that stand there.

That the figures below them are the demonstration's is held where that is run, in ``tests/e2e/test_pay_run.py``.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tasks.publish.analytics import publish
from tests import filled_ledger as fill
from tests.sampled import one_in

PAGE = (Path(__file__).parents[4] / "docs" / "analysts.md").read_text()
QUESTIONS = re.findall(r"^### \d\. (.+)\n[\s\S]*?```sql\n([\s\S]+?)```\n\n((?:\|.+\n)+)", PAGE, re.MULTILINE)
IN_THE_TEXT = re.findall(r"^    (SELECT .+;)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both months, answered by the bank."""
    home = tmp_path_factory.mktemp("home")
    ledger = fill.ilf_ledger(home)
    fill.answered_month(ledger, "2026-10")
    fill.answered_month(ledger, "2026-11")
    as_at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    folder = home / "published"
    with ledger.opened(beside=folder) as connection:
        return publish(connection, folder, fill.run_id_of("2026-11"), as_at, bytes(range(32))).path


def answer(path: Path, sql: str) -> list[list[str]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(sql)
        head = [column[0] for column in found.description]
        return [head, *(["" if value is None else str(value) for value in row] for row in found.fetchall())]


def test_there_are_five_questions() -> None:
    assert len(QUESTIONS) == 5
    assert len(IN_THE_TEXT) == 3


@pytest.mark.parametrize(
    ("question", "sql", "shown"), one_in(2, QUESTIONS), ids=[question for question, *_ in QUESTIONS]
)
def test_a_question_is_answered_with_the_columns_that_stand_below_it(
    path: Path, question: str, sql: str, shown: str
) -> None:
    head = [cell.strip() for cell in shown.splitlines()[0].strip("|").split("|")]
    found = answer(path, sql)
    assert found[0] == head, question
    assert len(found) > 1, question


@pytest.mark.parametrize("sql", IN_THE_TEXT)
def test_what_the_text_says_to_ask_is_answered(path: Path, sql: str) -> None:
    assert len(answer(path, sql)) > 1


def test_the_answers_are_those_of_the_samples_facts(path: Path) -> None:
    facts = fill.facts_of("2026-11")
    answers = [answer(path, sql)[1:] for _, sql, _ in QUESTIONS]
    refused_before = facts["refused_rows_of_payees_paid_in_october"]
    refused_joiners = len(facts["refused_rows"]) - refused_before
    assert [int(row[1]) for row in answers[1]] == [
        facts["joiners"] - refused_joiners,
        facts["leavers"] + refused_before,
    ]
    assert sum(int(row[2]) for row in answers[2]) == len(facts["refused_rows"])
    assert sum(int(row[3]) for row in answers[2]) == refused_before
    assert int(answers[3][0][1]) == len(facts["changed_bank_details_rows"])
