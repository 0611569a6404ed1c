from django.urls import include, path, register_converter

from cases.views import public


class Reference:
    """A case's public reference: MNS-2013-001."""

    regex = r"MNS-\d{4}-\d{3,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Reference, "reference")

urlpatterns = [
    path("", public.index, name="cases"),
    path("list/", public.full_list, name="cases_list"),
    path("", include("cases.urls_documents")),
    path("<reference:reference>/", public.case, name="case"),
    path("<reference:reference>/publications/<int:number>/", public.publication, name="case_publication"),
]
