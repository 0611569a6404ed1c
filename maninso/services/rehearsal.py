"""bin/test, bin/bench and bin/pictures: servers, keys and folders of their own, removed afterwards.

Nobody's data are touched: DATABASE_URL, REDIS_URL and the keys of the caller's environment are not used.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maninso.services import browser, foreground, servers, stack, variables
from maninso.services.places import PROJECT, Places
from maninso.services.programs import HOST, Programs
from maninso.services.supervisor import AskedToEnd, Supervisor

# What would lead to somebody's data, or change what a test sees.
PRODUCT_VARIABLES = {
    *("DATABASE_URL", "DATABASE_POOL", "REDIS_URL", "EMAIL_URL", "MAIL_DOMAIN", "MAIL_FROM", "LETTERS_FROM"),
    *("SECRET_KEY", "SEAL_KEYS", "INDEX_KEY", "LINK_KEY", "SITE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES"),
    *("VAR_DIR", "MAILBOX_DIR", "PORT", "DEMO", "DEBUG", "PSEUDO_LOCALES", "SIGN_LIMIT", "LOG_LEVEL"),
}


def test(arguments: list[str]) -> int:
    os.chdir(PROJECT)
    chromium = browser.provide()
    with _throw_away(Path(tempfile.gettempdir()), durable=False) as (supervisor, places, product):
        stack.prepare(supervisor, Programs(places, product), "--files-only")
        options = [] if _says_how_to_spread(arguments) else ["-n", "2", "--dist", "loadgroup"]
        command = [sys.executable, "-m", "pytest", *options, *arguments]
        return foreground.run(command, product | {"CHROMIUM": str(chromium or "")})


def bench(arguments: list[str]) -> int:
    """On the disk of the project and with fsync: what is measured is what an installation would do."""
    own = PROJECT / "var"
    own.mkdir(exist_ok=True)
    with _throw_away(own, durable=True) as (supervisor, places, product):
        stack.prepare(supervisor, Programs(places, product), "--without-demo")
        return foreground.run([sys.executable, "-m", "maninso.bench", *arguments], product)


def pictures(arguments: list[str]) -> int:
    """A whole stack, mailbox and workers included, with nothing in it but the demonstration."""
    chromium = browser.provide()
    with _throw_away(Path(tempfile.gettempdir()), durable=False) as (supervisor, places, found):
        port, smtp_port = stack.free_port(), stack.free_port()
        product = found | {
            "SITE_URL": f"http://{HOST}:{port}",
            "EMAIL_URL": f"smtp://{HOST}:{smtp_port}",
            "MAILBOX_DIR": str(places.mailbox),
            "DEMO": "1",
        }
        programs = Programs(places, product)
        stack.prepare(supervisor, programs, "--without-past")
        for program in [programs.mailbox(smtp_port), programs.web(port), *programs.workers()]:
            supervisor.start(program)
        stack.wait_for_web(supervisor, product, port)
        command = [sys.executable, str(PROJECT / "manage.py"), "pictures", *arguments]
        return foreground.run(command, product | {"CHROMIUM": str(chromium or "")})


@contextmanager
def _throw_away(parent: Path, *, durable: bool) -> Iterator[tuple[Supervisor, Places, dict[str, str]]]:
    for name in PRODUCT_VARIABLES:
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="maninso-", dir=parent))
    # PostgreSQL, where it runs as nobody, must find its way in; what is private in here has modes of its own.
    folder.chmod(0o711)
    places = None
    try:
        with Supervisor() as supervisor:
            places = Places(folder / "var")
            found = servers.provide(supervisor, places, durable=durable, own=True)
            yield supervisor, places, variables.product(places, **found)
    except AskedToEnd as asked:
        raise SystemExit(128 + asked.signum) from None
    finally:
        if places:
            shutil.rmtree(places.sockets(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _says_how_to_spread(arguments: list[str]) -> bool:
    return any(
        argument.startswith(("-n", "--numprocesses", "--pdb", "--dist")) or argument == "no:xdist"
        for argument in arguments
    )
