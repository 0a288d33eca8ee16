"""What a real pay run leaves beside the payment: no trace of a payee, and a lineage that adds up."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest

from tests.e2e.payday import Payday, run_id_of
from tests.payees_found import known_of, named_in, named_in_files, sent

pytestmark = pytest.mark.e2e


# Privacy: every name, account and reference of the samples is looked for.


@pytest.fixture(scope="module")
def rows() -> "list[dict[str, str]]":
    return sent()


@pytest.fixture(scope="module")
def known(rows) -> list[str]:
    found = known_of(rows)
    assert len(found) > 20_000
    return found


def test_the_search_finds_what_is_there(payday, january, known, rows):
    """Where they must stand, they are found: else the searches below would prove nothing."""
    left_out = payday.context.paths.left_out(run_id_of("2026-11"))
    payment_file = payday.outbox / f"{run_id_of('2026-11')}.REHEARSAL.bacs18.txt"
    beginnings = [path.read_text(encoding="utf-8")[:3000] for path in (left_out, payment_file)]
    assert all(len(found) > 10 for found in named_in(beginnings, known))
    name = rows[0]["Recipient Name"]
    assert named_in([f'{{"name": "{name}"}}', "nobody"], known) == [[name], []]


def test_no_file_names_a_payee_but_those_that_must(payday, january, known):
    home, paths = payday.stack.home, payday.context.paths
    must = [paths.landing("ilf"), paths.left_out(run_id_of("2026-11")).parent]
    payment_files = {*payday.outbox.glob("*.bacs18.txt"), *paths.staging(run_id_of("2027-01")).iterdir()}
    found = sorted(home.rglob("*"))
    names = [path.relative_to(home).as_posix() for path in found]
    assert named_in(names, known) == [[]] * len(names)
    looked_at = {
        name: path
        for name, path in zip(names, found, strict=True)
        if path.is_file() and path not in payment_files and not any(path.is_relative_to(folder) for folder in must)
    }
    assert named_in_files(looked_at.values(), known) == {}
    run = run_id_of("2026-11")
    assert {
        "prefect/prefect.db",
        "prefect/up.log",
        "prefect/server.log",
        "rehearsal/ledgers/ilf.duckdb",
        "rehearsal/lineage/openlineage.jsonl",
        "rehearsal/published/ilf/analytics.duckdb",
        f"rehearsal/outbox/ilf/{run}.REHEARSAL.bacs18.txt.manifest.json",
        f"rehearsal/reports/{run}/reconciliation.html",
        f"rehearsal/reports/{run}/to-follow-up.csv",
        f"rehearsal/reports/{run}/gates/metrics.json",
    } <= looked_at.keys()
    assert sum(name.startswith("rehearsal/sealed/ilf/") for name in looked_at) >= 8


def test_prefects_database_names_no_payee(payday, january, known):
    """Read as a database: in its file a text may be torn by the end of a page."""
    with sqlite3.connect(f"file:{payday.stack.home / 'prefect' / 'prefect.db'}?mode=ro", uri=True) as database:
        dump = "\n".join(database.iterdump())
    for table in ("log", "artifact", "flow_run", "flow_run_input", "task_run", "events"):
        assert f'INSERT INTO "{table}"' in dump
    assert "first.approver@ilf.example" in dump
    assert named_in([dump], known) == [[]]


def test_the_analysts_file_names_no_payee(payday, january, known):
    """Read as a database: its columns are packed."""
    published = payday.context.paths.published("ilf") / "analytics.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        text = "\n".join(connection.execute(f"FROM {table}").pl().write_csv() for table in tables)
    assert run_id_of("2026-11") in text
    assert named_in([text], known) == [[]]


def test_only_its_owner_reads_what_siller_wrote(payday, january):
    """The published file is the analysts', and the landing folder the body's own."""
    home, paths = payday.stack.home, payday.context.paths
    others = [
        path.relative_to(home).as_posix()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and not path.is_relative_to(paths.landing("ilf"))
        and not path.is_relative_to(paths.published("ilf"))
        and path.stat().st_mode & 0o077
    ]
    assert others == []


# Lineage


def events(payday: Payday) -> Iterator[dict]:
    for line in payday.context.paths.lineage().read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def told_of(payday: Payday, run_id: str) -> dict[str, list[dict]]:
    """A run's events by stage; the parent facet says which run a stage belongs to."""
    parents = {each["run"]["facets"]["parent"]["run"]["runId"] for each in events(payday)}
    assert len(parents) == 4  # October, November, December and January
    from tasks.lineage.facets import run_uuid

    stages: dict[str, list[dict]] = {}
    for each in events(payday):
        if each["run"]["facets"]["parent"]["run"]["runId"] == run_uuid(run_id):
            stages.setdefault(each["job"]["name"].removeprefix("pay_run."), []).append(each)
    return stages


BEFORE_THE_BANK = ["ingest", "validate", "instruct", "assess", "approve", "continuity", "release", "publish"]
PAID = [*BEFORE_THE_BANK, "bank_file", "reconcile"]


@pytest.mark.parametrize("period", ["2026-10", "2026-11"])
def test_every_stage_of_a_paid_run_tells_its_start_and_its_end_once(payday, january, period):
    stages = told_of(payday, run_id_of(period))
    assert list(stages) == PAID
    for stage, told in stages.items():
        by_run = Counter((each["run"]["runId"], each["eventType"]) for each in told)
        assert set(by_run.values()) == {1}, stage
        ids = {run for run, _ in by_run}
        assert by_run.keys() == {(run, ending) for run in ids for ending in ("START", "COMPLETE")}, stage
        assert len(ids) == (3 if stage == "bank_file" else 1) or stage == "reconcile"


def test_the_rows_that_lineage_counts_are_the_facts(payday, january):
    stages = told_of(payday, run_id_of("2026-11"))

    def rows(stage: str, dataset: str) -> int:
        [end] = [each for each in stages[stage] if each["eventType"] == "COMPLETE"]
        [output] = [each for each in end["outputs"] if each["name"].endswith(dataset)]
        return output["outputFacets"]["outputStatistics"]["rowCount"]

    assert rows("ingest", "raw_extract_row") == 5269
    assert rows("validate", "core_payment") == rows("release", "payment_file") == 5229
    assert rows("publish", "payments") == 5269


def test_decembers_ingest_is_told_as_failed_with_the_reason(payday, december):
    stages = told_of(payday, run_id_of("2026-12"))
    assert list(stages) == ["ingest"]
    assert [each["eventType"] for each in stages["ingest"]] == ["START", "FAIL"]
    start, failure = stages["ingest"]
    assert start["run"]["runId"] == failure["run"]["runId"]
    assert "£1,000.00" in failure["run"]["facets"]["errorMessage"]["message"]
