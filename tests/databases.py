"""Where the tests' database is, for programs that a test starts."""

import os
from urllib.parse import urlsplit

from django.db import connection


def url_of_this_test() -> str:
    """The URL of the database that this test writes to: that of DATABASE_URL with the name that pytest gave it."""
    url = urlsplit(os.environ["DATABASE_URL"])
    folder = url.path.rpartition("/")[0]
    return url._replace(path=f"{folder}/{connection.settings_dict['NAME']}").geturl()
