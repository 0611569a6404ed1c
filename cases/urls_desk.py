"""Where the staff works on cases: under /desk/cases/."""

from django.urls import include, path, re_path

from cases.views import desk, desk_case, desk_entries, desk_review, desk_shared, desk_texts

app_name = "case_desk"

of_a_case = [
    path("", desk_case.overview, name="case"),
    path("facts/", desk_case.facts, name="facts"),
    path("related/", desk_case.related, name="related"),
    path("related/<int:pk>/removal/", desk_case.unrelate, name="unrelate"),
    path("history/", desk_case.history, name="history"),
    path("sealed/<slug:kind>/<int:pk>/<slug:field>/", desk_case.sealed, name="sealed"),
    path("texts/", desk_texts.texts, name="texts"),
    path("texts/<slug:kind>/<int:pk>/<slug:language>/", desk_texts.translation, name="translation"),
    path("submission/", desk_review.submission, name="submission"),
    path("review/", desk_review.review, name="review"),
    path("review/approval/", desk_review.approval, name="approval"),
    path("review/remarks/", desk_review.remarks, name="remarks"),
    path("review/publication/", desk_review.publication, name="publication"),
    path("takedown/", desk_review.takedown, name="takedown"),
    path("takedown/restoration-request/", desk_review.restoration_request, name="restoration_request"),
    path("takedown/restoration/", desk_review.restoration, name="restoration"),
    path("members/<int:pk>/statuses/", desk_entries.statuses, name="statuses"),
    path("events/<int:pk>/law/", desk_entries.law, name="law"),
    path("citations/<int:pk>/removal/", desk_entries.uncite, name="uncite"),
    path("claims/<int:pk>/choice/", desk_entries.choice, name="choice"),
    path("best-interests/<int:pk>/countersignature/", desk_entries.countersignature, name="countersignature"),
    path("<slug:section>/", desk_entries.section, name="section"),
    path("<slug:section>/new/", desk_entries.add, name="add"),
    path("<slug:section>/<int:pk>/", desk_entries.edit, name="edit"),
    path("<slug:section>/<int:pk>/row/", desk_entries.row, name="row"),
    path("<slug:section>/<int:pk>/removal/", desk_entries.remove, name="remove"),
]

urlpatterns = [
    path("", desk.cases, name="cases"),
    path("new/", desk.new_case, name="new"),
    path("filters/", desk.save_filter, name="save_filter"),
    path("filters/<int:pk>/removal/", desk.remove_filter, name="remove_filter"),
    path("drafts/", desk.keep_draft, name="keep_draft"),
    path("drafts/removal/", desk.discard_draft, name="discard_draft"),
    path("dates/", desk.date_reading, name="date_reading"),
    path("review/", desk_review.queue, name="queue"),
    path("publications/", desk_review.publications, name="publications"),
    re_path(r"^(?P<reference>MNS-\d{4}-\d{3,})/", include(of_a_case)),
    path("<slug:shared>/", desk_shared.rows, name="shared"),
    path("<slug:shared>/new/", desk_shared.add, name="shared_add"),
    path("<slug:shared>/<int:pk>/", desk_shared.edit, name="shared_edit"),
    path("<slug:shared>/<int:pk>/removal/", desk_shared.remove, name="shared_remove"),
]
