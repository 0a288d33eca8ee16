"""A run is started again while the landing folder keeps what was sent before: which manifest is meant."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, ROWS, approve, assessed, context, deliver, extract_of, ingest

NAMELESS = ROWS[2].replace(ROWS[2].split(",")[1], "", 1)
"""The third payment of November, refused because it has no name."""
MONTH, CORRECTION = (*ROWS[:2], NAMELESS), [ROWS[2]]
RUN = "ilf-2026-11-rehearsal-{}"


def sha256_of(rows: Sequence[str]) -> str:
    return hashlib.sha256(extract_of(rows)).hexdigest()


def also(of: TenantContext, rows: Sequence[str], name: str, **changes: object) -> None:
    """Send another extract; what was sent before stays in the folder."""
    landing = of.paths.landing("ilf")
    before = shutil.copytree(landing, of.settings.home / "before", dirs_exist_ok=True)
    deliver(of, rows, name, **changes)
    shutil.copytree(before, landing, dirs_exist_ok=True)


def correct(of: TenantContext) -> None:
    also(of, CORRECTION, "correction.csv", kind="correction", corrects=sha256_of(MONTH))


@pytest.fixture(scope="module")
def month_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the month's run, with a row refused; nobody changes anything there."""
    home = tmp_path_factory.mktemp("month")
    deliver(context(home), MONTH, "month.csv")
    validate(context(home), ingest(context(home)), NOVEMBER)
    return home


@pytest.fixture(scope="module")
def released_home(month_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the same run, released and published; nobody changes anything there."""
    of = context(shutil.copytree(month_home, tmp_path_factory.mktemp("released"), dirs_exist_ok=True))
    run_id = assessed(of)
    approve(of, run_id)
    release(of, run_id, NOVEMBER)
    publish(of, run_id, NOVEMBER)
    return of.settings.home


@pytest.fixture
def month(month_home: Path, tmp_path: Path) -> TenantContext:
    """The month's run, with a row refused; it waits."""
    return context(shutil.copytree(month_home, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def released(released_home: Path, tmp_path: Path) -> TenantContext:
    """The month's run, released and published."""
    return context(shutil.copytree(released_home, tmp_path, dirs_exist_ok=True))


def test_after_a_failed_correction(month: TenantContext) -> None:
    correct(month)
    assert ingest(month, flow="flow-2") == RUN.format(2)
    assert ingest(month, flow="flow-3") == RUN.format(2), "its flow failed: another one goes on with it"


def test_after_a_failed_supplementary(released: TenantContext) -> None:
    also(released, CORRECTION, "late.csv", kind="supplementary")
    assert ingest(released, flow="flow-2") == RUN.format(2)
    assert ingest(released, flow="flow-3") == RUN.format(2)


def test_after_a_failed_correction_of_a_correction(month: TenantContext) -> None:
    correct(month)
    validate(month, ingest(month, flow="flow-2"), NOVEMBER)
    also(month, (*ROWS[:2], ROWS[2].replace("1050.00", "1051.00")), "whole.csv", replaces=sha256_of(CORRECTION))
    assert ingest(month, flow="flow-3") == RUN.format(3)
    assert ingest(month, flow="flow-4") == RUN.format(3)


def test_once_all_are_paid_none_is_meant(released: TenantContext) -> None:
    also(released, CORRECTION, "late.csv", kind="supplementary")
    run_id = assessed(released, flow="flow-2")
    approve(released, run_id, flow="flow-2", control_total="1050.00")
    release(released, run_id, NOVEMBER)
    assert ingest(released, flow="flow-3") == run_id, "until it is published, a start finishes the run"
    publish(released, run_id, NOVEMBER)
    with pytest.raises(NoGo, match="nobody can tell which one is meant") as said:
        ingest(released, flow="flow-4")
    assert f"late.csv (supplementary, sent before, {RUN.format(2)})" in str(said.value)
    assert f"month.csv (full, sent before, {RUN.format(1)})" in str(said.value)
    assert "No run can be started again" in str(said.value)


def test_two_runs_wait_and_all_files_are_named(month: TenantContext) -> None:
    """A month and arrears may wait beside each other."""
    also(month, [ROWS[0].replace("2981.60", "20.00")], "arrears.csv", kind="arrears")
    assert ingest(month, flow="flow-2") == RUN.format(2)
    with pytest.raises(NoGo, match=r"2 manifests in .* are for 2026-11") as said:
        ingest(month, flow="flow-3")
    assert f"arrears.csv (arrears, sent before, {RUN.format(2)})" in str(said.value)
    assert f"month.csv (full, sent before, {RUN.format(1)})" in str(said.value)
    assert f"The run that can be started again: {RUN.format(1)} and {RUN.format(2)}" in str(said.value)
    for path in month.paths.landing("ilf").glob("month.csv*"):
        path.unlink()
    assert ingest(month, flow="flow-4") == RUN.format(2), "once only the one that counts is left"


def test_two_new_ones_are_named_beside_what_was_sent_before(month: TenantContext) -> None:
    correct(month)
    also(month, ROWS, "whole.csv", replaces=sha256_of(MONTH))
    with pytest.raises(NoGo, match=r"3 manifests in .* are for 2026-11") as said:
        ingest(month, flow="flow-2")
    for name in ("correction.csv (correction, new)", "whole.csv (full, new)", "month.csv (full, sent before"):
        assert name in str(said.value)
    assert f"The run that can be started again: {RUN.format(1)}." in str(said.value)


def test_the_new_one_counts(month: TenantContext) -> None:
    correct(month)
    assert ingest(month, flow="flow-2") == RUN.format(2)
    also(month, ROWS, "whole.csv", replaces=sha256_of(CORRECTION))
    assert ingest(month, flow="flow-3") == RUN.format(3)
