from django.urls import path
from django.views.generic import RedirectView

from accounts import views

urlpatterns = [
    path("", views.account, name="account"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("sessions/end-others/", views.log_out_everywhere, name="log_out_everywhere"),
    path("notices/", views.notice_choices, name="notice_choices"),
    path("notices/<str:token>/end/", views.end_digests, name="end_digests"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    # allauth's overviews: all of it stands on one page here.
    path("2fa/", RedirectView.as_view(pattern_name="account")),
    path("2fa/webauthn/", RedirectView.as_view(pattern_name="account")),
    path("2fa/recovery-codes/download/", RedirectView.as_view(pattern_name="account")),
]
