import datetime as dt
from collections.abc import Sequence
from copy import copy
from typing import Any, Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign import plain_text, rules, sources
from campaign.models import Campaign, DeliveryPoint, Dispatch, HandIn, Letter, Pack, Pause, Signature
from campaign.models.hand_in import OUTCOMES
from campaign.pack_numbers import NoPackNumber, read_number
from face import countries, languages
from face.texts import best_text, in_language
from face.widgets import CountrySelect, LongText, RadioExamples
from privacy.addresses import BadAddress, deliverable

OWN_WORDS_LENGTH = 2000


class AddressField(forms.CharField):
    """An e-mail address that mail can be sent to; its value is the deliverable form."""

    widget = forms.EmailInput
    default_error_messages = {"required": _("Please give your e-mail address.")}

    def __init__(self, **kwargs: Any) -> None:
        # 254: RFC 5321's path of 256 octets less its angle brackets.
        super().__init__(max_length=254, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "email", "inputmode": "email"}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return deliverable(text)
        except BadAddress:
            raise forms.ValidationError(
                _("This does not look like one e-mail address. It should read like name@example.org."), code="invalid"
            ) from None


class NameField(forms.CharField):
    """What somebody is called: one line, with letters in it, and no link."""

    default_error_messages = {"required": _("Please give your name.")}

    def __init__(self, **kwargs: Any) -> None:
        checks = [plain_text.one_line, plain_text.no_link, plain_text.has_letters]
        too_long = {"max_length": _("Please give your name in at most 100 characters.")}
        super().__init__(max_length=100, validators=checks, error_messages=too_long, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "name"}


class ParagraphsField(forms.CharField):
    """Paragraphs, with room for a number of characters as people count them: a line break is one.

    Browsers send it as two, and cut what is pasted at `maxlength` without a word; so here is none.
    """

    widget = LongText

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return {**attrs, "data-counter": str(self.max_length)}


class CountryField(forms.ChoiceField):
    """Looks a country up, where a plain choice field compares with each of 250."""

    def valid_value(self, value: Any) -> bool:
        return countries.is_country(value)


class PartnersField(forms.MultipleChoiceField):
    """Any of the campaign's partners, each a yes of its own. Its value is their keys; signing itself looks which of
    them are partners, as asking here would cost a query, so what makes no sense is left out without a word.
    """

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[int]:
        keys = {each for each in value or () if each.isascii() and each.isdecimal() and len(each) < 19}
        return sorted(int(each) for each in keys)[:PARTNERS]


# More than any campaign has.
PARTNERS = 100


# Fields that static/js/draft.js may keep on the visitor's own device until the letter is signed; none names anyone.
KEPT = {"data-keep": ""}


def _layout(asked: Sequence[str], unfolded: Sequence[str]) -> Layout:
    legend = _("Add my own words, my city, or ask for news")
    return Layout(*asked, Fieldset(legend, *unfolded, template="maninso/layout/unfold.html"))


