"""A backup, made while a run writes and restored elsewhere, and payday finished from it."""

import io
import json
import multiprocessing
import os
import shutil
import tarfile
import time
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from schemas.no_go import NoGo
from tasks.backup import restoring
from tasks.backup.making import backup
from tasks.backup.restoring import restore
from tasks.release.stage import release
from tasks.storage import keys
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, approved, context, naive_payments, outbox_files, released

OPERATOR = "operator@siller.example"
RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture
def escrow(tmp_path: Path) -> tuple[str, Path]:
    """A recipient, and the file with their key as ``age-keygen`` writes it."""
    identity = pyrage.x25519.Identity.generate()
    path = tmp_path / "escrow.key"
    path.write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public()), path


def kept(of: TenantContext, tmp_path: Path, escrow: tuple[str, Path], name: str = "ilf.backup") -> Path:
    file = tmp_path / name
    backup(of, file, [escrow[0]], OPERATOR, NOVEMBER)
    return file


def restored(file: Path, tmp_path: Path, escrow: tuple[str, Path], to: str = "elsewhere") -> TenantContext:
    return restore(file, escrow[1], OPERATOR, context(tmp_path / to).settings, NOVEMBER)


def files(of: TenantContext, *folders: str) -> dict[str, bytes]:
    return {
        path.relative_to(of.paths.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted((of.paths.root / folder).rglob("*"))
        if path.is_file()
    }


def test_what_was_restored_is_what_was_there_and_holds(
    ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]
) -> None:
    elsewhere = restored(kept(ilf, tmp_path, escrow), tmp_path, escrow)
    assert list(problems(elsewhere)) == []
    folders = ("keys", "sealed", "landing", "outbox", "to-the-body")
    assert files(elsewhere, *folders) == files(ilf, *folders)
    with elsewhere.ledger.opened() as there, ilf.ledger.opened() as here:
        for query in ("SELECT * FROM core_payment ORDER BY ALL", "SELECT * FROM raw_extract_row ORDER BY ALL"):
            assert there.execute(query).fetchall() == here.execute(query).fetchall()
        acts = there.execute("SELECT act, by_whom FROM act ORDER BY act_no DESC LIMIT 2").fetchall()
    assert acts == [("restore", OPERATOR), ("backup", OPERATOR)]
    assert not list(elsewhere.paths.root.glob(".restoring*"))


def test_what_is_no_file_in_the_landing_folder_is_left_where_it_is(
    ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]
) -> None:
    """A link would be followed to anywhere when it is kept, or refused when it is restored."""
    (tmp_path / "of another body").write_text("secret")
    ilf.paths.landing("ilf").mkdir(parents=True, exist_ok=True)
    (ilf.paths.landing("ilf") / "a-link.csv").symlink_to(tmp_path / "of another body")
    os.mkfifo(ilf.paths.landing("ilf") / "a-pipe.csv")
    elsewhere = restored(kept(ilf, tmp_path, escrow), tmp_path, escrow)
    assert not list(elsewhere.paths.landing("ilf").glob("a-*"))
    assert list(problems(elsewhere)) == []


@pytest.mark.parametrize("which", [0, 1], ids=["backup", "key"])
def test_restoring_from_what_is_no_file(
    ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path], which: int
) -> None:
    given = [kept(ilf, tmp_path, escrow), escrow[1]]
    given[which].unlink()
    os.mkfifo(given[which])
    with pytest.raises(NoGo, match="is a pipe and no file"):
        restore(given[0], given[1], OPERATOR, context(tmp_path / "elsewhere").settings, NOVEMBER)


def test_the_file_shows_nothing_and_is_its_owners_alone(
    ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]
) -> None:
    file = kept(ilf, tmp_path, escrow)
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    for secret in (b"Royal & Ancient", b"ledger.key", b"VOL1", ilf.paths.key("ilf", "ledger").read_bytes()):
        assert secret not in content


def _payday(home: Path, started: "multiprocessing.synchronize.Event") -> None:
    of = context(home)
    approved(of)
    started.set()
    release(of, RUN, NOVEMBER)


