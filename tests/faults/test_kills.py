"""The harness in short: every step once, a few random moments, the server once. `make faults` does hundreds."""

import random

import pytest

from tests.faults.harness import every_step_in_turn, random_moments, without_a_server

pytestmark = pytest.mark.e2e


def test_a_month_whose_processes_die_at_every_step_is_paid_once(faults, quiet):
    done = every_step_in_turn(faults, quiet.file)
    assert done.came.is_right, done
    # It died before and after each commit, and at each change of a file: nothing was left out.
    assert set(done.deaths) >= set(quiet.steps)
    assert {"before the commit of release", "after the commit of release_pending"} < set(done.deaths)


def test_months_that_are_killed_at_random_moments_are_paid_once(faults, quiet):
    done = list(random_moments(faults, quiet.file, 4, quiet.seconds, random.Random(1)))
    assert all(each.came.is_right for each in done), done
    assert sum(len(each.deaths) for each in done) == 4


def test_a_month_that_loses_its_server_and_its_process_is_paid_once(faults, quiet):
    (done,) = without_a_server(faults, quiet.file, 1, quiet.seconds, random.Random(2))
    assert done.came.is_right, done
