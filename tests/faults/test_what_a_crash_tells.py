"""Runs that crash with a payee's row in their hands, and runs that are killed: nobody learns who is paid.

Every name, account and reference of the samples is looked for in all that server, run and child have written: Prefect's
database, logs, results and artifacts, temporary files, ledger, reports, lineage, and every file's name.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tasks.practice_bank.bank import answer
from tests.faults.small_month import ENTRY_DAY, RUN
from tests.faults.steps import trip_over_a_row
from tests.faults.trial import Trial
from tests.payees_found import known_of, named_in, named_in_files, sent

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Commits:
    """Commits before which a step trips, named by the first entry of each; an answer's is the code that came with it.

    Attributes:
        rows: while rows are taken in.
        later: afterwards.
        answers: while the bank's answers are taken in: a file, and what becomes of each payment.
    """

    rows: tuple[str, ...]
    later: tuple[str, ...]
    answers: tuple[str, ...]


SOME = Commits(("validate",), ("release",), ("no stage, after bank_file",))
ALL = Commits(
    ("ingest", "validate"),
    ("assess", "code_try", "continuity", "release", "publish"),
    ("bank_file", "no stage, after bank_file"),
)
MUST = {"landing", "to-the-body", "staging"}
"""Folders that are there to name payees. So are the payment files in the outbox."""


@pytest.fixture(scope="module")
def known() -> list[str]:
    return known_of(sent())


def may_name_nobody(path: Path) -> bool:
    return not MUST & set(path.parts) and not (path.parent.parent.name == "outbox" and path.suffix == ".txt")


@pytest.fixture(scope="module", params=[SOME, pytest.param(ALL, marks=pytest.mark.long)], ids=["some", "all"])
def crashed(request, faults) -> tuple[str, list[str]]:
    """A month that crashes over a folder, and in stage after stage at its last moment: what each was told as."""
    commits: Commits = request.param
    trial = Trial(faults, f"crashes-{len(commits.rows)}")
    said = [tripped(trial, commit) for commit in commits.rows]
    left_out = trial.context.paths.left_out(RUN)
    left_out.mkdir(parents=True)  # where a file is to be written
    directory = trial.tripping()
    left_out.rmdir()
    said += [tripped(trial, commit) for commit in commits.later]
    trial.finish()
    (file,) = trial.context.paths.outbox("ilf").glob("*.txt")
    answer(file, trial.context.paths.bank_inbox("ilf"), ENTRY_DAY)
    said += [trial.taking_in_answers(commit) for commit in commits.answers]
    assert trial.taking_in_answers() == ""
    assert len(said) == len(commits.rows) + len(commits.later) + len(commits.answers)
    return directory, said


def tripped(trial: Trial, commit: str) -> str:
    """What a crash was told as; before it the month may have to be started and approved again."""
    for _ in range(4):
        if "trip_over_a_row" in (said := trial.tripping(commit)):
            return said
    raise AssertionError(f"nothing has tripped before the commit of {commit}; the last step was {trial.last_step()}")


@pytest.fixture(scope="module")
def everything(faults, crashed, known) -> list[Path]:
    """Every file that is left, also by a process that was killed in the middle of a stage."""
    killed = Trial(faults, f"killed-{len(crashed[1])}")
    killed.once(("before the commit of assess",))
    assert killed.deaths
    return [path for path in sorted(faults.folder.rglob("*")) if path.is_file()]


def test_what_the_stages_trip_over_holds_names(known):
    """Else the crashes would prove nothing."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE raw_extract_row (payee_name VARCHAR, account_number VARCHAR)")
        connection.execute("INSERT INTO raw_extract_row VALUES (?, '66374958')", [known[-1]])
        with pytest.raises(duckdb.ConversionException) as tripped:
            trip_over_a_row(connection)
    told = [str(tripped.value), str(tripped.value.__context__)]
    assert named_in(told, known) == [["66374958", known[-1]], [known[-1]]]


def test_each_crash_is_told_by_its_kind_and_place(crashed, known):
    directory, said = crashed
    assert "IsADirectoryError in" in directory
    assert all("ConversionException in" in message for message in said), said
    assert named_in(["\n".join(said)], known) == [[]]


def test_the_search_finds_what_is_there(everything, known):
    must = named_in_files((path for path in everything if not may_name_nobody(path)), known)
    for folder, payees in (("landing", 300), ("staging", 300), ("outbox", 300), ("to-the-body", 4)):
        assert max(len(hits) for name, hits in must.items() if f"/{folder}/" in name) >= payees


def test_no_file_names_a_payee_but_those_that_must(faults, everything, known):
    searched = [path for path in everything if may_name_nobody(path)]
    assert named_in_files(searched, known) == {}
    names = [path.relative_to(faults.folder).as_posix() for path in searched]
    for part in (
        "prefect.db",
        "server.log",
        "worker.log",
        "openlineage.jsonl",
        "analytics.duckdb",
        "reconciliation.html",
    ):
        assert any(name.endswith(part) for name in names), part


def test_prefects_database_names_no_payee(faults, everything, known):
    """Read as a database: in its file a text may be torn by the end of a page."""
    file = faults.folder / "server" / "prefect" / "prefect.db"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        dump = "\n".join(database.iterdump())
    assert "ConversionException in" in dump
    assert named_in([dump], known) == [[]]
