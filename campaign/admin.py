"""The organizer's and the staff's way in until the desk is there: make a campaign, write its letter, open it."""

from typing import Any, ClassVar, cast

import pghistory
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from campaign import actions, rules
from campaign.admin_points import AnswersForFormSet, CountryForm, PointForm
from campaign.admin_rows import ChangeInline, OwnCampaignsFilter, ReadOnly, of_organisations
from campaign.models import (
    AddressHealth,
    AddressHealthChange,
    AnswersFor,
    Campaign,
    CampaignChange,
    CampaignSource,
    CampaignText,
    DeliveryPoint,
    DeliveryPointText,
    Dispatch,
    DispatchChange,
    HandIn,
    HandInChange,
    HandInPhoto,
    HandInReport,
    Hold,
    Letter,
    LetterText,
    Observance,
    ObservanceDate,
    ObservanceText,
    Signature,
    Tally,
    Target,
    TargetText,
    Volunteer,
    VolunteerChange,
)
from campaign.steps import ADDRESS_STEPS, CAMPAIGN_STEPS, HAND_IN_STEPS, LETTER_STEPS, VOLUNTEER_STEPS, Step
from campaign.views.hand_ins import picture_response
from cases.forms.pictures import Boxes
from cases.models import Case


class TextInline(admin.StackedInline):
    extra = 0


class ObservanceTextInline(TextInline):
    model = ObservanceText


class ObservanceDateInline(admin.TabularInline):
    model = ObservanceDate
    extra = 0


@admin.register(Observance)
class ObservanceAdmin(admin.ModelAdmin):
    list_display = ["slug", "month", "day"]
    inlines = [ObservanceTextInline, ObservanceDateInline]


class TargetTextInline(TextInline):
    model = TargetText


@admin.register(Target)
class TargetAdmin(admin.ModelAdmin):
    inlines = [TargetTextInline]


class AnswersForInline(admin.TabularInline):
    model = AnswersFor
    form = CountryForm
    formset = AnswersForFormSet
    extra = 0


class DeliveryPointTextInline(admin.TabularInline):
    model = DeliveryPointText
    extra = 0


