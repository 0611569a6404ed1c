"""What staff do for the whole site: under /desk/."""

from django.urls import path, re_path

from campaign.views import desk_mails, desk_site, desk_supporters

app_name = "site_desk"

urlpatterns = [
    path("settings/", desk_site.site_settings, name="settings"),
    path("settings/banners/new/", desk_site.new_banner, name="new_banner"),
    path("settings/banners/<int:pk>/removal/", desk_site.banner_down, name="banner_down"),
    path("settings/limits/", desk_site.limits, name="limits"),
    path("supporters/", desk_supporters.search, name="supporters"),
    path("mails/", desk_mails.mails, name="mails"),
    path("mails/<int:pk>/", desk_mails.mail, name="mail"),
    path("mails/<int:pk>/<str:decision>/", desk_mails.decide, name="mail_decision"),
    re_path(
        r"^supporters/(?P<token>[\w:-]+)/(?P<step>withdrawal|erasure)/$", desk_supporters.step, name="supporter_step"
    ),
]
