"""The manifest's signature: who it says submitted the extract is who signed it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.signature import public_key
from tasks.ledger.verify import problems
from tasks.people.credentials import Kind, keep
from tasks.tenant_context import TenantContext
from tests.by_hand import parts_beside
from tests.month import NOVEMBER, UPLOADER, context, deliver, ingest
from tests.people import register_uploaders, sign


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    of = context(tmp_path)
    deliver(of)
    return of


def manifest_in(of: TenantContext) -> Path:
    return of.paths.landing("ilf") / "ilf.csv.manifest.json"


def turned_away(of: TenantContext, sentence: str) -> None:
    """The run does not begin, and the ledger says that it was tried."""
    with pytest.raises(NoGo, match=sentence):
        ingest(of)
    with of.ledger.opened() as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)
        [(said,)] = connection.execute("SELECT said FROM act WHERE act = 'stopped'").fetchall()
        assert not list(problems(connection, parts_beside(connection)))
    assert sentence.replace("\\", "") in said


def test_a_signed_manifest_is_taken_and_its_signature_kept(ilf: TenantContext) -> None:
    run_id = ingest(ilf)
    with ilf.ledger.opened() as connection:
        [(by, said)] = connection.execute("SELECT by_whom, said FROM act WHERE act = 'signed'").fetchall()
        [(signed,)] = connection.execute("SELECT run_id FROM journal WHERE stage LIKE 'signed %'").fetchall()
        assert not list(problems(connection, parts_beside(connection)))
    assert (by, signed) == (UPLOADER, run_id)
    assert "ilf.csv.manifest.json" in said


def test_a_manifest_that_was_changed_after_signing(ilf: TenantContext) -> None:
    manifest = manifest_in(ilf)
    manifest.write_text(manifest.read_text() + "\n")
    turned_away(ilf, f"is not that of {UPLOADER}")


def test_a_manifest_that_somebody_else_signed(ilf: TenantContext) -> None:
    sign(manifest_in(ilf), "somebody.else@ilf.example")
    turned_away(ilf, f"is not that of {UPLOADER}")


@pytest.mark.parametrize("signature", [b"", b"no base64 at all", b"AAAA"])
def test_a_signature_that_is_none(ilf: TenantContext, signature: bytes) -> None:
    manifest_in(ilf).with_name("ilf.csv.manifest.json.sig").write_bytes(signature)
    turned_away(ilf, f"is not that of {UPLOADER}")


def test_no_signature(ilf: TenantContext) -> None:
    manifest_in(ilf).with_name("ilf.csv.manifest.json.sig").unlink()
    turned_away(ilf, "is not signed")


def test_an_uploader_without_a_key(tmp_path: Path) -> None:
    of = context(tmp_path)
    deliver(of)
    with of.ledger.transaction() as connection:
        connection.execute("DELETE FROM credential")
    with pytest.raises(NoGo, match="who has no key registered"):
        ingest(of)


def test_openssls_signature_counts(ilf: TenantContext, tmp_path: Path) -> None:
    """As docs/operating/people.md tells an uploader to do it."""
    key, public, raw = tmp_path / "my.key", tmp_path / "my.pub", tmp_path / "raw"
    manifest = manifest_in(ilf)

    def openssl(*arguments: str | Path) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-out", public)
    openssl("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", manifest, "-out", raw)
    openssl("base64", "-in", raw, "-out", manifest.with_name(f"{manifest.name}.sig"))
    with ilf.ledger.transaction() as connection:
        keep(connection, UPLOADER, Kind.SIGNING_KEY, public_key(public.read_bytes()), ("a", "b"), NOVEMBER)
    assert ingest(ilf) == "ilf-2026-11-rehearsal-1"


def test_a_key_of_another_kind_is_not_registered(tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "x25519", "-out", tmp_path / "x.key"], check=True, capture_output=True
    )
    pem = subprocess.run(
        ["openssl", "pkey", "-in", tmp_path / "x.key", "-pubout"], check=True, capture_output=True
    ).stdout
    for wrong in (pem, b"", b"finance.officer"):
        with pytest.raises(NoGo, match="no public Ed25519 key"):
            public_key(wrong)


def test_another_tenants_uploader_with_the_same_name_signs_with_another_key(ilf: TenantContext, tmp_path: Path) -> None:
    """A key counts for the tenant that it was registered with, and nowhere else."""
    other = context(tmp_path / "other")
    shutil.copytree(ilf.paths.landing("ilf"), other.paths.landing("ilf"))
    with pytest.raises(NoGo, match="who has no key registered"):
        ingest(other)
    register_uploaders(other)
    assert ingest(other) == "ilf-2026-11-rehearsal-1"
