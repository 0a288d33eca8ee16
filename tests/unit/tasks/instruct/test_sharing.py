"""Two bodies with one service user number: declared by both or refused, and counted together."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.instruct import stage
from tasks.instruct.shared_counter import SharedCounter
from tasks.instruct.sharing import look_at_sharing
from tasks.instruct.stage import instruct
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems, serials_not_sent
from tests.month import NOVEMBER, ROWS, deliver, ingest

SUN = "123456"


def agree(contracts: Path, tenant: str, **keys: Any) -> None:
    """Agree with a body, or agree otherwise: with ILF's contract and agreement but for its name and some keys."""
    if not contracts.exists():
        shutil.copytree(Settings().contracts, contracts, ignore=shutil.ignore_patterns("ilf"))
    folder = contracts / tenant
    if not folder.exists():
        shutil.copytree(Settings().contracts / "ilf", folder, ignore=shutil.ignore_patterns("samples"))
    for name in ("agreement.yaml", "extract.odcs.yaml"):
        path = folder / name
        path.write_text(
            path.read_text().replace("tenant: ilf", f"tenant: {tenant}").replace("ilf.exam", f"{tenant}.exam")
        )
    path = folder / "agreement.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | keys))


def context(folder: Path, tenant: str) -> TenantContext:
    settings = Settings(home=folder / "home", contracts=folder / "contracts", modulus_table=None)
    return TenantContext(tenant, Mode.REHEARSAL, settings)


def validated(of: TenantContext, rows: tuple[str, ...] = ROWS, flow: str = "flow-1", **manifest: object) -> str:
    deliver(of, rows, tenant=of.tenant, submitted_by=f"finance.officer@{of.tenant}.example", **manifest)
    run_id = ingest(of, flow=flow)
    validate(of, run_id, NOVEMBER)
    return run_id


def instructed(of: TenantContext, run_id: str) -> int:
    return instruct(of, run_id, NOVEMBER).figures.serial


class KilledError(BaseException):
    """What ends a process: nothing after it runs but what the system does."""


