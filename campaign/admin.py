"""Campaigns in the admin, for superusers to look things up: what organizers and staff do, they do at the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

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
    HandInReport,
    Hold,
    Letter,
    LetterText,
    Observance,
    ObservanceDate,
    ObservanceText,
    Pack,
    PackChange,
    Reply,
    SelfReport,
    Signature,
    Tally,
    Target,
    TargetText,
    Volunteer,
    VolunteerChange,
)


class RowsInline(admin.TabularInline):
    extra = 0


class TextInline(admin.StackedInline):
    extra = 0


class ChangeInline(RowsInline):
    fields = readonly_fields = ("at", "old", "new", "by", "reason")
    verbose_name_plural = gettext_lazy("What happened")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("by")


# --- Days, targets and points


class ObservanceTextInline(TextInline):
    model = ObservanceText


class ObservanceDateInline(RowsInline):
    model = ObservanceDate


@admin.register(Observance)
class ObservanceAdmin(admin.ModelAdmin):
    list_display = ["slug", "month", "day"]
    inlines = [ObservanceTextInline, ObservanceDateInline]


class TargetTextInline(TextInline):
    model = TargetText


@admin.register(Target)
class TargetAdmin(admin.ModelAdmin):
    inlines = [TargetTextInline]


class AnswersForInline(RowsInline):
    model = AnswersFor


class DeliveryPointTextInline(RowsInline):
    model = DeliveryPointText


@admin.register(DeliveryPoint)
class DeliveryPointAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "country", "city", "email", "hourly_cap", "verified_on", "takes_rest", "active"]
    list_filter = ["target", "kind", "active", "takes_rest", "country"]
    search_fields = ["name", "city", "email"]
    inlines = [DeliveryPointTextInline, AnswersForInline]


class AddressHealthChangeInline(ChangeInline):
    model = AddressHealthChange


@admin.register(AddressHealth)
class AddressHealthAdmin(admin.ModelAdmin):
    """Addresses that have refused letters."""

    list_display = ["point", "state", "soft_count", "status_code", "refused_at"]
    list_filter = ["state", "point__target"]
    list_select_related = ["point"]
    search_fields = ["point__name", "point__email"]
    fields = ("point", "state", "soft_count", "status_code", "refused_at", "works_since")
    inlines = [AddressHealthChangeInline]


# --- Campaigns and letters


class CampaignTextInline(TextInline):
    model = CampaignText


class CampaignSourceInline(RowsInline):
    model = CampaignSource


class HoldInline(RowsInline):
    model = Hold
    fields = ("case", "cause", "at", "lifted_at", "lifted_by")


class CampaignChangeInline(ChangeInline):
    model = CampaignChange


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):
    list_display = ["slug", "organisation", "state", "paused", "confirmed", "goal", "opens_at", "closes_at"]
    list_filter = ["state", "paused", ("organisation", admin.RelatedOnlyFieldListFilter), "observance"]
    list_select_related = ["organisation"]
    search_fields = ["slug", "texts__title"]
    inlines = [CampaignTextInline, CampaignSourceInline, HoldInline, CampaignChangeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        total = Tally.objects.filter(campaign=OuterRef("pk"), dimension=Tally.Dimension.ALL).values("count")
        return super().get_queryset(request).annotate(total=Subquery(total))

    @admin.display(description=gettext_lazy("confirmed signatures"))
    def confirmed(self, campaign: Any) -> int:
        return campaign.total or 0


class LetterTextInline(TextInline):
    model = LetterText


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin):
    list_display = ["campaign", "version", "published_at"]
    list_filter = ["campaign"]
    list_select_related = ["campaign"]
    fields = ["campaign", "version", "published_at"]
    inlines = [LetterTextInline]


class DispatchChangeInline(ChangeInline):
    model = DispatchChange


@admin.register(Dispatch)
class DispatchAdmin(admin.ModelAdmin):
    """Where letters are; never whose they are."""

    list_display = ["pk", "point", "channel", "state", "planned_at", "queued_at", "accepted_at"]
    list_filter = ["state", "channel", "signature__campaign", "point"]
    list_select_related = ["point"]
    show_full_result_count = False
    fields = ["campaign", "point", "channel", "state", "digest", "planned_at", "queued_at", "accepted_at"]
    readonly_fields = ["campaign"]
    inlines = [DispatchChangeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispatch]:
        return super().get_queryset(request).defer("as_sent")

    @admin.display(description=gettext_lazy("campaign"))
    def campaign(self, dispatch: Dispatch) -> str:
        return dispatch.signature.campaign.slug


@admin.register(Signature)
class SignatureAdmin(admin.ModelAdmin):
    """That someone signed, from where and how it stands: the sealed fields stay sealed here."""

    list_display = ["pk", "campaign", "country", "language", "state", "signed_at", "confirmed_at", "erased_at"]
    list_filter = ["state", "campaign", "language"]
    list_select_related = ["campaign"]
    show_full_result_count = False
    fields = ["campaign", "letter", "country", "language", "state", "signed_at", "confirmed_at", "erased_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        return super().get_queryset(request).defer("name", "email", "city", "own_words")


# --- On paper, and what came back


class ReportInline(TextInline):
    """All that the coordinator has sent: where two differ, both stand here."""

    model = HandInReport
    fields = ("outcome", "at", "sent_at")


class HandInChangeInline(ChangeInline):
    model = HandInChange


@admin.register(HandIn)
class HandInAdmin(admin.ModelAdmin):
    list_display = ["point", "campaign", "day", "state", "offers"]
    list_filter = ["state", "campaign"]
    list_select_related = ["campaign", "point"]
    fields = ["campaign", "point", "day", "opening_hours", "state"]
    inlines = [ReportInline, HandInChangeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HandIn]:
        waiting = Count("volunteers", filter=Q(volunteers__state=Volunteer.State.CONFIRMED))
        return super().get_queryset(request).annotate(waiting=waiting)

    @admin.display(description=gettext_lazy("offers that wait"))
    def offers(self, hand_in: Any) -> int:
        return hand_in.waiting


class VolunteerChangeInline(ChangeInline):
    model = VolunteerChange


@admin.register(Volunteer)
class VolunteerAdmin(admin.ModelAdmin):
    """That somebody offers to go; who it is, the organizers read at the desk."""

    list_display = ["pk", "hand_in", "state", "offered_at"]
    list_filter = ["state", "hand_in__campaign"]
    list_select_related = ["hand_in__campaign", "hand_in__point"]
    fields = ("hand_in", "state", "named_in_public", "language", "offered_at", "safety_read_at")
    inlines = [VolunteerChangeInline]


class PackChangeInline(ChangeInline):
    model = PackChange


@admin.register(Pack)
class PackAdmin(admin.ModelAdmin):
    list_display = ["number", "channel", "state", "volume", "count", "point", "campaign"]
    list_filter = ["channel", "state", "posting__state", "campaign"]
    list_select_related = ["campaign", "point"]
    search_fields = ["number", "posting__tracking"]
    fields = ["number", "campaign", "point", "channel", "volume", "count", "pages", "state"]
    inlines = [PackChangeInline]


@admin.register(SelfReport)
class SelfReportAdmin(admin.ModelAdmin):
    """What people say to have sent themselves, and nobody's name."""

    list_display = ["day", "campaign", "point", "channel"]
    list_filter = ["channel", "campaign"]
    list_select_related = ["campaign", "point"]
    list_display_links = None
    date_hierarchy = "day"


@admin.register(Reply)
class ReplyAdmin(admin.ModelAdmin):
    list_display = ["received_at", "campaign", "point", "channel", "kind"]
    list_filter = ["kind", "channel", "campaign"]
    list_select_related = ["campaign", "point"]
    fields = ("campaign", "point", "channel", "kind", "received_at", "excerpt")
