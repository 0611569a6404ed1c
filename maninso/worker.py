"""`python -m maninso.worker NAME QUEUES [--beat]`: a Celery worker that is one process, with beat in a thread of it.

For a laptop, where the pool's second process, beat's own and the interactive parts of Celery's command line would
be 300 MB for nothing. In production they are processes of their own (docs/operating.md).
"""

import argparse
import os
import signal
import socket
import sys
from threading import Thread

from celery.beat import Scheduler, Service

from maninso.celery import app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m maninso.worker")
    parser.add_argument("name")
    parser.add_argument("queues", help="separated by commas")
    parser.add_argument("--beat", action="store_true")
    given = parser.parse_args()
    worker = app.Worker(
        hostname=f"{given.name}@{socket.gethostname()}",
        queues=given.queues,
        pool_cls="solo",
        concurrency=1,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
    )
    if given.beat:
        Thread(target=keep_time, daemon=True).start()
    worker.start()
    sys.exit(worker.exitcode)


def keep_time() -> None:
    """A worker without its clock would look healthy and do nothing, so they end together and are replaced."""
    try:
        Service(app, max_interval=1, scheduler_cls=Scheduler).start()
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
