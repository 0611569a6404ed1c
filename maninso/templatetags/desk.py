"""The desk's navigation, for every page that extends desk/base.html, whichever room its view is in."""

from typing import Any

from django import template
from django.http import HttpRequest

from maninso.desk import rooms_for

register = template.Library()


@register.inclusion_tag("components/desk_navigation.html")
def desk_navigation(request: HttpRequest) -> dict[str, Any]:
    return {"here": request.path, "rooms": rooms_for(request.user)}
