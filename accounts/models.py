"""People who log in, and the organisations that they act for. Supporters who sign have no account."""

import datetime as dt
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import rights
from accounts.roles import MemberRole, Role
from face.texts import LanguageText
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class PersonState(models.TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    LEFT = "left", pgettext_lazy("account", "left")


PERSON_STEPS = {
    PersonState.ACTIVE: [PersonState.SUSPENDED, PersonState.LEFT],
    PersonState.SUSPENDED: [PersonState.ACTIVE, PersonState.LEFT],
}


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password the account cannot be entered until its owner sets one by the reset link."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """From a shell only, so the address needs no confirmation by mail: mail may not even work yet."""
        user = self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})
        user.vouch_for_email()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """All of it in lower case: no mail service that people use tells `Bora@` from `bora@`."""
        return (email or "").strip().lower()


class User(Stateful, AbstractBaseUser, PermissionsMixin):
    """The e-mail address is the name, unique whatever its case. An account ends; it is never deleted, because what
    its person did stays theirs.
    """

    State = PersonState
    TRANSITIONS = PERSON_STEPS

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("There is already an account with this address.")},
    )
    name = models.CharField(_("name"), max_length=150)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May enter the desk."))
    # Not protected in Python: forms of people clean every field. The database keeps to the table of steps.
    state = StateField(_("state"), max_length=20, choices=PersonState.choices, default=PersonState.ACTIVE)
    # What Django asks; the doors in accounts.actions move it with the state.
    is_active = models.BooleanField(_("active"), default=True, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            # With `unique` this makes the address unique in any case, and exact look-ups use the plain index.
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="user_email_is_lower_case"),
            is_one_of(PersonState, name="user_state_is_known"),
            models.CheckConstraint(
                condition=Q(is_active=True, state=PersonState.ACTIVE)
                | Q(Q(is_active=False), ~Q(state=PersonState.ACTIVE)),
                name="user_is_active_in_one_state",
            ),
        ]
        triggers = [
            *state_rules(PERSON_STEPS, log="accounts_personchange"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            *rights.OF_A_PERSON,
            rights.OWNERS_SHUT_OUT,
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = type(self).objects.normalize_email(self.email)

    def vouch_for_email(self) -> None:
        """Log-in takes the address as proven, because someone who is trusted typed it in; an address that the
        account had before no longer opens it.
        """
        from allauth.account.models import EmailAddress

        EmailAddress.objects.filter(user=self).exclude(email=self.email).delete()
        EmailAddress.objects.update_or_create(user=self, email=self.email, defaults={"verified": True, "primary": True})

    def roles_in_words(self) -> list[Any]:
        """Its roles of the whole site, in the order in which they are always named."""
        held = set(self.groups.values_list("name", flat=True))
        return [role.label for role in Role if role.value in held]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PersonChange(StateChange):
    row = models.ForeignKey(User, on_delete=models.PROTECT, related_name="changes")

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")
        ordering = ["pk"]


class HeldRole(User.groups.through):  # type: ignore[name-defined]
    """Who holds which role of the site: a proxy, as a table made by Django can have triggers only so."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = rights.OF_A_ROLE


class HeldPermission(User.user_permissions.through):  # type: ignore[name-defined]
    """Permissions of Django's own, beside all roles: nothing here asks for them."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = rights.OF_A_PERMISSION


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: User) -> "OrganisationQuerySet":
        """Those that this person belongs to, in whatever role."""
        return self.filter(memberships__user=user)

    def for_lists(self) -> "OrganisationQuerySet":
        """With their names in each language, and how many members they have as `members_total`."""
        total = models.Count("memberships", distinct=True)
        return self.prefetch_related("texts").annotate(members_total=total).order_by("name", "pk")

    def run_by(self, user: User) -> "OrganisationQuerySet":
        """Those whose campaigns this person may prepare and run."""
        return self.filter(memberships__user=user, memberships__role__in=[MemberRole.OWNER, MemberRole.ORGANIZER])


class Organisation(models.Model):
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), unique=True, help_text=_("The short name in web addresses."))
    about = models.TextField(_("about"), blank=True, help_text=_("Plain text; an empty line starts a new paragraph."))
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default="en",
        help_text=_("What the words above are written in; other languages stand below."),
    )
    website = models.URLField(_("website"), blank=True)
    contact = models.EmailField(
        _("contact"), blank=True, help_text=_("An e-mail address that everyone may read on its campaigns’ pages.")
    )
    # SHA-256, and the name of the sealed files (accounts/logos.py); empty where there is none.
    logo = models.CharField(max_length=64, blank=True, editable=False)
    logo_alt = models.CharField(
        _("what the logo shows"),
        max_length=200,
        blank=True,
        help_text=_("For people who do not see it. The name stands beside it: leave this empty if it says no more."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def organizers(self) -> models.QuerySet[User]:
        """Who prepares and runs its campaigns."""
        return User.objects.filter(
            is_active=True,
            memberships__organisation=self,
            memberships__role__in=[MemberRole.OWNER, MemberRole.ORGANIZER],
        ).order_by("email")


class OrganisationText(LanguageText):
    """What an organisation is called and says of itself in a language other than its own."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("about"), blank=True)
    logo_alt = models.CharField(_("what the logo shows"), max_length=200, blank=True)

    class Meta(LanguageText.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "language"], name="one_organisation_text_per_language")
        ]


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=MemberRole.choices, default=MemberRole.VIEWER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="one_membership_per_organisation"),
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="membership_role_is_known"),
        ]
        triggers = [*rights.OF_A_MEMBERSHIP, rights.OWNERS_WHO_GO]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"


class InvitationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("invitation", "open")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "withdrawn")
    EXPIRED = "expired", pgettext_lazy("invitation", "expired")


INVITATION_STEPS = {
    InvitationState.OPEN: [InvitationState.ACCEPTED, InvitationState.WITHDRAWN, InvitationState.EXPIRED],
    # Sent once more.
    InvitationState.EXPIRED: [InvitationState.OPEN],
}


class InvitationQuerySet(StatefulQuerySet):
    def open(self) -> Self:
        return self.filter(state=InvitationState.OPEN)

    def overdue(self, now: dt.datetime) -> Self:
        return self.open().filter(expires_at__lte=now)

    def for_pages(self) -> Self:
        return self.select_related("organisation", "invited_by").order_by("-pk")


class Invitation(Stateful):
    """A mail that asks somebody to join: in roles of the whole site, as a member of an organisation, or both."""

    State = InvitationState
    TRANSITIONS = INVITATION_STEPS
    LASTS = dt.timedelta(days=7)

    email = models.EmailField(_("e-mail"))
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    member_role = models.CharField(_("role"), max_length=20, choices=MemberRole.choices, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    state = StateField(max_length=20, choices=InvitationState.choices, default=InvitationState.OPEN, protected=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_sent")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    # Raised when it is sent once more: links of earlier mails end.
    revision = models.PositiveSmallIntegerField(default=0)
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations_accepted"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            is_one_of(InvitationState, name="invitation_state_is_known"),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="invitation_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(state=InvitationState.ACCEPTED, accepted_by__isnull=False)
                | Q(~Q(state=InvitationState.ACCEPTED), accepted_by=None),
                name="accepted_invitation_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None, member_role="")
                | Q(organisation__isnull=False, member_role__in=MemberRole.values),
                name="invitation_to_organisation_has_role",
            ),
            models.CheckConstraint(condition=~Q(organisation=None, roles=[]), name="invitation_is_to_something"),
            models.UniqueConstraint(
                fields=["email", "organisation"],
                condition=Q(state=InvitationState.OPEN),
                nulls_distinct=False,
                name="one_open_invitation_per_address",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="state_table",
                field="state",
                transitions=[(old, new) for old, steps in INVITATION_STEPS.items() for new in steps],
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organisation}" if self.organisation else self.email

    def is_open(self, *, revision: int, now: dt.datetime) -> bool:
        """For a link of that revision."""
        return self.state == InvitationState.OPEN and self.revision == revision and now < self.expires_at

    def roles_in_words(self) -> list[Any]:
        """What the person will be, for pages and mails."""
        words = [Role(role).label for role in self.roles]
        return [*words, MemberRole(self.member_role).label] if self.member_role else words


class Mailing(models.TextChoices):
    """When what a person is told comes to their mailbox."""

    AT_ONCE = "at_once", _("by mail, at once")
    DAILY = "daily", _("in one mail a day")
    WEEKLY = "weekly", _("in one mail a week")
    NEVER = "never", _("only at the desk")


DIGESTS = (Mailing.DAILY, Mailing.WEEKLY)


class NoticeChoice(models.Model):
    """How somebody wants to hear of one group of notices; without a row, at once."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices")
    group = models.CharField(max_length=20)
    mailing = models.CharField(max_length=10, choices=Mailing)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "group"], name="one_notice_choice_per_group"),
            models.CheckConstraint(condition=Q(mailing__in=Mailing.values), name="notice_choice_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.group} {self.mailing}"


class NoticeDigest(models.Model):
    """One mail to one person, with what they were told since the last."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} {self.at}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def due(self, now: dt.datetime) -> Self:
        """Those that a digest has to take: what was read at the desk meanwhile is no news any more."""
        return self.unread().filter(mail_at__lte=now)


class Notice(models.Model):
    """That something happened which concerns somebody who works here. It names no supporter."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=40)
    # The row that it is about, as in the outbox; the kind knows the table.
    subject_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=300)
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # When it is to go in a digest; none where it has gone, was mailed at once, or stays at the desk.
    mail_at = models.DateTimeField(null=True)
    digest = models.ForeignKey(NoticeDigest, null=True, on_delete=models.SET_NULL, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(path__regex=r"^/[^/]"), name="notice_leads_to_a_page_of_this_site"),
            models.CheckConstraint(
                condition=Q(mail_at__isnull=True) | Q(digest__isnull=True), name="notice_is_mailed_in_one_digest"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_list"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="notice_due"),
            models.Index(fields=["read_at"], condition=Q(read_at__isnull=False), name="notice_read"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
