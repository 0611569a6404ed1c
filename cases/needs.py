"""What of cases waits for a person."""

import datetime as dt

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from accounts.rules import has_role
from cases import rules
from cases.models import Case
from face.needs import Need

# A review that takes longer keeps people waiting who are at risk.
REVIEW_WITHIN = dt.timedelta(days=3)


def needs(user: User) -> list[Need]:
    found = []
    if has_role(user, Role.REVIEWER, Role.PROTECTION):
        waiting = Case.objects.filter(state=Case.State.IN_REVIEW)
        counted = waiting.aggregate(count=Count("pk"), since=Min("edited_at"))
        found.append(
            Need(
                _("Cases to review"),
                counted["count"],
                reverse("case_desk:queue"),
                counted["since"],
                who=_("Reviewers and protection officers"),
                within=REVIEW_WITHIN,
            )
        )
    if rules.may_edit(user):
        due = Case.objects.due_for_review(timezone.localdate()).aggregate(count=Count("pk"), since=Min("next_review"))
        since = due["since"] and dt.datetime.combine(due["since"], dt.time.min, tzinfo=dt.UTC)
        url = f"{reverse('case_desk:cases')}?due=on"
        name, who = _("Cases to look at again"), _("Case editors")
        found.append(Need(name, due["count"], url, since, who=who, within=dt.timedelta(0)))
    return [need for need in found if need.count]
