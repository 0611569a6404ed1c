from django.urls import path

from accounts import views

urlpatterns = [
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/<int:pk>/resend/", views.resend_invitation, name="resend_invitation"),
    path("invitations/<int:pk>/withdrawal/", views.withdraw_invitation, name="withdraw_invitation"),
]
