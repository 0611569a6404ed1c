from django.db import connection


def connect_anew() -> None:
    """After a restart of the database every connection of this process is dead: one error is enough to know it."""
    connection.close()
    pool = getattr(connection, "pool", None)
    if pool is not None:
        pool.drain()
