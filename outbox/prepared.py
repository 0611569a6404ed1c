"""A cursor for statements that run at every signature: PostgreSQL plans them once per connection, not each time."""

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor


def prepared_cursor() -> CursorWrapper:
    """Like `connection.cursor()`, on the same connection and in its transaction.

    Django's own cursors send the values as a part of the statement, which is then another one each time; planning those
    of a signature took longer than running them. Here each value travels by itself, so one whose type PostgreSQL cannot
    tell from its place needs a cast. Not for use inside `pghistory.context`, which puts a second statement in front.
    """
    connection.ensure_connection()
    return connection._prepare_cursor(Cursor(connection.connection))  # type: ignore[attr-defined]
