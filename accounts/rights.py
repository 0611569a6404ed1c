"""Nobody gets or loses a right unseen: the database itself writes it into the audit log, whichever way it came about.

Not signals: what a statement, a script or a hand in the database changes sends none. Who acted, and why, is what
`states.remember` was told in the same transaction.
"""

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
    return _RECORD.format(action=f"'{action}'", user=user, details=details)


def _recorded(name: str, operation: pgtrigger.Operation, statements: str, **more: Any) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.After, operation=operation, func=f"{statements} RETURN NULL;", **more
    )


def _granted_and_taken(noun: str, of_row: str) -> list[pgtrigger.Trigger]:
    """For a table that says who has what; `of_row` tells what, as JSON, of the row {0}."""
    granted = _record(f"{noun}.granted", user="NEW.user_id", details=of_row.format("NEW"))
    taken = _record(f"{noun}.taken", user="OLD.user_id", details=of_row.format("OLD"))
    return [
        _recorded("granted", pgtrigger.Insert, granted),
        _recorded("taken", pgtrigger.Delete, taken),
        _recorded("moved", pgtrigger.Update, taken + granted, condition=pgtrigger.AnyChange()),
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

OF_A_PERSON = [
    _recorded(
        "rights_given",
        pgtrigger.Insert,
        _record("people.added", user="NEW.id", details=_FLAGS.format("NEW")),
    ),
    _recorded(
        "rights_changed",
        pgtrigger.UpdateOf("is_staff", "is_superuser", "is_active"),
        _record("people.changed", user="NEW.id", details=_FLAGS.format("NEW")),
        condition=pgtrigger.AnyChange("is_staff", "is_superuser", "is_active"),
    ),
    _recorded(
        "rights_gone",
        pgtrigger.Delete,
        _record("people.removed", user="OLD.id", details=_FLAGS.format("OLD")),
    ),
]
OF_A_ROLE = _granted_and_taken("roles", _ROLE)
OF_A_PERMISSION = _granted_and_taken("permissions", _PERMISSION)
OF_A_MEMBERSHIP = _granted_and_taken("memberships", _MEMBERSHIP)
