"""Organisations: under /desk/organisations/."""

from django.urls import path

from accounts.desk import organisations

app_name = "organisation_desk"

urlpatterns = [
    path("", organisations.organisations, name="list"),
    path("new/", organisations.new, name="new"),
    path("<slug:slug>/", organisations.profile, name="profile"),
    path("<slug:slug>/description/", organisations.description, name="description"),
    path("<slug:slug>/texts/<str:language>/", organisations.text, name="text"),
    path("<slug:slug>/logo/", organisations.logo, name="logo"),
    path("<slug:slug>/logo/removal/", organisations.logo_removal, name="logo_removal"),
    path("<slug:slug>/members/", organisations.members, name="members"),
    path("<slug:slug>/members/invitations/new/", organisations.member_invitation, name="invite_member"),
    path("<slug:slug>/members/invitations/<int:pk>/resend/", organisations.invitation_resend, name="resend"),
    path("<slug:slug>/members/invitations/<int:pk>/withdrawal/", organisations.invitation_withdrawal, name="withdraw"),
    path("<slug:slug>/members/<int:pk>/", organisations.member, name="member"),
    path("<slug:slug>/members/<int:pk>/removal/", organisations.member_removal, name="member_removal"),
]
