"""A cursor for statements that run at every signature: PostgreSQL plans them once per connection, not each time."""

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor


class _PreparedCursor(Cursor[Any]):
    # pghistory puts a second statement in front of each inside its context, which cannot be prepared; it spares
    # cursors that have a name. What is written here is a part of no history.
    name = "prepared"


def prepared_cursor() -> CursorWrapper:
    """Like `connection.cursor()`, on the same connection and in its transaction.

    Django's own cursors send the values as a part of the statement, which is then another one each time; planning those
    of a signature took longer than running them. Here each value travels by itself, so one whose type PostgreSQL cannot
    tell from its place needs a cast.
    """
    connection.ensure_connection()
    return connection._prepare_cursor(_PreparedCursor(connection.connection))  # type: ignore[attr-defined]
