"""Valkey (or Redis) on a Unix socket, in memory only: emptying it loses nothing (docs/architecture.md)."""

import socket
from pathlib import Path

from maninso.services import locator
from maninso.services.processes import Program

NAME = "valkey.sock"


def url(sockets: Path) -> str:
    return f"unix://{sockets / NAME}?db=0"


def program(sockets: Path, *, log: Path, variables: dict[str, str]) -> Program:
    settings = {
        "port": "0",
        "unixsocket": str(sockets / NAME),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "dir": str(sockets),
        # Full means an error for the sender, who leaves the work to the sweeper; never a queue thrown away.
        "maxmemory": "128mb",
        "maxmemory-policy": "noeviction",
    }
    options = [option for name, value in settings.items() for option in (f"--{name}", value)]
    return Program("valkey", [locator.valkey(), *options], variables, log, is_server=True)


def is_ready(sockets: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1)
            connection.connect(str(sockets / NAME))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
