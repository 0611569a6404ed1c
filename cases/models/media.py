from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.entries import Entry, with_history
from cases.models.member import Member
from face.words import Said, WordsField
from privacy.fields import SealedTextField


@with_history(exclude=("provenance",))
class Media(Entry):
    """A picture: the original sealed on disk, the public derivative re-encoded without anything that tells more.

    Boxes are (left, top, right, bottom) in pixels of the original as it is shown, filled solid in the derivative.
    """

    alt = WordsField(_("what it shows"), blank=True, help_text=_("For people who do not see it."))
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    provenance = SealedTextField(_("where it comes from"), null=True, blank=True, max_length=2000)
    shows = models.ManyToManyField(Member, blank=True, related_name="media", verbose_name=_("whose face it shows"))
    redactions = models.JSONField(_("covered"), default=list, blank=True)
    original = models.CharField(
        max_length=64, editable=False, help_text="SHA-256 of the original, and its name when sealed."
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    derivative = models.CharField(max_length=64, blank=True, editable=False)
    derivative_width = models.PositiveIntegerField(null=True, editable=False)
    derivative_height = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["pk"]
        default_related_name = "media"

    @property
    def alt_text(self) -> Said:
        return self.in_words("alt")

    def __str__(self) -> str:
        return str(self.alt_text) or self.original[:8]
