"""Who may do what with cases: sentences. A superuser has every role, but nobody can be two people."""

from accounts.roles import Role
from accounts.rules import Anyone, has_role, is_staff_member
from cases.models import BestInterests, Case, Takedown


def is_of_the_team(user: Anyone) -> bool:
    """The case team: who may know what the public may not."""
    return has_role(user, Role.EDITOR, Role.REVIEWER, Role.PROTECTION)


def may_edit(user: Anyone) -> bool:
    return has_role(user, Role.EDITOR)


def may_read_sealed(user: Anyone) -> bool:
    """With a reason, which is kept."""
    return is_of_the_team(user)


def may_review(user: Anyone, case: Case) -> bool:
    """May approve: nobody reviews what they edited last."""
    return case.edited_by_id != user.pk and has_role(user, Role.REVIEWER)


def may_protect(user: Anyone, case: Case) -> bool:
    """May approve what puts somebody at risk; not what they edited last."""
    return case.edited_by_id != user.pk and has_role(user, Role.PROTECTION)


def may_send_back(user: Anyone) -> bool:
    return has_role(user, Role.REVIEWER, Role.PROTECTION)


def may_publish(user: Anyone) -> bool:
    """May put online what others have approved."""
    return has_role(user, Role.REVIEWER, Role.PUBLISHER)


def may_take_down(user: Anyone) -> bool:
    """Any of the staff, at once: a page that is missing for an hour harms less than one that is up for an hour."""
    return is_staff_member(user)


def may_restore(user: Anyone, takedown: Takedown) -> bool:
    """May say the second yes; anyone of the team may ask for it, which is the first."""
    return takedown.restore_asked_by_id not in (None, user.pk) and is_of_the_team(user)


def may_countersign(user: Anyone, note: BestInterests) -> bool:
    return note.signed_by_id != user.pk and is_of_the_team(user)
