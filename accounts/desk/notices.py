"""What the person who is logged in was told, the latest first."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import notice_kinds
from accounts.guards import staff_page
from accounts.models import Notice, NoticeQuerySet, User
from accounts.notices import mark_read

PER_PAGE = 50


def own(request: HttpRequest) -> NoticeQuerySet:
    return Notice.objects.filter(person=cast(User, request.user))


@require_safe
@staff_page
def notices(request: HttpRequest) -> HttpResponse:
    unread_only = request.GET.get("show") == "unread"
    found = own(request).unread() if unread_only else own(request)
    page = Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [{"notice": notice, "words": notice_kinds.words_of(notice.kind)} for notice in page],
        "unread_only": unread_only,
        "any_unread": any(notice.read_at is None for notice in page) or own(request).unread().exists(),
    }
    return render(request, "desk/notices/notices.html", context)


@require_safe
@staff_page
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """To where it is looked at; from then on it counts as read. Opening it again is harmless."""
    notice = get_object_or_404(own(request), pk=pk)
    mark_read(own(request).filter(pk=pk))
    return redirect(notice.path)


@require_POST
@staff_page
def read(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(own(request), pk=pk)
    mark_read(own(request).filter(pk=pk))
    return redirect("notice_desk:list")


@require_POST
@staff_page
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(own(request))
    messages.success(request, _("All notices are marked as read."))
    return redirect("notice_desk:list")
