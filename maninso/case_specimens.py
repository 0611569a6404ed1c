"""The chapter of the catalogue that shows what the cases' desk is built from."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cases.comparing import differences
from cases.forms.fields import EDTFFormField, WordsFormField, dates_meant
from cases.models import Case, Claim, Consent, Decision, FormDraft, Source, Update
from cases.rules import Exposure, News, SingledOut
from cases.views.desk_editing import Difference
from face.words import made, write

State = tuple[str, dict[str, dict[str, Any]]]

# What stands on the workbench's pages around rows that a database has to hold.
NOT_SHOWN = {
    f"components/cases/{name}.html": "on the workbench of a case"
    for name in (
        "add_link",
        "added",
        "best_interests",
        "case_table",
        "draft_keeper",
        "entry_form",
        "event",
        "fact",
        "intervention",
        "involvement",
        "member",
        "publication_row",
        "related",
        "row",
        "row_actions",
        "save_filter",
        "saved",
        "saved_filters",
        "sealed_links",
        "submission",
        "takedown_note",
        "translation",
        "verdict",
        "waiting",
    )
} | {
    "components/cases/pieces.html": "part of differences.html",
    "components/cases/moment.html": "part of submission.html",
    "components/cases/change.html": "on the history of a case",
    "components/cases/authority.html": "as source.html",
    "components/styles_cases.html": "unseen",
}


class RecordForm(forms.Form):
    """The fields that only case records have."""

    words = WordsFormField(label=gettext_lazy("Words in several languages"))
    date = EDTFFormField(label=gettext_lazy("A date as it is known"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = self.fields["words"]
        assert isinstance(words, WordsFormField)
        words.speak("en", self.initial.get("words", {}))


def specimens() -> Iterator[State]:
    """Each template with its states."""
    old = write(made(en="Nine people", ko="아홉 사람"), "en", "Ten people")
    fresh, filled = RecordForm(auto_id="id_fresh_%s"), {"words": old, "date": "2012-02"}
    yield (
        "desk/specimen_record_form.html",
        {
            _("as it comes"): {"form": fresh},
            _("older than its source"): {"form": RecordForm(initial=filled, auto_id="id_old_%s")},
        },
    )
    readings = ("2013-05-10", "2012-02/2012-03", "2013-05-28/..", "2013-02-30")
    yield "components/cases/date_reading.html", {date: {"reading": dates_meant(date)} for date in readings}
    case = Case(
        reference="MNS-2013-001", title=made(en="Nine people"), edited_at=dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
    )
    person = User(name=_("An editor"))
    case.edited_by = person
    yield "components/cases/standing.html", {"": {"case": case, "badge": "waiting"}}
    yield "components/cases/state_badge.html", {"": {"case": case}}
    tabs = [{"slug": name, "name": name, "url": "#"} for name in (_("Overview"), _("Members"), _("Events"))]
    yield (
        "components/desk_tabs.html",
        {"": {"tabs": tabs, "here": _("Members"), "tabs_label": _("Sections of this case")}},
    )
    finding = {"what": _("No source stands behind it."), "url": "#", "blocking": True}
    yield (
        "components/cases/findings.html",
        {"": {"findings": [finding]}},
    )
    yield from _texts(case, person)


def _texts(case: Case, person: User) -> Iterator[State]:
    before, now = {"title": made(en="Nine people, returned")}, {"title": made(en="Ten people, returned")}
    yield "components/cases/differences.html", {"": {"differences": differences(now, before)}}
    sides = [
        Difference("title", _("Title"), [("en", "Nine people")], [("en", "Ten people")], None),
        Difference("sex", _("Sex"), [("", _("female"))], [("", "–")], "theirs"),
    ]
    merge = {"differences": sides, "typed": [], "seen": 2, "form_url": "#", "cancel_url": "#"}
    yield "components/cases/merge.html", {"": merge}
    person_alone = SingledOut(1, _("the youngest girl"), {_("age"): "14"}, is_new=True)
    news = News(_("the youngest girl"), _("age"), "", "14")
    yield (
        "components/cases/exposure.html",
        {
            "": {"exposure": Exposure([news], [person_alone])},
        },
    )
    yield (
        "components/cases/remarks.html",
        {"": {"decision": Decision(remarks=_("The date of the arrest is wrong."), by=person, at=case.edited_at)}},
    )
    draft = FormDraft(saved_at=case.edited_at)
    yield "components/cases/draft_kept.html", {"": {"draft": draft}}
    yield "components/cases/draft_restored.html", {"": {"draft": draft, "form_url": "#"}}
    source = Source(publisher=_("A newspaper"), title=_("What it wrote"), type="report", date="2013-05")
    source.uses = 3  # type: ignore[attr-defined]
    yield "components/cases/source.html", {"": {"source": source}}
    claim = Claim(
        case=case, source=source, field="age", value="14", chosen=True, why_chosen=made(en="It names a witness.")
    )
    yield "components/cases/claim.html", {"": {"claim": claim}}
    consent = Consent(
        case=case, scopes=["story"], channels=["web"], given_by="person", how="written", given_on=dt.date(2027, 1, 4)
    )
    yield "components/cases/consent.html", {"": {"consent": consent}}
    update = Update(case=case, day=dt.date(2027, 1, 4), title=made(en="A report"), body=made(en="It names them."))
    yield "components/cases/update.html", {"": {"update": update}}
