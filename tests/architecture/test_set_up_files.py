"""The units, the proxy's and servers' settings and the compose file of docs/operating/many-machines/ fit each other."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
import yaml

from flows.cli import app
from tasks.settings import PROJECT, Settings
from tests.scale.set_up import SET_UP, read_settings

UNITS = sorted((SET_UP / "units").glob("*.service"))
HARDENED = {
    "User=siller",
    "UMask=0077",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "StateDirectory=siller",
    "SystemCallFilter=@system-service",
}
FILES = ("/etc/siller/siller.env", "/etc/siller/prefect-server.env")
COMPOSE = yaml.safe_load((SET_UP / "compose.yaml").read_text())
INSTALLED = "/opt/siller/.venv/bin/"


def said(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_hardened_and_starts_what_there_is(unit: Path) -> None:
    assert set(unit.read_text().splitlines()) >= HARDENED
    if said(unit, "Type") != ["oneshot"]:
        assert (said(unit, "Restart"), said(unit, "StartLimitIntervalSec")) == (["always"], ["0"])
        assert 0 < int(said(unit, "TimeoutStopSec")[0]) <= 60
    (command,) = said(unit, "ExecStart")
    program, first, *rest = command.removeprefix(INSTALLED).split()
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    is_a_module = program == "python" and (first, rest[0]) == ("-P", "-m") and find_spec(rest[1]) is not None
    assert program == "prefect" or is_a_module or (program == "siller" and first in commands)
    assert set(said(unit, "EnvironmentFile")) <= set(FILES)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        here = unit.read_text().replace(INSTALLED, f"{PROJECT}/.venv/bin/")
        (tmp_path / unit.name.replace("@", "@4200")).write_text(here)
    asked = ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())]
    found = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    # It also names what is wrong with the machine's own units.
    assert not [line for line in found.stderr.splitlines() if "siller" in line]


def test_siller_knows_each_of_its_own_settings() -> None:
    known = {f"SILLER_{name.upper()}" for name in Settings.model_fields} | {"SILLER_LISTEN"}
    assert {name for name in read_settings(SET_UP / "siller.env") if name.startswith("SILLER_")} <= known


def test_every_image_has_its_exact_version_which_the_page_names() -> None:
    page = (SET_UP.parent / "many-machines.md").read_text()
    for name, service in COMPOSE["services"].items():
        image, version = service["image"].split(":")
        assert re.fullmatch(r"\d+\.\d+(\.\d+)?(-\w+)?", version), name
        if image != "siller":
            assert f" {version.split('-')[0]}" in page, name
    base = re.findall(r"^FROM (\S+)$", (SET_UP / "Dockerfile").read_text(), re.MULTILINE)
    assert [re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", each) is not None for each in base] == [True]


def test_what_a_service_of_the_compose_file_names_is_there() -> None:
    services, shipped = COMPOSE["services"], {path.name for path in SET_UP.iterdir()}
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("env_file", ())) <= shipped
        assert {each["file"] for each in COMPOSE["secrets"].values()} == {"./postgres.password", "./redis.password"}


def test_proxy_servers_database_and_redis_have_one_address_each_everywhere() -> None:
    at = {
        name: networks["siller"]["ipv4_address"]
        for name, service in COMPOSE["services"].items()
        if isinstance(networks := service["networks"], dict)
    }
    proxy = (SET_UP / "haproxy.cfg").read_text()
    assert f"bind {at['proxy']}:443 " in proxy
    for name in ("one", "two"):
        command = COMPOSE["services"][name]["command"]
        assert command == ["server", "--host", at[name], "--port", "4200"]
        assert proxy.count(f"server {name} {at[name]}:4200") == 2
    shared = read_settings(SET_UP / "prefect-server.env")
    assert f"@{at['postgres']}:5432/prefect" in shared["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
    assert shared["PREFECT_REDIS_MESSAGING_HOST"] == at["redis"]
    assert f"@{at['redis']}:6379/" in shared["PREFECT_SERVER_DOCKET_URL"]
    assert read_settings(SET_UP / "siller.env")["SILLER_LISTEN"] == at["one"]


def test_the_image_has_all_of_siller() -> None:
    copied = re.findall(r"^COPY (.*) \S+$", (SET_UP / "Dockerfile").read_text(), re.MULTILINE)
    assert {"schemas", "tasks", "flows", "data_contracts", "prefect.yaml"} <= set(" ".join(copied).split())
