"""``siller plan`` and ``siller board`` before anything was paid, and the plan as the watch shows it in Prefect."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.service.plan_artifacts import show_plans
from schemas.bank_days import LONDON
from tests import boards, page_rules
from tests.people import adopt

Siller = Callable[..., Any]


@pytest.fixture(autouse=True)
def _in_january(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("tasks.clock", "flows.service.plan_artifacts"):
        monkeypatch.setattr(f"{module}.clock", lambda mode, today: datetime(2027, 1, 20, 9, tzinfo=LONDON))


def test_a_plan_on_the_screen_and_as_a_page(siller: Siller, tmp_path: Path) -> None:
    said = siller("plan", "ilf", "--period", "2027-01", "--html", tmp_path / "plan.html")
    assert said.code == 0
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[1] == "extract due Thu 21 Jan 2027 17:00 uploader: finance.officer@ilf.example next"
    assert lines[10] == "closed Thu 4 Feb 2027 15:00 decision owner: decision.owner@ilf.example to come"
    page = page_rules.check((tmp_path / "plan.html").read_text())
    assert page.findtext(".//h1") == "Plan of January 2027"


@pytest.mark.parametrize(
    ("period", "said"), [("2027-W03", "none of the body's pay periods"), ("../x", "is no pay period")]
)
def test_a_plan_of_what_is_no_period_of_theirs(siller: Siller, period: str, said: str) -> None:
    answer = siller("plan", "ilf", "--period", period)
    assert answer.code == 1 and said in answer.err


def test_a_board_where_nothing_was_ever_paid(siller: Siller, home: Path, tmp_path: Path) -> None:
    assert siller("board", "--html", tmp_path / "board.html").code == 0
    assert "<h1>Nothing has to be done now</h1>" in (tmp_path / "board.html").read_text()
    assert not home.exists()


def test_a_body_that_cannot_be_looked_into_is_missed_on_a_board(siller: Siller, home: Path, tmp_path: Path) -> None:
    of = boards.context(home)
    adopt(of)
    of.paths.ledger("ilf").write_bytes(b"torn")
    said = siller("board", "--html", tmp_path / "board.html")
    assert said.code == 1 and "ilf (live): " in said.out
    page = (tmp_path / "board.html").read_text()
    assert "<h1>1 thing to be done now</h1>" in page and "A body of this machine cannot be looked into" in page


class Kept:
    """What would be Prefect's client, keeping what it is given."""

    def __init__(self) -> None:
        self.artifacts: list[Any] = []

    def create_artifact(self, artifact: Any) -> None:
        self.artifacts.append(artifact)


def test_news_of_a_live_run_shows_its_plan_anew(tmp_path: Path) -> None:
    ilf, kept = boards.context(tmp_path), Kept()
    standings = boards.picture_of_all(ilf.calendar).standings
    news = [each for each in standings if each.subject in ("ilf-2027-01-live-1", "ilf-2027-02-rehearsal-1", "ilf live")]
    show_plans(kept, ilf.settings, standings, news)  # type: ignore[arg-type]  # what of the client is asked, it has
    (artifact,) = kept.artifacts
    assert (artifact.key, str(artifact.flow_run_id)) == ("plan-ilf-2027-01", f"{boards.FLOW}1")
    assert "| approve by | Wed 27 Jan 2027 15" in artifact.data
