"""The product's web server and the local mailbox, started as bin/start starts them, with the bench's settings."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from maninso.services.places import Places
from maninso.services.postgresql import last_complaint
from maninso.services.programs import HOST, Programs
from maninso.services.stack import free_port
from maninso.services.supervisor import Supervisor
from maninso.services.trouble import Trouble

# The limiter counts and decides as ever, but a bench is one network that signs thousands of times.
SIGN_LIMIT = "1000000000/hour"


@dataclass(frozen=True)
class Stack:
    web: tuple[str, int]
    smtp: tuple[str, int]
    mailbox: Path


def choose() -> Stack:
    """Where the servers will be. This process and theirs read the settings of one environment from here on."""
    var = Path(os.environ["VAR_DIR"])
    stack = Stack(web=(HOST, free_port()), smtp=(HOST, free_port()), mailbox=var / "mailbox")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "maninso.bench.settings",
        "DEBUG": "0",
        "DEMO": "1",
        "LOG_LEVEL": "WARNING",
        "SIGN_LIMIT": SIGN_LIMIT,
        "SITE_URL": f"http://{HOST}:{stack.web[1]}",
        "EMAIL_URL": f"smtp://{HOST}:{stack.smtp[1]}",
        "MAILBOX_DIR": str(stack.mailbox),
    }
    return stack


@contextmanager
def up(stack: Stack) -> Iterator[None]:
    """Raises Trouble if a server does not answer."""
    places = Places(Path(os.environ["VAR_DIR"]))
    programs = Programs(places, dict(os.environ))
    with Supervisor() as supervisor:
        for program, address in [
            (programs.web(stack.web[1]), stack.web),
            (programs.mailbox(stack.smtp[1]), stack.smtp),
        ]:
            supervisor.start(program)
            if not supervisor.wait_until(_answers(address), seconds=60):
                raise Trouble(f"{program.name} does not answer ({last_complaint(program.log)}).")
        yield


def _answers(address: tuple[str, int]) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            return False
        return True

    return ask
