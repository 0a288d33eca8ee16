"""Every module, entrypoint, contract, agreement and query loads."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import duckdb
import pytest
import yaml

from schemas.agreement import Agreement
from schemas.contract.contract import Contract

ROOT = Path(__file__).resolve().parents[2]
QUERIES = sorted((ROOT / "tasks").rglob("*.sql"))
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
TENANTS = sorted(path.parent for path in (ROOT / "data_contracts").glob("*/agreement.yaml"))


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["entrypoint"])
def test_every_entrypoint_loads_and_is_a_dotted_path(deployment):
    module, _, name = deployment["entrypoint"].rpartition(".")
    assert re.fullmatch(r"[a-z_.]+", deployment["entrypoint"])
    flow = getattr(import_module(module), name)
    flow.validate_parameters(deployment["parameters"])
    assert deployment["tags"][0] in ("tenant:{{ tenant }}", "kind:lineage"), "for every body, and for none by its name"


@pytest.mark.parametrize("folder", TENANTS, ids=lambda folder: folder.name)
def test_every_tenant_has_a_contract_and_an_agreement_that_load(folder):
    assert Contract.load(folder / "extract.odcs.yaml").tenant == folder.name
    assert Agreement.load(folder / "agreement.yaml").tenant == folder.name


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.name)
def test_every_query_parses(path):
    with duckdb.connect() as connection:
        assert connection.extract_statements(path.read_text(encoding="utf-8"))


def test_nothing_happens_at_import():
    """Importing every module of ours opens no socket, and leaves no Prefect settings behind."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in ("schemas", "tasks")
        for path in (ROOT / package).rglob("*.py")
        # The child process of the gates exists to import Great Expectations.
        if path.name not in ("suite.py", "great_expectations_child.py")
    ]
    program = (
        "import socket, sys, importlib\n"
        "def no(*a, **k): raise SystemExit('a socket was opened at import')\n"
        "socket.socket.connect = no\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "assert 'prefect' not in sys.modules and 'great_expectations' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_the_house_names_each_thing_once_and_every_path_is_there():
    lines = (ROOT / "docs" / "house.md").read_text(encoding="utf-8").splitlines()
    named = [line.split(" | ")[0] for line in lines if line.startswith("| ") and not line.startswith("| ---")]
    assert len(named) == len(set(named)) > 40
    paths = re.findall(r"`((?:flows|tasks|schemas|tests|data_contracts)/[\w./]+)`", "\n".join(lines))
    assert [path for path in paths if not (ROOT / path).exists()] == []
