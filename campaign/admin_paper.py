"""Letters on paper, for their organizers: packs for the post from asking to what the post says, and self-reports."""

import datetime as dt
import io
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import TransitionNotAllowed

from accounts.models import User
from campaign import actions, post, rules
from campaign.admin_rows import ChangeInline, OwnCampaignsFilter, ReadOnly, of_organisations
from campaign.models import Campaign, DeliveryPoint, Dispatch, Pack, PackChange, Posting, SelfReport
from campaign.models.pack import PostingState
from face import languages


class PackChangeInline(ChangeInline):
    model = PackChange


class AskForm(forms.ModelForm):
    """All letters that no other way has taken to this point."""

    class Meta:
        model = Pack
        fields = ("campaign", "point", "paper")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if {"campaign", "point"} <= given.keys():
            campaign, point = given["campaign"], given["point"]
            if not rules.delivers_to(campaign, point):
                self.add_error("point", _("The letters of this campaign do not go there."))
            elif not point.postal_address:
                self.add_error("point", _("This point has no postal address."))
        return given


class PostingForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Day"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_day(self) -> Any:
        if self.cleaned_data["day"] > timezone.localdate() + dt.timedelta(days=1):
            raise ValidationError(_("This lies in the future."))
        return self.cleaned_data["day"]


class PostedForm(PostingForm):
    tracking = forms.CharField(
        label=gettext_lazy("Tracking number"),
        help_text=gettext_lazy("If there is one. Organizers alone see it."),
        max_length=60,
        required=False,
    )


class ReturnedForm(PostingForm):
    reason = forms.CharField(
        label=gettext_lazy("Why it came back"),
        help_text=gettext_lazy("As it stands on the envelope, for example: refused, moved, address unknown."),
        max_length=300,
    )


# What the post may say of a pack: name of the button, and what is asked.
_SAYS = {
    Posting.State.POSTED: (gettext_lazy("It is posted"), PostedForm),
    Posting.State.DELIVERED: (gettext_lazy("It was delivered"), PostingForm),
    Posting.State.RETURNED: (gettext_lazy("It came back"), ReturnedForm),
}


