"""People who have an account: under /desk/people/."""

from django.urls import URLPattern

app_name = "people_desk"

urlpatterns: list[URLPattern] = []
