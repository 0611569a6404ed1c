"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path, re_path

from campaign.views import desk, desk_launching, desk_reviewing, desk_trial

app_name = "campaign_desk"

urlpatterns = [
    path("", desk_launching.campaigns, name="campaigns"),
    path("new/", desk_launching.new, name="new"),
    path("review/", desk_reviewing.queue, name="review_queue"),
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("<slug:slug>/steps/", desk_launching.steps, name="steps"),
    path("<slug:slug>/steps/cases/", desk_launching.cases, name="cases"),
    path("<slug:slug>/steps/cases/<str:reference>/", desk_launching.naming, name="naming"),
    path("<slug:slug>/steps/check/", desk_launching.check, name="check"),
    path("<slug:slug>/steps/<slug:step>/", desk_launching.step, name="step"),
    path("<slug:slug>/next-edition/", desk_launching.next_edition, name="next_edition"),
    path("<slug:slug>/discarding/", desk_launching.discarding, name="discarding"),
    path("<slug:slug>/template/", desk_launching.template, name="template"),
    path("<slug:slug>/submission/", desk_reviewing.submission, name="submission"),
    path("<slug:slug>/taking-back/", desk_reviewing.taking_back, name="taking_back"),
    path("<slug:slug>/review/", desk_reviewing.review, name="review"),
    path("<slug:slug>/review/opening/", desk_reviewing.opening, name="opening"),
    path("<slug:slug>/review/remarks/", desk_reviewing.remarks, name="remarks"),
    path("<slug:slug>/review/remarks/<int:pk>/answer/", desk_reviewing.answer, name="answer"),
    path("<slug:slug>/trial/", desk_trial.trial, name="trial"),
    path("<slug:slug>/trial/page/", desk_trial.page, name="trial_page"),
    path("<slug:slug>/trial/sign/", desk_trial.sign, name="trial_sign"),
    path("<slug:slug>/trial/sent/", desk_trial.sent, name="trial_sent"),
    path("<slug:slug>/trial/<int:pk>/", desk_trial.confirm, name="trial_confirm"),
    path("<slug:slug>/trial/card.png", desk_trial.card, name="trial_card"),
    re_path(r"^(?P<slug>[-\w]+)/trial/cover(?:-(?P<width>480|960))?\.jpg$", desk_trial.cover, name="cover"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
]
