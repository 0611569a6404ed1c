"""The audit log, for those who may read it: under /desk/audit/."""

from django.urls import path

from maninso import audit_log

app_name = "audit"

urlpatterns = [
    path("", audit_log.entries, name="entries"),
    path("export/", audit_log.export, name="export"),
    path("<int:number>/", audit_log.entry, name="entry"),
]
