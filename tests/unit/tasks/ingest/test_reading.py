"""The password of a body's archives comes from its key store, and stands nowhere else."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.rehearsal.home import at_home
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.check import check
from tasks.ingest.declaring import declare
from tasks.ingest.reading import password_of
from tasks.settings import PROJECT, Settings
from tasks.storage.paths import archive_password
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.golden.nasty import described
from tests.month import NOVEMBER, ROWS, ROWS_PENCE, extract_of, gates_by_arithmetic, ingest, manifest_of
from tests.people import register_uploaders, sign
from tests.unit.schemas.extract_files.test_aes_zip import PASSWORD, locked

DOCUMENTED = re.findall(r"^    (.*keys.*)$", (PROJECT / "docs" / "extracts.md").read_text(encoding="utf-8"), re.M)


@pytest.fixture
def ilf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    """ILF, whose contract agrees archives under AES, and whose key store is empty."""
    gates_by_arithmetic(monkeypatch)
    contracts = tmp_path / "contracts"
    shutil.copytree(PROJECT / "data_contracts", contracts, ignore=shutil.ignore_patterns("__pycache__"))
    contract = contracts / "ilf" / "extract.odcs.yaml"
    said = contract.read_text(encoding="utf-8").replace("physicalType: csv", described({"compression": "aes-zip"}))
    contract.write_text(said, encoding="utf-8")
    monkeypatch.setenv("SILLER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SILLER_CONTRACTS", str(contracts))
    return TenantContext("ilf", Mode.REHEARSAL, Settings())


def put_password(of: TenantContext, password: str) -> None:
    """What the page tells whoever runs siller to do, word by word."""
    assert len(DOCUMENTED) == 2
    lines = "\n".join(DOCUMENTED).replace("BODY", of.tenant)
    subprocess.run(
        ["bash", "-euc", lines], input=f"{password}\n".encode(), check=True, env={**os.environ}, capture_output=True
    )


def deliver(of: TenantContext) -> Path:
    landing = of.paths.landing(of.tenant)
    landing.mkdir(parents=True)
    extract = landing / "ilf.zip"
    extract.write_bytes(locked(extract_of(ROWS)))
    declared = manifest_of(extract_of(ROWS), extract.name, sha256=hashlib.sha256(extract.read_bytes()).hexdigest())
    manifest = landing / "ilf.zip.manifest.json"
    manifest.write_text(declared)
    sign(manifest, json.loads(declared)["submitted_by"])
    register_uploaders(of)
    return extract


def test_a_run_and_a_check_open_the_archive_with_what_the_page_had_put_there(ilf: TenantContext) -> None:
    extract = deliver(ilf)
    with pytest.raises(NoGo, match=r"their password is not in the key store: put it into .*ilf\.archive\.key"):
        ingest(ilf)
    put_password(ilf, PASSWORD)
    assert archive_password(ilf.settings.home, "ilf").stat().st_mode & 0o777 == 0o600
    assert check(ilf, extract, None, NOVEMBER).payable_pence == ROWS_PENCE
    assert validate(ilf, ingest(ilf), NOVEMBER).figures.payable == len(ROWS)
    assert PASSWORD not in repr(ilf.contract) + repr(password_of(ilf))


def test_a_rehearsal_in_a_folder_of_its_own_opens_it_too(ilf: TenantContext, tmp_path: Path) -> None:
    extract = deliver(ilf)
    put_password(ilf, PASSWORD)
    with at_home("ilf", tmp_path / "try", None):
        assert declare(TenantContext("ilf", Mode.REHEARSAL, Settings()), extract).rows == len(ROWS)


def test_the_environment_gives_it_too(ilf: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.archive": PASSWORD}))
    assert declare(ilf, deliver(ilf)).rows == len(ROWS)


@pytest.mark.parametrize(
    "password", ["short", "zwölf Zeichen und mehr", "x" * 129, ""], ids=["short", "ö", "long", "no"]
)
def test_what_is_no_password_is_turned_away_and_not_shown(password: str, ilf: TenantContext) -> None:
    put_password(ilf, password)
    with pytest.raises(NoGo, match=r"is not the key ilf\.archive: it is to be a password of 12 to 128") as said:
        password_of(ilf)
    assert not password or password not in str(said.value)
