"""Six bodies on one payday, with PostgreSQL: in two homes, and in one of which a worker is killed at half time."""

from pathlib import Path

import pytest

from tests.many_bodies.__main__ import paid
from tests.many_bodies.machines import machines
from tests.many_bodies.payday import wrong_with

pytestmark = [pytest.mark.e2e, pytest.mark.long]

BODIES = 6
PATIENCE_SECONDS = 900.0


@pytest.mark.parametrize(("homes", "kill"), [(2, False), (1, True)], ids=["two homes", "a worker killed"])
def test_every_body_is_paid_once_to_the_penny_and_reconciled(tmp_path: Path, homes: int, kill: bool) -> None:
    with machines(tmp_path, homes) as all_of_them:
        payday = paid(all_of_them, tmp_path, BODIES, kill, PATIENCE_SECONDS)
    assert len(payday.bodies) == BODIES
    assert [said for body in payday.bodies for said in wrong_with(body)] == []
    assert [len(leg.each) for leg in payday.legs.values()] == [BODIES] * 3
