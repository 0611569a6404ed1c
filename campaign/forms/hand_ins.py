"""Hand-ins, mails to coordinators, packs for the post and replies, as organizers type them at the desk."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaign import plain_text, rules
from campaign.forms import MomentInput, ParagraphsField
from campaign.models import Campaign, CoordinatorMail, DeliveryPoint, Dispatch, HandIn, Pack, Reply
from face import countries
from face.widgets import DateInput, LongText


class _Place(forms.ModelChoiceField):
    def label_from_instance(self, point: Any) -> str:
        return _now("%(point)s – %(place)s") % {
            "point": point.name,
            "place": countries.place(point.city, point.country),
        }


class _Places(_Place, forms.ModelMultipleChoiceField):
    pass


class HandInFilterForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *HandIn.State.choices], required=False)
    order = forms.ChoiceField(
        label=_("In the order of"),
        choices=[("", _("days")), ("city", _("cities"))],
        required=False,
    )


class OfferForm(forms.Form):
    """Places where somebody is wanted, for one day."""

    points = _Places(
        label=_("Where letters shall be handed in"),
        queryset=DeliveryPoint.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose one place at least.")},
    )
    day = forms.DateField(label=_("Day"), widget=DateInput, error_messages={"required": _("Please choose the day.")})
    opening_hours = forms.CharField(
        label=_("Opening hours"),
        help_text=_("As the offices write them, for example 9:00–12:00. The calendar takes them from here."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = HandIn.objects.filter(campaign=campaign).values("point")
        points = DeliveryPoint.objects.of_campaign(campaign).exclude(pk__in=taken)
        self.fields["points"].queryset = points  # type: ignore[attr-defined]
        self.initial["day"] = campaign.observance_date()

    def clean_day(self) -> dt.date:
        return _not_past(self.cleaned_data["day"])


def _not_past(day: dt.date) -> dt.date:
    # A day more: where it is, it may still be yesterday.
    if day < timezone.localdate() - dt.timedelta(days=1):
        raise ValidationError(_now("This lies in the past."))
    return day


class DayForm(forms.Form):
    """Another day, or other hours, for one place."""

    day = forms.DateField(label=_("Day"), widget=DateInput, error_messages={"required": _("Please choose the day.")})
    opening_hours = forms.CharField(label=_("Opening hours"), max_length=200, required=False)

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        return day if day == self.initial.get("day") else _not_past(day)


class ReleaseForm(forms.Form):
    """What of a report everyone sees: chosen photographs, and words."""

    public_note = ParagraphsField(
        label=_("What everyone reads of it"),
        help_text=HandIn._meta.get_field("public_note").help_text,
        max_length=2000,
        required=False,
        validators=[plain_text.paragraphs],
        error_messages={"max_length": _("Please shorten it to 2,000 characters; now there are %(show_value)d.")},
    )


class CoordinatorMailForm(forms.Form):
    """To whom, and what."""

    hand_in = forms.ModelChoiceField(
        label=_("To the coordinator of"),
        queryset=HandIn.objects.none(),
        required=False,
        empty_label=_("all places of this campaign"),
    )
    subject = forms.CharField(
        label=_("Subject"),
        help_text=_("Others may see it on a screen: leave out what could put somebody in danger."),
        max_length=CoordinatorMail._meta.get_field("subject").max_length,
        validators=[plain_text.one_line],
    )
    words = ParagraphsField(
        label=_("What you write"),
        help_text=_(
            "A greeting with their name stands above it, your organisation’s name below. Up to 5,000 characters."
        ),
        max_length=5000,
        validators=[plain_text.paragraphs],
        widget=LongText({"rows": 10}),
        error_messages={"max_length": _("Please shorten it to 5,000 characters; now there are %(show_value)d.")},
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reached = rules.coordinators_of(campaign).values("coordinates")
        hand_ins = HandIn.objects.filter(pk__in=reached).select_related("point")
        field = self.fields["hand_in"]
        field.queryset = hand_ins  # type: ignore[attr-defined]
        field.label_from_instance = lambda hand_in: hand_in.point.name  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """All letters that no other way has taken to this point."""

    point = _Place(
        label=_("Delivery point"),
        help_text=_("Those with a postal address."),
        queryset=DeliveryPoint.objects.none(),
        error_messages={"required": _("Please choose a delivery point.")},
    )
    paper = forms.ChoiceField(
        label=_("Paper"), choices=Pack.Paper.choices, initial=Pack.Paper.A4, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = DeliveryPoint.objects.of_campaign(campaign).exclude(postal_address="")
        self.fields["point"].queryset = points  # type: ignore[attr-defined]


class PostingForm(forms.Form):
    day = forms.DateField(label=_("Day"), initial=timezone.localdate, widget=DateInput)

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > timezone.localdate() + dt.timedelta(days=1):
            raise ValidationError(_now("This lies in the future."))
        return day


class PostedForm(PostingForm):
    tracking = forms.CharField(
        label=_("Tracking number"),
        help_text=_("If there is one. Organizers alone see it."),
        max_length=60,
        required=False,
    )


class ReturnedForm(PostingForm):
    reason = forms.CharField(
        label=_("Why it came back"),
        help_text=_("As it stands on the envelope, for example: refused, moved, address unknown."),
        max_length=300,
    )


class SortForm(forms.ModelForm):
    """What a reply is, and what everyone may read of it."""

    class Meta:
        model = Reply
        fields: tuple[str, ...] = ("kind", "excerpt")
        widgets: ClassVar[dict[str, Any]] = {"kind": forms.RadioSelect, "excerpt": LongText}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is it?"), choices=Reply.Kind.choices, widget=forms.RadioSelect
        )
        self.fields["excerpt"].label = _("What everyone reads of it")


class ReplyForm(SortForm):
    """One that came on paper or by word of mouth: what comes by e-mail is noted by itself."""

    point = _Place(
        label=_("From"),
        queryset=DeliveryPoint.objects.none(),
        error_messages={"required": _("Please choose a delivery point.")},
    )
    received_at = forms.DateTimeField(label=_("When it came"), widget=MomentInput)

    class Meta(SortForm.Meta):
        fields = ("point", "channel", "received_at", "kind", "text", "excerpt")
        widgets = {**SortForm.Meta.widgets, "text": forms.Textarea({"rows": 8})}
        labels = {"text": _("What it says"), "channel": _("How it came")}

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(value, label) for value, label in Dispatch.Channel.choices if value != Dispatch.Channel.EMAIL]
        self.fields["channel"] = forms.ChoiceField(
            label=_("How it came"),
            choices=[*ways, (Dispatch.Channel.EMAIL, Dispatch.Channel.EMAIL.label)],
            initial=Dispatch.Channel.POST,
        )
        points = DeliveryPoint.objects.filter(target=campaign.target_id)
        self.fields["point"].queryset = points  # type: ignore[attr-defined]

    def clean_received_at(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["received_at"]
        if moment > timezone.now() + dt.timedelta(days=1):
            raise ValidationError(_now("This lies in the future."))
        return moment


class ReplyFilterForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Reply.Kind.choices], required=False)
