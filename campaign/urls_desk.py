"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path

from campaign.views import desk, desk_updates

app_name = "campaign_desk"

urlpatterns = [
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/updates/", desk_updates.updates, name="updates"),
    path("<slug:slug>/updates/new/", desk_updates.new_update, name="new_update"),
    path("<slug:slug>/updates/<int:pk>/", desk_updates.update, name="update"),
    path("<slug:slug>/updates/<int:pk>/words/", desk_updates.words, name="update_words"),
    path("<slug:slug>/updates/<int:pk>/test/", desk_updates.test, name="update_test"),
    path("<slug:slug>/updates/<int:pk>/sending/", desk_updates.sending, name="update_sending"),
    path("<slug:slug>/updates/<int:pk>/release/", desk_updates.release, name="update_release"),
    path("<slug:slug>/updates/<int:pk>/taking-back/", desk_updates.taking_back, name="update_taking_back"),
    path("<slug:slug>/updates/<int:pk>/stopping/", desk_updates.stopping, name="update_stopping"),
    path("<slug:slug>/updates/<int:pk>/resuming/", desk_updates.resuming, name="update_resuming"),
    path("<slug:slug>/updates/<int:pk>/ending/", desk_updates.ending, name="update_ending"),
    path("<slug:slug>/updates/<int:pk>/deletion/", desk_updates.deletion, name="update_deletion"),
    path("<slug:slug>/updates/<int:pk>/progress/", desk_updates.progress, name="update_progress"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
]
