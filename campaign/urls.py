from django.urls import path

from campaign.views import pictures, public, scroll, signing

urlpatterns = [
    path("", public.home, name="home"),
    path("observances/<slug:slug>/", public.observance, name="observance"),
    path("campaigns/<slug:slug>/", public.campaign, name="campaign"),
    path("campaigns/<slug:slug>/count/", scroll.count, name="count"),
    path("campaigns/<slug:slug>/signatures/", scroll.signatures, name="signatures"),
    path("campaigns/<slug:slug>/card-<slug:digest>.png", pictures.card, name="card"),
    path("campaigns/<slug:slug>/sign/", signing.sign, name="sign"),
    path("campaigns/<slug:slug>/sign/sent/", signing.sent, name="sent"),
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
