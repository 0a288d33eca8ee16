"""The watch of a home beside others at one Prefect server: whose runs it takes over, and whose never."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest

from flows.service import liveness
from flows.service.liveness import Begun
from tests.faults.test_watch import ASKED

pytestmark = pytest.mark.e2e


@pytest.fixture
def client(faults, monkeypatch):
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    from flows.service import homes, watch
    from schemas.standing import seen

    for grace in ("STARTING", "FORM_STORED"):
        monkeypatch.setattr(seen, grace, 0 * seen.STARTING)
    monkeypatch.setattr(watch, "STARTING", 0 * watch.STARTING)
    monkeypatch.setenv("SILLER_STORE", "s3://bucket/siller")
    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        yield client
        for pool in (homes.POOL, homes.WATCHES):
            with suppress(ObjectNotFound):
                client.delete_work_pool(pool)


class Standby:
    """A second home's watch.

    Args:
        home: its ``SILLER_HOME``.
        name: what it is called.
    """

    def __init__(self, home: Path, name: str) -> None:
        from flows.service import homes

        home.mkdir()
        (home / "name").write_text(name)
        self.home, self.name, self.finds_store = home, name, True
        self._neighbours = homes.Neighbours(home, lambda: self.finds_store)

    def look(self) -> list[str]:
        from flows.service import watch

        return watch.look(self.home, self._neighbours)


@pytest.fixture
def standby(tmp_path) -> Standby:
    return Standby(tmp_path / "standby", "b-standby")


@pytest.fixture
def beats(client) -> Callable[[str], None]:
    from flows.service import homes

    def of_home_and_watch(name: str) -> None:
        homes.beat(client, name)
        homes.beat(client, name, homes.WATCHES)

    return of_home_and_watch


@pytest.fixture
def run(faults, client) -> Iterator[UUID]:
    """A flow run at work in the home ``c-other``."""
    from prefect.states import Running

    from flows.service import homes

    with faults.server.connected() as server:
        run = server.submit("pay-run/ilf", ASKED)
    client.set_flow_run_state(run, Running(), force=True)
    homes.claim(client, run, "c-other")
    yield run
    client.delete_flow_run(run)


def looks(standby: Standby, beats: Callable[[str], None], *others: str, fewer: int = 0) -> list[str]:
    """As many looks as it takes to believe that a home is gone, or fewer; the standby and others beat meanwhile."""
    from flows.service import homes

    done: list[str] = []
    for _ in range(homes.SILENT_LOOKS + 1 - fewer):
        for name in (standby.name, *others):
            beats(name)
        done += standby.look()
    return done


def test_the_run_of_a_home_that_lives_is_left_alone_and_taken_over_once_nothing_is_heard_of_it(
    client, standby, beats, run, tmp_path
):
    from prefect.states import Running

    from flows.service import flow_runs, homes, watch

    assert looks(standby, beats, "c-other") == []
    # Of a home of which nothing is heard for a while, and then again, nothing is taken.
    assert looks(standby, beats, fewer=2) == []
    assert looks(standby, beats, "c-other") == []
    assert client.read_flow_run(run).state_name == "Running"
    assert flow_runs.of_ids(client, standby.home, [str(run)])[str(run)].lives, "so it says of where everything stands"

    (said,) = looks(standby, beats)
    assert said.startswith("Nothing has been heard of the home c-other any more. The process of")
    taken = client.read_flow_run(run)
    assert (taken.state_name, homes.holder_of(taken)) == ("AwaitingRetry", "")
    assert looks(standby, beats) == [], "it is due: any home begins it"

    # The standby's process has begun; the first home comes back with its file of that run, and leaves it alone.
    client.set_flow_run_state(run, Running(), force=True)
    homes.claim(client, run, standby.name)
    other = Standby(tmp_path / "other", "c-other")
    with liveness.take_over(other.home, str(run)) as left:
        left.keep(Begun("pay-run/ilf", ASKED))
    assert looks(other, beats, standby.name) == []
    assert (client.read_flow_run(run).state_name, liveness.list_known(other.home)) == ("Running", [])
    assert len(watch.look(standby.home)) == 1, "its own it starts again at once"


def test_one_of_several_takes_over_and_one_that_has_not_been_heard_of_itself_does_not(
    client, standby, beats, run, tmp_path
):
    from flows.service import homes

    third = Standby(tmp_path / "third", "a-third")
    beats("c-other")
    assert looks(standby, beats, third.name) == [], "the first by name of those that live does"
    assert looks(third, beats, fewer=1) == []
    (said,) = looks(third, beats, fewer=homes.SILENT_LOOKS)
    assert "c-other" in said
    assert looks(third, beats) == []


def test_one_whose_watch_hangs_leads_no_longer_and_its_runs_are_left_alone(client, standby, beats, run, tmp_path):
    from prefect.states import Running

    from flows.service import homes

    beats("a-hangs")
    for _ in range(homes.SILENT_LOOKS + 1):
        homes.beat(client, "a-hangs")  # its heart goes on
        homes.beat(client, "c-other")
        beats(standby.name)
        assert standby.look() == []
    homes.claim(client, run, "")
    (said,) = standby.look()
    assert "started again" in said, "of two homes that live the one that still looks acts"

    client.set_flow_run_state(run, Running(), force=True)
    homes.claim(client, run, "a-hangs")
    for _ in range(homes.SILENT_LOOKS + 1):
        homes.beat(client, "a-hangs")
        assert standby.look() == [], "its process may live, as the home does"


def test_one_that_does_not_find_the_store_leads_none_that_does(client, standby, beats, run, tmp_path):
    """It starts nothing and tells nobody of a body whose ledger it cannot open."""
    from flows.service import homes

    cut_off = Standby(tmp_path / "cut-off", "a-cut-off")

    def look() -> tuple[bool, bool]:
        for each in (standby, cut_off):
            homes.beat(client, each.name)  # both homes live
        for each in (standby, cut_off):
            each.look()
        return standby._neighbours.leads, cut_off._neighbours.leads

    homes.beat(client, "c-other")
    look()
    assert look() == (False, True), "the first by name"
    cut_off.finds_store = False
    for _ in range(homes.SILENT_LOOKS + 1):
        leads = look()
    assert leads == (True, False)
    standby.finds_store = False
    for _ in range(homes.SILENT_LOOKS + 1):
        leads = look()
    assert leads == (False, True), "that none finds it is told by one"
    cut_off.finds_store = standby.finds_store = True
    look()
    assert look() == (False, True)


def test_a_server_that_was_away_has_heard_of_nobody_meanwhile(client, standby, beats, run, monkeypatch):
    from flows.service import homes

    beats("c-other")
    assert looks(standby, beats, fewer=1) == []
    with monkeypatch.context() as away:

        def no_answer(*_: object) -> None:
            raise ConnectionError

        away.setattr(homes, "_workers", no_answer)
        with pytest.raises(ConnectionError):
            standby.look()
    assert looks(standby, beats, fewer=1) == [], "it begins to count anew"
    assert client.read_flow_run(run).state_name == "Running"


def test_a_home_that_never_vouched_is_not_taken_for_gone_and_without_a_store_none_is(
    client, standby, beats, run, monkeypatch
):
    from flows.service import watch

    assert looks(standby, beats) == []
    monkeypatch.delenv("SILLER_STORE")
    (standby.home / "landing" / "ilf").mkdir(parents=True)
    assert watch.look(standby.home) == [], "its ledger is another one"
    assert client.read_flow_run(run).state_name == "Running"


def test_a_run_that_no_home_works_on_yet_is_started_again_by_the_one_that_leads(client, standby, beats, run, tmp_path):
    from flows.service import homes

    homes.claim(client, run, "")
    other = Standby(tmp_path / "other", "c-other")
    beats(standby.name)
    beats("c-other")
    assert other.look() == []
    assert len(standby.look()) == 1
