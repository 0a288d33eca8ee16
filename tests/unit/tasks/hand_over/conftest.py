"""A live run whose file is released, and a bank's server to hand it over to."""

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from schemas.pay_run import Mode
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.month import context, released
from tests.people import adopt
from tests.ssh_server import SshServer, ssh_server

Agree = Callable[..., TenantContext]


@pytest.fixture(scope="session")
def released_live_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a released live run of three payments; nobody changes anything there."""
    home = tmp_path_factory.mktemp("released-live")
    with pytest.MonkeyPatch.context() as patched:
        # Only the practice table can be shipped, and with it no live run begins.
        patched.setattr("tasks.ingest.stage._check_account_table", lambda *_: None)
        released(context(home, Mode.LIVE))
    return home


@pytest.fixture(scope="module")
def the_server() -> Iterator[SshServer]:
    with ssh_server() as server:
        yield server


@pytest.fixture
def bank(the_server: SshServer) -> Iterator[SshServer]:
    """The bank's server as it is on a good day, with nothing in its folders."""
    yield the_server
    for folder in (the_server.incoming, the_server.answers, the_server.fetched):
        for path in folder.iterdir():
            path.unlink()
    the_server.start()


def agreed_with(
    bank: SshServer, place: Path, released_home: Path, mode: Mode = Mode.LIVE, **changes: object
) -> TenantContext:
    """Adopt an agreement that names the bank's server, changed in these keys; the key for it is in the key store."""
    server: dict[str, object] = {
        "host": "127.0.0.1",
        "port": bank.port,
        "user": bank.user,
        "host_keys": [bank.host_key],
        "folder": str(bank.incoming),
        **changes,
    }
    return adopted(place, released_home, mode, {"hand_over": server}, {"sftp": bank.private_key})


def adopted(
    place: Path, released_home: Path, mode: Mode, said: dict[str, object], keys: dict[str, str]
) -> TenantContext:
    """Adopt ILF's agreement with these keys beside its own; in the key store is what leads to the other end."""
    home, contracts = place / "home", place / "contracts"
    if not home.exists():
        shutil.copytree(released_home, home, symlinks=True)
    shutil.rmtree(contracts, ignore_errors=True)
    shutil.copytree(Settings().contracts / "ilf", contracts / "ilf")
    with (contracts / "ilf" / "agreement.yaml").open("a") as agreement:
        agreement.writelines(f"{name}: {json.dumps(value)}\n" for name, value in said.items())
    of = TenantContext("ilf", mode, Settings(home=home, contracts=contracts, modulus_table=None))
    if mode is Mode.LIVE:
        adopt(of)
        for use, secret in keys.items():
            key = of.paths.key("ilf", use)
            key.write_text(secret)
            key.chmod(0o600)
    return of


@pytest.fixture
def agree(released_live_home: Path, tmp_path: Path, bank: SshServer) -> Agree:
    """The same, with the bank's server of this test."""
    return partial(agreed_with, bank, tmp_path, released_live_home)


@pytest.fixture
def ilf(agree: Agree) -> TenantContext:
    return agree()
