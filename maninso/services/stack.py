"""bin/start: the whole of Maninso under one supervisor."""

import argparse
import contextlib
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from maninso.services import servers, variables
from maninso.services.places import PROJECT, Places
from maninso.services.postgresql import last_complaint
from maninso.services.programs import HOST, Programs
from maninso.services.supervisor import AskedToEnd, Supervisor
from maninso.services.trouble import Trouble

USUAL_PORT, USUAL_SMTP_PORT = 8000, 1025


def start(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bin/start",
        description="Starts the whole of Maninso on this machine. Ctrl-C ends it.",
        epilog="Data and logs lie in var/, or in VAR_DIR. docs/operating.md lists the other variables.",
    )
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or USUAL_PORT)
    parser.add_argument("--without-past", action="store_true", help="no last year's edition: ready some seconds sooner")
    options = parser.parse_args(arguments)
    places = default_places()
    try:
        with places.held_by("bin/start"), Supervisor() as supervisor:
            _run(supervisor, places, options.port, *(["--without-past"] if options.without_past else []))
    except AskedToEnd:
        say("Maninso has ended.")
    return 0


def default_places() -> Places:
    return Places(Path(os.environ.get("VAR_DIR") or PROJECT / "var"))


def _run(supervisor: Supervisor, places: Places, port: int, *preparing: str) -> None:
    begun = time.monotonic()
    # A killed predecessor leaves the port to a web server that is still closing.
    patience = 10 if places.predecessor_was_killed else 0
    if not supervisor.wait_until(lambda: is_free(port), seconds=patience):
        raise Trouble(f"Port {port} is taken by another program: choose another, bin/start --port {port + 1}.")
    environment = {"SITE_URL": f"http://{HOST}:{port}", "DEMO": "1"}
    has_mailbox = not os.environ.get("EMAIL_URL")
    if has_mailbox:
        smtp_port = USUAL_SMTP_PORT if is_free(USUAL_SMTP_PORT) else free_port()
        environment |= {"EMAIL_URL": f"smtp://{HOST}:{smtp_port}", "MAILBOX_DIR": str(places.mailbox)}
        # First of all, before anybody else takes the port; it needs nothing of the others.
        supervisor.start(Programs(places, variables.product(places, **environment)).mailbox(smtp_port))
    environment |= servers.provide(supervisor, places)
    product = variables.product(places, **environment)
    programs = Programs(places, product)
    say("Preparing the data …")
    prepare(supervisor, programs, *preparing)
    for program in [programs.web(port), *programs.workers()]:
        supervisor.start(program)

    def write_state() -> None:
        places.write_state(
            {
                "site": product["SITE_URL"],
                "environment": {name: product[name] for name in (*environment, "DATABASE_URL", "REDIS_URL")},
                "supervisor": os.getpid(),
                "processes": {name: one.process.pid for name, one in supervisor.running.items()},
            }
        )

    write_state()
    wait_for_web(supervisor, product, port)
    say(f"\nManinso is ready ({time.monotonic() - begun:.1f} s).\n")
    for line in addresses(places, product, has_mailbox=has_mailbox):
        say(line)
    supervisor.watch(report=say, changed=write_state)


def prepare(supervisor: Supervisor, programs: Programs, *options: str) -> None:
    program = programs.prepare(*options)
    if supervisor.finish(program) != 0:
        raise Trouble(
            f"The data could not be prepared ({last_complaint(program.log)}): mend that and start again; "
            f"{program.log} says more."
        )


def addresses(places: Places, product: dict[str, str], *, has_mailbox: bool) -> list[str]:
    site = product["SITE_URL"].rstrip("/")
    lines = [f"  Site      {site}/"]
    if has_mailbox:
        lines.append(f"  Mailbox   {site}/mailbox/")
    lines.append(f"  Desk      {site}/desk/")
    log_ins = places.var / "demo-logins.txt"
    if log_ins.exists():
        lines += ["", *(f"  {line}" for line in log_ins.read_text().splitlines())]
        lines += ["", "  Log-in asks for a code from an app, too. Theirs: bin/manage second_factor ADDRESS"]
    return [*lines, "", f"Data and logs lie in {places.var}. Ctrl-C ends Maninso."]


def is_free(port: int) -> bool:
    with socket.socket() as attempt:
        # As the server does: connections of a predecessor that are still being closed do not count.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except PermissionError:
            raise Trouble(
                f"Port {port} is reserved for root: choose one from 1024 on, bin/start --port 8000."
            ) from None
        except OSError:
            return False
        except OverflowError:
            raise Trouble(f"There is no port {port}: choose one from 1024 to 65535, bin/start --port 8000.") from None
        return True


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind((HOST, 0))
        port: int = attempt.getsockname()[1]
        return port


def wait_for_web(supervisor: Supervisor, product: dict[str, str], port: int) -> None:
    host = urlsplit(product["SITE_URL"]).netloc
    if supervisor.wait_until(_answers(port, host), seconds=60):
        return
    dead = [one.program for one in supervisor.ended()]
    program = dead[0] if dead else supervisor.running["web"].program
    what = "ended at once" if dead else "does not answer"
    raise Trouble(f"{program.name} {what} ({last_complaint(program.log)}): {program.log} says more.")


def _answers(port: int, host: str) -> Callable[[], bool]:
    request = f"GET /healthz/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()

    def ask() -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=5) as connection:
                connection.sendall(request)
                return connection.recv(64).split(b" ")[1:2] == [b"200"]
        except OSError:
            return False

    return ask


def say(line: str) -> None:
    # A terminal that has gone is no reason to stop.
    with contextlib.suppress(OSError):
        print(line, flush=True)
