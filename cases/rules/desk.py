"""Who may open what at the desk of cases."""

from accounts.roles import Role
from accounts.rules import Anyone, has_role
from cases.rules.people import may_edit


def may_read_record(user: Anyone) -> bool:
    """All of the working record but what is sealed."""
    return has_role(user, Role.EDITOR, Role.REVIEWER, Role.PROTECTION, Role.PUBLISHER, Role.AUDITOR)


def may_translate(user: Anyone) -> bool:
    """May write the texts of a record in other languages than the one that it is written in."""
    return may_edit(user) or has_role(user, Role.TRANSLATOR)


def may_open_cases(user: Anyone) -> bool:
    return may_read_record(user) or may_translate(user)
