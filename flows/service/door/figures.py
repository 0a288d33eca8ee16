"""Payday's figures at the door, for a monitoring system: siller's own, and beside them those of Prefect's server.

They are of all bodies, so they open to the operator's name and password alone, by HTTP Basic, as Prometheus brings it.
"""

from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from flows.service.door.people import Caller
from flows.service.door.refusal import NO_PAGE, Reply
from flows.service.metrics import metrics_file
from tasks.settings import Settings

_TEXT = "text/plain; charset=utf-8"


def figures_for(caller: Caller | None, method: str, settings: Settings) -> Reply:
    """The figures of the watch's last look, and those of this process.

    Where the watch has not looked yet, or looks no more, Prefect's stand alone, or siller's stand with their age.
    """
    if method not in ("GET", "HEAD"):
        return Reply(HTTPStatus.METHOD_NOT_ALLOWED, NO_PAGE.encode(), _TEXT)
    if caller is None or caller.grants is not None:
        asks = {"www-authenticate": 'Basic realm="siller metrics", charset="UTF-8"'}
        said = "Come with the name and password of the operator of the installation: these are figures of all bodies."
        return Reply(HTTPStatus.UNAUTHORIZED, said.encode(), _TEXT, headers=asks)
    try:
        ours = metrics_file(settings.home).read_bytes()
    except FileNotFoundError:
        ours = b""
    shown = b"" if method == "HEAD" else ours + generate_latest()
    return Reply(HTTPStatus.OK, shown, CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})
