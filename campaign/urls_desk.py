"""Where organizers work on campaigns: under /desk/campaigns/."""

from django.urls import path

from campaign.views import desk, desk_exports, desk_languages, desk_letters, desk_preview

app_name = "campaign_desk"

urlpatterns = [
    path("pauses/", desk.pauses, name="pauses"),
    path("pauses/new/", desk.new_pause, name="new_pause"),
    path("pauses/<int:pk>/lifting/", desk.lifting, name="lifting"),
    path("forms-of-address/<slug:target>/<str:language>/", desk_letters.form_of_address, name="form_of_address"),
    path("<slug:slug>/letter/", desk_letters.letter, name="letter"),
    path("<slug:slug>/letter/versions/", desk_letters.versions, name="letter_versions"),
    path("<slug:slug>/letter/preview/<str:language>/", desk_preview.preview, name="letter_preview"),
    path("<slug:slug>/letter/printed/<str:language>/", desk_preview.printed, name="letter_printed"),
    path(
        "<slug:slug>/letter/printed/<str:language>/<slug:digest>-<int:number>.png",
        desk_preview.printed_page,
        name="letter_page",
    ),
    path("<slug:slug>/letter/<int:version>/changes/", desk_letters.changes, name="letter_changes"),
    path("<slug:slug>/letter/<int:version>/publication/", desk_letters.publication, name="letter_publication"),
    path("<slug:slug>/letter/<int:version>/<str:language>/", desk_letters.text, name="letter_text"),
    path("<slug:slug>/languages/", desk_languages.languages, name="languages"),
    path("<slug:slug>/languages/<str:language>/<slug:part>/", desk_languages.translation, name="translation"),
    path("<slug:slug>/languages/<str:language>/<slug:part>/approval/", desk_languages.approval, name="approval"),
    path("<slug:slug>/languages/<str:language>/<slug:part>/removal/", desk_languages.removal, name="text_removal"),
    path("<slug:slug>/waiting/", desk.waiting_letters, name="waiting"),
    path("<slug:slug>/test-letters/", desk.test_letters, name="test_letters"),
    path("<slug:slug>/specimen/", desk.specimen, name="specimen"),
    path("<slug:slug>/exports/", desk_exports.exports, name="exports"),
    path("<slug:slug>/exports/new/", desk_exports.new_export, name="new_export"),
    path("<slug:slug>/exports/<int:pk>/file/", desk_exports.export_file, name="export_file"),
    path("<slug:slug>/exports/<int:pk>/release/", desk_exports.release, name="export_release"),
    path("<slug:slug>/exports/<int:pk>/refusal/", desk_exports.refusal, name="export_refusal"),
    path("<slug:slug>/exports/<int:pk>/withdrawal/", desk_exports.withdrawal, name="export_withdrawal"),
]
