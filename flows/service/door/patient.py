"""Connections as siller's server has them: nobody holds one for long without asking for something.

Anybody who reaches the port may open connections, and each is a descriptor; where there are none left, nobody is
answered and the server cannot open its database.
"""

import asyncio
import resource

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

LOOKED_AT_SECONDS = 10.0


class Patient(H11Protocol):
    """One connection, which is closed where no whole request came between two looks at it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own is so
        """Begin to look."""
        super().connection_made(transport)
        self.loop.call_later(LOOKED_AT_SECONDS, self._look, None, False)

    def _look(self, before: RequestResponseCycle | None, had_nothing: bool) -> None:
        # A connection that has become a websocket is no longer among these.
        if self not in self.connections or self.transport.is_closing():
            return
        has_nothing = self.cycle is None or self.cycle.response_complete
        if had_nothing and has_nothing and self.cycle is before:
            self.transport.close()
        else:
            self.loop.call_later(LOOKED_AT_SECONDS, self._look, self.cycle, has_nothing)


def have_room() -> None:
    """Let this process have as many descriptors as the system lets it: many systems begin with 1,024."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