@pytest.fixture
def killed_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Nothing is kept in the ledger of whoever has just been given a number."""

    def dies(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as dying:
        dying.setattr(stage, "insert", dies)
        yield dying


def test_one_number_one_day_and_one_of_them_is_killed_between_taking_and_using(
    tmp_path: Path, killed_before_it_is_used: pytest.MonkeyPatch
) -> None:
    agree(tmp_path / "contracts", "ilf", shares_with=["sds"])
    agree(tmp_path / "contracts", "sds", shares_with=["ilf"])
    ilf, sds = context(tmp_path, "ilf"), context(tmp_path, "sds")
    first, theirs = validated(ilf), validated(sds, ROWS[1:])
    with pytest.raises(KilledError):
        instructed(ilf, first)
    killed_before_it_is_used.undo()
    assert instructed(sds, theirs) == 2
    # ILF sends another extract, and the run that had taken 1 never comes back for it.
    extract = ilf.paths.landing("ilf") / "ilf.csv"
    second = validated(ilf, ROWS[:2], "flow-2", replaces=sha256(extract.read_bytes()).hexdigest())
    assert instructed(ilf, second) == 3
    assert instructed(ilf, second) == 3
    for of in (ilf, sds):
        assert list(problems(of)) == []
    assert serials_not_sent(ilf) == [
        f"Submission serial 1 of {SUN} was given to {first} on 2026-11-20T09:30:00+00:00, and never used: that start "
        "ended before a file was written with it.",
        f"1 submission serials of {SUN} were given to sds, the last of them 2.",
    ]
    assert serials_not_sent(sds) == [f"2 submission serials of {SUN} were given to ilf, the last of them 3."]
    # Without the counter nobody can tell whose 1 and 2 were.
    ilf.paths.shared_serials(SUN).unlink()
    assert [f"{problem.where}: {problem.what}" for problem in problems(ilf)] == [
        f"serials: Submission serial {serial} of {SUN} was never given to a run." for serial in (1, 2)
    ]


def test_a_body_that_begins_to_share_goes_on_after_what_the_other_had_alone(tmp_path: Path) -> None:
    agree(tmp_path / "contracts", "ilf")
    ilf = context(tmp_path, "ilf")
    run_id = validated(ilf)
    assert instructed(ilf, run_id) == 1
    assert not ilf.paths.shared_serials(SUN).exists(), "nobody shares anything"
    agree(tmp_path / "contracts", "ilf", shares_with=["sds"])
    agree(tmp_path / "contracts", "sds", shares_with=["ilf"])
    sds = context(tmp_path, "sds")
    theirs = validated(sds, ROWS[1:])
    assert instructed(sds, theirs) == 2
    assert list(problems(sds)) == []
    counter = SharedCounter(ilf.paths, SUN)
    assert dict(counter.read().alone) == {"ilf": 1, "sds": 0}
    # What stands is returned, whatever the agreements say meanwhile.
    agree(tmp_path / "contracts", "ilf", shares_with=[])
    assert instruct(context(tmp_path, "sds"), theirs, NOVEMBER).figures.serial == 2
    # Somebody writes another run into the counter: whose the number is, the ledger says otherwise.
    file = counter.paths.shared_serials(SUN)
    file.unlink()
    counter.take("ilf-2026-12-rehearsal-1", NOVEMBER.date(), {"ilf": 1, "sds": 1}, NOVEMBER)
    assert [problem.what for problem in problems(sds)] == [
        f"{theirs} has submission serial 2 of {SUN}, and the counter of the bodies that share it gave that to "
        "ilf-2026-12-rehearsal-1."
    ]


def test_an_older_copy_of_the_counter_gives_no_number_a_second_time(tmp_path: Path) -> None:
    agree(tmp_path / "contracts", "ilf", shares_with=["sds"])
    agree(tmp_path / "contracts", "sds", shares_with=["ilf"])
    ilf, sds = context(tmp_path, "ilf"), context(tmp_path, "sds")
    file = ilf.paths.shared_serials(SUN)
    assert instructed(ilf, validated(ilf)) == 1
    older = file.read_bytes()
    assert instructed(sds, validated(sds, ROWS[1:])) == 2
    file.write_bytes(older)
    extract = ilf.paths.landing("ilf") / "ilf.csv"
    again = validated(ilf, ROWS[:2], "flow-2", replaces=sha256(extract.read_bytes()).hexdigest())
    assert instructed(ilf, again) == 3
    assert "gave that to nobody" in next(problems(sds)).what


def test_an_older_copy_of_the_counter_gives_no_number_while_a_partner_s_ledger_cannot_be_read(
    tmp_path: Path,
) -> None:
    agree(tmp_path / "contracts", "ilf", shares_with=["sds"])
    agree(tmp_path / "contracts", "sds", shares_with=["ilf"])
    ilf, sds = context(tmp_path, "ilf"), context(tmp_path, "sds")
    counter = SharedCounter(ilf.paths, SUN)
    run_id = validated(ilf)
    # The counter gave sds 1, and later 2: the copy that was put back knows of the first alone.
    counter.take("sds-2026-10-rehearsal-1", NOVEMBER.date(), {"ilf": 0, "sds": 0}, NOVEMBER)
    for change in (lambda: None, lambda: sds.paths.ledger("sds").write_bytes(b"no ledger")):  # it is gone, or changed
        change()
        with pytest.raises(NoGo, match="sds shares it, and its ledger cannot be read, so nobody can tell"):
            instructed(ilf, run_id)
    assert [each.serial for each in counter.read().given] == [1]


def test_what_is_shared_and_not_declared_by_both_is_refused(tmp_path: Path) -> None:
    agree(tmp_path / "contracts", "ilf", shares_with=["sds"])
    agree(tmp_path / "contracts", "sds")
    sds = context(tmp_path, "sds")
    run_id = validated(sds)
    with pytest.raises(
        NoGo, match=r"sds and ilf have the service user number 123456 and the paying account ILF PAYMENTS"
    ):
        instruct(sds, run_id, NOVEMBER)
    assert not sds.paths.shared_serials(SUN).exists()


def test_a_body_whose_agreement_is_broken_holds_up_nobody_that_it_shares_with(tmp_path: Path) -> None:
    agree(tmp_path / "contracts", "ilf", shares_with=["sds"])
    agree(tmp_path / "contracts", "sds", shares_with=["ilf"])
    (tmp_path / "contracts" / "sds" / "agreement.yaml").write_text("tenant: [")
    sharing = look_at_sharing(context(tmp_path, "ilf"))
    assert (sharing.refused, sharing.is_shared, dict(sharing.others)) == (None, True, {"sds": 0})


def test_a_number_that_was_shared_is_counted_together_ever_after(tmp_path: Path) -> None:
    agree(tmp_path / "contracts", "ilf")
    ilf = context(tmp_path, "ilf")
    SharedCounter(ilf.paths, SUN).take("gone-2026-11-rehearsal-1", NOVEMBER.date(), {"ilf": 0, "gone": 5}, NOVEMBER)
    assert look_at_sharing(ilf).is_shared
