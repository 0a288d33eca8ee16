"""The port of a Prefect server that has died: it stays siller's, and nobody waits there for an answer."""

import socket
import subprocess
import sys
import threading
import time

import pytest

from flows.service.server import _taken, _turn_away

SERVES = """
import socket, sys, time
listening = socket.socket(fileno=int(sys.argv[1]))
listening.setblocking(False)  # as every server on an event loop does
print("serves", flush=True)
time.sleep(600)
"""


def test_whoever_speaks_to_a_dead_server_is_turned_away_again_and_again() -> None:
    listening = _taken(None)
    port = listening.getsockname()[1]
    descriptor = listening.fileno()
    command = [sys.executable, "-c", SERVES, str(descriptor)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, pass_fds=(descriptor,))
    assert server.stdout is not None and server.stdout.readline() == b"serves\n"
    ended = threading.Event()
    turned_away = threading.Thread(target=_turn_away, args=(server, listening, threading.Event(), ended.set))
    turned_away.start()
    server.kill()
    assert ended.wait(30)
    for _ in range(5):
        time.sleep(0.2)  # so that meanwhile there is nobody to turn away
        with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET /api/health HTTP/1.1\r\n\r\n")
            if not connection.recv(1):
                raise ConnectionError
    listening.shutdown(socket.SHUT_RDWR)
    turned_away.join(30)
    assert not turned_away.is_alive()
    listening.close()
    server.stdout.close()


def test_a_server_that_dies_while_siller_ends_leaves_no_error_behind() -> None:
    listening = _taken(None)
    server = subprocess.Popen([sys.executable, "-c", ""])
    turns_away = threading.Thread(target=_turn_away, args=(server, listening, threading.Event(), listening.close))
    turns_away.start()
    turns_away.join(30)  # an error in it would be a warning here, and a warning is an error
    assert not turns_away.is_alive()