class HealthFilter(admin.SimpleListFilter):
    """Whether its address takes letters; most points have no row that says so."""

    title = gettext_lazy("e-mail address")
    parameter_name = "health"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(AddressHealth.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == AddressHealth.State.ACTIVE:
            return queryset.exclude(health__state__in=AddressHealth.REFUSING)
        return queryset.filter(health__state=self.value()) if self.value() else queryset


@admin.register(DeliveryPoint)
class DeliveryPointAdmin(admin.ModelAdmin):
    form = PointForm
    list_display = [
        "name",
        "kind",
        "country",
        "city",
        "email",
        "address_health",
        "hourly_cap",
        "verified_on",
        "takes_rest",
        "active",
    ]
    list_filter = ["target", "kind", "active", HealthFilter, "takes_rest", "country"]
    list_select_related = ["health"]
    search_fields = ["name", "city", "email"]
    inlines = [DeliveryPointTextInline, AnswersForInline]
    fieldsets = [
        (None, {"fields": ["target", "kind", "name", "country", "city", "language", "time_zone"]}),
        (gettext_lazy("Addresses"), {"fields": ["email", "postal_address", "verified_on"]}),
        (gettext_lazy("What goes here"), {"fields": ["takes_rest", "hourly_cap", "active"]}),
        (
            gettext_lazy("When and how"),
            {
                "fields": [
                    "delivery_days",
                    ("delivery_from", "delivery_until"),
                    "shape",
                    "digest_every",
                    "digest_times",
                ]
            },
        ),
    ]

    @admin.display(description=gettext_lazy("e-mail address"))
    def address_health(self, point: DeliveryPoint) -> Any:
        health = getattr(point, "health", None)
        if health is None:
            return AddressHealth.State.ACTIVE.label
        url = reverse("admin:campaign_addresshealth_change", args=[health.pk])
        return format_html('<a href="{}">{}</a>', url, health.get_state_display())

    def get_readonly_fields(self, request: HttpRequest, obj: DeliveryPoint | None = None) -> tuple[str, ...]:
        # The countries that it answers for are unique per target.
        return ("target",) if obj else ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # One at a time, by delete_view, which says what stands in the way.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        point = self.get_object(request, object_id)
        if point is None or not self.has_delete_permission(request, point):
            return super().delete_view(request, object_id, *args, **kwargs)
        if told := rules.what_keeps(point):
            messages.error(request, told)
            return redirect("admin:campaign_deliverypoint_change", point.pk)
        return super().delete_view(request, object_id, *args, **kwargs)


class StepsAdmin(admin.ModelAdmin):
    """Buttons on a row's page, one per verb: each asks once more, says what will happen, and calls the verb."""

    steps: ClassVar[dict[str, Step]]
    change_form_template = "admin/campaign/steps_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        return [
            path("<int:pk>/steps/<slug:step>/", self.admin_site.admin_view(self.take_step), name=name),
            *super().get_urls(),
        ]

    def take_step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        row = self.get_object(request, str(pk))
        if row is None or step not in self.steps:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        chosen = self.steps[step]
        here = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])
        if not chosen.applies(row):
            messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
            return redirect(here)
        if request.method == "POST":
            try:
                chosen.take(row, cast(User, request.user))
            except actions.NotReady as not_ready:
                for missing in not_ready.missing:
                    messages.error(request, missing)
            except actions.StillDown as down:
                messages.error(
                    request,
                    _("Taken down: %(cases)s. Take the case out of the campaign, or wait until its page is back.")
                    % {"cases": ", ".join(down.cases)},
                )
            except (actions.NotWanted, actions.LinkUsed):
                messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
            else:
                messages.success(request, chosen.done)
            return redirect(here)
        context = {
            **self.admin_site.each_context(request),
            "title": chosen.name,
            "step": chosen,
            "row": row,
            "opts": self.opts,
            "back": here,
        }
        return render(request, "admin/campaign/step.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None and self.has_change_permission(request, row):
            context["steps"] = [(slug, step) for slug, step in self.steps.items() if step.applies(row)]
        return super().render_change_form(request, context, *args, **kwargs)


class CampaignTextInline(TextInline):
    model = CampaignText


class CampaignSourceInline(admin.TabularInline):
    model = CampaignSource
    extra = 0


class CampaignChangeInline(ChangeInline):
    model = CampaignChange


class AddressHealthChangeInline(ChangeInline):
    model = AddressHealthChange


@admin.register(AddressHealth)
class AddressHealthAdmin(StepsAdmin):
    """Addresses that have refused letters. A new address is typed at the point; an old one is said to work again."""

    steps = ADDRESS_STEPS
    list_display = ["point", "state", "soft_count", "status_code", "refused_at"]
    list_filter = ["state", "point__target"]
    list_select_related = ["point"]
    search_fields = ["point__name", "point__email"]
    fields = readonly_fields = ("point", "email", "state", "soft_count", "status_code", "refused_at", "works_since")
    inlines = [AddressHealthChangeInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AddressHealth | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("e-mail address"))
    def email(self, health: AddressHealth) -> str:
        return health.point.email


class HoldInline(ReadOnly, admin.TabularInline):
    model = Hold
    fields = readonly_fields = ("case", "cause", "at", "lifted_at", "lifted_by")
    extra = 0


_LANGUAGES = ("source_language", "addressee_language")


@admin.register(Campaign)
class CampaignAdmin(StepsAdmin):
    steps = CAMPAIGN_STEPS
    list_display = ["slug", "organisation", "state", "paused", "confirmed", "goal", "opens_at", "closes_at"]
    list_filter = ["state", "paused", ("organisation", admin.RelatedOnlyFieldListFilter), "observance"]
    list_select_related = ["organisation"]
    search_fields = ["slug", "texts__title"]
    filter_horizontal = ["cases", "chosen_points"]
    inlines = [CampaignTextInline, CampaignSourceInline, HoldInline, CampaignChangeInline]
    fieldsets = [
        (
            None,
            {"fields": ["slug", "organisation", "observance", "edition", ("state", "paused"), "public_page"]},
        ),
        (gettext_lazy("People at risk"), {"fields": ["cases"]}),
        (gettext_lazy("Signatures"), {"fields": [("opens_at", "closes_at"), "goal", "confirmed"]}),
        (
            gettext_lazy("Letters"),
            {
                "fields": [
                    "target",
                    "addressing",
                    "chosen_points",
                    ("deliver_from", "deliver_until"),
                    "enough_time",
                    _LANGUAGES,
                    "what_waits",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> tuple[str, ...]:
        always = ("state", "paused", "confirmed", "public_page", "enough_time", "what_waits")
        if obj is None or obj.state in (Campaign.State.DRAFT, Campaign.State.IN_REVIEW):
            return always
        # What people have signed for: who asks whom, under which address and in which languages.
        return (*always, "slug", "organisation", "observance", "edition", "target", "opens_at", *_LANGUAGES)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The history's rows say who changed what.
        with pghistory.context(user=request.user.pk):
            return super().changeform_view(request, *args, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        total = Tally.objects.filter(campaign=OuterRef("pk"), dimension=Tally.Dimension.ALL).values("count")
        return of_organisations(request, super().get_queryset(request), "pk__").annotate(total=Subquery(total))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "organisation" and not request.user.is_superuser:
            kwargs["queryset"] = Organisation.objects.run_by(cast(User, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cases":
            kwargs["queryset"] = Case.objects.filter(Q(live__isnull=False) | Q(campaigns__isnull=False)).distinct()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rules.may_run(cast(User, request.user), obj))

    def has_delete_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        # A published letter stays for good, and its campaign with it.
        return allowed and (obj is None or (obj.state == Campaign.State.DRAFT and not obj.letters.published().exists()))

    @admin.display(description=gettext_lazy("confirmed signatures"))
    def confirmed(self, campaign: Campaign) -> int:
        return getattr(campaign, "total", None) or 0

    @admin.display(description=gettext_lazy("enough time"))
    def enough_time(self, campaign: Campaign) -> str:
        if campaign.pk is None:
            return "-"
        told = rules.too_many_for_the_window(campaign, now=timezone.now())
        if not told:
            return _("For all letters that wait now.")
        return format_html_join(mark_safe("<br>"), "{}", ((one.told(),) for one in told))

    @admin.display(description=gettext_lazy("public page"))
    def public_page(self, campaign: Campaign) -> str:
        if campaign.state not in Campaign.PUBLIC_STATES:
            return _("Not public yet.")
        return format_html('<a href="{0}">{0}</a>', campaign.get_absolute_url())

    @admin.display(description=gettext_lazy("what waits"))
    def what_waits(self, campaign: Campaign) -> str:
        if campaign.pk is None:
            return "-"
        links = [
            (reverse("campaign_desk:waiting", args=[campaign.slug]), _("What waits, and why")),
            (reverse("campaign_desk:test_letters", args=[campaign.slug]), _("Send me a test letter")),
            (reverse("campaign_desk:pauses"), _("What is paused")),
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)


class LetterTextInline(TextInline):
    model = LetterText

    def has_add_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return super().has_add_permission(request, obj) and not (obj and obj.is_published)

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_published)


@admin.register(Letter)
class LetterAdmin(StepsAdmin):
    steps = LETTER_STEPS
    list_display = ["campaign", "version", "published_at"]
    list_filter = [("campaign", OwnCampaignsFilter)]
    list_select_related = ["campaign"]
    fields = ["campaign", "version", "published_at"]
    inlines = [LetterTextInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Letter | None = None) -> tuple[str, ...]:
        return ("campaign", "version", "published_at") if obj else ("version", "published_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return of_organisations(request, super().get_queryset(request), "campaign__")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.run_by(cast(User, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rules.may_run(cast(User, request.user), obj.campaign))

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (
            obj is None or (not obj.is_published and rules.may_run(cast(User, request.user), obj.campaign))
        )

    def save_model(self, request: HttpRequest, obj: Letter, form: Any, change: bool) -> None:
        if not change:
            obj.version = rules.next_version(obj.campaign)
        super().save_model(request, obj, form, change)


class DispatchChangeInline(ChangeInline):
    model = DispatchChange


@admin.register(Dispatch)
class DispatchAdmin(ReadOnly, admin.ModelAdmin):
    """Where letters are; never whose they are."""

    list_display = ["pk", "point", "channel", "state", "planned_at", "queued_at", "accepted_at"]
    list_filter = ["state", "channel", ("signature__campaign", OwnCampaignsFilter), "point"]
    list_select_related = ["point"]
    show_full_result_count = False
    fields = ["campaign", "point", "channel", "state", "digest", "planned_at", "queued_at", "accepted_at"]
    inlines = [DispatchChangeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispatch]:
        return of_organisations(request, super().get_queryset(request).defer("as_sent"), "signature__campaign__")

    @admin.display(description=gettext_lazy("campaign"))
    def campaign(self, dispatch: Dispatch) -> str:
        return dispatch.signature.campaign.slug


@admin.register(Signature)
class SignatureAdmin(ReadOnly, admin.ModelAdmin):
    """That someone signed, from where and how it stands: the sealed fields stay sealed here."""

    list_display = ["pk", "campaign", "country", "language", "state", "signed_at", "confirmed_at", "erased_at"]
    list_filter = ["state", "campaign", "language"]
    list_select_related = ["campaign"]
    show_full_result_count = False
    fields = ["campaign", "letter", "country", "language", "state", "signed_at", "confirmed_at", "erased_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        return super().get_queryset(request).defer("name", "email", "city", "own_words")


class HandInChangeInline(ChangeInline):
    model = HandInChange


class VolunteerChangeInline(ChangeInline):
    model = VolunteerChange


class ReportInline(ReadOnly, admin.StackedInline):
    """All that the coordinator has sent: where two differ, both stand here."""

    model = HandInReport
    fields = readonly_fields = ("outcome", "at", "note", "sent_at", "photographs")
    extra = 0

    @admin.display(description=gettext_lazy("photographs"))
    def photographs(self, report: HandInReport) -> str:
        return str(report.photos.count())


NOTE_LENGTH = HandIn._meta.get_field("public_note").max_length


class HandInForm(forms.ModelForm):
    """A new one is an offer: the verb says what it may be."""

    class Meta:
        model = HandIn
        fields = ("campaign", "point", "day", "opening_hours")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.instance.pk is None and {"campaign", "point"} <= given.keys():
            goes_there = rules.delivers_to(given["campaign"], given["point"])
            if not goes_there:
                self.add_error("point", _("The letters of this campaign do not go there."))
        return given


@admin.register(HandIn)
class HandInAdmin(StepsAdmin):
    steps = HAND_IN_STEPS
    form = HandInForm
    change_form_template = "admin/campaign/hand_in_change_form.html"
    list_display = ["point", "campaign", "day", "state", "offers"]
    list_filter = ["state", ("campaign", OwnCampaignsFilter)]
    list_select_related = ["campaign", "point"]
    inlines = [ReportInline, HandInChangeInline]

    def get_fields(self, request: HttpRequest, obj: HandIn | None = None) -> list[Any]:
        return ["campaign", "point", "day", "opening_hours", *(["state", "offers"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: HandIn | None = None) -> tuple[str, ...]:
        return ("campaign", "point", "state", "offers") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[HandIn]:
        waiting = Count("volunteers", filter=Q(volunteers__state=Volunteer.State.CONFIRMED))
        return of_organisations(request, super().get_queryset(request), "campaign__").annotate(waiting=waiting)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.run_by(cast(User, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: HandIn | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rules.may_run(cast(User, request.user), obj.campaign))

    def has_delete_permission(self, request: HttpRequest, obj: HandIn | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: HandIn, form: Any, change: bool) -> None:
        if change:
            # The state has a door of its own, and may have moved since this page was opened.
            obj.save(update_fields=["day", "opening_hours"])
            return
        offered = actions.offer_hand_in(by=cast(User, request.user), **form.cleaned_data)
        obj.pk, obj._state.adding = offered.pk, False

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/release/", self.admin_site.admin_view(self.release), name="campaign_handin_release"),
            path("photos/<int:pk>/covers/", self.admin_site.admin_view(self.covers), name="campaign_handin_covers"),
            path("photos/<int:pk>.jpg", self.admin_site.admin_view(self.photo), name="campaign_handin_photo"),
            *super().get_urls(),
        ]

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which photographs everyone may see; the hand-in is closed with it."""
        hand_in = self._own(request, pk)
        photos = HandInPhoto.objects.filter(report__hand_in=hand_in)
        if not rules.may_release(hand_in):
            raise Http404
        here = reverse("admin:campaign_handin_change", args=[pk])
        if request.method == "POST":
            chosen = [photo for photo in photos if f"photo-{photo.pk}" in request.POST]
            actions.release_report(
                hand_in=hand_in,
                photos=chosen,
                by=cast(User, request.user),
                public_note=request.POST.get("public_note", "").strip()[:NOTE_LENGTH],
            )
            messages.success(request, _("The hand-in is closed as reported, and the photographs you chose are public."))
            return redirect(here)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Release the report"),
            "hand_in": hand_in,
            "note_help": HandIn._meta.get_field("public_note").help_text,
            "note_length": NOTE_LENGTH,
            "reports": hand_in.reports.prefetch_related("photos"),
            "opts": self.opts,
            "back": here,
        }
        return render(request, "admin/campaign/release.html", context)

    def covers(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Parts of a photograph to cover for good: in numbers, or drawn on it (static/js/redaction-boxes.js)."""
        photo = get_object_or_404(HandInPhoto.objects.select_related("report"), pk=pk)
        hand_in = self._own(request, photo.report.hand_in_id)
        given: dict[str, Any] = {"form_kwargs": {"width": photo.width, "height": photo.height}}
        formset = Boxes(request.POST or None, **given)
        problem = ""
        if formset.is_bound and formset.is_valid():
            boxes = [form.cleaned_data["box"] for form in formset if form.cleaned_data.get("box")]
            try:
                if not boxes:
                    raise ValidationError(_("Please say which part: draw a box, or give its four numbers."))
                actions.cover_photo(photo=photo, boxes=boxes, by=cast(User, request.user))
            except ValidationError as error:
                problem = " ".join(error.messages)
            else:
                messages.success(request, _("Covered for good. Nothing is kept of what was there."))
                return redirect("admin:campaign_handin_release", hand_in.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cover parts"),
            "hand_in": hand_in,
            "photo": photo,
            "formset": formset,
            "problem": problem,
            "opts": self.opts,
            "back": reverse("admin:campaign_handin_release", args=[hand_in.pk]),
        }
        return render(request, "admin/campaign/covers.html", context)

    def photo(self, request: HttpRequest, pk: int) -> HttpResponse:
        photo = get_object_or_404(HandInPhoto.objects.select_related("report"), pk=pk)
        self._own(request, photo.report.hand_in_id)
        response = picture_response(photo.file)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _own(self, request: HttpRequest, pk: int) -> HandIn:
        hand_in = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, hand_in):
            raise PermissionDenied
        return hand_in

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        hand_in = context.get("original")
        if hand_in is not None and self.has_change_permission(request, hand_in) and rules.may_release(hand_in):
            context["release_url"] = reverse("admin:campaign_handin_release", args=[hand_in.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("offers that wait"))
    def offers(self, hand_in: HandIn) -> str:
        url = reverse("admin:campaign_volunteer_changelist")
        return format_html('<a href="{}?hand_in__id__exact={}">{}</a>', url, hand_in.pk, getattr(hand_in, "waiting", 0))


@admin.register(Volunteer)
class VolunteerAdmin(StepsAdmin):
    """Who offers to go. Everything here is theirs: an organizer accepts or declines, and changes nothing."""

    steps = VOLUNTEER_STEPS
    list_display = ["pk", "hand_in", "state", "offered_at"]
    list_filter = ["state", ("hand_in__campaign", OwnCampaignsFilter)]
    list_select_related = ["hand_in__campaign", "hand_in__point"]
    fields = readonly_fields = (
        "hand_in",
        "state",
        "name",
        "email",
        "about",
        "named_in_public",
        "language",
        "offered_at",
        "safety_read_at",
    )
    inlines = [VolunteerChangeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Volunteer]:
        # An address that nobody has confirmed is nobody's yet.
        confirmed = super().get_queryset(request).exclude(state=Volunteer.State.PENDING)
        return of_organisations(request, confirmed, "hand_in__campaign__")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "hand_in__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Volunteer | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Volunteer | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rules.may_run(cast(User, request.user), obj.hand_in.campaign))


# They register their own.
from campaign import admin_paper, admin_replies  # noqa: E402, F401
