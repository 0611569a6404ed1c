"""The forms by which a campaign comes to be: begun, copied, written step by step, remarked on."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from campaign import launching, plain_text
from campaign.forms import MomentInput, SignForm
from campaign.models import Campaign, CampaignText, Dispatch, Observance, ReviewRemark, Target
from campaign.models.delivery import is_time_zone
from face import languages
from face.pictures import MAX_BYTES
from face.texts import best_text
from face.widgets import LongText

# Addresses that are pages of the desk.
TAKEN = frozenset(["new", "review", "pauses", "partnerships", "forms-of-address"])
ADDRESS_TAKEN = _("Another campaign has this address. Choose another.")
_TITLE = CampaignText._meta.get_field("title").max_length


class WallTimeField(forms.DateTimeField):
    """A date and a time as a clock somewhere shows them; the form says where."""

    widget = MomentInput

    def to_python(self, value: Any) -> dt.datetime | None:
        moment = super().to_python(value)
        return timezone.make_naive(moment) if moment and timezone.is_aware(moment) else moment


def in_zone(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Raises ValidationError where the clock there never shows that time."""
    there = moment.replace(tzinfo=zone)
    if there.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise ValidationError(_("The clock there is put forward at that hour: this time does not exist."))
    return there


class FilterForm(forms.Form):
    """Sent by GET; what it cannot read it leaves out."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("in any state")), *Campaign.State.choices]
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), required=False, queryset=Organisation.objects.none(), empty_label=_("all")
    )

    def __init__(self, *args: Any, organisations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if len(organisations) > 1:
            self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        else:
            del self.fields["organisation"]


class SlugField(forms.SlugField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Short name in web addresses"),
            max_length=100,
            help_text=_("Small letters, digits and hyphens. It stays as it is: people keep the address."),
            **options,
        )

    def clean(self, value: Any) -> str:
        slug = super().clean(value).lower()
        if slug in TAKEN or (slug and Campaign.objects.filter(slug=slug).exists()):
            raise ValidationError(ADDRESS_TAKEN, code="taken")
        return slug


class NewCampaignForm(forms.Form):
    """Enough to begin: everything else is written step by step, and can be changed."""

    title = forms.CharField(
        label=_("Title"), max_length=_TITLE, validators=[plain_text.one_line], help_text=_("As people will read it.")
    )
    slug = SlugField(required=False)
    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    begin_with = forms.ChoiceField(
        label=_("Begin with"),
        required=False,
        help_text=_("A copy has the texts, cases, letter and places of the other; nothing of it is published."),
    )
    source_language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)
    target = forms.ModelChoiceField(
        label=_("To whom"), queryset=Target.objects.none(), required=False, empty_label=_("Please choose")
    )
    addressee_language = forms.ChoiceField(
        label=_("Language of the addressee"),
        choices=settings.LANGUAGES,
        help_text=_("Letters go out in this language first, the supporter's own beside it."),
    )
    observance = forms.ModelChoiceField(
        label=_("For a day kept every year"),
        queryset=Observance.objects.none(),
        required=False,
        empty_label=_("for none"),
    )
    edition = forms.IntegerField(label=_("In the year"), required=False, min_value=1900, max_value=2999)

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        own = Organisation.objects.all() if by.is_superuser else Organisation.objects.run_by(by)
        organisation = self.fields["organisation"]
        organisation.queryset = own  # type: ignore[attr-defined]
        if len(own) == 1:
            organisation.initial, organisation.empty_label = own[0], None  # type: ignore[attr-defined]
        self.fields["target"].queryset = Target.objects.prefetch_related("texts")  # type: ignore[attr-defined]
        self.fields["target"].label_from_instance = _name_of  # type: ignore[attr-defined]
        days = Observance.objects.prefetch_related("texts")
        self.fields["observance"].queryset = days  # type: ignore[attr-defined]
        self.fields["observance"].label_from_instance = _name_of  # type: ignore[attr-defined]
        self.sources = {str(each.pk): each for each in _to_begin_with(by)}
        choices = [(pk, _told(each)) for pk, each in self.sources.items()]
        self.fields["begin_with"].choices = [("", _("nothing")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        asked["source"] = self.sources.get(asked.get("begin_with", ""))
        if not asked["source"] and not asked.get("target") and "target" not in self.errors:
            self.add_error("target", _("Please choose whom the letter addresses."))
        if bool(asked.get("observance")) != bool(asked.get("edition")) and not {"observance", "edition"} & set(
            self.errors
        ):
            self.add_error("edition", _("A day needs its year, and a year its day."))
        if not asked.get("slug") and not self.errors:
            asked["slug"] = self._slug(asked["title"])
        return asked

    def _slug(self, title: str) -> str:
        """Of the title, where it has letters that an address can have."""
        try:
            return SlugField().clean(slugify(title)[:100])
        except ValidationError:
            self.add_error("slug", _("Please give a short name for the web address: the title makes none."))
            return ""


def _to_begin_with(by: User) -> list[Campaign]:
    """Templates first, then the latest of one's own."""
    texts = Campaign.objects.prefetch_related("texts").select_related("organisation")
    templates = list(texts.templates().order_by("slug"))
    own = texts.run_by(by).exclude(pk__in=[each.pk for each in templates]).order_by("-pk")
    return templates + list(own[:50])


