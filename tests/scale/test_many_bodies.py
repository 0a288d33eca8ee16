"""Six bodies on one payday, with PostgreSQL and two workers of one home, one of which is killed at half time."""

from pathlib import Path

import pytest

from tests.many_bodies.__main__ import paid
from tests.many_bodies.machines import machines
from tests.many_bodies.payday import wrong_with

pytestmark = [pytest.mark.e2e, pytest.mark.long]

BODIES = 6
PATIENCE_SECONDS = 900.0


def test_every_body_is_paid_once_to_the_penny_and_reconciled(tmp_path: Path) -> None:
    with machines(tmp_path) as all_of_them:
        payday = paid(all_of_them, tmp_path, BODIES, True, PATIENCE_SECONDS)
    assert len(payday.bodies) == BODIES
    assert [said for body in payday.bodies for said in wrong_with(body)] == []
    assert [len(leg.each) for leg in payday.legs.values()] == [BODIES] * 3
