"""The harness in short: every boundary once, a few random moments, the server once. `make faults` does hundreds."""

import random

import pytest

from tests.faults.harness import every_step_in_turn, random_moments, without_a_server

pytestmark = pytest.mark.e2e


def is_boundary(step: str) -> bool:
    """Either side of a commit, or a change of the payment file on its way; `make faults` takes all other files too."""
    return "the commit of" in step or "staging/" in step or "outbox/" in step


def test_a_month_whose_processes_die_at_every_boundary_is_paid_once(faults, quiet):
    spared = frozenset(step for step in quiet.steps if not is_boundary(step))
    done = every_step_in_turn(faults, quiet.file, spared)
    assert done.came.is_right, done
    assert set(done.deaths) >= {*quiet.steps} - spared
    assert {"before the commit of release", "after the commit of release_pending"} < set(done.deaths)


def test_months_that_are_killed_at_random_moments_are_paid_once(faults, quiet):
    done = list(random_moments(faults, quiet.file, 4, quiet.seconds, random.Random(1)))
    assert all(each.came.is_right for each in done), done
    assert sum(len(each.deaths) for each in done) == 4


def test_a_month_that_loses_its_server_and_its_process_is_paid_once(faults, quiet):
    (done,) = without_a_server(faults, quiet.file, 1, quiet.seconds, random.Random(2))
    assert done.came.is_right, done
