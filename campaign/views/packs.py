"""What a mailroom, a journalist or a supporter asks of a pack: is it genuine, what does it hold, what became of it?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from campaign import rules
from campaign.forms import PackNumberForm
from campaign.models import Pack
from campaign.outcomes import told, told_of_posting
from campaign.pack_numbers import NoPackNumber, read_number
from campaign.views.public import campaign_context
from face import languages
from face.texts import in_language


@require_safe
@cache_control(public=True, max_age=5)
def check(request: HttpRequest) -> HttpResponse:
    form = PackNumberForm(request.GET or None)
    if form.is_valid():
        return redirect("pack_check", form.cleaned_data["number"])
    return render(request, "campaign/check.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@cache_control(public=True, max_age=5)
def pack_check(request: HttpRequest, number: str) -> HttpResponse:
    """Mistyped or unknown: both say so, and ask again."""
    try:
        written = read_number(number)
    except NoPackNumber:
        form = PackNumberForm({"number": number})
        return render(request, "campaign/check.html", {"form": form}, status=404)
    if written != number:
        return redirect("pack_check", written)
    pack = Pack.objects.for_check().filter(number=written).first()
    if pack is None:
        form = PackNumberForm(initial={"number": written})
        return render(request, "campaign/check.html", {"form": form, "unknown": written}, status=404)
    text = in_language(pack.point, languages.active())
    context = {**campaign_context(pack.campaign), "pack": pack, "point_text": text, "told": _told(pack, text.city)}  # type: ignore[union-attr]
    return render(request, "campaign/pack_check.html", context)


def _told(pack: Pack, city: str) -> str:
    """Before it is in somebody's hands, what became of others at the same place is not what became of it."""
    if pack.state != Pack.State.HANDED_OUT:
        return ""
    if posting := getattr(pack, "posting", None):
        return told_of_posting(posting)
    hand_in = rules.hand_in_of(pack)
    return told(hand_in, city) if hand_in else ""
