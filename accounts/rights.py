"""Nobody gets or loses a right unseen: the database itself writes it into the audit log, whichever way it came about.
And no organisation loses its last owner.

Not signals: what a statement, a script or a hand in the database changes sends none. Who acted, and why, is what
`states.remember` was told in the same transaction. Verbs that change rights write no entry beside this one.
"""

from collections.abc import Sequence
from typing import Any

import pgtrigger

_RECORD = """
    INSERT INTO audit_entry (action, by_id, "by", kind, key, about, reason, details)
    SELECT {action}, actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),
        'accounts.user', {user}::text,
        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = {user}), ''),
        COALESCE(current_setting('maninso.reason', true), ''), {details}
    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts
    LEFT JOIN accounts_user actor ON actor.id = acts.id;
"""


def _record(action: str, *, user: str, details: str) -> str:
    """`action`, `user` and `details` are expressions of SQL."""
    return _RECORD.format(action=action, user=user, details=details)


def _recorded(name: str, operation: pgtrigger.Operation, statements: str, **more: Any) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.After, operation=operation, func=f"{statements} RETURN NULL;", **more
    )


def _granted_and_taken(noun: str, of_row: str, moved: Sequence[str] = ()) -> list[pgtrigger.Trigger]:
    """For a table that says who has what; `of_row` tells what, as JSON, of the row {0}. A change of the columns `moved`
    (of any, if none are named) takes from one and grants to the other.
    """
    granted = _record(f"'{noun}.granted'", user="NEW.user_id", details=of_row.format("NEW"))
    taken = _record(f"'{noun}.taken'", user="OLD.user_id", details=of_row.format("OLD"))
    return [
        _recorded("granted", pgtrigger.Insert, granted),
        _recorded("taken", pgtrigger.Delete, taken),
        _recorded("moved", pgtrigger.Update, taken + granted, condition=pgtrigger.AnyChange(*moved)),
    ]


_FLAGS = "jsonb_build_object('staff', {0}.is_staff, 'superuser', {0}.is_superuser, 'active', {0}.is_active)"
_ROLE = "jsonb_build_object('role', (SELECT name FROM auth_group WHERE id = {0}.group_id))"
_PERMISSION = (
    "jsonb_build_object('permission', (SELECT app_label || '.' || codename FROM auth_permission permission"
    " JOIN django_content_type kind ON kind.id = content_type_id WHERE permission.id = {0}.permission_id))"
)
_MEMBERSHIP = (
    "jsonb_build_object('role', {0}.role, 'organisation',"
    " (SELECT slug FROM accounts_organisation WHERE id = {0}.organisation_id))"
)
# An account that is suspended, comes back or ends says so; all else that changes is what its person may do.
_STEP = (
    "CASE WHEN NEW.state = OLD.state THEN 'people.changed' WHEN NEW.state = 'suspended' THEN 'people.suspended'"
    " WHEN NEW.state = 'left' THEN 'people.left' ELSE 'people.restored' END"
)

OF_A_PERSON = [
    _recorded(
        "rights_given",
        pgtrigger.Insert,
        _record("'people.added'", user="NEW.id", details=_FLAGS.format("NEW")),
    ),
    _recorded(
        "rights_changed",
        pgtrigger.UpdateOf("is_staff", "is_superuser", "is_active", "state"),
        _record(_STEP, user="NEW.id", details=_FLAGS.format("NEW")),
        condition=pgtrigger.AnyChange("is_staff", "is_superuser", "is_active", "state"),
    ),
    _recorded(
        "renamed",
        pgtrigger.UpdateOf("name"),
        _record("'people.renamed'", user="NEW.id", details="jsonb_build_object('before', OLD.name)"),
        condition=pgtrigger.AnyChange("name"),
    ),
    _recorded(
        "rights_gone",
        pgtrigger.Delete,
        _record("'people.removed'", user="OLD.id", details=_FLAGS.format("OLD")),
    ),
]
OF_A_ROLE = _granted_and_taken("roles", _ROLE)
OF_A_PERMISSION = _granted_and_taken("permissions", _PERMISSION)
OF_A_MEMBERSHIP = [
    *_granted_and_taken("memberships", _MEMBERSHIP, moved=["user", "organisation"]),
    _recorded(
        "role_changed",
        pgtrigger.UpdateOf("role"),
        _record(
            "'memberships.changed'",
            user="NEW.user_id",
            details=_MEMBERSHIP.format("NEW") + " || jsonb_build_object('before', OLD.role)",
        ),
        condition=pgtrigger.Condition(
            "OLD.role <> NEW.role AND (OLD.user_id, OLD.organisation_id) = (NEW.user_id, NEW.organisation_id)"
        ),
    ),
]


def _an_owner_stays(name: str, operation: pgtrigger.Operation, organisations: str, **more: Any) -> pgtrigger.Trigger:
    """Checked at commit, so that one owner may follow another; whoever changes the same organisation's owners waits."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=[("owned", "bigint")],
        func=f"""
            FOR owned IN {organisations} LOOP
                PERFORM FROM accounts_organisation WHERE id = owned FOR UPDATE;
                IF FOUND AND NOT EXISTS (
                    SELECT FROM accounts_membership JOIN accounts_user person ON person.id = user_id
                    WHERE organisation_id = owned AND role = 'owner' AND person.is_active
                ) THEN
                    RAISE EXCEPTION 'Organisation % would have no owner who can log in', owned;
                END IF;
            END LOOP;
            RETURN NULL;
        """,
        **more,
    )


OWNERS_WHO_GO = _an_owner_stays(
    "an_owner_stays",
    pgtrigger.Update | pgtrigger.Delete,
    "SELECT OLD.organisation_id",
    condition=pgtrigger.Q(old__role="owner"),
)
OWNERS_SHUT_OUT = _an_owner_stays(
    "an_owner_can_log_in",
    pgtrigger.UpdateOf("is_active"),
    "SELECT organisation_id FROM accounts_membership WHERE user_id = NEW.id AND role = 'owner' ORDER BY 1",
    condition=pgtrigger.Q(old__is_active=True, new__is_active=False),
)
