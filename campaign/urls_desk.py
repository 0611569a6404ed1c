"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path

from campaign.views import desk, desk_coordinators, desk_hand_ins, desk_packs, desk_points, desk_replies

app_name = "campaign_desk"

urlpatterns = [
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
    path("<slug:slug>/points/", desk_points.points, name="points"),
    path("<slug:slug>/points/addressing/", desk_points.addressing, name="addressing"),
    path("<slug:slug>/hand-ins/", desk_hand_ins.hand_ins, name="hand_ins"),
    path("<slug:slug>/hand-ins/new/", desk_hand_ins.offer, name="offer_hand_ins"),
    path("<slug:slug>/hand-ins/<int:pk>/", desk_hand_ins.hand_in, name="hand_in"),
    path("<slug:slug>/hand-ins/<int:pk>/day/", desk_hand_ins.day, name="hand_in_day"),
    path("<slug:slug>/hand-ins/<int:pk>/steps/<slug:step>/", desk_hand_ins.step, name="hand_in_step"),
    path(
        "<slug:slug>/hand-ins/<int:pk>/volunteers/<int:volunteer_pk>/<slug:step>/",
        desk_hand_ins.volunteer_step,
        name="volunteer_step",
    ),
    path("<slug:slug>/hand-ins/<int:pk>/release/", desk_hand_ins.release, name="release"),
    path("<slug:slug>/hand-ins/photos/<int:pk>.jpg", desk_hand_ins.photo, name="hand_in_photo"),
    path("<slug:slug>/hand-ins/photos/<int:pk>/covers/", desk_hand_ins.covers, name="hand_in_covers"),
    path("<slug:slug>/hand-ins/mails/", desk_coordinators.mails, name="coordinator_mails"),
    path("<slug:slug>/hand-ins/mails/new/", desk_coordinators.new_mail, name="new_coordinator_mail"),
    path("<slug:slug>/hand-ins/mails/<int:pk>/", desk_coordinators.mail, name="coordinator_mail"),
    path("<slug:slug>/hand-ins/mails/<int:pk>/words/", desk_coordinators.edit_mail, name="edit_coordinator_mail"),
    path("<slug:slug>/hand-ins/mails/<int:pk>/test/", desk_coordinators.test_mail, name="test_coordinator_mail"),
    path("<slug:slug>/hand-ins/mails/<int:pk>/sending/", desk_coordinators.sending, name="send_coordinator_mail"),
    path("<slug:slug>/packs/", desk_packs.packs, name="packs"),
    path("<slug:slug>/packs/new/", desk_packs.ask, name="ask_for_packs"),
    path("<slug:slug>/packs/<slug:number>/", desk_packs.pack, name="pack"),
    path("<slug:slug>/packs/<slug:number>/file/", desk_packs.fetch, name="pack_file"),
    path("<slug:slug>/packs/<slug:number>/list.csv", desk_packs.list_of_letters, name="pack_list"),
    path("<slug:slug>/packs/<slug:number>/post/<slug:says>/", desk_packs.post_says, name="pack_post"),
    path("<slug:slug>/replies/", desk_replies.replies, name="replies"),
    path("<slug:slug>/replies/new/", desk_replies.record, name="record_reply"),
    path("<slug:slug>/replies/<int:pk>/", desk_replies.reply, name="reply"),
]
