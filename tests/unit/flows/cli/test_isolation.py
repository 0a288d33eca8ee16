"""Two bodies on one machine: with the key, the part or the files of one, nothing of the other."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve.decision import decision
from tasks.backup.making import backup
from tasks.backup.restoring import restore
from tasks.ingest.custody import still_sealed
from tasks.office import Office
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.verify import problems
from tests.month import NOVEMBER, ROWS, approve, assessed, deliver, ingest, office

Siller = Callable[..., Any]
OURS, THEIRS = "ilf-2026-11-rehearsal-1", "sds-2026-11-rehearsal-1"
OPERATOR = "operator@siller.example"


def two_agreements(folder: Path) -> Path:
    """The shipped body, and another one like it with people of its own."""
    for tenant in ("ilf", "sds"):
        shutil.copytree(PROJECT / "data_contracts" / "ilf", folder / tenant, ignore=shutil.ignore_patterns("samples"))
    shutil.copytree(PROJECT / "data_contracts" / "practice_modulus", folder / "practice_modulus")
    for name in ("agreement.yaml", "extract.odcs.yaml"):
        path = folder / "sds" / name
        text = path.read_text().replace("tenant: ilf", "tenant: sds").replace("ilf.example", "sds.example")
        path.write_text(text.replace("operator@siller.example", "operator@sds.example"))
    return folder


@pytest.fixture
def offices(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Office, Office]:
    """Ours is released; theirs waits for its approver."""
    contracts = two_agreements(tmp_path / "contracts")
    monkeypatch.setenv("SILLER_CONTRACTS", str(contracts))
    settings = Settings(home=home, contracts=contracts)
    ours, theirs = (Office(tenant, Mode.REHEARSAL, settings) for tenant in ("ilf", "sds"))
    deliver(ours)
    approve(ours, assessed(ours))
    release(ours, OURS, NOVEMBER)
    # The very same file from two bodies would be refused.
    deliver(theirs, ROWS[1:], tenant="sds", submitted_by="finance.officer@sds.example")
    assert assessed(theirs) == THEIRS
    return ours, theirs


def everything_of(office: Office) -> dict[str, str]:
    """Every file of a body but the locks, by its hash; a ledger by what is in it."""
    files = {
        path.relative_to(office.places.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(office.places.root.rglob("*"))
        if path.is_file()
        and office.tenant in path.relative_to(office.places.root).as_posix()
        and not path.name.startswith(f"{office.tenant}.")
    }
    with office.ledger.opened() as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger'").fetchall()
        for (name,) in names:
            rows = connection.execute(f"SELECT count(*), sum(hash(t)::HUGEINT) FROM {name} AS t").fetchone()
            files[f"table {name}"] = str(rows)
    return files


DOORS = {
    "audit": ["audit", THEIRS],
    "backup": ["backup", "sds", "{tmp}/theirs.age", "--to", "{recipient}", "--rehearsal"],
    "rotate": ["keys", "rotate", "sds", "--rehearsal"],
    "submitted": ["submitted", THEIRS, "--reference", "X1", "--at", "2026-11-20 10:00"],
    "continuity": ["continuity", "open", THEIRS, "--reason", "I want to look", "--to", "{tmp}/theirs.csv"],
}


@pytest.mark.parametrize("name", [OPERATOR, "auditor@ilf.example", "first.approver@ilf.example"])
@pytest.mark.parametrize("door", DOORS)
def test_no_command_opens_for_somebody_of_the_other_body(
    siller: Siller, offices: tuple[Office, Office], tmp_path: Path, door: str, name: str
) -> None:
    _, theirs = offices
    before = everything_of(theirs)
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    arguments = [each.format(tmp=tmp_path, recipient=recipient) for each in DOORS[door]]
    said = siller(*arguments, "--as", name)
    assert said.code == 1
    assert "in the agreement with sds" in said.err
    assert "Royal" not in said.out + said.err
    assert everything_of(theirs) == before
    assert not (tmp_path / "theirs.age").exists()
    assert not (tmp_path / "theirs.csv").exists()


@pytest.mark.parametrize("name", ["first.approver@ilf.example", OPERATOR, "finance.officer@sds.example"])
def test_their_form_takes_no_answer_of_ours_nor_of_their_uploader(offices: tuple[Office, Office], name: str) -> None:
    _, theirs = offices
    verdict = approve(theirs, THEIRS, approver=name)
    assert verdict.outcome == "refused"
    with theirs.ledger.opened() as connection:
        assert decision(connection, THEIRS) is None
    with pytest.raises(NoGo):
        release(theirs, THEIRS, NOVEMBER)
    assert not theirs.places.outbox("sds").exists()


def test_our_key_does_not_open_their_ledger(offices: tuple[Office, Office]) -> None:
    ours, theirs = offices
    theirs.places.key("sds", "ledger").write_text(ours.places.key("ilf", "ledger").read_text())
    with pytest.raises(NoGo, match="does not open with the key in"), theirs.ledger.opened():
        pass


def test_nor_does_their_ledger_pass_for_ours(offices: tuple[Office, Office]) -> None:
    ours, theirs = offices
    shutil.copy(theirs.places.ledger("sds"), ours.places.ledger("ilf"))
    with pytest.raises(NoGo, match="does not open with the key in"), ours.ledger.opened():
        pass


def test_our_key_does_not_open_what_they_sealed(offices: tuple[Office, Office]) -> None:
    ours, theirs = offices
    with theirs.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
    sealed = ours.places.sealed("ilf", sha256)
    shutil.copy(theirs.places.sealed("sds", sha256), sealed)
    assert not still_sealed(ours.places, "ilf", sha256)
    assert still_sealed(theirs.places, "sds", sha256)


def test_an_extract_of_theirs_is_not_paid_from_our_folder(offices: tuple[Office, Office]) -> None:
    ours, theirs = offices
    before = everything_of(theirs)
    deliver(ours, tenant="sds", submitted_by="finance.officer@sds.example")
    with pytest.raises(NoGo):
        ingest(ours, NOVEMBER.replace(month=12), "flow-2")
    assert everything_of(theirs) == before


def test_a_run_of_theirs_is_not_in_our_ledger(offices: tuple[Office, Office]) -> None:
    ours, _ = offices
    for act in (lambda: release(ours, THEIRS, NOVEMBER), lambda: publish(ours, THEIRS, NOVEMBER)):
        with pytest.raises(NoGo, match=f"There is no run {THEIRS}"):
            act()


def test_a_file_of_ours_in_their_outbox_is_found(offices: tuple[Office, Office]) -> None:
    ours, theirs = offices
    assert list(problems(theirs)) == []
    outbox = theirs.places.outbox("sds")
    outbox.mkdir(parents=True)
    [file] = [path for path in ours.places.outbox("ilf").iterdir() if path.suffix == ".txt"]
    shutil.copy(file, outbox / file.name)
    assert [problem.where for problem in problems(theirs)] == [file.name]


def test_the_same_payee_has_another_pseudonym_with_each_body(offices: tuple[Office, Office]) -> None:
    import duckdb

    ours, theirs = offices
    approve(theirs, THEIRS, approver="first.approver@sds.example", control_total="2,950.00")
    release(theirs, THEIRS, NOVEMBER)
    publish(ours, OURS, NOVEMBER)
    publish(theirs, THEIRS, NOVEMBER)
    payees = []
    for of in (ours, theirs):
        with duckdb.connect(str(of.places.published(of.tenant) / "analytics.duckdb"), read_only=True) as connection:
            payees.append({row[0] for row in connection.execute("SELECT payee FROM payments").fetchall()})
    assert all(payees)
    assert not payees[0] & payees[1]


def test_their_backup_is_not_restored_by_our_operator(offices: tuple[Office, Office], tmp_path: Path) -> None:
    _, theirs = offices
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(identity))
    file = tmp_path / "theirs.age"
    backup(theirs, file, [str(identity.to_public())], "operator@sds.example", NOVEMBER)
    settings = office(tmp_path / "elsewhere").settings.model_copy(update={"contracts": theirs.settings.contracts})
    with pytest.raises(NoGo, match="is no operator in the agreement with sds"):
        restore(file, tmp_path / "key", OPERATOR, settings, NOVEMBER)
    assert not list((tmp_path / "elsewhere").rglob("*.key"))
