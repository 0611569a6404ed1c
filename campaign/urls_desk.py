"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path

from campaign.views import desk, desk_partners

app_name = "campaign_desk"

urlpatterns = [
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("partnerships/", desk_partners.partnerships, name="partnerships"),
    path("partnerships/<int:pk>/", desk_partners.partnership, name="partnership"),
    path("partnerships/<int:pk>/acceptance/", desk_partners.acceptance, name="acceptance"),
    path("partnerships/<int:pk>/ending/", desk_partners.ending, name="ending"),
    path("<slug:slug>/partners/", desk_partners.partners, name="partners"),
    path("<slug:slug>/partners/new/", desk_partners.asking, name="ask_partner"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
]