@admin.register(Pack)
class PackAdmin(admin.ModelAdmin):
    """Of packs by hand the coordinator knows; those by post are asked for, fetched and followed here."""

    form = AskForm
    change_form_template = "admin/campaign/pack_change_form.html"
    list_display = ["number", "channel", "state", "in_the_post", "volume", "count", "point", "campaign"]
    list_filter = ["channel", "state", "posting__state", ("campaign", OwnCampaignsFilter)]
    list_select_related = ["campaign", "point", "posting"]
    search_fields = ["number", "posting__tracking"]
    fields = [
        "number",
        "campaign",
        "point",
        "channel",
        "volume",
        "count",
        "pages",
        "state",
        "in_the_post",
        "tracking",
        "told",
        "to_strike_out",
    ]
    inlines = [PackChangeInline]

    def get_fields(self, request: HttpRequest, obj: Pack | None = None) -> Any:
        return self.fields if obj else ["campaign", "point", "paper"]

    def get_readonly_fields(self, request: HttpRequest, obj: Pack | None = None) -> Any:
        return self.fields if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pack]:
        return of_organisations(request, super().get_queryset(request), "campaign__")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.run_by(cast(User, request.user))
        if db_field.name == "point":
            kwargs["queryset"] = DeliveryPoint.objects.filter(active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Pack | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rules.may_run(cast(User, request.user), obj.campaign))

    def has_delete_permission(self, request: HttpRequest, obj: Pack | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("in the post"))
    def in_the_post(self, pack: Pack) -> str:
        posting = _posting_of(pack)
        return f"{posting.get_state_display()} · {posting.day}" if posting else "–"

    @admin.display(description=gettext_lazy("tracking number"))
    def tracking(self, pack: Pack) -> str:
        posting = _posting_of(pack)
        return (posting.tracking if posting else "") or "–"

    @admin.display(description=gettext_lazy("what the post said"))
    def told(self, pack: Pack) -> str:
        posting = _posting_of(pack)
        if posting is None:
            return "–"
        posted = (_("posted"), posting.posted_on, posting.posted_by, "")
        said = [(change, change.at.date(), change.by, change.reason) for change in posting.changes.select_related("by")]
        return format_html_join("", "<div>{} · {} · {} {}</div>", [posted, *said])

    @admin.display(description=gettext_lazy("who has left since it was printed"))
    def to_strike_out(self, pack: Pack) -> str:
        numbers = rules.to_strike_out([pack]).get(pack.pk)
        if not numbers:
            return "–"
        return _("Strike these numbers out before it goes: %(numbers)s") % {"numbers": languages.listed(numbers)}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Asks for volumes: as many as it takes."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST or None)
        if form.is_valid():
            try:
                asked = actions.ask_for_packs(
                    **form.cleaned_data,
                    channel=Dispatch.Channel.POST,
                    language=form.cleaned_data["campaign"].addressee_language,
                    by=cast(User, request.user),
                )
            except actions.LettersHeld:
                messages.warning(request, _("The letters of this campaign wait: the situation in a case has changed."))
            else:
                found = {"volumes": len(asked), "letters": sum(pack.count for pack in asked)}
                if asked:
                    messages.success(request, _("Asked for: %(letters)d letters in %(volumes)d volumes.") % found)
                else:
                    messages.warning(request, _("No letter waits for the post to this point."))
                return redirect("admin:campaign_pack_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Ask for packs by post"),
            "about": _(
                "Every letter to this point that has not gone by e-mail, each on sheets of its own for a window"
                " envelope, in volumes of 200."
            ),
            "form": form,
            "button": _("Ask for them"),
            "opts": self.opts,
            "back": reverse("admin:campaign_pack_changelist"),
        }
        return render(request, "admin/campaign/ask.html", context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/file/", view(self.fetch), name="campaign_pack_file"),
            path("<int:pk>/list.csv", view(self.list_of_letters), name="campaign_pack_list"),
            path("<int:pk>/post/<slug:says>/", view(self.post_says), name="campaign_pack_post"),
            *super().get_urls(),
        ]

    def fetch(self, request: HttpRequest, pk: int) -> Any:
        pack = self._own(request, pk)
        here = reverse("admin:campaign_pack_change", args=[pk])
        if request.method != "POST":
            return redirect(here)
        try:
            pdf = actions.hand_out_pack(pack=pack, by=cast(User, request.user))
        except actions.LettersHeld:
            messages.warning(request, _("The letters of this campaign wait: the situation in a case has changed."))
        except (actions.NotReadyYet, FileNotFoundError):
            messages.warning(request, _("This pack is being made anew. Please wait a moment."))
        else:
            return FileResponse(io.BytesIO(pdf), as_attachment=True, filename=f"{pack.number}.pdf")
        return redirect(here)

    def list_of_letters(self, request: HttpRequest, pk: int) -> HttpResponse:
        pack = self._own(request, pk)
        if not pack.is_made:
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="{pack.number}.csv"'}
        # With a byte order mark: without one Excel takes it for another encoding, and LibreOffice asks.
        content = post.list_of_letters(pack).encode("utf-8-sig")
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)

    def post_says(self, request: HttpRequest, pk: int, says: str) -> HttpResponse:
        """What the post says of the whole volume; its letters say the same at once."""
        pack = self._own(request, pk)
        here = reverse("admin:campaign_pack_change", args=[pk])
        if says not in _SAYS:
            raise Http404
        button, form_class = _SAYS[Posting.State(says)]
        if says not in _may_be_said(pack):
            messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
            return redirect(here)
        posting = _posting_of(pack)
        form = form_class(request.POST or None, initial=_known(posting) if says == Posting.State.POSTED else None)
        if form.is_valid():
            try:
                if says == Posting.State.POSTED:
                    actions.post_pack(pack=pack, by=cast(User, request.user), **form.cleaned_data)
                else:
                    actions.settle_posting(
                        posting=cast(Posting, posting), outcome=says, by=cast(User, request.user), **form.cleaned_data
                    )
            except ValidationError as error:
                form.add_error(None, error)
            except (actions.NotReadyYet, actions.AlreadyThere, TransitionNotAllowed):
                messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
                return redirect(here)
            else:
                messages.success(request, _("Noted for the whole volume. Its supporters see it on their pages."))
                return redirect(here)
        context = {
            **self.admin_site.each_context(request),
            "title": button,
            "about": _("%(pack)s: %(letters)d letters to %(point)s")
            % {"pack": pack.number, "letters": pack.count, "point": pack.point},
            "form": form,
            "button": button,
            "opts": self.opts,
            "back": here,
        }
        return render(request, "admin/campaign/ask.html", context)

    def _own(self, request: HttpRequest, pk: int) -> Pack:
        """A pack for the post."""
        pack = get_object_or_404(self.get_queryset(request), pk=pk, channel=Dispatch.Channel.POST)
        if not self.has_change_permission(request, pack):
            raise PermissionDenied
        return pack

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        pack = context.get("original")
        if (
            isinstance(pack, Pack)
            and pack.channel == Dispatch.Channel.POST
            and self.has_change_permission(request, pack)
        ):
            context["is_made"] = pack.is_made
            context["says"] = [(says, _SAYS[says][0]) for says in _may_be_said(pack)]
        return super().render_change_form(
            request, context | {"show_save": False, "show_save_and_continue": False}, *args, **kwargs
        )


def _posting_of(pack: Pack) -> Posting | None:
    return getattr(pack, "posting", None)


def _known(posting: Posting | None) -> dict[str, Any]:
    """What can be corrected while it is on its way."""
    if posting is None or posting.state != Posting.State.POSTED:
        return {}
    return {"day": posting.posted_on, "tracking": posting.tracking}


def _may_be_said(pack: Pack) -> list[PostingState]:
    if not rules.is_posted_by_organizers(pack):
        return []
    posting = _posting_of(pack)
    if posting is None:
        return [Posting.State.POSTED]
    again = [Posting.State.POSTED] if posting.state == Posting.State.POSTED else []
    return [*again, *(state for state in Posting.State if posting.may_move(state))]


@admin.register(SelfReport)
class SelfReportAdmin(ReadOnly, admin.ModelAdmin):
    """What people say to have sent themselves: how many by which way, and nobody's name."""

    change_list_template = "admin/campaign/self_reports.html"
    list_display = ["day", "campaign", "point", "channel"]
    list_filter = ["channel", ("campaign", OwnCampaignsFilter)]
    list_select_related = ["campaign", "point"]
    list_display_links = None
    date_hierarchy = "day"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SelfReport]:
        return of_organisations(request, super().get_queryset(request), "campaign__")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response: Any = super().changelist_view(request, extra_context)
        listed = getattr(response, "context_data", {}).get("cl")
        if listed:
            ways = listed.queryset.order_by().values_list("channel").annotate(letters=Count("pk"))
            labels = dict(Dispatch.Channel.choices)
            response.context_data["counts"] = [(labels[way], letters) for way, letters in sorted(ways)]
        return response
