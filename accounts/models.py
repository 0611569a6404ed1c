"""People who log in, and the organisations that they act for. Supporters who sign have no account."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import rights
from accounts.roles import MemberRole
from face.texts import LanguageText


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


class User(AbstractBaseUser, PermissionsMixin):
    """The e-mail address is the name, unique whatever its case."""

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("There is already an account with this address.")},
    )
    name = models.CharField(_("name"), max_length=150)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May enter the desk."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch this off instead of deleting a person who left.")
    )
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
        ]
        triggers = rights.OF_A_PERSON

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

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class HeldRole(User.groups.through):  # type: ignore[name-defined]
    """Who holds which role of the site: a proxy, as a table made by Django can have triggers only so."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = rights.OF_A_ROLE


class HeldPermission(User.user_permissions.through):  # type: ignore[name-defined]
    """Permissions beside all roles, which the admin can give."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = rights.OF_A_PERMISSION


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: User) -> "OrganisationQuerySet":
        """Those that this person belongs to, in whatever role."""
        return self.filter(memberships__user=user)

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
        triggers = rights.OF_A_MEMBERSHIP

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"