class SignForm(forms.Form):
    """Four questions, and three that may stay empty."""

    # Beyond the column's range PostgreSQL raises an error, where every other wrong letter finds no row.
    letter = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    # Filled by static/js/came-from.js; never wrong, as whoever signs cannot mend it.
    source = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-came-from": ""}))
    name = NameField(
        label=_("Your name"),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("We send you a link to confirm. Nobody else sees the address."),
    )
    country = CountryField(
        label=_("Country where you live"),
        choices=lambda: [("", _("Please choose")), *countries.choices()],
        help_text=_("Is it risky to sign there? See above."),
        widget=CountrySelect(attrs=KEPT),
        error_messages={
            "required": _("Please choose the country where you live."),
            "invalid_choice": _("Please choose a country from the list."),
        },
    )
    display = forms.ChoiceField(
        label=_("How may your name be shown?"),
        help_text=_("On the page and in the letter. You can sign without being seen."),
        choices=Signature.Display.choices,
        initial=Signature.Display.FULL,
        widget=RadioExamples(
            {
                Signature.Display.FULL: _("“Maria Lopez, Poland”"),
                Signature.Display.INITIALS: _("“M. L., Poland”"),
                Signature.Display.HIDDEN: _("“A supporter, Poland”"),
            },
            attrs=KEPT,
        ),
        error_messages={
            "required": _("Please say how your name may be shown."),
            "invalid_choice": _("Please choose one of the three ways to show your name."),
        },
    )
    own_words = ParagraphsField(
        label=_("Your own words"),
        help_text=_("They are added to the letter as it goes out. Up to 2,000 characters."),
        required=False,
        max_length=OWN_WORDS_LENGTH,
        validators=[plain_text.paragraphs],
        widget=LongText(attrs=KEPT),
        error_messages={"max_length": _("Please shorten them to 2,000 characters; now there are %(show_value)d.")},
    )
    city = forms.CharField(
        label=_("City"),
        required=False,
        max_length=80,
        validators=[plain_text.one_line, plain_text.no_link, plain_text.has_letters],
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"max_length": _("Please give the city in at most 80 characters.")},
    )
    wants_updates = forms.BooleanField(
        label=_("Tell me by e-mail what becomes of this campaign"),
        required=False,
        widget=forms.CheckboxInput(attrs=KEPT),
    )
    updates_from = PartnersField(
        label=_("Mails from partners of the campaign, too"),
        help_text=_(
            "Each tick is a separate yes. They write through this site and never see your address. You can end it on "
            "your own page at any time."
        ),
        required=False,
    )

    _ASKED = ("letter", "source", "name", "email", "country", "display")
    _UNFOLDED = ("own_words", "city", "wants_updates")

    helper = FormHelper()
    helper.form_tag = False
    # Signing uses no session, so there is no cookie to forge and none to set (docs/adr/0003).
    helper.disable_csrf = True
    helper.layout = _layout(_ASKED, _UNFOLDED)

    def offer(self, partners: Sequence[tuple[int, str]]) -> Self:
        """Ask about the updates of these too: their keys and names. Without any, nothing is asked."""
        self.fields["updates_from"].choices = partners  # type: ignore[attr-defined]
        if partners:
            self.helper = copy(self.helper)
            self.helper.layout = _layout(self._ASKED, (*self._UNFOLDED, "updates_from"))
        return self

    def clean_source(self) -> str:
        return sources.cleaned(self.cleaned_data["source"])

    def so_far(self) -> dict[str, str]:
        """What the letter would say if it were signed as it stands; what is missing or wrong is left out."""
        self.full_clean()
        given = self.cleaned_data
        signature = Signature(name=given.get("name", ""), display=given.get("display", Signature.Display.FULL))
        hidden = signature.display == Signature.Display.HIDDEN
        return {
            "shown_name": gettext("A supporter") if hidden else signature.shown_name,
            "own_words": given.get("own_words", ""),
            "place": countries.place(given.get("city"), given.get("country", "")),
        }


