"""Sends the lineage events of a file on to a store over HTTP, in their order, long after the stage that told them.

A stage only writes its line: a store that hangs held a stage for 39 seconds. How far the file has come stands beside
it, written down before an event is sent and after it was taken. So an event is sent once; where a process died in
between, nobody knows whether it arrived, and it is sent again with a facet that says so (``siller_sent_again``). A
store knows it by its run, time and type for the one that it may have.
"""

import fcntl
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from attr import asdict as as_json
from openlineage.client.facet_v2 import RunFacet

from schemas.no_go import NoGo
from tasks.settings import Settings
from tasks.storage.atomic_write import write_atomic
from tasks.storage.paths import Paths

TIMEOUT_SECONDS = 10.0
AGAIN = "siller_sent_again"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Send = Callable[[bytes], None]


@dataclass(frozen=True)
class Progress:
    """How far a file of events was sent.

    Attributes:
        taken: bytes from its beginning that the store has taken.
        is_sending: whether the event that begins there was perhaps sent.
    """

    taken: int = 0
    is_sending: bool = False


def ship(paths: Paths, send: Send) -> int:
    """Send on what of a mode's events was not sent yet; returns how many were.

    Args:
        paths: where the events stand.
        send: sends one, whole; it raises where the store did not take it.

    Raises:
        NoGo: the store did not take an event, or what stands beside the file is not what siller has written. Those
            before it were taken; the next call goes on.
    """
    file, beside = paths.lineage(), paths.lineage().with_suffix(".sent.json")
    if not file.exists():
        return 0
    with beside.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another process sends them
            return 0
        return _sent_on(file, beside, send)


def _sent_on(file: Path, beside: Path, send: Send) -> int:
    progress, sent = _read(beside, file), 0
    for line in _lines(file, progress.taken):
        event = _marked(line) if progress.is_sending else line.rstrip(b"\n")
        _write(beside, Progress(progress.taken, is_sending=True))
        try:
            send(event)
        except httpx.HTTPStatusError as error:  # it answered: it has not taken it
            _write(beside, Progress(progress.taken, progress.is_sending))
            raise NoGo(
                f"The store of lineage answered {error.response.status_code} and took no event. It is sent again at "
                f"the next turn; {sent} were taken."
            ) from None
        except httpx.HTTPError as error:
            raise NoGo(
                f"The store of lineage did not answer ({type(error).__name__}). The event is sent again at the next "
                f"turn, marked so; {sent} were taken."
            ) from None
        progress = Progress(progress.taken + len(line))
        _write(beside, progress)
        sent += 1
    return sent


def sender(settings: Settings) -> Send | None:
    """What sends an event to the store that the machine names; None where it names none.

    Raises:
        NoGo: the address is none of HTTP over TLS; on this machine itself it may be without.
    """
    if not settings.lineage_url:
        return None
    try:
        url = httpx.URL(settings.lineage_url)
    except httpx.InvalidURL:
        raise NoGo("SILLER_LINEAGE_URL is no address. Nothing is sent.") from None
    if not (url.scheme == "https" or (url.scheme == "http" and url.host in _LOOPBACK)):
        raise NoGo("SILLER_LINEAGE_URL is not an https:// address. Nothing is sent in the clear.")
    token = settings.lineage_token
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token.get_secret_value()}"

    def send(event: bytes) -> None:
        httpx.post(url, content=event, headers=headers, timeout=TIMEOUT_SECONDS).raise_for_status()

    return send


def _lines(file: Path, start: int) -> Iterator[bytes]:
    """The whole lines from a place on; the last one may still be being written."""
    with file.open("rb") as events:
        events.seek(start)
        yield from (line for line in events if line.endswith(b"\n"))


def _marked(line: bytes) -> bytes:
    event = json.loads(line)
    event["run"].setdefault("facets", {})[AGAIN] = as_json(RunFacet(producer=event["producer"]))
    return json.dumps(event).encode()


def _read(beside: Path, file: Path) -> Progress:
    if not beside.exists():
        return Progress()
    try:
        progress = Progress(**json.loads(beside.read_bytes()))
        if 0 <= progress.taken <= file.stat().st_size:
            return progress
    except (ValueError, TypeError):
        pass
    raise NoGo(
        f"{beside.name} does not say how far {file.name} was sent. Find out what the store has, then take it away: "
        "all events are sent again."
    )


def _write(beside: Path, progress: Progress) -> None:
    write_atomic(beside, json.dumps(asdict(progress)).encode())
