"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path

from campaign.views import desk, desk_dashboard, desk_running

app_name = "campaign_desk"

urlpatterns = [
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("<slug:slug>/", desk_dashboard.dashboard, name="dashboard"),
    path("<slug:slug>/now/", desk_dashboard.now, name="now"),
    path("<slug:slug>/numbers/<slug:table>.csv", desk_dashboard.table_csv, name="numbers_csv"),
    path("<slug:slug>/pause/", desk_running.pause, name="pause"),
    path("<slug:slug>/resumption/", desk_running.resume, name="resumption"),
    path("<slug:slug>/closure/", desk_running.closure, name="closure"),
    path("<slug:slug>/extension/", desk_running.extension, name="extension"),
    path("<slug:slug>/goal/", desk_running.goal, name="goal"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
]
