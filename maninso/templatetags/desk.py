"""The desk's navigation and header, for every page that extends desk/base.html, whichever room its view is in."""

from typing import Any, cast

from django import template
from django.http import HttpRequest

from accounts.models import Notice, User
from maninso.desk import rooms_for

register = template.Library()


@register.inclusion_tag("components/desk_navigation.html")
def desk_navigation(request: HttpRequest) -> dict[str, Any]:
    return {"here": request.path, "rooms": rooms_for(request.user)}


@register.inclusion_tag("components/desk_notices.html")
def desk_notices(request: HttpRequest) -> dict[str, Any]:
    """One query for each page of the desk, of an index that holds nothing else."""
    return {"unread": Notice.objects.unread().filter(person=cast(User, request.user)).count()}
