"""Prefect's server behind siller's door.

``python -m flows.service.prefect_server 5`` serves as ``prefect server start`` does, without its words of welcome, on
the listening socket that is its descriptor 5: :mod:`flows.service.server` has taken the port and hands it on.
"""

import socket
import sys

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import get_current_settings

from flows.service import time_zones
from flows.service.door.door import Door
from flows.service.door.patient import Patient, have_room
from tasks.settings import Settings

if __name__ == "__main__":
    server = get_current_settings().server
    secret = server.api.auth_string
    if secret is None:
        raise SystemExit("Without PREFECT_SERVER_API_AUTH_STRING anybody could run code here: start it with siller up.")
    have_room()
    time_zones.remember()
    config = uvicorn.Config(
        Door(create_app(final=True), secret.get_secret_value(), Settings()),
        http=Patient,
        timeout_keep_alive=server.api.keepalive_timeout,
        ws_ping_interval=server.api.websocket_ping_interval,
        ws_ping_timeout=server.api.websocket_ping_timeout,
        log_level=server.logging_level.lower(),
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
