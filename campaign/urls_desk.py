"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path

from campaign.views import desk, desk_exports

app_name = "campaign_desk"

urlpatterns = [
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
    path("<slug:slug>/exports/", desk_exports.exports, name="exports"),
    path("<slug:slug>/exports/new/", desk_exports.new_export, name="new_export"),
    path("<slug:slug>/exports/<int:pk>/file/", desk_exports.export_file, name="export_file"),
    path("<slug:slug>/exports/<int:pk>/release/", desk_exports.release, name="export_release"),
    path("<slug:slug>/exports/<int:pk>/refusal/", desk_exports.refusal, name="export_refusal"),
    path("<slug:slug>/exports/<int:pk>/withdrawal/", desk_exports.withdrawal, name="export_withdrawal"),
]
