"""Two bodies on one machine: with the key, the part or the files of one, nothing of the other."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from flows.service import liveness
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve.decision import decision
from tasks.backup.making import backup
from tasks.backup.restoring import restore
from tasks.ledger import checksum
from tasks.people.account import account
from tasks.people.enrolment import check_vouchers
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.storage.custody import still_sealed
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, ROWS, approve, assessed, context, deliver, ingest
from tests.people import code_now
from tests.sampled import one_in

Siller = Callable[..., Any]
OURS, THEIRS = "ilf-2026-11-rehearsal-1", "sds-2026-11-rehearsal-1"
OPERATOR = "operator@siller.example"


def two_agreements(folder: Path) -> Path:
    """The shipped body, and another one like it with people of its own."""
    for tenant in ("ilf", "sds"):
        shutil.copytree(Settings().contracts / "ilf", folder / tenant, ignore=shutil.ignore_patterns("samples"))
    shutil.copytree(Settings().contracts / "practice_modulus", folder / "practice_modulus")
    for name in ("agreement.yaml", "extract.odcs.yaml"):
        path = folder / "sds" / name
        text = path.read_text().replace("tenant: ilf", "tenant: sds").replace("ilf.example", "sds.example")
        text = text.replace("operator@siller.example", "operator@sds.example")
        # An account of its own too, of the published cases for the account check.
        path.write_text(text.replace('"123456"', '"654321"').replace('"88837491"', '"88837493"'))
    return folder


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the agreements and the home of both: ours is released, theirs waits for its approver."""
    folder = tmp_path_factory.mktemp("two-bodies")
    two_agreements(folder / "contracts")
    ours, theirs = offices_in(folder)
    deliver(ours)
    approve(ours, assessed(ours))
    release(ours, OURS, NOVEMBER)
    # The very same file from two bodies would be refused.
    deliver(theirs, ROWS[1:], tenant="sds", submitted_by="finance.officer@sds.example")
    assert assessed(theirs) == THEIRS
    return folder


def offices_in(folder: Path) -> tuple[TenantContext, TenantContext]:
    settings = Settings(home=folder / "home", contracts=folder / "contracts", modulus_table=None)
    return TenantContext("ilf", Mode.REHEARSAL, settings), TenantContext("sds", Mode.REHEARSAL, settings)


