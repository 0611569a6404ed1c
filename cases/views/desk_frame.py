"""What stands around every page about one case: its name and standing, the sections, the one thing to do next."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import rules
from cases.models import Case
from cases.rules import Finding

# The section of the workbench in which rows of a model stand.
SECTION_OF = {
    "case": "facts",
    "member": "members",
    "status": "members",
    "event": "events",
    "citation": "events",
    "claim": "claims",
    "source": "claims",
    "involvement": "involvements",
    "intervention": "interventions",
    "authority": "involvements",
    "consent": "consents",
    "bestinterests": "best-interests",
    "update": "updates",
    "media": "pictures",
}

SECTIONS = [
    ("members", gettext_lazy("Members")),
    ("events", gettext_lazy("Events")),
    ("claims", gettext_lazy("Claims")),
    ("involvements", gettext_lazy("Authorities")),
    ("interventions", gettext_lazy("Interventions")),
    ("consents", gettext_lazy("Consents")),
    ("best-interests", gettext_lazy("Best interests")),
    ("updates", gettext_lazy("Updates")),
]

_SHARED = {"source": "sources", "authority": "authorities"}
BADGES = {"draft": "waiting", "in_review": "waiting", "published": "good", "withdrawn": "problem"}


def frame(request: HttpRequest, case: Case, here: str, **more: Any) -> dict[str, Any]:
    """Costs no query: what a person may see depends on their role and the case alone."""
    may_read = rules.may_read_record(request.user)
    tabs = [_tab("case", _("Overview"), case), _tab("facts", _("The case"), case)] if may_read else []
    if may_read:
        tabs += [
            {"slug": slug, "name": name, "url": reverse("case_desk:section", args=[case.reference, slug])}
            for slug, name in SECTIONS
        ]
    if rules.is_of_the_team(request.user):
        pictures = reverse("case_pictures:list", args=[case.reference])
        tabs.append({"slug": "pictures", "name": _("Pictures"), "url": pictures})
    tabs.append(_tab("texts", _("Texts"), case))
    if may_read:
        tabs.append(_tab("history", _("History"), case))
    return {
        "case": case,
        "title": str(case.in_words("title")) or case.reference,
        "here": here,
        "tabs": tabs,
        "tabs_label": _("Sections of this case"),
        "badge": BADGES[case.state],
        "may_edit": rules.may_edit(request.user),
        "may_read_sealed": rules.may_read_sealed(request.user),
        "trail": [
            {"label": _("Cases"), "url": reverse("case_desk:cases")},
            {"label": case.reference},
        ],
        **more,
    }


def _tab(slug: str, name: Any, case: Case) -> dict[str, Any]:
    return {"slug": slug, "name": name, "url": reverse(f"case_desk:{slug}", args=[case.reference])}


def findings_of(case: Case) -> list[dict[str, Any]]:
    """What the gate says, each with the address of the field that mends it."""
    return [
        {"what": finding.what, "blocking": finding.blocking, "url": _address(case, finding)}
        for finding in rules.gate(case, timezone.localdate())
    ]


def _address(case: Case, finding: Finding) -> str:
    """The field itself where it has a form; else the row, or the form of a row that is still to be made."""
    model, reference = finding.model, case.reference
    if finding.field in _MADE_ELSEWHERE or model == "texts":
        return _where_to_make_it(reference, finding)
    anchor = f"#div_id_{finding.field}" if finding.field else ""
    if model in ("case", "submission"):
        return reverse(f"case_desk:{'facts' if model == 'case' else model}", args=[reference]) + anchor
    if model in ("source", "authority") and finding.pk:
        return reverse("case_desk:shared_edit", args=[_SHARED[model], finding.pk]) + anchor
    section = SECTION_OF.get(model, "members")
    if finding.pk is None:
        return reverse("case_desk:add", args=[reference, section])
    if model in ("status", "citation", "bestinterests", "media") or not finding.field:
        return reverse("case_desk:section", args=[reference, section]) + f"#{model}-{finding.pk}"
    return reverse("case_desk:edit", args=[reference, section, finding.pk]) + anchor


# What a finding misses that no field of its row's form mends, but a page of its own.
_MADE_ELSEWHERE = ("claims", "statuses", "consents", "chosen", "why_chosen")


def _where_to_make_it(reference: str, finding: Finding) -> str:
    if finding.model == "texts":
        return reverse("case_desk:texts", args=[reference]) + f"?language={finding.field}"
    if finding.model == "claim":
        return reverse("case_desk:choice", args=[reference, finding.pk])
    if finding.field == "claims":
        about = "" if finding.model == "case" else f"?about={finding.model}:{finding.pk}"
        return reverse("case_desk:add", args=[reference, "claims"]) + about
    if finding.field == "statuses":
        return reverse("case_desk:statuses", args=[reference, finding.pk])
    return reverse("case_desk:section", args=[reference, "consents"])


def next_step(request: HttpRequest, case: Case, *, blocked: bool) -> dict[str, Any] | None:
    """The one primary action of the overview, for this person and this state."""
    if case.state in (Case.State.DRAFT, Case.State.WITHDRAWN) and rules.may_edit(request.user):
        if blocked:
            return None
        return {"url": reverse("case_desk:submission", args=[case.reference]), "label": _("Submit for review")}
    if case.state == Case.State.IN_REVIEW and rules.may_read_record(request.user):
        return {"url": reverse("case_desk:review", args=[case.reference]), "label": _("Review")}
    return None
