"""What siller makes of each behaviour of the practice bank, held against the table beside the behaviours."""

import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from schemas.bank_messages.verdict import Verdict
from tasks.practice_bank.bank import Rail, answer
from tasks.practice_bank.behaviour import AMENDED_IN_STATUS_REPORT, EXPECTED, Behaviour, Unexplained
from tasks.reconcile.receive import inbox, receive_all
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, SAMPLES, approve, assessed, deliver
from tests.unit.tasks.rails.test_rails import office_with

pytestmark = pytest.mark.slow

RUN = "ilf-2026-11-rehearsal-1"
ROWS = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:8]
PENCE = 1771160
AFTER = NOVEMBER.replace(month=12, day=4)
OWED: dict[Unexplained, Callable[[int], bool]] = {
    Unexplained.NOTHING: lambda pence: pence == 0,
    Unexplained.A_POUND: lambda pence: pence == 100,
    Unexplained.THE_FILE: lambda pence: pence == PENCE,
    Unexplained.UNTIL_SETTLED: lambda pence: pence > 0,
}
IN_FORM = 4
"""A seed whose bank writes unlike the plain one: lost zeros, no totals and amounts in status reports, ``PRCD``, a note
in the place of a batch, the type of an error on its message, and money that comes back a day later.
"""

SAMPLE = {(Rail.BACS, None), (Rail.PAIN001, IN_FORM)}
CASES = [
    pytest.param(
        rail,
        behaviour,
        seed,
        id=f"{rail}-{behaviour}-{'plain' if seed is None else seed}",
        marks=[] if (rail, seed) in SAMPLE and number % (2 if seed is None else 4) == 0 else [pytest.mark.long],
    )
    for rail in Rail
    for number, behaviour in enumerate(Behaviour)
    for seed in (None, IN_FORM)
]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Rail], TenantContext]:
    """Seven payments of £17,711.60, released by a rail once for all behaviours."""

    @cache
    def by(rail: Rail) -> TenantContext:
        of = office_with(tmp_path_factory.mktemp("office"), ("rail: bacs_standard_18", f"rail: {rail}"))
        deliver(of, ROWS)
        approve(of, assessed(of), control_total=f"{PENCE / 100:,.2f}")
        release(of, RUN, NOVEMBER)
        return of

    return by


@pytest.mark.parametrize(("rail", "behaviour", "seed"), CASES)
def test_each_behaviour_comes_to_what_its_table_says(
    rail: Rail, behaviour: Behaviour, seed: int | None, released: Callable[[Rail], TenantContext], tmp_path: Path
) -> None:
    kept = released(rail)
    home = shutil.copytree(kept.settings.home, tmp_path / "home")
    of = TenantContext("ilf", kept.mode, kept.settings.model_copy(update={"home": home}))
    (payment_file,) = (path for path in of.paths.outbox("ilf").iterdir() if path.suffix in (".txt", ".xml"))
    answer(payment_file, of.paths.bank_inbox("ilf"), date(2026, 11, 30), rail=rail, behaviour=behaviour, seed=seed)
    refused = [each for each in receive_all(of, inbox(of), AFTER) if each.verdict is Verdict.SET_ASIDE]

    found = as_at(of, RUN, AFTER)
    in_status_report = rail is Rail.PAIN001 and behaviour is Behaviour.AMEND
    said = AMENDED_IN_STATUS_REPORT if in_status_report else EXPECTED[behaviour]
    states = {str(bucket.name).replace(" ", "_"): bucket.rows for bucket in found.buckets if bucket.rows}
    assert set(states) <= {said.rest, said.drawn}
    assert not said.drawn or said.drawn in states
    assert sum(bucket.pounds for bucket in found.buckets) * 100 == PENCE
    assert OWED[said.unexplained](int(found.unexplained_pounds * 100))
    extract, ledger, file, _, statement = found.ways
    assert extract.agrees and ledger.agrees and file.agrees
    if said.unexplained is Unexplained.NOTHING:
        assert [way.source for way in found.ways if way.says and not way.agrees] == []
    if said.unexplained is Unexplained.A_POUND:
        assert abs(statement.difference or 0) == 1
    if said.loud:
        assert refused or found.unexplained or found.follow_ups
    if not said.loud or behaviour is Behaviour.AWACS:
        assert refused == []
