from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts import guards, public
from campaign.views import desk_languages
from cases import urls_pictures
from maninso import catalogue, desk, errors, pages, views
from outbox.inbound.hooks import hook

admin.site.login = guards.admin_log_in  # type: ignore[method-assign]
admin.site.has_permission = guards.enters_admin  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Maninso"

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
# allauth looks this one up by its name.
handler429 = errors.too_many
handler500 = errors.server_error

urlpatterns = [
    # First: most visitors come for these.
    *i18n_patterns(
        path("", include("campaign.urls")),
        path("cases/", include("cases.urls")),
        path("about/", pages.about, name="about"),
        path("how-it-works/", pages.how_it_works, name="how_it_works"),
        path("privacy/", pages.privacy, name="privacy"),
        path("accessibility/", pages.accessibility, name="accessibility"),
        path("security/", pages.security, name="security"),
    ),
    path("", views.front_door, name="front_door"),
    path("healthz/", views.health, name="health"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", pages.security_txt, name="security_txt"),
    # Superusers keep people's addresses (accounts/admin.py); a page of one's own for it is not open.
    path("accounts/email/", errors.not_found),
    path("accounts/password/set/", errors.not_found),
    path("accounts/login/code/confirm/", errors.not_found),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    *urls_pictures.public,
    re_path(
        r"^organisations/logos/(?P<digest>[0-9a-f]{64})-(?P<side>128|256)\.png$", public.logo, name="organisation_logo"
    ),
    path("hooks/mail/<slug:service>/", hook, name="mail_hook"),
    path("desk/", desk.index, name="desk"),
    path("desk/organisations/", include("accounts.desk.urls_organisations")),
    path("desk/people/invitations/", include("accounts.desk.urls_invitations")),
    path("desk/people/", include("accounts.desk.urls_people")),
    path("desk/cases/", include("cases.urls_pictures")),
    path("desk/cases/", include("cases.urls_desk")),
    path("desk/campaigns/", include("campaign.urls_desk")),
    path("desk/translations/", desk_languages.queue, name="translations"),
    path("desk/", include("campaign.urls_site")),
    path("desk/targets/", include("campaign.urls_targets")),
    path("desk/mail/", include("maninso.urls_came_back")),
    path("desk/audit/", include("maninso.urls_audit")),
    path("desk/components/", catalogue.components, name="components"),
    path("desk/components/confirmation/", catalogue.confirmation, name="component_confirmation"),
    path("desk/components/<str:scheme>.css", catalogue.scheme_css, name="component_scheme"),
]
if settings.MAILBOX_DIR:
    urlpatterns.append(path("mailbox/", include("outbox.mailbox.urls")))
