"""The environment of every process, and which server it speaks to."""

import json
import os
import signal
import ssl
import subprocess
import sys

import certifi
import pytest

from flows.service import environment
from flows.service.environment import Address
from schemas.no_go import NoGo

ASKED = """
import json, os
from prefect._internal.analytics.enabled import is_telemetry_enabled
from prefect.settings import get_current_settings
now = get_current_settings()
made = os.open(os.path.join(os.environ["SILLER_HOME"], "made"), os.O_CREAT, 0o666)
print(json.dumps({
    "home": str(now.home),
    "api": now.api.url,
    "heartbeat": now.server.analytics_enabled,
    "telemetry": is_telemetry_enabled(),
    "hidden server": now.server.ephemeral.enabled,
    "file mode": oct(os.fstat(made).st_mode & 0o777),
}))
"""

ANNOUNCED_AND_KILLED = """
import os, signal, sys
from pathlib import Path
from flows.service import environment
with environment.announce(Path(sys.argv[1]), environment.Address("http://127.0.0.1:4201/api", int(sys.argv[2]))):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _put_back(monkeypatch):
    """Let a test set what it likes in the environment; all of it is put back."""
    before = dict(os.environ)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_clients_of_a_server_without_tls_read_one_certificate_and_those_of_another_read_all(tmp_path, monkeypatch):
    monkeypatch.delenv("PREFECT_API_SSL_CERT_FILE", raising=False)
    environment.prepare(tmp_path, "https://prefect.example/api")
    assert "PREFECT_API_SSL_CERT_FILE" not in os.environ
    environment.prepare(tmp_path, "http://127.0.0.1:4201/api")
    (only,) = ssl.create_default_context(cafile=os.environ["PREFECT_API_SSL_CERT_FILE"]).get_ca_certs()
    assert only in ssl.create_default_context(cafile=certifi.where()).get_ca_certs()
    environment.prepare(tmp_path, "https://prefect.example/api")
    assert "PREFECT_API_SSL_CERT_FILE" not in os.environ, "a server that shows its certificate is held against all"


def test_a_prepared_process_is_private_keeps_its_state_at_home_and_phones_nobody(tmp_path):
    environment.prepare(tmp_path, "http://127.0.0.1:4201/api")
    # Prefect is quiet in continuous integration of its own accord; here it is asked as on a person's machine.
    own = {name: value for name, value in os.environ.items() if name != "CI"}
    settings = json.loads(subprocess.check_output([sys.executable, "-c", ASKED], env=own))
    assert settings == {
        "home": str(tmp_path / "prefect"),
        "api": "http://127.0.0.1:4201/api",
        "heartbeat": False,
        "telemetry": False,
        "hidden server": False,
        "file mode": "0o600",
    }


def test_a_named_server_goes_before_the_one_that_is_up(tmp_path, monkeypatch):
    with environment.announce(tmp_path, Address("http://127.0.0.1:4201/api", os.getpid())):
        assert environment.server_of(tmp_path) == "http://127.0.0.1:4201/api"
        monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example/api")
        assert environment.server_of(tmp_path) == "https://prefect.example/api"
        assert environment.ui_of("https://prefect.example/api") == "https://prefect.example"


def test_siller_itself_shows_a_secret_that_is_nobodys_password(tmp_path):
    with environment.announce(tmp_path, Address("http://127.0.0.1:4201/api", os.getpid())):
        environment.prepare(tmp_path, "http://127.0.0.1:4201/api")
    shown = os.environ["PREFECT_API_AUTH_STRING"]
    assert shown == environment.internal(tmp_path) == (tmp_path / "prefect" / "internal").read_text()
    assert shown != environment.password(tmp_path)
    assert environment.password(tmp_path).startswith("siller:")
    assert (tmp_path / "prefect" / "internal").stat().st_mode & 0o777 == 0o600


def test_without_a_server_a_sentence_says_how_to_start_one(tmp_path):
    with pytest.raises(NoGo, match="siller up"):
        environment.server_of(tmp_path)


def test_what_a_killed_process_wrote_counts_for_nothing_whoever_has_its_number_now(tmp_path):
    # The number that it leaves behind is that of a process that runs: this one.
    killed = subprocess.run([sys.executable, "-c", ANNOUNCED_AND_KILLED, str(tmp_path), str(os.getpid())], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "server.json").exists()
    assert environment.read_address(tmp_path) is None
    with pytest.raises(NoGo, match="siller up"):
        environment.server_of(tmp_path)


def test_what_was_written_is_forgotten_at_the_end(tmp_path):
    with environment.announce(tmp_path, Address("http://127.0.0.1:4201/api", 7)):
        assert environment.read_address(tmp_path) == Address("http://127.0.0.1:4201/api", 7)
    assert environment.read_address(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
