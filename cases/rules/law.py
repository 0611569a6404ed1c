"""Nobody is accused by a treaty that did not bind them."""

from django.utils.translation import gettext as _

from cases import dates
from cases.models import Adherence, Article, Event
from face.countries import name_of


def why_not_binding(event: Event, article: Article, state: str, adherence: Adherence | None) -> str:
    """Why the article cannot be held against the State for that event, as a sentence; empty where it can.

    The same rule as the trigger on Citation: in force on every day that the event may have happened on.
    """
    law = article.instrument.in_words("short_name")
    said = {"state": name_of(state), "law": law, "article": article.number, "date": ""}
    if not (event.date_earliest and event.date_latest):
        return _("The event has no date, or an open one, so nobody can say what bound %(state)s then.") % said
    if adherence is None:
        return _("We hold no data on %(state)s and %(law)s, so it cannot be cited.") % said
    if adherence.in_force_from is None:
        return (
            _("%(state)s is not a party to %(law)s: Article %(article)s did not bind it and cannot be held up to it.")
            % said
        )
    if adherence.in_force_from > event.date_earliest:
        said["date"] = dates.shown(adherence.in_force_from.isoformat())
        return _("%(law)s has bound %(state)s since %(date)s only; this happened, or may have happened, before.") % said
    if adherence.in_force_until and adherence.in_force_until <= event.date_latest:
        said["date"] = dates.shown(adherence.in_force_until.isoformat())
        return _("%(law)s bound %(state)s until %(date)s only; this happened, or may have happened, later.") % said
    return ""
