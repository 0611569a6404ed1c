"""Sessions in the database, sealed: allauth keeps in them what somebody posted while they prove anew who they are, and
that can be anything, own words of supporters too.
"""

import base64
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from privacy.sealing import CannotUnseal, seal_bytes, unseal_bytes

CONTEXT = "sessions.Session.session_data"


class SessionStore(DatabaseStore):
    """One whose key has left the ring is over: at the latest after 12 hours it would have been."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return base64.b64encode(seal_bytes(self.serializer().dumps(session_dict), context=CONTEXT)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            return self.serializer().loads(unseal_bytes(base64.b64decode(session_data), context=CONTEXT))
        except (CannotUnseal, ValueError):
            return {}
