"""The environment that Prefect and everything beside it starts in.

Prefect reads its settings when it is imported, so whoever imports it calls :func:`prepare` first.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import certifi

from schemas.no_go import NoGo
from tasks.storage.atomic_write import write_atomic

QUIET = {
    # Nothing phones home: the server's heartbeat, the client's telemetry, Great Expectations.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    # The second version of the pages asks a company abroad for its settings whenever one is opened.
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # Without a server Prefect would start a hidden one of its own, with a database nobody looks at.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    # A server whose database is gone for a moment says 500: asked again for a minute, a run goes on and does not die.
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
    # What a process says goes to a log file as often as to a screen.
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_CLI_COLORS": "false",
}

_CERTIFICATES = "PREFECT_API_SSL_CERT_FILE"
_END_OF_CERTIFICATE = "-----END CERTIFICATE-----\n"

OPERATOR = "siller"
"""Who comes to the server with the password that is made for the installation itself."""


@dataclass(frozen=True)
class Address:
    """Where the Prefect server is that ``siller up`` started, and which process keeps it.

    Attributes:
        api_url: the server's API.
        pid: the process id of ``siller up``.
    """

    api_url: str
    pid: int

    @property
    def ui_url(self) -> str:
        """The page that a person opens."""
        return ui_of(self.api_url)


def ui_of(api_url: str) -> str:
    """The address of the pages that belong to an API."""
    return api_url.rstrip("/").removesuffix("/api")


def page_of(api_url: str, flow_run_id: object) -> str:
    """The page of a flow run, by way of the login page: opened directly it shows no login, only that it failed."""
    return f"{ui_of(api_url)}/login?redirect=/runs/flow-run/{flow_run_id}"


def prepare(home: Path, api_url: str | None = None) -> None:
    """Set this process, and every process that it starts, up for Prefect.

    Files are private from here on (umask 077), Prefect's own state stands below ``SILLER_HOME``, and
    nothing reports to anyone outside.

    Args:
        home: ``SILLER_HOME``.
        api_url: the Prefect server to speak to; none for a process that speaks to no server.
    """
    os.umask(0o077)
    os.environ.update(QUIET)
    state = home / "prefect"
    state.mkdir(parents=True, exist_ok=True)
    os.environ["SILLER_HOME"] = str(home)
    os.environ["PREFECT_HOME"] = str(state)
    use_pages(home)
    if api_url is not None:
        os.environ["PREFECT_API_URL"] = api_url
        ours = str(_one_certificate(state))
        if api_url.startswith("http:"):
            os.environ.setdefault(_CERTIFICATES, ours)
        elif os.environ.get(_CERTIFICATES) == ours:
            del os.environ[_CERTIFICATES]
        if (standing := read_address(home)) and standing.api_url == api_url:
            os.environ["PREFECT_API_AUTH_STRING"] = internal(home)


def _one_certificate(state: Path) -> Path:
    """A file with one of the certificates that are held against a server's, for where no server shows any.

    Every client of Prefect's reads all of them first, a hundred and more, also where it speaks without TLS; and a flow
    run makes a dozen clients. A server that does show a certificate is refused by this.
    """
    file = state / "one-certificate.pem"
    if not file.exists():
        first, end, _ = Path(certifi.where()).read_text("ascii", "replace").partition(_END_OF_CERTIFICATE)
        write_atomic(file, (first + end).encode())
    return file


def lock(home: Path) -> None:
    """Let the server that this process starts ask everybody who they are, and this process show that it is siller's."""
    os.environ["PREFECT_SERVER_API_AUTH_STRING"] = os.environ["PREFECT_API_AUTH_STRING"] = internal(home)


def internal(home: Path) -> str:
    """The secret before which Prefect's whole API stands open, made on first use; no person is given it.

    Whoever has it can run any code as this account. ``siller up``, its workers and siller's own commands show it to
    the server; people come with a password of their own, and through the door (:mod:`flows.service.door`).
    """
    return _kept(home / "prefect" / "internal", "siller-itself")


def password(home: Path) -> str:
    """The operator's name and password at the server of ``siller up``, made on first use; only this user reads them."""
    return _kept(password_file(home), OPERATOR)


def password_file(home: Path) -> Path:
    """Where they stand."""
    return home / "prefect" / "password"


def _kept(file: Path, name: str) -> str:
    from tasks.storage import keys

    return keys.load_or_create(file, lambda: f"{name}:{secrets.token_urlsafe(24)}", of_home=True)


def use_pages(home: Path, named: str = "") -> Path:
    """Say where the server that this process starts keeps its copy of the pages; returns it.

    By default that is inside the installed package: there it would leave files that only this user may read, or fail
    where the installation cannot be written.
    """
    pages = home / "prefect" / f"pages{named}"
    os.environ["PREFECT_SERVER_UI_STATIC_DIRECTORY"] = str(pages)
    return pages


def server_of(home: Path) -> str:
    """Say which Prefect server to speak to: ``PREFECT_API_URL``, else what ``siller up`` wrote down.

    Args:
        home: ``SILLER_HOME``.

    Raises:
        NoGo: there is none.
    """
    if named := os.environ.get("PREFECT_API_URL"):
        return named
    address = read_address(home)
    if address is None:
        raise NoGo("There is no Prefect server to speak to. Start one with: siller up")
    return address.api_url


def read_address(home: Path) -> Address | None:
    """Read what ``siller up`` wrote down; none if nothing stands there or its writer is gone.

    Its process id would not tell: after a restart of the machine another process may have it, and in a container
    the new ``siller up`` has the very one of the old.
    """
    try:
        with _address_file(home).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Address(**json.load(file))
    except FileNotFoundError:
        pass
    return None


@contextmanager
def announce(home: Path, address: Address) -> Iterator[None]:
    """Write down where the server is, for every other command on this machine, as long as the block runs.

    The file appears in one step and locked; however this process ends, the system gives the lock back.
    """
    unfinished = _address_file(home).with_suffix(".unfinished")
    with unfinished.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps(asdict(address)))
        file.flush()
        unfinished.replace(_address_file(home))
        try:
            yield
        finally:
            _address_file(home).unlink(missing_ok=True)


def _address_file(home: Path) -> Path:
    return home / "server.json"
