from django.urls import path

from campaign.views import pictures, places, public, scroll, signing

urlpatterns = [
    path("", public.home, name="home"),
    path("observances/<slug:slug>/", public.observance, name="observance"),
    path("campaigns/<slug:slug>/", public.campaign, name="campaign"),
    path("campaigns/<slug:slug>/count/", scroll.count, name="count"),
    path("campaigns/<slug:slug>/signatures/", scroll.signatures, name="signatures"),
    path("campaigns/<slug:slug>/card-<slug:digest>.png", pictures.card, name="card"),
    path("campaigns/<slug:slug>/sign/", signing.sign, name="sign"),
    path("campaigns/<slug:slug>/sign/sent/", signing.sent, name="sent"),
    path("campaigns/<slug:slug>/embassies/", places.embassies, name="embassies"),
    path("campaigns/<slug:slug>/embassies/find/", places.find_embassy, name="find_embassy"),
    path("campaigns/<slug:slug>/embassies/<str:country>/", places.embassies_of, name="embassies_of"),
    path("campaigns/<slug:slug>/own-letter/thanks/", places.thanks, name="own_letter_thanks"),
    path("campaigns/<slug:slug>/own-letter/<int:point_id>/", places.letter, name="own_letter"),
    path("campaigns/<slug:slug>/own-letter/<int:point_id>/sent/", places.told, name="own_letter_told"),
    path("campaigns/<slug:slug>/day/", places.day, name="day"),
    path("campaigns/<slug:slug>/day/now/", places.day_now, name="day_now"),
    path("campaigns/<slug:slug>/calendar.ics", places.campaign_calendar, name="campaign_calendar"),
    path("campaigns/<slug:slug>/calendar/<int:hand_in_id>.ics", places.hand_in_calendar, name="hand_in_calendar"),
    path("observances/<slug:slug>/calendar.ics", places.observance_calendar, name="observance_calendar"),
    path("signatures/links/", signing.link_request, name="link_request"),
    path("signatures/links/sent/", signing.link_sent, name="link_sent"),
    path("signatures/erased/", signing.erased, name="erased"),
    path("signatures/confirm/<str:token>/", signing.confirm, name="confirm"),
    path("signatures/<str:token>/", signing.own_page, name="own_page"),
    path("signatures/<str:token>/confirmed/", signing.confirmed, name="confirmed"),
    path("signatures/<str:token>/withdrawal/", signing.withdrawal, name="withdrawal"),
    path("signatures/<str:token>/erasure/", signing.erasure, name="erasure"),
    path("signatures/<str:token>/link/", signing.resend, name="resend"),
]
