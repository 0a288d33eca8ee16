"""What is swept away among the parts, and what is never."""

import shutil
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.check import check
from tasks.ingest import stage
from tasks.keys.rotate import rotate
from tasks.ledger.parts import listing, sweeping
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, ROWS, context, deliver, gates_by_arithmetic, ingest, released
from tests.people import enrol_approvers

OPERATOR = "operator@siller.example"


@pytest.fixture
def of(tmp_path: Path) -> TenantContext:
    return context(tmp_path / "home")


def names(of: TenantContext) -> set[str]:
    return {path.name for path in of.paths.parts("ilf").iterdir()}


def test_what_is_no_part_stays(of: TenantContext) -> None:
    """Whatever else stands in the folder: of a file system's own, or put there by mistake."""
    others = {"lost+found", ".nfs0123", "ilf-2026-11.csv", "0123.parquet"}
    folder = of.paths.parts("ilf")
    (folder / "lost+found").mkdir(parents=True)
    (folder / "0123.parquet").mkdir()
    for name in (".nfs0123", "ilf-2026-11.csv", "4567.parquet", ".4567.parquet.part"):
        (folder / name).write_bytes(b"of somebody else")
    deliver(of)
    ingest(of)
    with of.ledger.opened() as connection:
        [part] = listing.listed(connection)
    assert names(of) == {*others, part.name, ".writing.lock"}


@pytest.mark.parametrize("linked", ["parts", "parts/ilf"])
def test_a_folder_of_another_ledger_is_not_swept(of: TenantContext, tmp_path: Path, linked: str) -> None:
    deliver(of)
    ingest(of)
    other = context(tmp_path / "other")
    link = other.paths.root / linked
    link.parent.mkdir(parents=True)
    link.symlink_to(of.paths.root / linked)
    deliver(other)
    with pytest.raises(NoGo, match="A link leads to the sealed parts"):
        ingest(other)
    assert list(problems(of)) == []


def test_a_home_that_is_itself_reached_by_a_link_is_one_like_any_other(of: TenantContext, tmp_path: Path) -> None:
    of.paths.home.mkdir()
    (tmp_path / "link").symlink_to(of.paths.home)
    linked = context(tmp_path / "link")
    deliver(linked)
    ingest(linked)
    assert list(problems(linked)) == []


def test_an_older_copy_of_the_ledger_sweeps_nothing_of_the_later_one(of: TenantContext, tmp_path: Path) -> None:
    """Put back by hand, with its checksum: what it does not list is all that there is of the later one's rows."""
    released(of)
    ledgers = of.paths.ledger("ilf").parent
    older = shutil.copytree(ledgers, tmp_path / "older")
    deliver(of, [ROWS[0]], name="more.csv", kind="supplementary")
    ingest(of, flow="flow-2")
    later, parts = shutil.copytree(ledgers, tmp_path / "later"), names(of)
    for name in ("ilf.duckdb", "ilf.duckdb.sha256"):
        shutil.copy(older / name, ledgers / name)
    deliver(of, [ROWS[1]], name="others.csv", kind="supplementary")
    ingest(of, flow="flow-3")
    assert parts < names(of)
    for name in ("ilf.duckdb", "ilf.duckdb.sha256"):
        shutil.copy(later / name, ledgers / name)
    assert list(problems(of)) == []


def test_a_check_sweeps_the_copy_alone(of: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    gates_by_arithmetic(monkeypatch)
    deliver(of)
    ingest(of)
    left = of.paths.parts("ilf") / f"{'0' * 32}.parquet"
    left.write_bytes(b"of a killed start, or of one that is at work")
    before = names(of)
    check(of, of.paths.landing("ilf") / "ilf.csv", None, NOVEMBER)
    assert names(of) == before
    with sweeping.writing(of.paths.parts("ilf")):
        check(of, of.paths.landing("ilf") / "ilf.csv", None, NOVEMBER)
    assert names(of) == before


def test_keys_that_are_changed_while_an_extract_is_read_let_it_start_again(
    of: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(of)
    enrol_approvers(of)
    take_in = stage.take_in

    def and_then_other_keys(*given: object) -> object:
        taken = take_in(*given)  # type: ignore[arg-type]
        rotate(of, OPERATOR, NOVEMBER)
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(stage, "take_in", and_then_other_keys)
        with pytest.raises(NoGo, match="The keys were changed while the extract was read"):
            ingest(of)
    assert list(problems(of)) == []
    ingest(of)
    assert list(problems(of)) == []
    assert len(names(of) - {".writing.lock"}) == 1
