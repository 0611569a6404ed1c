from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.entries import Entry, with_history
from face.words import WordsField


@with_history()
class Update(Entry):
    """News of a case, on a day."""

    day = models.DateField(_("day"))
    title = WordsField(_("title"))
    body = WordsField(_("text"), help_text=_("Plain text; an empty line starts a new paragraph."))

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-day", "-pk"]
        default_related_name = "updates"

    def __str__(self) -> str:
        return f"{self.day} {self.in_words('title')}"
