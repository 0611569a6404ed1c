"""Mail that came back: under /desk/mail/."""

from django.urls import path

from maninso import came_back

app_name = "came_back"

urlpatterns = [
    path("", came_back.mails, name="mails"),
    path("<int:pk>/", came_back.mail, name="mail"),
    path("<int:pk>/looked-at/", came_back.looked_at, name="looked_at"),
]
