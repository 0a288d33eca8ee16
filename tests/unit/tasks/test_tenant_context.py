"""One tenant in one mode, and the time that counts."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import Stopped
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext, list_openable, list_with_ledger
from tests.month import context


def test_a_rehearsal_has_a_tree_of_its_own(tmp_path: Path) -> None:
    rehearsal, live = (context(tmp_path, mode).paths for mode in (Mode.REHEARSAL, Mode.LIVE))
    for paths in (rehearsal, live):
        assert paths.ledger("ilf").is_relative_to(tmp_path)
    outside = [live.outbox("ilf"), live.ledger("ilf"), live.landing("ilf"), live.bank_inbox("ilf"), live.lineage()]
    assert not [path for path in outside if path.is_relative_to(rehearsal.root)]
    assert rehearsal.outbox("ilf").is_relative_to(tmp_path / "rehearsal")


def test_the_office_of_a_run(tmp_path: Path) -> None:
    of = TenantContext.of_run("ilf-2026-11-rehearsal-3", Settings(home=tmp_path))
    assert (of.tenant, of.mode) == ("ilf", Mode.REHEARSAL)
    for wrong in ("", "ilf", "ilf-2026-13-live-1", "../x-2026-11-live-1", "ilf-2026-11-demo-1"):
        with pytest.raises(NoGo, match="is no run"):
            TenantContext.of_run(wrong, Settings(home=tmp_path))


@pytest.mark.parametrize(
    "tenant", ["nobody", "", ".", "..", "../../x", "../data_contracts/ilf", "practice_modulus", "ILF", "ilf\n", "ilf/"]
)
def test_under_a_name_that_nobody_agreed_on_nothing_is_touched(tmp_path: Path, tenant: str) -> None:
    (tmp_path / "home").mkdir()
    with pytest.raises(NoGo, match=r"There is no tenant .* The tenants are: ilf\."):
        TenantContext(tenant, Mode.LIVE, Settings(home=tmp_path / "home"))
    assert [path.name for path in tmp_path.rglob("*")] == ["home"]


def test_without_any_contract(tmp_path: Path) -> None:
    with pytest.raises(NoGo, match="The tenants are: none"):
        TenantContext("ilf", Mode.LIVE, Settings(home=tmp_path, contracts=tmp_path / "none"))


@pytest.mark.parametrize(
    "run_id", ["ilf-2026-11-live-01", "ilf-2026-11-live-0", "ilf-٢٠٢٦-11-live-1", "ilf-2026-11-live-1\n"]
)
def test_a_run_has_one_name(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(NoGo, match="is no run"):
        TenantContext.of_run(run_id, Settings(home=tmp_path))


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
    assert list(list_with_ledger(Settings(home=tmp_path / "none"))) == []
    for mode in Mode:
        with context(tmp_path, mode).ledger.opened(create=True):
            pass
    assert [(of.tenant, of.mode) for of in list_with_ledger(Settings(home=tmp_path))] == [
        ("ilf", Mode.LIVE),
        ("ilf", Mode.REHEARSAL),
    ]


class TestAnOfficeThatCannotBeOpened:
    """It is told on a line of its own, and the others are found as ever."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        for mode in Mode:
            with context(tmp_path, mode).ledger.opened(create=True):
                pass
        return Settings(home=tmp_path)

    def test_where_all_open_nothing_is_said(self, settings: Settings) -> None:
        assert list_openable(settings)[1] == []

    @pytest.mark.parametrize("stray", ["NOTES", ".DS_Store", "._ilf.duckdb", "Other Body.duckdb", ".nfs0001.head.json"])
    def test_a_stray_file_is_nobodys(self, settings: Settings, stray: str) -> None:
        (settings.home / "receipts").mkdir(exist_ok=True)
        for folder in ("ledgers", "receipts"):
            (settings.home / folder / stray).write_text("stray")
        assert [(of.tenant, of.mode) for of in list_with_ledger(settings)] == [
            ("ilf", Mode.LIVE),
            ("ilf", Mode.REHEARSAL),
        ]
        assert list_openable(settings)[1] == []

    def test_a_ledger_without_an_agreement(self, settings: Settings) -> None:
        (settings.home / "ledgers" / "nobody.duckdb").write_bytes(b"left by an earlier siller")
        assert [of.tenant for of in list_with_ledger(settings)] == ["ilf", "ilf"]
        [said] = list_openable(settings)[1]
        assert said.startswith("nobody (live): there is a ledger or what is left of one, and no agreement.")

    @pytest.mark.parametrize(
        ("file", "content", "said"),
        [
            ("keys/ilf.ledger.key", None, "The key ilf.ledger is gone"),
            ("keys/ilf.ledger.key", b"half a ke", "is not the key ilf.ledger"),
            ("keys/ilf.ledger.key", b"Q" * 43 + b"=", "does not open with the key"),
            ("ledgers/ilf.duckdb", b"broken", "is not the file that siller closed last"),
            ("ledgers/ilf.duckdb", None, "is gone"),
        ],
    )
    def test_its_key_or_ledger(self, settings: Settings, file: str, content: bytes | None, said: str) -> None:
        with context(settings.home, Mode.LIVE).ledger.transaction() as connection:
            audit_log.keep(connection, Stopped(audit_log.SILLER, "so that there is a head"), clock(Mode.LIVE, None))
        broken = settings.home / file
        broken.unlink() if content is None else broken.write_bytes(content)
        [told] = list_openable(settings)[1]
        assert told.startswith("ilf (live): ")
        assert said in told
        assert [context.closed is None for context in list_with_ledger(settings)] == [False, True]

    def test_its_agreement(self, settings: Settings, tmp_path: Path) -> None:
        contracts = tmp_path / "contracts"
        shutil.copytree(settings.contracts / "ilf", contracts / "ilf")
        (contracts / "ilf" / "agreement.yaml").write_text("people: [")
        told = list_openable(settings.model_copy(update={"contracts": contracts}))[1]
        assert [said.partition(": ")[2] for said in told] == [
            "agreement.yaml is no YAML that can be read: write it again as UTF-8 YAML."
        ] * 2


def test_a_contract_and_an_agreement_that_are_written_anew_are_read_anew(tmp_path: Path) -> None:
    """Both are read once a process for as long as their bytes stay."""
    contracts = shutil.copytree(PROJECT / "data_contracts", tmp_path / "contracts")
    settings = Settings(home=tmp_path / "home", contracts=contracts)
    before = TenantContext("ilf", Mode.REHEARSAL, settings)
    assert TenantContext("ilf", Mode.REHEARSAL, settings).contract is before.contract
    assert TenantContext("ilf", Mode.REHEARSAL, settings).agreement is before.agreement
    for name, old, new in (
        ("extract.odcs.yaml", "version: 1.", "version: 77."),
        ("agreement.yaml", before.agreement.service_user_number, "987654"),
    ):
        file = contracts / "ilf" / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    after = TenantContext("ilf", Mode.REHEARSAL, settings)
    assert after.contract.version.startswith("77.")
    assert after.agreement.service_user_number == "987654"
