"""The database of Prefect's server: a file of its own, or PostgreSQL where there is much at once."""

import os
from urllib.parse import urlsplit

from schemas.no_go import NoGo

_SETTING = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
_DRIVER = "postgresql+asyncpg"


def use(url: str) -> None:
    """Let the server that this process starts keep its state in PostgreSQL.

    Args:
        url: ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``.

    Raises:
        NoGo: it is no such address. The address itself is not said: it has a password in it.
    """
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("postgresql", _DRIVER) and parts.hostname and parts.path.strip("/")
        _ = parts.port
    except ValueError:  # a port that is no number, brackets that do not close
        is_whole = False
    if not is_whole:
        raise NoGo(
            "--database is not the address of a PostgreSQL database. Write it as "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE; without it Prefect's state stands in a file of SILLER_HOME."
        )
    os.environ[_SETTING] = parts._replace(scheme=_DRIVER).geturl()
