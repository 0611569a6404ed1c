"""Whom letters address, and where they are handed over: under /desk/targets/."""

from django.urls import path

from campaign.views import desk_imports, desk_targets

app_name = "target_desk"

urlpatterns = [
    path("", desk_targets.targets, name="targets"),
    path("new/", desk_targets.new_target, name="new"),
    path("points/", desk_targets.all_points, name="points"),
    path("<slug:slug>/", desk_targets.target, name="target"),
    path("<slug:slug>/texts/", desk_targets.texts, name="texts"),
    path("<slug:slug>/points.csv", desk_imports.export, name="export"),
    path("<slug:slug>/points/new/", desk_targets.new_point, name="new_point"),
    path("<slug:slug>/points/<int:pk>/", desk_targets.point, name="point"),
    path("<slug:slug>/points/<int:pk>/fields/", desk_targets.edit_point, name="edit_point"),
    path("<slug:slug>/points/<int:pk>/verification/", desk_targets.verify, name="verify"),
    path("<slug:slug>/points/<int:pk>/removal/", desk_targets.removal, name="removal"),
    path("<slug:slug>/import/", desk_imports.upload, name="import"),
    path("<slug:slug>/import/template.csv", desk_imports.template, name="template"),
    path("<slug:slug>/import/<int:pk>/", desk_imports.preview, name="preview"),
    path("<slug:slug>/import/<int:pk>/to-mend.csv", desk_imports.to_mend, name="to_mend"),
    path("<slug:slug>/import/<int:pk>/removal/", desk_imports.drop, name="drop"),
]
