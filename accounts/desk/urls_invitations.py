from django.urls import path

from accounts.desk import invitations

urlpatterns = [
    path("", invitations.invitations, name="invitations"),
    path("<int:pk>/resend/", invitations.resend, name="resend_invitation"),
    path("<int:pk>/withdrawal/", invitations.withdraw, name="withdraw_invitation"),
]
