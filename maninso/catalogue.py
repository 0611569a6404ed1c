"""The living catalogue: every component of the face, in each of its states, from the templates that the pages use.

A component that stands in templates/components/ and neither here nor in NOT_SHOWN fails tests/face/test_catalogue.py.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import staff_page
from accounts.models import Organisation
from campaign import charts
from campaign.forms import LinkRequestForm, ParagraphsField, SignForm
from campaign.models import Campaign, CampaignText, HandIn, LetterText, Pack
from campaign.scroll import Name, Stretch
from cases import status
from cases.page import Footnotes
from face import countries
from face.widgets import CountrySelect, DateInput, RadioExamples
from maninso import case_specimens

Context = dict[str, Any]
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Component:
    """One template, and what it is given in each of its states."""

    template: str
    states: dict[str, Context] = field(default_factory=dict)
    # A list item, shown in a list.
    in_list: bool = False


@dataclass(frozen=True)
class Chapter:
    slug: str
    title: Any
    components: list[Component]


# Parts of components, and what cannot be seen.
NOT_SHOWN = {
    "components/ask_partner_form.html": "on the page of a campaign's partners",
    "components/member_invitation.html": "on the page of an organisation's members",
    "components/organisation_card.html": "part of organisation.html",
    "components/organisation_logo.html": "part of organisation_card.html",
    "components/person_change.html": "on the page of a person at the desk",
    "components/alternates.html": "unseen",
    "components/audit_entry.html": "on the page of an entry of the audit log",
    "components/audit_filters.html": "on the audit log",
    "components/audit_table.html": "on the audit log",
    "components/case_alternates.html": "unseen",
    "components/case_article.html": "part of case_event.html",
    "components/case_asked.html": "a section of the page of a case",
    "components/case_changes.html": "a section of the page of a case",
    "components/case_citing.html": "a section of the page of a case",
    "components/case_contents.html": "on the page of a case",
    "components/case_differ.html": "part of case_event.html",
    "components/case_differences.html": "a section of the page of a case",
    "components/case_edition.html": "on the permanent page of a publication",
    "components/case_events.html": "a folded part of case_timeline.html",
    "components/case_events_summary.html": "part of case_events.html",
    "components/case_filters.html": "on the list of cases",
    "components/case_head.html": "the head of the page of a case",
    "components/case_law.html": "a section of the page of a case",
    "components/case_meta.html": "unseen",
    "components/case_people.html": "a section of the page of a case",
    "components/case_pictures.html": "a section of the page of a case",
    "components/case_related.html": "a section of the page of a case",
    "components/case_responsible.html": "a section of the page of a case",
    "components/case_sources.html": "a section of the page of a case",
    "components/case_status.html": "part of case_member.html",
    "components/case_timeline.html": "a section of the page of a case",
    "components/case_update.html": "part of case_updates.html",
    "components/case_updates.html": "a section of the page of a case",
    "components/campaign_line.html": "on the desk's overview",
    "components/chart_countries.html": "part of charts.html",
    "components/chart_days.html": "part of charts.html",
    "components/chart_growth.html": "part of charts.html",
    "components/chart_hours.html": "on the numbers of a campaign",
    "components/chart_progress.html": "part of tally.html",
    "components/chart_shares.html": "on the numbers of a campaign",
    "components/closing_change.html": "in the head of a campaign whose closing date was moved",
    "components/confirm_dialog.html": "behind the button of desk/specimen_dialog.html",
    "components/csv_link.html": "below the charts of a campaign",
    "components/campaign_times.html": "on the desk's page Preparation",
    "components/cover.html": "a picture on the page of a campaign",
    "components/delivery_day.html": "on the page of the day: its map and its list",
    "components/delivery_list.html": "part of delivery_day.html",
    "components/delivery_map.html": "part of delivery_day.html, and on the page of a campaign",
    "components/footer.html": "on every page",
    "components/launch_finding.html": "on the desk's check list of a campaign",
    "components/launch_steps.html": "beside each step of a campaign's preparation",
    "components/letter_rest.html": "part of letter.html",
    "components/hand_in_report.html": "on the desk's page of a hand-in",
    "components/history.html": "on the desk's pages of rows with states",
    "components/paper_batch_entry.html": "on the desk's page On paper",
    "components/paper_photo.html": "beside a sheet that is keyed in",
    "components/paper_sheet.html": "on the desk's page of a batch on paper",
    "components/import_row.html": "on the desk's preview of an import",
    "components/kit_volume.html": "on the desk's page of a hand-in",
    "components/points_listed.html": "on the desk's page of a target",
    "components/points_map.html": "on the desk's page of a target",
    "components/volunteer.html": "on the desk's page of a hand-in",
    "components/hand_in_safety.html": "on the page of an offer",
    "components/icons.html": "unseen",
    "components/newer_older.html": "under the audit log",
    "components/report_queue.html": "says something only while a report waits on a phone",
    "components/campaign_translation.html": "on the desk's page Languages of a campaign",
    "components/letter_live.html": "beside the editor of a letter",
    "components/letter_printed.html": "beside the editor of a letter",
    "components/live_figure.html": "part of live_figures.html",
    "components/live_figures.html": "unseen: what the numbers of a campaign are kept alive with",
    "components/marks.html": "unseen: what delivery_map.html draws with",
    "components/desk_notices.html": "in the head of this page",
    "components/notice_line.html": "on the page of notices",
    "components/needs.html": "on the desk's overview and on the numbers of a campaign",
    "components/reauthentication.html": "on the pages that ask once more who somebody is",
    "components/need.html": "on the desk's overview and on the numbers of a campaign",
    "components/noindex.html": "unseen",
    "components/office.html": "on the page Find your embassy",
    "components/banner.html": "above every public page while one stands",
    "components/banner_row.html": "on the desk's page Site settings",
    "components/held_signature.html": "on the desk's page Held signatures",
    "components/supporter_signature.html": "on the desk's page Supporters",
    "components/export.html": "on the desk's page Exports",
    "components/own_words.html": "part of own_words_line.html",
    "components/own_words_left.html": "on the desk's pages of packs",
    "components/own_words_line.html": "on the desk's page Own words",
    "components/pause.html": "on the desk's page What is paused",
    "components/picture_card.html": "needs a picture: see the pictures of a case",
    "components/editions.html": "on the report of a campaign",
    "components/reply_ledger.html": "on the report of a campaign and on its page",
    "components/report_city.html": "on the report of a campaign",
    "components/review_difference.html": "on the desk's review of a campaign",
    "components/review_remark.html": "on the desk's review of a campaign",
    "components/redaction_row.html": "part of desk/cases/picture_covers.html",
    "components/quick_exit.html": "in the header of every campaign page; fixed to the window",
    "components/safe_to_sign.html": "part of sign_panel.html",
    "components/safe_to_sign_text.html": "part of safe_to_sign.html",
    "components/scroll_name.html": "part of scroll.html",
    "components/self_reported.html": "a line on the page of a campaign",
    "components/share_meta.html": "unseen",
    "components/styles.html": "unseen",
    "components/styles_desk.html": "unseen",
    "components/table_cell.html": "part of table.html",
    "components/desk_navigation.html": "beside this page",
    "components/campaign_update.html": "on the page of a campaign",
    "components/update_previews.html": "on the desk's pages of an update",
    "components/update_progress.html": "on the desk's page of an update",
    "components/trial_banner.html": "above the pages of a trial at the desk",
    "components/waiting_letter.html": "on the desk's page What waits, and why",
    "components/waiting_reason.html": "part of waiting_letter.html",
    "components/other_proofs.html": "on pages that ask once more who somebody is",
    "components/passkey_form.html": "at log-in; unseen where the browser knows no passkeys",
    **case_specimens.NOT_SHOWN,
}


class SpecimenForm(forms.Form):
    """One field of each kind that the form pack knows."""

    line = forms.CharField(label=gettext_lazy("A line"), help_text=gettext_lazy("A hint says what is wanted, and why."))
    address = forms.EmailField(label=gettext_lazy("An e-mail address"))
    country = forms.ChoiceField(
        label=gettext_lazy("One of many"),
        widget=CountrySelect,
        choices=lambda: [("", _("Please choose")), *countries.choices()],
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("One of a few"),
        choices=[("mail", gettext_lazy("By e-mail")), ("post", gettext_lazy("By post"))],
        widget=RadioExamples(
            {"mail": gettext_lazy("Goes out within the hour."), "post": gettext_lazy("We print it and send it.")}
        ),
    )
    street = forms.CharField(
        label=gettext_lazy("A field that belongs to one answer"),
        help_text=gettext_lazy("Only if it goes by post."),
        required=False,
        widget=forms.TextInput(attrs={"data-shown-when": "channel=post"}),
    )
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Any number of a few"),
        choices=[("sat", gettext_lazy("Saturday")), ("sun", gettext_lazy("Sunday"))],
        widget=forms.CheckboxSelectMultiple,
    )
    text = ParagraphsField(label=gettext_lazy("Paragraphs"), max_length=120)
    day = forms.DateField(label=gettext_lazy("A day"), widget=DateInput)
    file = forms.FileField(
        label=gettext_lazy("A file"), required=False, help_text=gettext_lazy("A PDF of at most 5 MB.")
    )
    agreed = forms.BooleanField(label=gettext_lazy("A yes or a no"), help_text=gettext_lazy("With a hint below."))

    def __init__(
        self, data: Context | None = None, *, prefix: str, initial: Context | None = None, disabled: bool = False
    ) -> None:
        super().__init__(data, prefix=prefix, initial=initial)
        self.fields["street"].widget.attrs["data-prefix"] = prefix
        for each in self.fields.values():
            each.disabled = disabled
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        names = list(self.fields)
        self.helper.layout = Layout(Fieldset(_("A group of fields"), *names[:4]), *names[4:])


class FilterForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Words"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State of the letter"),
        choices=[("", gettext_lazy("Any state")), *Campaign.State.choices],
        required=False,
    )


FILLED = {
    "line": "Maria Lopez",
    "address": "maria@example.org",
    "country": "PL",
    "channel": "post",
    "street": "ul. Długa 1, Kraków",
    "days": ["sat"],
    "text": "My grandmother fled too.",
    "day": dt.date(2027, 9, 24),
    "agreed": True,
}
REFUSED = {"refused-address": "maria@", "refused-country": "XX", "refused-text": "Please let them stay. " * 8}


def chapters(request: HttpRequest) -> list[Chapter]:
    return [
        Chapter("forms", _("Forms"), list(_forms())),
        Chapter("letter", _("Letter and signature"), list(_letter())),
        Chapter("campaign", _("Campaign"), list(_campaign())),
        Chapter("case", _("Case"), list(_case())),
        Chapter("desk", _("Desk"), list(_desk(request))),
        Chapter("cases", _("Records of cases"), [Component(*each) for each in case_specimens.specimens()]),
    ]


def _forms() -> Iterator[Component]:
    yield Component(
        "desk/specimen_form.html",
        {
            _("as it comes"): {"form": SpecimenForm(prefix="fresh")},
            _("filled in"): {"form": SpecimenForm(prefix="filled", initial=FILLED)},
            _("with errors"): {"form": SpecimenForm(REFUSED, prefix="refused")},
            _("switched off"): {"form": SpecimenForm(prefix="disabled", initial=FILLED, disabled=True)},
        },
    )
    sign = {"sign_url": "#", "campaign": Campaign(slug="specimen")}
    yield Component(
        "components/sign_form.html",
        {
            _("as it comes"): {**sign, "form": SignForm(auto_id="id_sign_%s")},
            _("with errors"): {**sign, "form": SignForm({"name": "www.example.org"}, auto_id="id_signed_%s")},
        },
    )
    yield Component("components/link_form.html", {"": {"form": LinkRequestForm(auto_id="id_links_%s")}})
    yield Component("components/draft_note.html", {_("unseen until there is something to say"): {}})
    yield Component("components/quick_exit_hint.html", {"": {}})


def _letter() -> Iterator[Component]:
    letter = LetterText(
        language="en",
        addressee="The Ambassador\nEmbassy of Somewhere",
        salutation="Your Excellency,",
        body="I write as one of many.\nThe people named in this letter have harmed nobody.\nPlease let them go.",
        closing="Respectfully,",
    )
    signed = {"shown_name": "Maria Lopez", "place": "Kraków, Poland", "own_words": "My grandmother fled too."}
    yield Component(
        "components/letter.html",
        {
            _("folded"): {"letter": letter, "folded": True},
            _("signed, with own words"): {"letter": letter, **signed, "date": dt.date(2027, 9, 24)},
        },
    )
    yield Component("components/letter_unfold.html", {"": {"letter": letter}})
    yield Component(
        "components/letter_preview.html",
        {"": {"letter": letter, "preview": {**signed, "shown_name": _("A supporter")}}},
    )
    languages = [{"code": code, "name": name, "url": "#", "current": code == "en"} for code, name in settings.LANGUAGES]
    yield Component("components/letter_languages.html", {"": {"letters": languages}})
    yield Component("components/languages.html", {"": {"language_links": languages}})
    facts = {"country_name": "Poland", "city": "Kraków", "own_words": signed["own_words"]}
    yield Component(
        "components/signature_facts.html",
        {_("all given"): {"shown_name": "Maria Lopez", **facts}, _("no name"): {"shown_name": "", **facts}},
    )
    confirm = {"erase_url": "#", "shown": "specimen"}
    yield Component(
        "components/confirm_form.html",
        {"": confirm, _("where it is risky"): {**confirm, "risky": True, "names_a_person": True}},
    )
    risk = {"campaign": Campaign(slug="specimen"), "country_name": countries.name_of("CN"), "names_a_person": True}
    yield Component("components/risk_warning.html", {"": {**risk, "own_words": signed["own_words"]}})
    yield Component("components/local_mailbox.html", {"": {"has_mailbox": True}})
    yield Component(
        "components/share.html",
        {"": {"share_title": "A letter", "share_text": "Ask them to stop.\nhttps://example.org/", "share_url": "#"}},
    )


def _campaign() -> Iterator[Component]:
    begins, ends = dt.datetime(2027, 8, 1, tzinfo=dt.UTC), dt.datetime(2027, 10, 1, tzinfo=dt.UTC)
    waiting = Campaign(slug="specimen", state=Campaign.State.SCHEDULED, opens_at=begins)
    over = Campaign(slug="specimen", state=Campaign.State.CLOSED, closes_at=ends)
    text = CampaignText(
        language="en", title="Do not send them back", ask="Ask the President to stop returning refugees."
    )
    card = {"text": text, "url": "#", **_tally(4210, 10000)}
    yield Component("components/letter_card.html", {"": {"item": card}}, in_list=True)
    yield Component(
        "components/campaign_card.html",
        {_("not open yet"): {"item": {**card, "campaign": waiting}}, _("closed"): {"item": {**card, "campaign": over}}},
        in_list=True,
    )
    day = {"text": {"name": "Lantern Day", "summary": "A day of lanterns."}, "next_date": dt.date(2027, 9, 24)}
    yield Component("components/day.html", {"": {"item": {**day, "days_left": 12, "url": "#"}}}, in_list=True)
    yield Component(
        "components/tally.html",
        {
            _("none yet"): {"tally": _tally(0, 1000)},
            _("one"): {"tally": _tally(1, 1000)},
            _("under way"): {"tally": card},
            _("some on paper"): {"tally": _tally(4210, 10000) | {"on_paper": 310}},
            _("beyond the goal"): {"tally": _tally(12345, 10000)},
        },
    )
    yield Component("components/count.html", {"": {"tally": _tally(4210, 10000)}})
    names = [Name("Maria Lopez", "Spain"), Name("", ""), Name("김하늘", "South Korea"), Name("M. L.", "Poland")]
    scroll = {"campaign": Campaign(slug="specimen"), "scroll": Stretch(names, "")}
    yield Component("components/scroll.html", {"": scroll})
    yield Component("components/scroll_ornament.html", {"": {}})
    yield Component("components/historic_scroll.html", {"": {}})
    yield Component("components/charts.html", {"": {"charts": _charts(begins.date())}})
    yield Component(
        "components/sign_panel.html",
        {
            _("open"): {
                "campaign": Campaign(slug="specimen-panel"),
                "accepts_signatures": True,
                "form": SignForm(auto_id="id_panel_%s"),
                "sign_url": "#",
            },
            _("not open yet"): {"campaign": waiting},
            _("closed"): {"campaign": over},
        },
    )
    yield Component(
        "components/not_accepting.html", {_("not open yet"): {"campaign": waiting}, _("closed"): {"campaign": over}}
    )
    happened = {"accepted": 1204, "answered": 1, "waiting": 88, "refused": 3, "unclear": 2}
    point = {"point": {"kind": "embassy"}, "text": {"language": "en", "city": "Warsaw"}, **happened}
    yield Component("components/delivered.html", {"": {"delivered": happened}})
    yield Component(
        "components/places.html", {"": {"places": [{"country_name": countries.name_of("PL"), "points": [point]}]}}
    )
    place = {"text": point["text"], "country_name": countries.name_of("PL")}
    wanted = HandIn(pk=1, day=ends.date())
    found = HandIn(pk=2, day=ends.date(), state=HandIn.State.CLAIMED)
    told = {"hand_in": wanted, "told": _("Handed in at %(city)s on %(day)s.") % {"city": "Warsaw", "day": "24"}}
    yield Component(
        "components/hand_ins.html",
        {
            "": {
                "campaign": Campaign(slug="specimen"),
                "hand_ins": [
                    {**place, "hand_in": wanted},
                    {**place, "hand_in": found},
                    {**place, **told, "by": "Maria Lopez"},
                ],
            }
        },
    )
    office = {"language": "en", "name": "Embassy", "city": "Warsaw"}
    street = {"postal_address": "Main Street 1\nWarsaw", "language": "en", "verified_on": begins.date()}
    yield Component("components/hand_in_facts.html", {"": {"hand_in": wanted, "point": street, "point_text": office}})
    volume = {"number": "MNS-7K3F-2Q9D", "volume": 1, "count": 4210, "pages": 112}
    made = Pack(**volume, state=Pack.State.READY)
    fetched = Pack(**volume, state=Pack.State.HANDED_OUT)
    making = Pack(**volume, state=Pack.State.BUILDING)
    yield Component(
        "components/kit.html",
        {
            _("none yet"): {"packs": [], "may_ask": True, "kit_url": "#"},
            _("being made"): {"packs": [{"pack": making}], "made": 0, "making": True},
            _("ready"): {"packs": [{"pack": made, "url": "#"}], "made": 1},
            _("downloaded"): {"packs": [{"pack": fetched, "url": "#"}], "made": 1, "may_ask": True, "kit_url": "#"},
        },
    )
    source = {"publisher": "A newspaper", "title": "What it wrote", "date": "2013-05"}
    yield Component("components/sources.html", {"": {"sources": [source]}})
    lantern = Organisation(name="Lantern", about="Writes letters.", website="https://example.org/")
    harbour = Organisation(name="Harbour", about="Reads them.", contact="harbour@example.org")
    behind, beside = ({"organisation": each, "text": each} for each in (lantern, harbour))
    # Once: it is a part of the page with an address of its own.
    yield Component("components/organisation.html", {"": {"organisation": behind, "partners": [beside]}})
    step = {"name": "sign", "picture": "A letter", "title": "You sign", "text": "No account, no cookie."}
    yield Component("components/way_step.html", {"": step}, in_list=True)
    yield Component("components/data_promise.html", {"": {}})
    yield Component("components/seal.html", {"": {}})


def _tally(total: int, goal: int) -> Context:
    return {"total": total, "goal": goal, "progress": charts.progress(total, goal)}


def _charts(first: dt.date) -> Context:
    """Eight weeks in which more people signed each day, a good third of them in the first of these countries."""
    counts = {first + dt.timedelta(days=day): 3 * day for day in range(1, 57)}
    last = max(counts)
    codes = ["KR", "US", "JP", "CA", "DE", "GB", "PL", "FR", "CL"]
    rows = [(countries.name_of(code), 1500 // number) for number, code in enumerate(codes, 1)]
    return {
        "days": charts.days(counts, last=last),
        "growth": charts.growth(counts, first=first, last=last),
        "countries": charts.by_country(rows, together=[7, 3]),
    }


def _case() -> Iterator[Component]:
    words = {"en": {"text": "Nine people, returned from Laos"}}
    told = {"en": {"text": "They were arrested near the border and flown to Pyongyang."}}
    source = {
        "n": 1,
        "csl": {"type": "article-newspaper", "title": "What it wrote", "publisher": "A newspaper", "language": "ko"},
        "issued": "2013-05~",
        "reliability": "B",
        "archive_url": "https://example.org/",
    }
    returned = {"kind": "returned", "date": "2013-05-28", "to_state": "", "cites": [1]}
    free = {**returned, "kind": "released", "date": "2014"}
    member = {"id": 1, "people": 9, "minor": True, "statuses": [returned], "cites": [1], "sex": "", "citizenship": "KP"}
    content: Context = {
        "reference": "MNS-2013-001",
        "written_in": "en",
        "title": words,
        "summary": told,
        "as_of": "2026-08-01",
        "members": [member, {**member, "people": 1, "statuses": [free]}],
    }
    page = {"content": content, "footnotes": Footnotes()}
    card = {"states": ["CN", "LA"], "people": "9 people", "minors": _("children or adolescents")}
    campaign = Campaign(slug="specimen", source_language="en")
    call = {"en": {"text": "Do not send them back"}}, {"en": {"text": "Ask them to stop returning refugees."}}
    campaign.title, campaign.ask = call  # type: ignore[attr-defined]
    yield Component("components/act_now.html", {"": {"campaign": campaign}})
    yield Component("components/case_card.html", {"": {"publication": {"content": content}}}, in_list=True)
    yield Component("components/case_listed.html", {"": {**page, "card": card}}, in_list=True)
    yield Component("components/case_entry.html", {"": {**page, "card": card}}, in_list=True)
    today = dt.date(2026, 8, 1)
    yield Component(
        "components/case_standings.html",
        {_("known"): {"standings": status.standings(content["members"], today)}, _("nothing known"): {"standings": []}},
    )
    person = {**member, "label": words, "people": 1, "age_words": _("14 to 18 years old"), "tier": "pseudonym"}
    person |= {"status": {**returned, "label": _("returned by force")}}
    yield Component("components/case_member.html", {"": {**page, "member": person}}, in_list=True)
    event = {"id": 1, "kind": "arrest", "label": _("arrest"), "date": "2013-05-10?", "what": told, "cites": [1]}
    yield Component("components/case_event.html", {"": {**page, "event": {**event, "where": "Laos"}}}, in_list=True)
    claim = {"source": source, "cites": [1], "credibility": 2, "quotation": "열네 살에서 열여덟 살", "language": "ko"}
    said = {"shown": _("14 to 18 years old"), "claims": [claim]}
    followed = {**said, "chosen": True, "why": {"en": {"text": "Two sources agree."}}}
    yield Component(
        "components/case_answer.html",
        {_("followed"): {**page, "answer": followed}, _("not followed"): {**page, "answer": said}},
        in_list=True,
    )
    yield Component("components/case_source.html", {"": {**page, "source": source}}, in_list=True)


def _desk(request: HttpRequest) -> Iterator[Component]:
    confirmation = {
        "title": _("Send the letters?"),
        "scope": _("1,204 letters go to 29 delivery points in 27 countries."),
        "consequences": [
            _("They go out between 09:00 and 17:00, local time of each place."),
            _("What has gone out cannot be called back. You can pause what has not."),
        ],
        "verb": _("Send 1,204 letters"),
        "action_url": reverse("component_confirmation"),
        "cancel_url": reverse("components"),
    }
    yield Component("desk/specimen_dialog.html", {"": {**confirmation, "dialog_id": "specimen-dialog"}})
    yield Component("components/confirmation.html", {_("on a page of its own"): confirmation})
    yield Component(
        "components/badge.html",
        {
            _("merely so"): {"label": _("Draft")},
            _("good"): {"label": _("Delivered"), "kind": "good"},
            _("waiting"): {"label": _("Planned"), "kind": "waiting"},
            _("a problem"): {"label": _("Unknown"), "kind": "problem"},
        },
    )
    yield Component("components/table.html", {"": _table()})
    yield Component(
        "components/filters.html",
        {
            _("nothing filtered"): {"form": FilterForm(prefix="all"), "found": 1204},
            _("filtered"): {
                "form": FilterForm({"some-words": "Warsaw"}, prefix="some"),
                "found": 1,
                "clear_url": reverse("components"),
            },
        },
    )
    pages = Paginator(range(1204), 50)
    yield Component(
        "components/pagination.html",
        {
            _("first"): {"page": pages.page(1)},
            _("in the middle"): {"page": pages.page(3)},
            _("last"): {"page": pages.page(25)},
        },
    )
    yield Component("components/empty.html", {"": _nothing()})
    yield Component(
        "components/messages.html",
        {
            "": {
                "messages": [
                    Message(messages.SUCCESS, _("The campaign is open.")),
                    Message(messages.INFO, _("Two people are at work on this letter.")),
                    Message(messages.WARNING, _("This address was last checked a year ago.")),
                    Message(messages.ERROR, _("The mail server did not answer. Nothing was sent.")),
                ]
            }
        },
    )
    trail = [{"label": _("Desk"), "url": reverse("desk")}, {"label": _("Components")}]
    yield Component("components/breadcrumbs.html", {"": {"trail": trail}})
    lists = [{"name": _("campaigns"), "url": "#", "add_url": "#"}, {"name": _("letters"), "url": "#"}]
    room = {"name": _("Campaign"), "about": _("Prepare letters and follow them."), "lists": lists}
    yield Component("components/room_card.html", {"": {"room": room}}, in_list=True)


def _table() -> Context:
    def row(city: str, state: str, kind: str, letters: str) -> list[Context]:
        return [{"text": city, "url": "#"}, {"text": state, "badge": kind}, {"text": letters, "numeric": True}]

    return {
        "caption": _("Delivery points"),
        "columns": [{"label": _("Place")}, {"label": _("Status")}, {"label": _("Letters"), "numeric": True}],
        "rows": [
            row(_("Warsaw"), _("Delivered"), "good", "1,204"),
            row(_("Seoul"), _("Planned"), "waiting", "88"),
            row(_("Tokyo"), _("Unknown"), "problem", "2"),
        ],
    }


def _nothing() -> Context:
    return {
        "title": _("No campaign yet"),
        "text": _("A campaign begins with a letter. Write one, and it appears here."),
        "url": "#",
        "verb": _("Write a letter"),
    }


@require_safe
@staff_page
def components(request: HttpRequest) -> HttpResponse:
    scheme = request.GET.get("scheme")
    shown = [
        {
            "slug": chapter.slug,
            "title": chapter.title,
            "components": [
                {
                    "template": component.template,
                    "in_list": component.in_list,
                    "states": [
                        {"name": name, "html": _still(render_to_string(component.template, context, request))}
                        for name, context in component.states.items()
                    ],
                }
                for component in chapter.components
            ],
        }
        for chapter in chapters(request)
    ]
    context = {"chapters": shown, "schemes": SCHEMES, "scheme": scheme if scheme in SCHEMES else None}
    return render(request, "desk/components.html", context)


def _still(html: SafeString) -> SafeString:
    """A form with errors takes the focus, on a page of its own; here it would pull the page away from its reader."""
    return mark_safe(html.replace('role="alert" tabindex="-1" autofocus', 'tabindex="-1"'))  # noqa: S308


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def confirmation(request: HttpRequest) -> HttpResponse:
    """The page that a confirm dialog leads to without JavaScript. It does nothing, and says that it did."""
    if request.method == "POST":
        messages.success(request, _("1,204 letters are on their way. (Not really: this is the catalogue.)"))
        return redirect("components")
    asked = next(each for each in _desk(request) if each.template == "components/confirmation.html")
    trail = [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": _("Components"), "url": reverse("components")},
        {"label": _("Send the letters?")},
    ]
    return render(request, "desk/confirmation.html", {**next(iter(asked.states.values())), "trail": trail})


@require_safe
@cache_control(public=True, max_age=3600)
def scheme_css(request: HttpRequest, scheme: str) -> HttpResponse:
    """The colours of one scheme, whatever the browser prefers: taken from tokens.css, so that they cannot differ."""
    if scheme not in SCHEMES:
        raise Http404
    return HttpResponse(_tokens(scheme), content_type="text/css")


@cache
def _tokens(scheme: str) -> str:
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    light, _query, rest = css.partition("@media (prefers-color-scheme: dark)")
    block = light if scheme == "light" else rest
    colours = re.findall(r"^\s+(--[\w-]+: (?:#|rgb|0 1px)[^;]+;)", block, re.MULTILINE)
    return f":root {{ color-scheme: {scheme}; {' '.join(colours)} }}"
