"""``siller manifest``: what a body declares of an extract, on the body's own machine."""

import base64
import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tasks.settings import PROJECT
from tests.council import CONTRACT, ROWS, extract
from tests.month import SAMPLES, UPLOADER, extract_of
from tests.workbooks import workbook

Siller = Callable[..., Any]


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the body has been given: its contract, its agreement, and the days on which banks work."""
    given = tmp_path / "contracts"
    shutil.copytree(PROJECT / "data_contracts" / "ilf", given / "ilf", ignore=shutil.ignore_patterns("samples"))
    shutil.copy(PROJECT / "data_contracts" / "bank_holidays.yaml", given)
    monkeypatch.setenv("SILLER_CONTRACTS", str(given))
    return given


@pytest.fixture
def key(tmp_path: Path) -> Path:
    made = Ed25519PrivateKey.generate()
    path = tmp_path / "my.key"
    path.write_bytes(
        made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (tmp_path / "my.pub").write_bytes(
        made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return path


@pytest.mark.usefixtures("contracts")
def test_of_a_shipped_sample_it_is_what_the_body_declared(
    siller: Siller, tmp_path: Path, key: Path, home: Path
) -> None:
    sent = Path(shutil.copy(SAMPLES / "ilf-2026-11.csv", tmp_path))
    said = siller("manifest", sent, "--kind", "full", "--period", "2026-11", "--key", key)
    assert said.code == 0, said.err
    written = (tmp_path / "ilf-2026-11.manifest.json").read_bytes()
    assert json.loads(written) == json.loads((SAMPLES / "ilf-2026-11.manifest.json").read_text())
    public = serialization.load_pem_public_key((tmp_path / "my.pub").read_bytes())
    public.verify(base64.b64decode((tmp_path / "ilf-2026-11.manifest.json.sig").read_text()), written)
    assert "5,269 rows, £10,708,609.22 in all, paid on 30 November 2026: the full extract of 2026-11" in said.out
    assert not home.exists()


COUNCIL = {
    "csv": (CONTRACT, "council.csv", extract(*ROWS)),
    "gzip": (
        CONTRACT.replace("properties:", "customProperties: [{property: compression, value: gzip}]\n    properties:", 1),
        "council.csv.gz",
        gzip.compress(extract(*ROWS)),
    ),
    "xlsx": (
        CONTRACT.replace("physicalType: csv", "physicalType: xlsx"),
        "council.xlsx",
        workbook(
            {
                "Pay": [
                    ["Ref", "First Name", "Surname", "Sort Code", "Account", "Pay", "Phone"],
                    ["C1", "Zoë", "O’Hara", "08-99-99", "66374958", "£1,234.50", "01"],
                    ["C2", "Jo", "", "10 79 99", "88837491", "20.00", ""],
                    ["C3", "Ann", "Lee", "107999", "88837491", "7.25", ""],
                ]
            }
        ),
    ),
}


@pytest.mark.parametrize("form", COUNCIL)
def test_the_total_is_that_of_the_contract_s_own_reading_whatever_the_form(
    siller: Siller, tmp_path: Path, contracts: Path, form: str
) -> None:
    contract, name, content = COUNCIL[form]
    (contracts / "ilf" / "extract.odcs.yaml").write_text(contract, encoding="utf-8")
    sent = tmp_path / name
    sent.write_bytes(content)
    assert siller("manifest", sent, "--kind", "full", "--period", "2026-11").code == 0
    declared = json.loads(sent.with_suffix(".manifest.json").read_text())
    assert declared == {
        "tenant": "ilf",
        "kind": "full",
        "pay_period": "2026-11",
        "extract": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": 3,
        "total": "1261.75",
        "pay_date": "2026-11-30",
        "submitted_by": UPLOADER,
    }


@pytest.mark.usefixtures("contracts")
class TestWhatItSays:
    """Nothing is guessed, and nothing that stands is written over."""

    @pytest.fixture
    def sent(self, tmp_path: Path) -> Path:
        path = tmp_path / "ilf.csv"
        path.write_bytes(extract_of(["ILF100001,Ann Lee,089999,66374958,,1.00,REF,30/11/2026"]))
        return path

    def test_the_extracts_before_it_are_named_by_their_files(self, siller: Siller, sent: Path, tmp_path: Path) -> None:
        (tmp_path / "before.csv").write_bytes(b"what was sent before")
        known = hashlib.sha256(b"what was sent before").hexdigest()
        for how, value in (("--corrects", tmp_path / "before.csv"), ("--corrects", known)):
            assert siller("manifest", sent, "--kind", "correction", how, value).code == 0
            assert json.loads(sent.with_suffix(".manifest.json").read_text())["corrects"] == known

    @pytest.mark.parametrize(
        ("given", "code", "said"),
        [
            (["--kind", "all"], 2, "no kind of extract"),
            (["--kind", "arrears"], 2, "does not say which period it is of"),
            (["--kind", "full", "--pay-date", "2026-11-27"], 2, "leave --pay-date out"),
            (["--kind", "full", "--period", "2026-W48"], 1, "2026-W48"),
            (["--kind", "full", "--as", "somebody@ilf.example"], 1, "who is no uploader in the agreement"),
            (["--kind", "correction"], 1, "a correction names the SHA-256"),
            (["--kind", "arrears", "--period", "2026-11", "--pay-date", "2020-11-30"], 1, "Name a later day"),
            (["--kind", "full", "--tenant", "nobody"], 1, "There is no tenant 'nobody'"),
        ],
        ids=lambda each: " ".join(each) if isinstance(each, list) else None,
    )
    def test_what_does_not_fit_is_a_sentence(
        self, siller: Siller, sent: Path, given: list[str], code: int, said: str
    ) -> None:
        found = siller("manifest", sent, *given)
        assert found.code == code
        assert said in " ".join((found.out + found.err).replace("│", " ").split())
        assert not sent.with_suffix(".manifest.json").exists()

    def test_a_manifest_that_says_something_else_stays(self, siller: Siller, sent: Path) -> None:
        assert siller("manifest", sent, "--kind", "full").code == 0
        stood = sent.with_suffix(".manifest.json").read_bytes()
        assert siller("manifest", sent, "--kind", "full").code == 0
        said = siller("manifest", sent, "--kind", "correction", "--corrects", "0" * 64)
        assert (said.code, "says something else" in said.err) == (1, True)
        assert sent.with_suffix(".manifest.json").read_bytes() == stood
