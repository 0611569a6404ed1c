"""What is made of publications besides pages. Included under the same prefix as cases/urls.py."""

from django.urls import path

from cases.views import documents

urlpatterns = [
    path("list.pdf", documents.list_pdf, name="list_pdf"),
    path("feed.atom", documents.cases_feed, name="cases_feed"),
    path("<slug:reference>/sheet.pdf", documents.case_sheet, name="case_sheet"),
    path("<slug:reference>/card.png", documents.case_card, name="case_card"),
    path("<slug:reference>/feed.atom", documents.case_feed, name="case_feed"),
    path("<slug:reference>/case.jsonld", documents.case_jsonld, name="case_jsonld"),
    path("<slug:reference>/citation.<slug:style>", documents.case_citation, name="case_citation"),
]
