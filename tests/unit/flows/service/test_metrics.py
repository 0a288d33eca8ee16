"""Payday's figures for a monitoring system: what they say of a picture worked out by hand, and to whom."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from anyio import run
from prometheus_client.parser import text_string_to_metric_families

from flows.service import environment
from flows.service.dispatcher import dispatch
from flows.service.door.door import Door
from flows.service.metrics import metrics_file, write_metrics
from schemas.pay_run import Mode
from tasks.people.door import let_in
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests import boards
from tests.month import ROWS, deliver, ingest

APPROVER = "first.approver@ilf.example"
MONITORING = PROJECT / "docs" / "operating" / "monitoring"
LIVE = {"tenant": "ilf", "mode": "live"}


def samples(text: str) -> list[tuple[str, dict[str, str], float]]:
    return [
        (sample.name, dict(sample.labels), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """January at half past two on the day by which it has to be approved: what tests/boards.py sets out."""
    home = tmp_path_factory.mktemp("home")
    write_metrics(home, boards.picture_of_all(boards.context(home).calendar), boards.NOW)
    return metrics_file(home).read_text()


@pytest.mark.parametrize(
    ("name", "labels", "value"),
    [
        ("siller_standings", {**LIVE, "stand": "waits for approval", "urgency": "act"}, 1),
        ("siller_standings", {**LIVE, "stand": "perhaps paid twice", "urgency": "act"}, 1),
        ("siller_standings", {"tenant": "ilf", "mode": "rehearsal", "stand": "runs", "urgency": "working"}, 1),
        ("siller_waiting_pence", {**LIVE, "stand": "waits for approval"}, 1_070_860_922),
        # Opened a day before; the figure is the moment, 26 January 2027 at 14:30 GMT.
        ("siller_oldest_form_timestamp_seconds", LIVE, 1800973800),
        ("siller_overdue", {**LIVE, "moment": "processing_date"}, 1),
        ("siller_overdue", {**LIVE, "moment": "entry_date"}, 1),
        ("siller_overdue", {**LIVE, "moment": "extract_due"}, 1),
        ("siller_bank_files_set_aside", {}, 1),
        ("siller_untold", {}, 0),
        ("siller_prefect_answers", {}, 1),
        ("siller_watch_looked_timestamp_seconds", {}, 1801060200),
    ],
)
def test_each_figure_is_what_stands_there(shown: str, name: str, labels: dict[str, str], value: float) -> None:
    assert (name, labels, value) in samples(shown)


def test_what_is_over_counts_nowhere(shown: str) -> None:
    assert not any(labels.get("stand") in ("submitted", "reconciled") for _, labels, _ in samples(shown))


def test_no_person_and_no_payee_is_named(shown: str) -> None:
    assert "@" not in shown
    assert not re.search(r"\b[0-9]{8}\b", re.sub(r"_pence\{.*", "", shown))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        home = tmp_path_factory.mktemp("home")
        rehearsal = TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, modulus_table=None))
        deliver(rehearsal, ROWS)
        ingest(rehearsal)
        dispatch(home)
        yield home


@pytest.fixture(scope="module")
def asked() -> list[str]:
    rules: dict[str, Any] = yaml.safe_load((MONITORING / "siller.rules.yml").read_text())
    board: dict[str, Any] = yaml.safe_load((MONITORING / "siller.dashboard.json").read_text())
    alerts = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    panels = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    assert alerts and panels
    return alerts + panels


class TestAtTheDoor:
    """Who asks for them there."""

    def reply(self, home: Path, who: str | None, method: str = "GET") -> httpx.Response:
        async def nobody(scope: object, receive: object, send: object) -> None:
            raise AssertionError("Prefect was asked")

        async def ask() -> httpx.Response:
            door = Door(nobody, "siller-itself:secret", Settings(home=home, modulus_table=None))
            async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://door") as client:
                name, _, password = (who or "").partition(":")
                return await client.request(method, "/metrics", auth=(name, password) if who else None)

        return run(ask)

    def test_the_operator_has_them_and_prefects_beside_them(self, home: Path) -> None:
        said = self.reply(home, environment.password(home))
        assert said.status_code == 200 and said.headers["content-type"].startswith("text/plain")
        names = {name for name, *_ in samples(said.text)}
        assert {"siller_standings", "siller_prefect_answers", "python_info"} <= names
        assert ("siller_prefect_answers", {}, 0) in samples(said.text)  # there is no server here

    def test_a_body_has_them_not_for_they_are_of_all(self, home: Path) -> None:
        rehearsal = TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, modulus_table=None))
        typed = let_in(rehearsal, APPROVER, ("operator@siller.example",), boards.NOW)
        for who in (f"{APPROVER}:{typed}", "siller:wrong", None):
            said = self.reply(home, who)
            assert said.status_code == 401 and "siller_" not in said.text
        assert self.reply(home, environment.password(home), "POST").status_code == 405

    def test_before_the_first_look_prefects_stand_alone(self, tmp_path: Path) -> None:
        names = {name for name, *_ in samples(self.reply(tmp_path, environment.password(tmp_path)).text)}
        assert "python_info" in names and not any(name.startswith("siller_") for name in names)


def test_figures_that_cannot_be_written_keep_nobody_from_being_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    metrics_file(tmp_path).mkdir(parents=True)
    said = dispatch(tmp_path)
    assert said[-1] == "The figures for the monitoring could not be written: IsADirectoryError."
    assert said[0].startswith("There is no Prefect server to speak to")


class TestRulesAndDashboard:
    """The files for Prometheus and Grafana.

    They ask for figures that exist, with the labels and words that these have.
    """

    def test_each_figure_exists(self, asked: list[str], shown: str) -> None:
        known = set(re.findall(r"^# TYPE (\S+)", shown, re.MULTILINE)) | {"up"}
        for expression in asked:
            names = set(re.findall(r"\b(siller_\w+|up)\b", re.sub(r'"[^"]*"', "", expression)))
            assert names and names <= known, expression

    def test_each_stand_is_one_of_the_words(self, asked: list[str]) -> None:
        from schemas.standing.tables import Stand, Urgency

        for expression in asked:
            for label, word in re.findall(r'(stand|urgency)="([^"]*)"', expression):
                known = list(Stand) if label == "stand" else [each.name.lower() for each in Urgency]
                assert word in known, expression

    def test_each_alert_says_whose_it_is_and_where_it_is_described(self) -> None:
        rules: dict[str, Any] = yaml.safe_load((MONITORING / "siller.rules.yml").read_text())
        page = (MONITORING.parent / "monitoring.md").read_text()
        for group in rules["groups"]:
            for rule in group["rules"]:
                assert rule["annotations"]["summary"] and rule["labels"]["severity"] in ("page", "ticket")
                assert rule["alert"] in page
