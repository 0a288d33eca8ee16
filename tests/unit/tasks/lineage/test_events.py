"""OpenLineage events: what they say, what they never say, and that they never stop a payment."""

import fcntl
import json
import logging
import stat
import uuid
from pathlib import Path

import duckdb
import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Stage
from tasks.ledger import Ledger
from tasks.ledger.catalogue import CATALOGUE
from tasks.ledger.catalogue.datasets import DATASETS
from tasks.ledger.catalogue.lineage import Lineage
from tasks.ledger.catalogue.stages import Ingest, Validate
from tasks.lineage import events
from tasks.lineage.events import emitting
from tasks.lineage.facets import run_uuid
from tasks.publish import analytics
from tasks.storage.paths import Paths
from tests import filled_ledger as fill
from tests.entries import entry

RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, Mode.REHEARSAL)


def emitted(paths: Paths) -> list[dict[str, object]]:
    return [json.loads(line) for line in paths.lineage().read_text().splitlines()]


def test_a_stage_starts_and_completes_under_one_id(paths: Paths) -> None:
    with emitting(paths, RUN, "validate") as told:
        told.figures = entry(Validate, payable=5229, refused=40)
    start, complete = emitted(paths)
    assert (start["eventType"], complete["eventType"]) == ("START", "COMPLETE")
    assert start["run"]["runId"] == complete["run"]["runId"]
    assert start["eventTime"] <= complete["eventTime"]
    assert complete["job"]["namespace"] == "siller://ilf"
    assert complete["job"]["name"] == "pay_run.validate"


def test_a_resume_goes_on_with_the_same_id_and_other_stages_and_runs_have_others(paths: Paths) -> None:
    expected = str(uuid.uuid5(uuid.NAMESPACE_URL, "siller://run/ilf-2026-11-rehearsal-1/validate"))
    assert run_uuid(RUN, "validate") == expected
    ids = {run_uuid(run, stage) for run in (RUN, "ilf-2026-12-rehearsal-1") for stage in ("validate", "ingest", None)}
    assert len(ids) == 6


def test_facets_say_parent_period_rows_and_version(paths: Paths) -> None:
    sha256 = "ab" * 32
    with emitting(paths, RUN, "ingest") as told:
        told.figures = entry(Ingest, rows=5269, extract_sha256=sha256)
    event = emitted(paths)[1]
    assert event["run"]["facets"]["parent"]["run"]["runId"] == run_uuid(RUN)
    nominal = event["run"]["facets"]["nominalTime"]
    assert nominal["nominalStartTime"] == "2026-11-01T00:00:00+00:00"
    assert nominal["nominalEndTime"] == "2026-12-01T00:00:00+00:00"
    (extract,) = event["inputs"]
    assert (extract["namespace"], extract["name"]) == ("file", "landing/ilf/extract")
    assert extract["inputFacets"]["inputStatistics"]["rowCount"] == 5269
    assert extract["facets"]["version"]["datasetVersion"] == sha256
    rows = event["outputs"][1]
    assert (rows["namespace"], rows["name"]) == ("siller://ledger/ilf", "raw_extract_row")
    assert rows["outputFacets"]["outputStatistics"]["rowCount"] == 5269
    names = [column["name"] for column in rows["facets"]["schema"]["fields"]]
    assert "account_number" in names
    assert event["job"]["facets"]["sourceCodeLocation"]["version"]
    assert event["producer"].startswith("siller://code/")


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2026-12", "2026-12-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("2027-06", "2027-06-01T00:00:00+01:00", "2027-07-01T00:00:00+01:00"),
    ],
)
def test_the_nominal_time_is_the_period_in_london(paths: Paths, period: str, start: str, end: str) -> None:
    with emitting(paths, f"ilf-{period}-rehearsal-1", "assess"):
        pass
    nominal = emitted(paths)[0]["run"]["facets"]["nominalTime"]
    assert (nominal["nominalStartTime"], nominal["nominalEndTime"]) == (start, end)


def test_a_column_can_be_followed_from_the_extract_to_the_released_file(paths: Paths) -> None:
    for stage in ("ingest", "validate", "instruct", "release"):
        with emitting(paths, RUN, stage):
            pass
    made_from: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for event in emitted(paths):
        for output in event["outputs"]:
            for column, fields in output["facets"]["columnLineage"]["fields"].items():
                made_from.setdefault((output["name"], column), set()).update(
                    (source["name"], source["field"]) for source in fields["inputFields"]
                )

    def origins(node: tuple[str, str]) -> set[tuple[str, str]]:
        return set().union(*(origins(source) for source in made_from[node])) if node in made_from else {node}

    extract, released = "landing/ilf/extract", "outbox/ilf/payment_file"
    assert origins((released, "account_number")) == {(extract, "account_number")}
    assert origins((released, "amount_pence")) == {(extract, "amount")}
    assert origins((released, "reference")) == {(extract, "roll_number"), (extract, "payment_reference")}


