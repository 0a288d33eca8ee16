"""One tenant in one mode, and the time that counts."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.office import Office, every_office
from tasks.settings import Settings
from tests.month import office


def test_a_rehearsal_has_a_tree_of_its_own(tmp_path: Path) -> None:
    rehearsal, live = (office(tmp_path, mode).places for mode in (Mode.REHEARSAL, Mode.LIVE))
    for places in (rehearsal, live):
        assert places.ledger("ilf").is_relative_to(tmp_path)
    outside = [live.outbox("ilf"), live.ledger("ilf"), live.landing("ilf"), live.bank_inbox("ilf"), live.lineage()]
    assert not [path for path in outside if path.is_relative_to(rehearsal.root)]
    assert rehearsal.outbox("ilf").is_relative_to(tmp_path / "rehearsal")


def test_the_office_of_a_run(tmp_path: Path) -> None:
    of = Office.of_run("ilf-2026-11-rehearsal-3", Settings(home=tmp_path))
    assert (of.tenant, of.mode) == ("ilf", Mode.REHEARSAL)
    for wrong in ("", "ilf", "ilf-2026-13-live-1", "../x-2026-11-live-1", "ilf-2026-11-demo-1"):
        with pytest.raises(NoGo, match="is no run"):
            Office.of_run(wrong, Settings(home=tmp_path))


@pytest.mark.parametrize("tenant", ["nobody", "", ".", "..", "../data_contracts/ilf", "practice_modulus", "ILF"])
def test_a_tenant_that_nobody_knows(tmp_path: Path, tenant: str) -> None:
    of = Office(tenant, Mode.LIVE, Settings(home=tmp_path))
    for asked in ("contract", "agreement", "contract_sha256"):
        with pytest.raises(NoGo, match=r"There is no tenant .* The tenants are: ilf\."):
            getattr(of, asked)


def test_without_any_contract(tmp_path: Path) -> None:
    of = Office("ilf", Mode.LIVE, Settings(home=tmp_path, contracts=tmp_path / "none"))
    with pytest.raises(NoGo, match="The tenants are: none"):
        assert of.contract


def test_a_live_run_takes_its_date_from_the_clock() -> None:
    before = datetime.now(UTC)
    now = clock(Mode.LIVE, None)
    assert timedelta(0) <= now - before < timedelta(minutes=1)
    assert now.tzinfo is LONDON
    with pytest.raises(NoGo, match="A live run takes its date from the clock"):
        clock(Mode.LIVE, date(2026, 11, 20))


def test_a_rehearsal_may_be_given_its_date() -> None:
    now = clock(Mode.REHEARSAL, date(2026, 7, 1))
    assert now.date() == date(2026, 7, 1)
    assert now.utcoffset() == timedelta(hours=1), "summer in London"


def test_every_office_that_has_a_ledger(tmp_path: Path) -> None:
    assert list(every_office(Settings(home=tmp_path / "none"))) == []
    for mode in Mode:
        with office(tmp_path, mode).ledger.opened(create=True):
            pass
    assert [(of.tenant, of.mode) for of in every_office(Settings(home=tmp_path))] == [
        ("ilf", Mode.LIVE),
        ("ilf", Mode.REHEARSAL),
    ]
