"""Six bodies on one payday, with PostgreSQL: in two homes that share a store, and in one whose worker is killed."""

from pathlib import Path

import pytest

from tests.many_bodies.__main__ import pay, ready
from tests.many_bodies.machines import machines
from tests.many_bodies.payday import Payday

pytestmark = [pytest.mark.e2e, pytest.mark.long]

BODIES = 6
PATIENCE_SECONDS = 900.0


def test_two_homes_that_share_a_store_pay_every_body_once_to_the_penny(server: str, tmp_path: Path) -> None:
    with machines(tmp_path, server, BODIES) as all_of_them:
        payday = Payday(all_of_them, ready(all_of_them, BODIES), PATIENCE_SECONDS)
        pay(payday, kill=False)
        assert payday.wrong() == []
        assert all_of_them.shared is not None and all_of_them.shared.versions() == BODIES
    legs = payday.legs.values()
    assert [len(leg.each) for leg in legs] == [BODIES] * 3
    assert len(frozenset.union(*(leg.homes for leg in legs))) == 2, "one of the homes did nothing all day"


def test_where_a_worker_is_killed_every_body_is_paid_once_to_the_penny(tmp_path: Path) -> None:
    with machines(tmp_path) as all_of_them:
        payday = Payday(all_of_them, ready(all_of_them, BODIES), PATIENCE_SECONDS)
        pay(payday, kill=True)
        assert payday.wrong() == []
    assert [len(leg.each) for leg in payday.legs.values()] == [BODIES] * 3
