"""The Content-Security-Policy is strict. That no page needs it to be otherwise is heard on axe's tour
(tests/face/test_accessibility.py)."""

import pytest

from tests.face.policy import looseness


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        "default-src 'none'; img-src https:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    ],
)
def test_a_loose_policy_is_known_for_one(policy: str) -> None:
    assert looseness(policy)
