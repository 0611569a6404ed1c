"""bin/manage: manage.py with its services up."""

import os
import sys

from maninso.services import foreground, servers, variables
from maninso.services.places import PROJECT, Places
from maninso.services.programs import HOST
from maninso.services.stack import USUAL_PORT, USUAL_SMTP_PORT, default_places
from maninso.services.supervisor import AskedToEnd, Supervisor
from maninso.translations import compile_catalogues


def manage(arguments: list[str]) -> int:
    """Against the servers of bin/start if it runs, else against servers that live as long as the command."""
    compile_catalogues(PROJECT / "locale")
    places = default_places()
    command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
    state = places.read_state()
    if state or (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        os.execve(command[0], command, variables.product(places, **_usual(places) | state.get("environment", {})))
    with places.held_by("bin/manage", wait=True):
        try:
            with Supervisor() as supervisor:
                found = servers.provide(supervisor, places)
                return foreground.run(command, variables.product(places, **_usual(places) | found))
        except AskedToEnd as asked:
            return 128 + asked.signum


def _usual(places: Places) -> dict[str, str]:
    return {
        "SITE_URL": f"http://{HOST}:{os.environ.get('PORT') or USUAL_PORT}",
        "EMAIL_URL": f"smtp://{HOST}:{USUAL_SMTP_PORT}",
        "MAILBOX_DIR": str(places.mailbox),
        "DEMO": "1",
    }
