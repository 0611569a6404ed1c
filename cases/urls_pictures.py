"""Pictures of cases: what the public may see, and at the desk, under /desk/cases/."""

from django.urls import include, path, re_path

from cases.views import pictures

DIGEST = r"(?P<digest>[0-9a-f]{64})(?:-(?P<width>480|960))?\.jpg"

public = [re_path(rf"^cases/pictures/{DIGEST}$", pictures.case_picture, name="case_picture")]

of_a_case = [
    path("", pictures.pictures_of, name="list"),
    path("new/", pictures.add, name="add"),
    re_path(rf"^{DIGEST}$", pictures.file, name="file"),
    path("<int:pk>/", pictures.words, name="words"),
    path("<int:pk>/covers/", pictures.covers, name="covers"),
    path("<int:pk>/covers/preview.jpg", pictures.preview, name="preview"),
    path("<int:pk>/removal/", pictures.removal, name="removal"),
    path("<int:pk>/original/", pictures.original, name="original"),
]

app_name = "case_pictures"
urlpatterns = [re_path(r"^(?P<reference>MNS-\d{4}-\d{3,})/pictures/", include(of_a_case))]
