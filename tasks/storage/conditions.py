"""Whether a store keeps what all else relies on: of several who write under one condition, one is let through.

Some stores that speak S3 ignore the conditions of a put and answer as if they had held. Nothing shows it until two
machines both pay. So a store is asked before it is used, by writers who race each other.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from schemas.no_go import NoGo
from tasks.storage.store import Store

_WRITERS, _ROUNDS = 4, 3


def check_conditions(store: Store) -> None:
    """Let writers race for new pointers and for old ones, and refuse a store that lets none or several of them win.

    Raises:
        NoGo: it did, or it cannot be reached.
    """
    with ThreadPoolExecutor(_WRITERS) as racers:
        for _ in range(_ROUNDS):
            name = f"conditions-{secrets.token_hex(8)}"
            try:
                _race(store, racers, name, "create what is there already (If-None-Match)")
                _race(store, racers, name, "write over what has changed meanwhile (If-Match)")
            finally:
                store.remove(name)


def _race(store: Store, racers: ThreadPoolExecutor, name: str, what: str) -> None:
    seen, together = store.see(name), Barrier(_WRITERS)

    def write(own: bytes) -> bool:
        together.wait()
        return store.swap(name, own, seen)

    texts = [secrets.token_hex(16).encode() for _ in range(_WRITERS)]
    won = [text for text, is_won in zip(texts, racers.map(write, texts), strict=True) if is_won]
    stands = store.see(name)
    if len(won) != 1 or stands is None or stands.data != won[0] or store.swap(name, b"late", seen):
        raise NoGo(
            f"The {store.called} {store.address} must not be used: it let {len(won)} of {_WRITERS} writers {what} at "
            "the same moment, or one who came late, where one alone may win. Two machines would both pay. Use a store "
            "that honours conditional writes."
        )
