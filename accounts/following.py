"""What goes with the rights of a person, and follows whenever they change."""

from django.contrib.auth.models import Group

from accounts.models import Invitation, Notice, Organisation, User
from accounts.roles import Role
from accounts.rules import may_keep_invitation
from audit.log import record


def follow_rights(person: User, *, by: User) -> None:
    """The site's role of an organizer goes with running some organisation's campaigns, and with nothing else; the desk
    with any role or membership; and an invitation ends with the right to send it.
    """
    organizers = Group.objects.get(name=Role.ORGANIZER)
    if Organisation.objects.run_by(person).exists():
        person.groups.add(organizers)
    else:
        person.groups.remove(organizers)
    # Loaded anew: rules remember what they have looked up.
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_staff != has_business_at_the_desk(person):
        person.is_staff = not person.is_staff
        person.save(update_fields=["is_staff"])
    end_invitations(person, by=by)


def has_business_at_the_desk(person: User) -> bool:
    return person.is_superuser or person.groups.exists() or person.memberships.exists()


def end_invitations(person: User, *, by: User) -> None:
    """Those that they sent, that nobody answered, and that they might not send any more."""
    for invitation in Invitation.objects.locked().open().filter(invited_by=person).select_related("organisation"):
        if not may_keep_invitation(person, invitation):
            invitation.move(Invitation.State.WITHDRAWN)
            record("invitations.withdrawn", by=by, about=invitation)


def end_notices(person: User) -> None:
    """With a right that is taken goes what they have not read yet, and its mails: it may tell what they may no longer
    see.
    """
    Notice.objects.unread().filter(person=person).delete()
