"""PostgreSQL and Valkey for a command, as far as its environment does not name servers of its own."""

import os
from functools import partial

from maninso.services import processes, valkey
from maninso.services.places import Places
from maninso.services.postgresql import Cluster, last_complaint
from maninso.services.supervisor import Supervisor
from maninso.services.trouble import Trouble

# Long enough for a recovery after a crash on a slow disk.
LONGEST_RECOVERY = 300


def provide(supervisor: Supervisor, places: Places, *, durable: bool = True, own: bool = False) -> dict[str, str]:
    """Both answer when this returns. Gives the DATABASE_URL and REDIS_URL of what it started.

    With `own` it starts both, whatever the environment says.
    """
    found = {}
    if own or not os.environ.get("REDIS_URL"):
        log = places.log / "valkey.log"
        supervisor.start(valkey.program(places.sockets(), log=log, variables=dict(os.environ)))
        found["REDIS_URL"] = valkey.url(places.sockets())
    if own or not os.environ.get("DATABASE_URL"):
        cluster = Cluster(places.cluster, sockets=places.sockets(), log=places.log / "postgresql.log", durable=durable)
        _start(supervisor, cluster, places)
        found["DATABASE_URL"] = cluster.url
    if "REDIS_URL" in found and not supervisor.wait_until(
        lambda: valkey.is_ready(places.sockets()), seconds=10, name="valkey"
    ):
        raise Trouble(f"Valkey does not start ({last_complaint(log)}): {log} says more.")
    return found


def _start(supervisor: Supervisor, cluster: Cluster, places: Places) -> None:
    processes.give(places.sockets(), to=cluster.identity)
    if not cluster.folder.exists():
        print("Making the database (once) …", flush=True)
        cluster.make()
    cluster.wait_for_predecessor()
    # A killed predecessor's last processes may hold its shared memory for some seconds more.
    for _attempt in range(10):
        process = supervisor.start(cluster.program())
        if supervisor.wait_until(partial(cluster.is_ready, process.pid), seconds=LONGEST_RECOVERY, name="postgresql"):
            return
        if "still in use" not in cluster.log.read_text(errors="replace"):
            break
        supervisor.pause(2)
    raise cluster.why_it_ended()
