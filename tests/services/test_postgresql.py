import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from maninso.services import locator, processes
from maninso.services.locator import Binaries
from maninso.services.places import Places
from maninso.services.postgresql import Cluster
from maninso.services.processes import Identity
from maninso.services.supervisor import Supervisor

IDENTITIES = [Identity.SELF] if os.geteuid() else [Identity.NAMESPACE, Identity.NOBODY]


@pytest.fixture
def places() -> Iterator[Places]:
    """In /tmp and open to walk through: nobody may not enter pytest's folders."""
    folder = Path(tempfile.mkdtemp(prefix="maninso-"))
    folder.chmod(0o711)
    yield Places(folder / "var")
    shutil.rmtree(folder)


def cluster_in(places: Places, identity: Identity | None = None) -> Cluster:
    processes.give(places.sockets(), to=identity or processes.unprivileged())
    log = places.log / "postgresql.log"
    return Cluster(places.cluster, sockets=places.sockets(), log=log, durable=False, identity=identity)


def ask(cluster: Cluster, question: str) -> str:
    with Supervisor() as supervisor:
        process = supervisor.start(cluster.program())
        assert supervisor.wait_until(lambda: cluster.is_ready(process.pid), seconds=60), cluster.log.read_text()
        with psycopg.connect(cluster.url, connect_timeout=5) as db:
            return str(db.execute(question).fetchone()[0])


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_cluster_runs_for_whoever_types_the_command(places: Places, identity: Identity) -> None:
    cluster = cluster_in(places, identity)
    cluster.make()
    assert ask(cluster, "SELECT current_database()") == "maninso"


@pytest.mark.parametrize("binaries", locator.postgresql_installations(), ids=lambda found: str(found.major))
def test_every_postgresql_that_is_found_works_the_same(
    places: Places, monkeypatch: pytest.MonkeyPatch, binaries: Binaries
) -> None:
    monkeypatch.setattr(locator, "newest_postgresql", lambda: binaries)
    cluster = cluster_in(places)
    cluster.make()
    monkeypatch.undo()
    assert ask(cluster_in(places), "SELECT current_setting('server_version_num')::int / 10000") == str(binaries.major)
    assert ask(cluster_in(places), "SELECT string_agg(w, '' ORDER BY w) FROM unnest('{b,a,B,é}'::text[]) w") == "Babé"
    assert ask(cluster_in(places), "SELECT upper('é')") == "É"


def test_an_interrupted_initialisation_is_begun_again(places: Places) -> None:
    unfinished = places.cluster.with_name("postgresql.unfinished")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("half")
    cluster = cluster_in(places)
    cluster.make()
    assert ask(cluster, "SELECT 1") == "1"
    assert not unfinished.exists()


def test_a_process_number_left_by_a_crash_is_no_obstacle(places: Places) -> None:
    cluster = cluster_in(places)
    cluster.make()
    (places.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{places.cluster}\n")
    cluster.wait_for_predecessor()
    (places.cluster / "postmaster.pid").write_text(f"4194304\n{places.cluster}\n")
    assert ask(cluster, "SELECT 1") == "1"


def test_nobody_connects_over_the_network(places: Places) -> None:
    cluster = cluster_in(places)
    cluster.make()
    assert ask(cluster, "SELECT current_setting('listen_addresses')") == ""
    assert ask(cluster, "SELECT current_setting('unix_socket_directories')") == str(places.sockets())
