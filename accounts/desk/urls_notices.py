"""What somebody was told: under /desk/notices/."""

from django.urls import path

from accounts.desk import notices

app_name = "notice_desk"

urlpatterns = [
    path("", notices.notices, name="list"),
    path("reading/", notices.read_all, name="read_all"),
    path("<int:pk>/", notices.follow, name="notice"),
    path("<int:pk>/reading/", notices.read, name="read"),
]