def test_what_analysts_see_of_a_payee_is_marked_as_masked(paths: Paths) -> None:
    with emitting(paths, RUN, "publish"):
        pass
    fields = emitted(paths)[0]["outputs"][0]["facets"]["columnLineage"]["fields"]
    for column in ("payee", "account", "bank"):
        assert fields[column]["inputFields"][0]["transformations"][0]["masking"] is True


def test_a_no_go_fails_with_its_sentence_and_goes_on_up(paths: Paths) -> None:
    with pytest.raises(NoGo, match="short by"), emitting(paths, RUN, "ingest"):
        raise NoGo("The declared total is short by £1,000.00.")
    event = emitted(paths)[1]
    assert event["eventType"] == "FAIL"
    message = event["run"]["facets"]["errorMessage"]
    assert message["message"] == "The declared total is short by £1,000.00."
    assert "stackTrace" not in message


def test_any_other_error_is_named_by_its_kind_alone(paths: Paths) -> None:
    with pytest.raises(ValueError, match="Adeyemi"), emitting(paths, RUN, "validate"):
        raise ValueError("could not read 63671912 of Ms Kenneth Adeyemi")
    text = paths.lineage().read_text()
    assert emitted(paths)[1]["run"]["facets"]["errorMessage"]["message"] == "ValueError"
    assert "Adeyemi" not in text
    assert "63671912" not in text


def test_an_interrupted_stage_is_aborted(paths: Paths) -> None:
    with pytest.raises(KeyboardInterrupt), emitting(paths, RUN, "validate"):
        raise KeyboardInterrupt
    assert emitted(paths)[1]["eventType"] == "ABORT"


def test_a_file_that_cannot_be_written_stops_nothing(paths: Paths, caplog: pytest.LogCaptureFixture) -> None:
    paths.lineage().mkdir(parents=True)  # a folder where the file should be
    done = []
    with caplog.at_level(logging.WARNING), emitting(paths, RUN, "validate"):
        done.append("paid")
    assert done == ["paid"]
    assert [record.getMessage() for record in caplog.records] == [
        f"Lineage: START of {RUN}, validate was not recorded: IsADirectoryError.",
        f"Lineage: COMPLETE of {RUN}, validate was not recorded: IsADirectoryError.",
    ]


def test_an_unknown_stage_or_run_stops_nothing(paths: Paths, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        with emitting(paths, RUN, "no_such_stage"):
            pass
        with emitting(paths, "no run", "validate"):
            pass
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == [
        "KeyError.",
        "KeyError.",
        "NoGo.",
        "NoGo.",
    ]


def test_a_writer_that_never_ends_is_waited_for_in_vain_and_then_passed(
    paths: Paths, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_PATIENCE", 0.05)
    paths.lineage().parent.mkdir(parents=True)
    with paths.lineage().open("w") as other, caplog.at_level(logging.WARNING):
        fcntl.flock(other, fcntl.LOCK_EX)
        with emitting(paths, RUN, "validate"):
            pass
    assert len(caplog.records) == 2
    assert paths.lineage().read_text() == ""


def test_the_environment_cannot_redirect_or_switch_off(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "console")
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    with emitting(paths, RUN, "validate"):
        pass
    assert len(emitted(paths)) == 2
    assert stat.S_IMODE(paths.lineage().stat().st_mode) == 0o600


def test_the_datasets_have_the_columns_of_the_ledger(tmp_path: Path) -> None:
    ledger: Ledger = fill.ilf_ledger(tmp_path)
    fill.ingest(ledger, "2026-10")
    with ledger.opened() as connection:
        rows = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name IN ('ledger', 'temp')"
        ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, {})[column] = kind
    for key, dataset in DATASETS.items():
        if dataset.in_ledger:
            assert dataset.columns == tables[key], key
    assert list(DATASETS["extract"].columns) == [column.name for column in fill.CONTRACT.columns]
    with duckdb.connect() as connection:
        connection.execute((Path(analytics.__file__).with_name("analytics.sql")).read_text())
        rows = connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'payments'"
        ).fetchall()
    assert DATASETS["analytics"].columns == dict(rows)


def test_the_stages_are_the_journals_and_speak_of_known_columns() -> None:
    assert {stage for stage in Stage if CATALOGUE[stage].lineage is None} == {Stage.RELEASE_PENDING}
    for stage, row in CATALOGUE.items():
        what = row.lineage or Lineage({}, {})
        for key, output in what.outputs.items():
            assert set(output.columns) <= set(DATASETS[key].columns), (stage, key)
            for source in [*output.whole, *(source for made in output.columns.values() for source in made)]:
                assert source.dataset in what.inputs, (stage, key, source)
                assert source.column in DATASETS[source.dataset].columns, (stage, key, source)
