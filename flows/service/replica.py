"""One of several servers of one Prefect: its API and pages behind siller's door, without the background services.

What they share is set by Prefect's own settings, as its page on scaling has it: PostgreSQL, and Redis for everything
that one of them has to tell the others. `prefect server services start` is what works in the background, once.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.service import environment
from flows.service.server import Server, start_server
from schemas.no_go import NoGo

_IN_REDIS = {
    "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
    "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
    "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
}
"""What each server would else keep in its own memory, where the others do not see it."""


@contextmanager
def serving(home: Path, host: str, port: int) -> Iterator[Server]:
    """Run such a server until the block ends, or this process does; it answers when the block begins.

    Args:
        home: ``SILLER_HOME``; the internal secret and the passwords in it are those of all servers.
        host: the address to listen on.
        port: the port.

    Raises:
        NoGo: it would know nothing of the others, the port is taken, or it does not start.
    """
    environment.prepare(home)
    _check_shared()
    # What `prefect server start --no-services` sets.
    os.environ["PREFECT__SERVER_WEBSERVER_ONLY"] = "1"
    with start_server(home, port, host=host, named=f"-{host}-{port}") as server:
        server.wait_until_healthy()
        yield server


def _check_shared() -> None:
    """See that what this server does reaches the others.

    Raises:
        NoGo: it would not. No address is said: there is a password in it.
    """
    from prefect.settings import Settings

    server = Settings().server
    set_to = (
        server.events.messaging_broker,
        server.events.messaging_cache,
        server.events.causal_ordering,
        server.concurrency.lease_storage,
    )
    url = server.database.connection_url
    lacking = [
        f"{name}={wanted}" for (name, wanted), is_set in zip(_IN_REDIS.items(), set_to, strict=True) if is_set != wanted
    ]
    if url is None or not url.get_secret_value().startswith("postgresql"):
        lacking.insert(0, "PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://...")
    if server.docket.url.startswith("memory:"):
        lacking.append("PREFECT_SERVER_DOCKET_URL=redis://...")
    if lacking:
        raise NoGo(
            f"This server would know nothing of the others. Set for each of them, and for the background services: "
            f"{' '.join(lacking)} (docs/operating/many-machines.md). For one machine: siller up."
        )
