"""Tests that commit nothing still need the places in the chain that entries get at commit."""

from django.db import connection


def as_if_committed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
