"""People who have an account: under /desk/people/."""

from django.urls import path

from accounts.desk import people

app_name = "people_desk"

urlpatterns = [
    path("", people.people, name="list"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/roles/", people.roles, name="roles"),
    path("<int:pk>/suspension/", people.suspension, name="suspension"),
    path("<int:pk>/restoration/", people.restoration, name="restoration"),
    path("<int:pk>/second-factor/removal/", people.second_factor, name="second_factor"),
    path("<int:pk>/ending/", people.ending, name="ending"),
]