def _told(campaign: Campaign) -> str:
    text = campaign.text_in(languages.active())
    name = text.title if text and text.title else campaign.slug
    if campaign.is_template:
        return gettext("Template: %(name)s") % {"name": name}
    return name


def _name_of(row: Any) -> str:
    text = best_text(row.texts, languages.active())
    return text.name if text else str(row)


class NextEditionForm(forms.Form):
    slug = SlugField()
    edition = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2999)


# --- The steps ---------------------------------------------------------------------------------------------------


class StepForm(forms.Form):
    """One step as it is saved, with a mark of what whoever fills it in has seen."""

    STEP: ClassVar[str]
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, campaign: Campaign, remarks: Iterable[ReviewRemark] = (), **options: Any) -> None:
        self.campaign, self.values = campaign, launching.values_of(campaign, self.STEP)
        options["initial"] = self.shown(self.values) | {"seen": launching.mark_of(campaign, self.STEP)}
        super().__init__(*args, **options)
        self._remark(list(remarks))

    def shown(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values as the fields take them."""
        return values

    def to_save(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def _remark(self, remarks: list[ReviewRemark]) -> None:
        """A reviewer's words stand at the field, where its hint stands."""
        for name, field in self.fields.items():
            own = [remark for remark in remarks if remark.field == name]
            if own:
                said = format_html_join(
                    "", '<strong class="field-remark">{} {}</strong> ', ((_("Reviewer:"), each.text) for each in own)
                )
                field.help_text = format_html("{}{}", said, field.help_text)

    def theirs(self) -> list[tuple[Any, str]]:
        """What is saved where something else was typed, for whoever comes second."""
        now = self.shown(self.values)
        return [
            (field.label, str(now[name]))
            for name, field in self.fields.items()
            if name in now and not isinstance(field, forms.FileField) and self.cleaned_data.get(name) != now[name]
        ]


class AskForm(StepForm):
    STEP = "ask"
    title = forms.CharField(label=_("Title"), max_length=_TITLE, validators=[plain_text.one_line])
    ask = forms.CharField(
        label=_("What is asked"),
        max_length=300,
        help_text=_("In one line: who should do what."),
        validators=[plain_text.one_line],
        widget=LongText(attrs={"rows": 2}),
    )
    background = forms.CharField(
        label=_("Background"),
        max_length=20_000,
        help_text=_("Who is at risk. Plain text; an empty line starts a new paragraph."),
        widget=LongText(attrs={"rows": 12}),
    )

    def clean_background(self) -> str:
        return str(self.cleaned_data["background"]).replace("\r\n", "\n")


# A year, a month or a day.
_DAY = r"\d{4}(-\d{2}(-\d{2})?)?"


class SourceForm(forms.Form):
    """One row; an empty one is none."""

    publisher = forms.CharField(label=_("Publisher"), max_length=200)
    title = forms.CharField(label=_("Title"), max_length=300)
    date = forms.RegexField(
        rf"^{_DAY}(/{_DAY})?$",
        label=_("Date"),
        max_length=20,
        error_messages={"invalid": _("A date like 2013, 2012-02, 2018-09-24 or 2015/2022.")},
    )


class BaseSources(forms.BaseFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave it out")

    def rows(self) -> list[dict[str, str]]:
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return sorted(kept, key=lambda row: row["date"])


Sources = forms.formset_factory(
    SourceForm, formset=BaseSources, extra=2, can_delete=True, max_num=60, validate_max=True
)


class _InZoneForm(StepForm):
    """Times as the clock of the campaign's zone shows them."""

    MOMENTS: ClassVar[tuple[str, ...]]

    def shown(self, values: dict[str, Any]) -> dict[str, Any]:
        zone = self.campaign.zone
        there = {name: values[name].astimezone(zone).replace(tzinfo=None) for name in self.MOMENTS}
        return values | there

    def _place(self, zone: dt.tzinfo) -> dict[str, dt.datetime]:
        placed = {}
        for name in self.MOMENTS:
            if name in self.cleaned_data:
                try:
                    placed[name] = in_zone(self.cleaned_data[name], zone)
                except ValidationError as error:
                    self.add_error(name, error)
        self.placed = placed
        return placed

    def to_save(self) -> dict[str, Any]:
        return super().to_save() | self.placed

    def _check(self, *, attach_to: str, **values: Any) -> None:
        """What the database would refuse, at the field that mends it."""
        if self.errors:
            return
        tried = Campaign.objects.get(pk=self.campaign.pk)
        for name, value in values.items():
            setattr(tried, name, value)
        try:
            tried.validate_constraints()
        except ValidationError as error:
            self.add_error(attach_to, error.messages)


class DeliveryForm(_InZoneForm):
    STEP = "delivery"
    MOMENTS = ("deliver_from", "deliver_until")
    channels = forms.MultipleChoiceField(
        label=_("By which ways"),
        choices=Dispatch.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("By hand: volunteers take them to the door. By post: your organisation sends them."),
        error_messages={"required": _("Please choose one way at least.")},
    )
    deliver_from = WallTimeField(label=_("Letters go from"))
    deliver_until = WallTimeField(
        label=_("Letters go until"), help_text=_("Not before the campaign closes: the last signers' letters go too.")
    )

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        self._check(attach_to="deliver_until", **self._place(self.campaign.zone))
        return asked


class GoalForm(_InZoneForm):
    STEP = "goal"
    MOMENTS = ("opens_at", "closes_at")
    goal = forms.IntegerField(label=_("Goal"), min_value=1, max_value=2_000_000_000, help_text=_("Signatures."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        help_text=_("All times of the campaign are told by the clock there."),
        validators=[is_time_zone],
    )
    opens_at = WallTimeField(label=_("Opens"), help_text=_("By itself at this time, once a reviewer has agreed."))
    closes_at = WallTimeField(label=_("Closes"), help_text=_("Letters that were signed go on until the window ends."))

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if "time_zone" not in asked:
            return asked
        zone = Campaign(time_zone=asked["time_zone"]).zone
        placed = self._place(zone)
        if "closes_at" in placed and placed["closes_at"] <= timezone.now():
            self.add_error("closes_at", _("The closing date is in the past."))
        self._check(attach_to="closes_at", **placed)
        return asked


class LookForm(StepForm):
    STEP = "look"
    cover = forms.FileField(
        label=_("Cover picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 20 MB. Nothing of the file is kept but the pixels."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    without_cover = forms.BooleanField(label=_("Take the cover picture away"), required=False)
    cover_alt = forms.CharField(
        label=_("What it shows"),
        required=False,
        max_length=300,
        help_text=_("For people who do not see it."),
        validators=[plain_text.one_line],
    )
    share_text = forms.CharField(
        label=_("Share text"),
        required=False,
        max_length=200,
        help_text=_("Stands under the title where the page is shared. Empty: what is asked."),
        validators=[plain_text.one_line],
        widget=LongText(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.campaign.cover:
            del self.fields["without_cover"]

    def shown(self, values: dict[str, Any]) -> dict[str, Any]:
        """The picture has no field that shows it."""
        return {name: values[name] for name in ("cover_alt", "share_text")}

    def clean_cover(self) -> Any:
        """Looked at before it is read."""
        file = self.cleaned_data["cover"]
        if file and file.size > MAX_BYTES:
            raise ValidationError(_("The file is too big: at most 20 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        has_cover = asked.get("cover") or (self.campaign.cover and not asked.get("without_cover"))
        if has_cover and not asked.get("cover_alt") and "cover_alt" not in self.errors:
            self.add_error("cover_alt", _("Please say what the picture shows."))
        return asked

    def to_save(self) -> dict[str, Any]:
        saved = super().to_save()
        saved["cover"] = saved["cover"].read() if saved["cover"] else None
        return saved


# --- The review --------------------------------------------------------------------------------------------------


class SubmissionForm(forms.Form):
    note = forms.CharField(
        label=_("For the reviewers"),
        required=False,
        max_length=2000,
        help_text=_("What they should know: what is new, what is urgent. Not public."),
        widget=LongText,
    )


class RemarkForm(forms.Form):
    field = forms.ChoiceField(
        label=_("About"), choices=lambda: [(name, label) for name, (_step, label) in launching.FIELDS.items()]
    )
    text = forms.CharField(label=_("What has to be mended"), max_length=2000, widget=LongText(attrs={"rows": 3}))

    def has_changed(self) -> bool:
        return bool("text" in self.changed_data)


class BaseRemarks(forms.BaseFormSet):
    def clean(self) -> None:
        if not any(self.errors) and not self.rows():
            raise ValidationError(_("Please say what has to be mended."))

    def rows(self) -> list[tuple[str, str]]:
        return [(form.cleaned_data["field"], form.cleaned_data["text"]) for form in self.forms if form.cleaned_data]


Remarks = forms.formset_factory(RemarkForm, formset=BaseRemarks, extra=4, max_num=20, validate_max=True)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"), required=False, max_length=2000, widget=LongText(attrs={"rows": 2})
    )


class TrialSignForm(SignForm):
    """The sign form's questions; the address is one's own."""

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["email"] = email
        self.fields["email"].disabled = True
        self.fields["email"].help_text = _("Your own: the mails of a trial go to nobody else.")


def organisations_of(campaigns: Any) -> Any:
    """Whose campaigns these are, for the filter."""
    return Organisation.objects.filter(campaigns__in=campaigns).distinct()
