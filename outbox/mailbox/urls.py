from django.urls import path

from outbox.mailbox import views

app_name = "mailbox"

urlpatterns = [
    path("", views.mails, name="mails"),
    path("emptying/", views.emptying, name="emptying"),
    path("<str:mail_id>/", views.mail, name="mail"),
    path("<str:mail_id>/answer/", views.answer, name="answer"),
    path("<str:mail_id>/html/", views.html, name="html"),
    path("<str:mail_id>/raw/", views.raw, name="raw"),
]
