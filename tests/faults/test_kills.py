"""The harness in short: every boundary once, a few random moments, the server once. `make faults` does hundreds."""

import random

import pytest

from tests.faults.harness import every_step_in_turn, random_moments

pytestmark = pytest.mark.e2e


def is_of_the_release(step: str) -> bool:
    """Each change of the release, on both sides of its commits: where a payment could be made twice."""
    return "commit of release" in step or "outbox/" in step


def is_boundary(step: str) -> bool:
    """After each stage's commit, and each change of the release; `make faults` takes all other steps too."""
    return "after the commit of" in step or is_of_the_release(step)


@pytest.mark.parametrize("dies_at", [is_of_the_release, pytest.param(is_boundary, marks=pytest.mark.long)])
def test_a_month_whose_processes_die_at_every_boundary_is_paid_once(faults, quiet, dies_at):
    spared = frozenset(step for step in quiet.steps if not dies_at(step))
    (done,) = every_step_in_turn(faults, quiet, spared)
    assert done.came.is_right, done
    assert set(done.deaths) >= {*quiet.steps} - spared
    assert {"before the commit of release", "after the commit of release_pending"} < set(done.deaths)


@pytest.mark.parametrize(
    ("process", "server", "kills"),
    [
        pytest.param(True, False, 2, marks=pytest.mark.long),
        pytest.param(False, True, 1, marks=pytest.mark.long),
        pytest.param(True, True, 1, marks=pytest.mark.long),
    ],
)
def test_months_that_lose_their_process_their_server_or_both_are_paid_once(faults, quiet, process, server, kills):
    done = list(random_moments(faults, quiet, kills, random.Random(1), process, server, asks=True))
    assert all(each.is_right for each in done), done
    assert sum(len(each.deaths) for each in done) == kills
    # A month comes to its form, and says so then: that nothing false is said is no silence.
    assert any("waits for approval" in asked.stands for each in done for asked in each.asked)