@pytest.fixture
def contexts(
    home: Path, begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[TenantContext, TenantContext]:
    monkeypatch.setenv("SILLER_CONTRACTS", str(shutil.copytree(begun / "contracts", tmp_path / "contracts")))
    shutil.copytree(begun / "home", home)
    return offices_in(tmp_path)


def everything_of(context: TenantContext) -> dict[str, str]:
    """Every file of a body but the locks, by its hash; a ledger by what is in it, but for whom it turned away."""
    files = {
        path.relative_to(context.paths.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(context.paths.root.rglob("*"))
        if path.is_file()
        and context.tenant in path.relative_to(context.paths.root).as_posix()
        and not path.name.startswith(f"{context.tenant}.")
    }
    with context.ledger.opened() as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger'").fetchall()
        for (name,) in names:
            but = {"act": "WHERE act <> 'turned_away'", "journal": "WHERE stage NOT LIKE 'turned_away %'"}.get(name, "")
            rows = connection.execute(f"SELECT count(*), sum(hash(t)::HUGEINT) FROM {name} AS t {but}").fetchone()
            files[f"table {name}"] = str(rows)
    return files


def turned_away(context: TenantContext) -> list[tuple[str, str]]:
    """Whom the body's ledger turned away, and from which door."""
    with context.ledger.opened() as connection:
        return connection.execute("SELECT by_whom, said FROM act WHERE act = 'turned_away' ORDER BY act_no").fetchall()


DOORS = {
    "audit": ["audit", THEIRS],
    "audit of no run": ["audit", "sds", "--rehearsal"],
    "trace": ["trace", f"{THEIRS}/0"],
    "recall": ["recall", THEIRS],
    "find": ["find", "sds", "--rehearsal"],
    "run": ["run", "sds", "--period", "2026-11", "--rehearsal"],
    "people list": ["people", "list", "sds", "--rehearsal"],
    "settle": ["continuity", "settle", THEIRS, "--nothing-was-paid"],
    "record": [
        *("record", "paid-elsewhere", "{tmp}/paid.csv", "sds", "--approver", "first.approver@ilf.example"),
        *("--evidence", "{tmp}/statement.pdf", "--rehearsal"),
    ],
    "backup": ["backup", "sds", "{tmp}/theirs.age", "--to", "{recipient}", "--rehearsal"],
    "rotate": ["keys", "rotate", "sds", "--rehearsal"],
    "retention": ["retention", "sds", "--rehearsal"],
    "erase": [
        *("retention", "sds", "--erase", "2026-11", "--agreeing", "second.approver@ilf.example", "--reason", "x"),
        "--rehearsal",
    ],
    "submitted": ["submitted", THEIRS, "--reference", "X1", "--at", "2026-11-20 10:00"],
    "continuity": ["continuity", "open", THEIRS, "--reason", "I want to look", "--to", "{tmp}/theirs.csv"],
}


@pytest.mark.parametrize("name", one_in(3, [OPERATOR, "auditor@ilf.example", "first.approver@ilf.example"]))
@pytest.mark.parametrize("door", DOORS)
def test_no_command_opens_for_somebody_of_the_other_body(
    siller: Siller, contexts: tuple[TenantContext, TenantContext], tmp_path: Path, door: str, name: str
) -> None:
    _, theirs = contexts
    before = everything_of(theirs)
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    arguments = [each.format(tmp=tmp_path, recipient=recipient) for each in DOORS[door]]
    reference, _, *details, amount, _, _ = ROWS[0].split(",")
    (tmp_path / "paid.csv").write_text(
        "payee_reference,pay_period,kind,sort_code,account_number,roll_number,amount,paid_on\n"
        f"{reference},2026-11,full,{','.join(details)},{amount},25/11/2026\n"
    )
    (tmp_path / "statement.pdf").write_bytes(b"%PDF-1.7")
    said = siller(*arguments, "--as", name)
    assert said.code == 1
    assert "in the agreement with sds" in said.err
    assert "Royal" not in said.out + said.err
    assert everything_of(theirs) == before
    if door != "continuity":  # which works without the ledger, and has a list of its own
        [(who, what)] = turned_away(theirs)
        assert who == account()
        assert what.startswith(f"siller {DOORS[door][0]}")
        assert name in what
    assert not (tmp_path / "theirs.age").exists()
    assert not (tmp_path / "theirs.csv").exists()


@pytest.mark.parametrize("command", ["status", "verify"])
def test_what_looks_into_every_ledger_shows_ours_alone(
    siller: Siller, contexts: tuple[TenantContext, TenantContext], command: str
) -> None:
    _, theirs = contexts
    before = everything_of(theirs)
    said = siller(command, "--as", OPERATOR)
    assert said.code == 0
    assert "ilf" in said.out
    assert "sds" not in said.out + said.err
    assert everything_of(theirs) == before


def test_a_board_written_for_ours_has_nothing_of_theirs(
    siller: Siller, contexts: tuple[TenantContext, TenantContext], tmp_path: Path
) -> None:
    said = siller("board", "--html", tmp_path / "board.html", "--as", OPERATOR)
    assert said.code == 0
    page = (tmp_path / "board.html").read_text()
    assert "<h2>What comes next</h2>" in page and "ilf" in page
    assert "sds" not in page + said.out + said.err


@pytest.mark.parametrize(("whose", "code"), [("ilf", 1), ("sds", 0)])
def test_a_dead_run_calls_its_own_body_alone(
    siller: Siller, home: Path, contexts: tuple[TenantContext, TenantContext], whose: str, code: int
) -> None:
    with liveness.take_over(home, "00000000-0000-4000-8000-000000000000") as left:
        assert left
        left.keep(
            liveness.Begun(f"pay-run/{whose}", {"tenant": whose}, f"The process of {whose} 2026-12 has died 3 times.")
        )
    said = siller("status", "--as", OPERATOR)
    assert said.code == code
    assert ("2026-12 has died 3 times" in said.out) == (whose == "ilf")
    assert "sds" not in said.out + said.err


def test_nor_is_an_extract_checked_against_their_ledger(
    siller: Siller, contexts: tuple[TenantContext, TenantContext], tmp_path: Path
) -> None:
    """Whom they paid before could be read off what check says of an extract."""
    _, theirs = contexts
    live = TenantContext("sds", Mode.LIVE, theirs.settings)
    with live.ledger.opened(create=True):
        pass
    said = siller("check", "sds", theirs.paths.landing("sds") / "ilf.csv", "--as", "auditor@ilf.example")
    assert said.code == 1
    assert "is no uploader or" in said.err
    assert [what.partition(":")[0] for _, what in turned_away(live)] == ["siller check"]


def test_nobody_of_ours_vouches_for_a_device_of_theirs(contexts: tuple[TenantContext, TenantContext]) -> None:
    _, theirs = contexts
    two = {name: code_now(name) for name in ("first.approver@ilf.example", "second.approver@ilf.example")}
    with pytest.raises(NoGo, match="cannot vouch"):
        check_vouchers(theirs, "first.approver@sds.example", two, "enrolling", NOVEMBER)


@pytest.mark.parametrize("name", ["first.approver@ilf.example", OPERATOR, "finance.officer@sds.example"])
def test_their_form_takes_no_answer_of_ours_nor_of_their_uploader(
    contexts: tuple[TenantContext, TenantContext], name: str
) -> None:
    _, theirs = contexts
    verdict = approve(theirs, THEIRS, approver=name)
    assert verdict.outcome == "refused"
    with theirs.ledger.opened() as connection:
        assert decision(connection, THEIRS) is None
    with pytest.raises(NoGo):
        release(theirs, THEIRS, NOVEMBER)
    assert not theirs.paths.outbox("sds").exists()


def test_our_key_does_not_open_their_ledger(contexts: tuple[TenantContext, TenantContext]) -> None:
    ours, theirs = contexts
    theirs.paths.key("sds", "ledger").write_text(ours.paths.key("ilf", "ledger").read_text())
    with pytest.raises(NoGo, match="does not open with the key in"), theirs.ledger.opened():
        pass


def test_nor_does_their_ledger_pass_for_ours(contexts: tuple[TenantContext, TenantContext]) -> None:
    ours, theirs = contexts
    shutil.copy(theirs.paths.ledger("sds"), ours.paths.ledger("ilf"))
    for said in ("is not the file that siller closed last", "does not open with the key in"):
        with pytest.raises(NoGo, match=said), ours.ledger.opened():
            pass
        checksum.beside(ours.paths.ledger("ilf")).unlink(missing_ok=True)


def test_our_key_does_not_open_what_they_sealed(contexts: tuple[TenantContext, TenantContext]) -> None:
    ours, theirs = contexts
    with theirs.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
    sealed = ours.paths.sealed("ilf", sha256)
    shutil.copy(theirs.paths.sealed("sds", sha256), sealed)
    assert not still_sealed(ours.paths, "ilf", sha256)
    assert still_sealed(theirs.paths, "sds", sha256)


def test_an_extract_of_theirs_is_not_paid_from_our_folder(contexts: tuple[TenantContext, TenantContext]) -> None:
    ours, theirs = contexts
    before = everything_of(theirs)
    deliver(ours, tenant="sds", submitted_by="finance.officer@sds.example")
    with pytest.raises(NoGo):
        ingest(ours, NOVEMBER.replace(month=12), "flow-2")
    assert everything_of(theirs) == before


def test_a_run_of_theirs_is_not_in_our_ledger(contexts: tuple[TenantContext, TenantContext]) -> None:
    ours, _ = contexts
    for act in (lambda: release(ours, THEIRS, NOVEMBER), lambda: publish(ours, THEIRS, NOVEMBER)):
        with pytest.raises(NoGo, match=f"There is no run {THEIRS}"):
            act()


def test_a_file_of_ours_in_their_outbox_is_found(contexts: tuple[TenantContext, TenantContext]) -> None:
    ours, theirs = contexts
    assert list(problems(theirs)) == []
    outbox = theirs.paths.outbox("sds")
    outbox.mkdir(parents=True)
    [file] = [path for path in ours.paths.outbox("ilf").iterdir() if path.suffix == ".txt"]
    shutil.copy(file, outbox / file.name)
    assert [problem.where for problem in problems(theirs)] == [file.name]


def test_the_same_payee_has_another_pseudonym_with_each_body(contexts: tuple[TenantContext, TenantContext]) -> None:
    import duckdb

    ours, theirs = contexts
    approve(theirs, THEIRS, approver="first.approver@sds.example", control_total="2,950.00")
    release(theirs, THEIRS, NOVEMBER)
    publish(ours, OURS, NOVEMBER)
    publish(theirs, THEIRS, NOVEMBER)
    payees = []
    for of in (ours, theirs):
        with duckdb.connect(str(of.paths.published(of.tenant) / "analytics.duckdb"), read_only=True) as connection:
            payees.append({row[0] for row in connection.execute("SELECT payee FROM payments").fetchall()})
    assert all(payees)
    assert not payees[0] & payees[1]


def test_their_backup_is_not_restored_by_our_operator(
    contexts: tuple[TenantContext, TenantContext], tmp_path: Path
) -> None:
    _, theirs = contexts
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(identity))
    file = tmp_path / "theirs.age"
    backup(theirs, file, [str(identity.to_public())], "operator@sds.example", NOVEMBER)
    settings = context(tmp_path / "elsewhere").settings.model_copy(update={"contracts": theirs.settings.contracts})
    with pytest.raises(NoGo, match="is no operator in the agreement with sds"):
        restore(file, tmp_path / "key", OPERATOR, settings, NOVEMBER)
    assert not list((tmp_path / "elsewhere").rglob("*.key"))
