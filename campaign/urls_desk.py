"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path

from campaign.views import desk

app_name = "campaign_desk"

urlpatterns = [
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
]
