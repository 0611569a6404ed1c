"""What came back from whom the letters address."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.delivery import DeliveryPoint, Dispatch, DispatchQuerySet
from campaign.models.digest import Digest
from campaign.models.signature import Signature
from privacy.fields import SealedTextField


class ReplyKind(models.TextChoices):
    AUTOMATIC = "automatic", _("automatic: nobody has read the letter yet")
    FORM = "form", _("a form letter: the same words for everyone")
    SUBSTANTIVE = "substantive", _("an answer to what was asked")
    UNREAD = "unread", _("not looked at yet: a person has to read it")


class ReplyQuerySet(models.QuerySet["Reply"]):
    def answers(self) -> Self:
        """Those that somebody wrote."""
        return self.filter(kind__in=[ReplyKind.FORM, ReplyKind.SUBSTANTIVE])

    def to_letter(self, letter: Dispatch) -> Self:
        mail = models.Q(dispatch=letter)
        return self.filter(mail | models.Q(digest=letter.digest_id) if letter.digest_id else mail)

    def of_signature(self, signature: Signature) -> Self:
        """Those to a mail with a letter of this person."""
        letters = Dispatch.objects.filter(signature=signature)
        return self.filter(models.Q(dispatch__in=letters) | models.Q(digest__in=letters.values("digest")))

    def to_read(self) -> Self:
        return self.filter(kind=ReplyKind.UNREAD)

    def counts_by_point(self, campaign: Campaign) -> dict[int, dict[str, int]]:
        """How many of each kind, by delivery point."""
        rows = self.filter(campaign=campaign).order_by().values_list("point", "kind")
        counts: dict[int, dict[str, int]] = {}
        for point, kind, replies in rows.annotate(replies=models.Count("pk")):
            counts.setdefault(point, {})[kind] = replies
        return counts


class Reply(models.Model):
    """An answer to a campaign's letters. Its text stays sealed; the public reads what an organizer quotes of it."""

    Kind = ReplyKind

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="replies")
    point = models.ForeignKey(DeliveryPoint, on_delete=models.PROTECT, related_name="replies")
    # The letter that it answers, where that can be told.
    dispatch = models.ForeignKey(Dispatch, null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    # Or the mail with many letters: then it answers all of them.
    digest = models.ForeignKey(Digest, null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    channel = models.CharField(
        _("how it came"), max_length=10, choices=Dispatch.Channel, default=Dispatch.Channel.EMAIL
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ReplyKind)
    received_at = models.DateTimeField(_("received at"))
    text = SealedTextField(
        _("what it says"), null=True, blank=True, help_text=_("Kept sealed; only the organizers read it.")
    )
    excerpt = models.TextField(
        _("what everyone reads of it"),
        blank=True,
        max_length=1000,
        help_text=_(
            "A few sentences, in the campaign’s first language. No names of private persons, and nothing by which they"
            " can be found: neither the supporter’s who got the reply, nor the clerk’s who wrote it."
        ),
    )
    # Nobody, where the mail came in by itself.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dispatch__isnull=True) | models.Q(digest__isnull=True),
                name="reply_is_to_one_mail",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=ReplyKind.values), name="reply_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Dispatch.Channel.values), name="reply_channel_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(excerpt="") | models.Q(kind__in=[ReplyKind.FORM, ReplyKind.SUBSTANTIVE]),
                name="only_what_somebody_wrote_is_quoted",
                violation_error_message=_("Only a form letter or an answer is quoted in public."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d} {self.point} ({self.kind})"

    @property
    def letters(self) -> DispatchQuerySet:
        """Those that it answers."""
        return Dispatch.objects.filter(
            models.Q(pk=self.dispatch_id) | models.Q(digest=self.digest_id, digest__isnull=False)
        )