class VolunteerForm(forms.Form):
    """Whoever offers to hand the letters in: to reach them, and to know that they know what it may mean."""

    name = NameField(
        label=_("Your name"),
        help_text=_("For the organizers. Nobody else sees it unless you say so below."),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("We send you a link to confirm. The organizers write to you there."),
    )
    about = ParagraphsField(
        label=_("Is there anything the organizers should know?"),
        help_text=_("For example whether you go with others. Up to 1,000 characters."),
        required=False,
        max_length=1000,
        validators=[plain_text.paragraphs],
        widget=LongText({"rows": 3}),
        error_messages={"max_length": _("Please shorten it to 1,000 characters; now there are %(show_value)d.")},
    )
    named_in_public = forms.BooleanField(
        label=_("Name me on the campaign’s page once the letters are handed in"),
        required=False,
    )
    safety = forms.BooleanField(
        label=_("I have read what stands above about safety, and I am not in danger if I go there"),
        error_messages={"required": _("Please read what stands above about safety, and say that you have.")},
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of files, as they come."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(PhotosField, self).clean(each, initial) for each in data or []]


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ReportForm(forms.Form):
    """What happened at the door, told on a phone. The time is that of the place: the view says which zone."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What happened?"),
        choices=[(outcome.value, outcome.label) for outcome in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what happened.")},
    )
    at = forms.DateTimeField(
        label=_("When was that?"),
        widget=MomentInput,
        error_messages={"required": _("Please say when that was."), "invalid": _("Please give a day and a time.")},
    )
    note = ParagraphsField(
        label=_("Note"),
        help_text=_("What was said, who took it. The organizers read it. Please name nobody who could be harmed."),
        required=False,
        max_length=2000,
        validators=[plain_text.paragraphs],
        widget=LongText({"rows": 4}),
        error_messages={"max_length": _("Please shorten it to 2,000 characters; now there are %(show_value)d.")},
    )
    photos = PhotosField(
        label=_("Photographs"),
        help_text=_(
            "Up to 5. No faces but your own, no guards, no page with names. Place, time and camera are taken out of "
            "them. Nobody outside sees one before the organizers have looked."
        ),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("outcome") == HandIn.State.OTHER and not given.get("note") and "note" not in self.errors:
            self.add_error("note", _("Please say in the note what happened."))
        return given

    def clean_at(self) -> dt.datetime:
        at = self.cleaned_data["at"]
        # A day more: the place's time zone may not be known.
        if at > timezone.now() + dt.timedelta(days=1):
            raise forms.ValidationError(_("This lies in the future."))
        return at

    def clean_photos(self) -> list[bytes]:
        photos = self.cleaned_data["photos"]
        if len(photos) > rules.PHOTOS:
            raise forms.ValidationError(_("Please choose at most %(count)d photographs.") % {"count": rules.PHOTOS})
        return [photo.read() for photo in photos]


class PackNumberForm(forms.Form):
    number = forms.CharField(
        label=_("Pack number"),
        help_text=_("It stands on every page, for example MNS-7K3F-2Q9D."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Please type the number.")},
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def clean_number(self) -> str:
        try:
            return read_number(self.cleaned_data["number"])
        except NoPackNumber:
            raise forms.ValidationError(
                _("No pack has this number. Compare it sign by sign: it has eight after MNS, never a 0, 1, I, L or O.")
            ) from None


class CountryForm(forms.Form):
    country = CountryField(
        label=_("Country where you live"),
        choices=lambda: [("", _("Please choose")), *countries.choices()],
        widget=CountrySelect,
        error_messages={
            "required": _("Please choose the country where you live."),
            "invalid_choice": _("Please choose a country from the list."),
        },
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True


class OwnLetterForm(forms.Form):
    """What stands on a letter that somebody prints; typeset at once and forgotten."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        validators=[plain_text.one_line, plain_text.has_letters],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Please give your name."),
            "max_length": _("Please give your name in at most 100 characters."),
        },
    )
    place = forms.CharField(
        label=_("City and country"),
        help_text=_("They stand under your name. You can leave them out."),
        required=False,
        max_length=100,
        validators=[plain_text.one_line, plain_text.has_letters],
        error_messages={"max_length": _("Please shorten them to 100 characters.")},
    )
    own_words = ParagraphsField(
        label=_("Your own words"),
        help_text=_("They follow the letter. Up to 2,000 characters."),
        required=False,
        max_length=OWN_WORDS_LENGTH,
        validators=[plain_text.paragraphs],
        error_messages={"max_length": _("Please shorten them to 2,000 characters; now there are %(show_value)d.")},
    )
    paper = forms.ChoiceField(
        label=_("Paper"),
        choices=Pack.Paper.choices,
        initial=Pack.Paper.A4,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the paper."), "invalid_choice": _("Please choose the paper.")},
    )

    helper = FormHelper()
    helper.form_tag = False
    # No session, as with signing (docs/adr/0003).
    helper.disable_csrf = True


class SelfReportForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("How did your letter go?"),
        choices=Dispatch.Channel.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please say how your letter went."),
            "invalid_choice": _("Please say how your letter went."),
        },
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True


class LinkRequestForm(forms.Form):
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("The one that you signed with."),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True


class PauseForm(forms.Form):
    """What shall stop, of what this person may stop, and why."""

    what = forms.ChoiceField(label=_("Which letters shall stop?"))
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Other organizers and the staff read it beside the letters that wait. It is kept for good."),
        max_length=300,
        validators=[plain_text.one_line],
        error_messages={"required": _("Please say why.")},
    )

    def __init__(self, *args: Any, things: list[Pause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things = {thing.key: thing for thing in things}
        groups: dict[str, list[tuple[str, str]]] = {}
        for thing in things:
            groups.setdefault(str(_SCOPES[thing.scope]), []).append((thing.key, name_of(thing)))
        self.fields["what"].choices = list(groups.items())  # type: ignore[attr-defined]

    def clean_what(self) -> Pause:
        return self.things[self.cleaned_data["what"]]


_SCOPES: dict[str, Any] = {
    Pause.Scope.SITE: _("The whole site"),
    Pause.Scope.TARGET: _("All letters to a target"),
    Pause.Scope.POINT: _("Letters to a delivery point"),
    Pause.Scope.DOMAIN: _("Letters to a recipient domain"),
}


def name_of(pause: Pause) -> str:
    """What is stopped, in the reader's language."""
    language = languages.active()
    if pause.scope == Pause.Scope.SITE:
        return gettext("Every letter of this site; confirmations still go")
    if pause.target:
        office = best_text(pause.target.texts, language)
        return office.name if office else str(pause.target)
    if pause.point:
        place: Any = in_language(pause.point, language)
        return place.name if place.city in place.name else f"{place.name}, {place.city}"
    return pause.domain


class _Places(forms.ModelMultipleChoiceField):
    def label_from_instance(self, point: Any) -> str:
        return name_of(Pause(scope=Pause.Scope.POINT, point=point))


class TestLettersForm(forms.Form):
    """Which letters an organizer wants to see: one for each place and each language."""

    languages = forms.MultipleChoiceField(
        label=_("Signed by somebody who reads"),
        help_text=_("The letter in this language stands below the one in the addressee’s."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose one language at least.")},
    )
    display = forms.ChoiceField(
        label=_("The name, as the supporter lets it be seen"),
        choices=Signature.Display.choices,
        initial=Signature.Display.FULL,
        widget=forms.RadioSelect,
    )
    own_words = ParagraphsField(
        label=_("Own words, as a supporter might add them"), required=False, max_length=OWN_WORDS_LENGTH
    )

    points = _Places(
        label=_("As they would go to"),
        queryset=DeliveryPoint.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose one place at least.")},
    )

    def __init__(self, *args: Any, campaign: Campaign, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = DeliveryPoint.objects.of_campaign(campaign)
        self.fields["points"].queryset = points  # type: ignore[attr-defined]
        names = dict(settings.LANGUAGES)
        written = [text.language for text in letter.texts.all()]
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (code, names[code]) for code in names if code in written
        ]
        self.initial.setdefault("points", [point.pk for point in points[:1]])
        self.initial.setdefault("languages", [campaign.source_language])


class SpecimenForm(forms.Form):
    """For which place an organizer wants to see a pack, before anybody has signed."""

    point = forms.ModelChoiceField(label=_("For"), queryset=DeliveryPoint.objects.none(), empty_label=None)
    language = forms.ChoiceField(label=_("Local language"), choices=settings.LANGUAGES)
    paper = forms.ChoiceField(label=_("Paper"), choices=Pack.Paper.choices)

    # Beside the form of the test letters, on one page.
    prefix = "specimen"

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = DeliveryPoint.objects.of_campaign(campaign)  # type: ignore[attr-defined]