@pytest.mark.slow
def test_made_while_a_run_writes_payday_is_finished_from_it(tmp_path: Path, escrow: tuple[str, Path]) -> None:
    """Wherever in the run each backup falls, it restores, holds, and the run goes on from there to one same file."""
    of = context(tmp_path / "home")
    spawning = multiprocessing.get_context("spawn")
    started = spawning.Event()
    payday = spawning.Process(target=_payday, args=(of.settings.home, started))
    payday.start()
    backups = []
    while payday.is_alive():
        if of.ledger.exists:
            backups.append(kept(of, tmp_path, escrow, f"{len(backups)}.backup"))
        time.sleep(0.05)
    payday.join()
    assert payday.exitcode == 0
    assert len(backups) > 1, "several were made while the run wrote"
    [whole] = [content for name, content in outbox_files(of).items() if name.endswith(".txt")]
    assert len(naive_payments(whole)) == 3
    for number, file in enumerate(backups[:: 1 + len(backups) // 3]):
        elsewhere = restored(file, tmp_path, escrow, f"elsewhere-{number}")
        begun = [problem for problem in problems(elsewhere) if "begun and not finished" not in problem.what]
        assert begun == []
        _go_on(elsewhere)
        [again] = [content for name, content in outbox_files(elsewhere).items() if name.endswith(".txt")]
        assert again == whole
        assert list(problems(elsewhere)) == []


def _go_on(of: TenantContext) -> None:
    """Whatever has been done of the run, do the rest, as a flow that is started again does."""
    from tasks.ledger import runs
    from tests.month import approve, assess, deliver, ingest, instruct_stage, validate_stage

    with of.ledger.opened() as connection:
        done = runs.stages_done(connection, RUN)
    if "ingest" not in done:
        deliver(of)
        ingest(of)
    validate_stage(of, RUN, NOVEMBER)
    instruct_stage(of, RUN, NOVEMBER)
    if "assess" not in done:
        assess(of, RUN)
    if "approve" not in done:
        approve(of, RUN)
    release(of, RUN, NOVEMBER)


def test_what_was_released_since_is_not_released_again(tmp_path: Path, escrow: tuple[str, Path]) -> None:
    """Yesterday's backup beside today's outbox: the outbox remembers what the ledger has forgotten."""
    of = context(tmp_path / "home")
    approved(of)
    file = kept(of, tmp_path, escrow)
    release(of, RUN, NOVEMBER)
    outbox = of.paths.outbox("ilf")
    elsewhere = context(tmp_path / "elsewhere").paths.outbox("ilf")
    shutil.copytree(outbox, elsewhere)
    later = restored(file, tmp_path, escrow)
    assert any("older than what it released" in problem.what for problem in problems(later))
    before = outbox_files(later)
    with pytest.raises(NoGo, match="It may be an older copy"):
        release(later, RUN, NOVEMBER + timedelta(hours=1))
    assert outbox_files(later) == before


def test_keys_of_the_environment_are_in_it(
    tmp_path: Path, escrow: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = keys.random_key()
    monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": secret}))
    of = context(tmp_path / "home")
    released(of)
    assert not of.paths.key("ilf", "ledger").exists()
    file = kept(of, tmp_path, escrow)
    monkeypatch.delenv("SILLER_KEYS")
    elsewhere = restored(file, tmp_path, escrow)
    assert elsewhere.paths.key("ilf", "ledger").read_text() == secret
    assert list(problems(elsewhere)) == []


class TestRefusals:
    """What is not made, and what is not restored."""

    def test_somebody_without_the_part(self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]) -> None:
        with pytest.raises(NoGo, match="is no operator in the agreement with ilf"):
            backup(ilf, tmp_path / "b", [escrow[0]], "first.approver@ilf.example", NOVEMBER)
        file = kept(ilf, tmp_path, escrow)
        with pytest.raises(NoGo, match="is no operator in the agreement with ilf"):
            restore(file, escrow[1], "auditor@ilf.example", context(tmp_path / "x").settings, NOVEMBER)
        assert not (tmp_path / "x" / "rehearsal" / "ledgers").exists()

    def test_a_recipient_that_is_none(self, ilf: TenantContext, tmp_path: Path) -> None:
        with pytest.raises(NoGo, match="'age1nobody' is no age recipient"):
            backup(ilf, tmp_path / "b", ["age1nobody"], OPERATOR, NOVEMBER)
        assert not (tmp_path / "b").exists()

    def test_a_file_that_is_there(self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]) -> None:
        file = kept(ilf, tmp_path, escrow)
        before = file.read_bytes()
        with pytest.raises(NoGo, match="no backup takes its place"):
            kept(ilf, tmp_path, escrow)
        assert file.read_bytes() == before

    def test_somebody_elses_key(self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]) -> None:
        file = kept(ilf, tmp_path, escrow)
        escrow[1].write_text(str(pyrage.x25519.Identity.generate()))
        with pytest.raises(NoGo, match="does not open with the key in"):
            restored(file, tmp_path, escrow)
        escrow[1].write_text("no key at all")
        with pytest.raises(NoGo, match="holds no age key"):
            restored(file, tmp_path, escrow)

    @pytest.mark.parametrize("left", [0, 100, 50_000, -1])
    def test_one_that_was_cut_short(
        self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path], left: int
    ) -> None:
        file = kept(ilf, tmp_path, escrow)
        file.write_bytes(file.read_bytes()[:left])
        with pytest.raises(NoGo, match="is not whole"):
            restored(file, tmp_path, escrow)
        assert not (tmp_path / "elsewhere" / "rehearsal" / "ledgers").exists()

    @pytest.mark.parametrize("place", range(6))
    def test_one_with_a_flipped_byte(
        self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path], place: int
    ) -> None:
        file = kept(ilf, tmp_path, escrow)
        content = bytearray(file.read_bytes())
        content[(place * 7919 * 31) % len(content)] ^= 1 << place % 8
        file.write_bytes(content)
        with pytest.raises(NoGo, match="is not whole"):
            restored(file, tmp_path, escrow)
        assert not (tmp_path / "elsewhere" / "rehearsal" / "ledgers").exists()

    def test_where_the_tenant_is_already(self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]) -> None:
        file = kept(ilf, tmp_path, escrow)
        with ilf.ledger.opened() as connection:
            before = connection.execute("SELECT count(*) FROM journal").fetchone()
        with pytest.raises(NoGo, match="is another file than the backup's"):
            released(context(tmp_path / "other"))
            restored(file, tmp_path, escrow, "other")
        with ilf.ledger.opened() as connection:
            assert connection.execute("SELECT count(*) FROM journal").fetchone() == before

    @pytest.mark.parametrize("leave", ["nothing", "a link"])
    def test_without_a_part_of_the_ledger_s(
        self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path], leave: str
    ) -> None:
        """Rows stand there and nowhere else, and nobody would miss them before they are wanted."""
        [part] = ilf.paths.parts("ilf").glob("*.parquet")
        moved = part.rename(tmp_path / part.name)
        if leave == "a link":
            part.symlink_to(moved)
        with pytest.raises(NoGo, match=rf"The part {part.name} is gone, or is a link"):
            kept(ilf, tmp_path, escrow)
        assert not (tmp_path / "ilf.backup").exists()

    def test_where_parts_of_a_later_ledger_are_left(
        self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path]
    ) -> None:
        """Which was moved away for the auditor: the next run would remove its rows."""
        file = kept(ilf, tmp_path, escrow)
        later = context(tmp_path / "elsewhere").paths.parts("ilf") / f"{'0' * 32}.parquet"
        later.parent.mkdir(parents=True)
        later.write_bytes(b"of a later run")
        with pytest.raises(NoGo, match="parts/ilf is here already and belongs to another ledger"):
            restored(file, tmp_path, escrow)
        later.unlink()
        assert list(problems(restored(file, tmp_path, escrow))) == []

    @pytest.mark.parametrize("left", ["ilf.duckdb.wal", "ilf.duckdb.sha256"])
    def test_where_something_is_left_of_another_ledger(
        self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path], left: str
    ) -> None:
        """What a killed process leaves beside a ledger would keep the restored one from ever being opened."""
        file = kept(ilf, tmp_path, escrow)
        ledgers = tmp_path / "elsewhere" / "rehearsal" / "ledgers"
        ledgers.mkdir(parents=True)
        (ledgers / left).write_text("of another ledger")
        with pytest.raises(NoGo, match=rf"{left} is here already and"):
            restored(file, tmp_path, escrow)

    def forged(self, tmp_path: Path, escrow: tuple[str, Path], listed: dict[str, str], member: str) -> Path:
        """A backup of somebody who has the recipient, which is no secret."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            contents = {
                "tenant": "ilf",
                "mode": "rehearsal",
                "made_at": "",
                "made_by": "x",
                "files": listed,
                "format": 1,
            }
            for name, content in (("backup.json", json.dumps(contents).encode()), (member, b"x")):
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        file = tmp_path / "forged"
        file.write_bytes(pyrage.encrypt(buffer.getvalue(), [pyrage.x25519.Recipient.from_str(escrow[0])]))
        return file

    @pytest.mark.parametrize(
        ("listed", "member", "said"),
        [
            ({"../../evil": "0" * 64}, "../../evil", "names a file outside"),
            ({"/srv/evil": "0" * 64}, "/srv/evil", "names a file outside"),
            ({}, "keys/ilf.ledger.key", "which its list does not name"),
            ({"keys/ilf.ledger.key": "0" * 64}, "keys/ilf.ledger.key", "is not the file that its list names"),
            ({"keys/a": "0" * 64}, "keys/b", "which its list does not name"),
        ],
    )
    def test_a_forged_one(
        self, tmp_path: Path, escrow: tuple[str, Path], listed: dict[str, str], member: str, said: str
    ) -> None:
        with pytest.raises(NoGo, match=said):
            restored(self.forged(tmp_path, escrow, listed, member), tmp_path, escrow)
        assert not (tmp_path / "evil").exists()

    def test_one_that_was_interrupted_is_finished(
        self, ilf: TenantContext, tmp_path: Path, escrow: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = kept(ilf, tmp_path, escrow)
        moved = restoring._move
        for stop in (0, 5, 11):
            left = [stop]

            def killed(source: Path, target: Path, left: list[int] = left) -> None:
                if not left[0]:
                    raise KeyboardInterrupt
                left[0] -= 1
                moved(source, target)

            with monkeypatch.context() as patched:
                patched.setattr(restoring, "_move", killed)
                with pytest.raises(KeyboardInterrupt):
                    restored(file, tmp_path, escrow, f"to-{stop}")
            assert list(problems(restored(file, tmp_path, escrow, f"to-{stop}"))) == []
