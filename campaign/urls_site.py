"""What staff do for the whole site: under /desk/."""

from django.urls import path, re_path

from campaign.views import desk_held, desk_own_words, desk_site, desk_supporters

app_name = "site_desk"

urlpatterns = [
    path("settings/", desk_site.site_settings, name="settings"),
    path("settings/banners/new/", desk_site.new_banner, name="new_banner"),
    path("settings/banners/<int:pk>/removal/", desk_site.banner_down, name="banner_down"),
    path("settings/limits/", desk_site.limits, name="limits"),
    path("own-words/", desk_own_words.own_words_of_all, name="own_words"),
    re_path(r"^own-words/chosen/(?P<step>acceptance|rejection)/$", desk_own_words.chosen, name="own_words_chosen"),
    re_path(
        r"^own-words/(?P<pk>\d{1,18})/(?P<step>acceptance|rejection|undoing)/$",
        desk_own_words.step,
        name="own_words_step",
    ),
    path("supporters/", desk_supporters.search, name="supporters"),
    re_path(
        r"^supporters/(?P<token>[\w:-]+)/(?P<step>withdrawal|erasure|holding)/$",
        desk_supporters.step,
        name="supporter_step",
    ),
    path("held/", desk_held.queue, name="held"),
    re_path(r"^held/(?P<verb>release|rejection)/$", desk_held.decision, name="held_decision"),
    path("held/<int:pk>/", desk_held.one, name="held_one"),
    path("held/<int:pk>/reading/", desk_held.reading, name="held_reading"),
    path("held/<int:pk>/again/", desk_held.again, name="held_again"),
]
