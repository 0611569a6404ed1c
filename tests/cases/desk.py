"""What the tests of the cases' desk share: people of each role, and a case with a row of every kind."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from cases.forms.fields import Typed
from cases.models import BestInterests, Case
from tests.cases.making import (
    make_case,
    make_claim,
    make_consent,
    make_event,
    make_intervention,
    make_involvement,
    make_law,
    make_member,
    make_status,
    make_update,
)
from tests.factories import NOW, make_person

CANARY = "canary-4711"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def make_staff(role: Role) -> User:
    return make_person(role.value.title(), role=role, is_staff=True)


def make_full_case(editor: User | None = None, **fields: Any) -> Case:
    """A row of every kind, and a canary in every sealed field."""
    case = make_case(edited_by=editor, team_note=CANARY, **fields)
    make_rows(case, editor or make_person("Signer"))
    return case


def make_rows(case: Case, signer: User) -> None:
    member = make_member(case, real_name=CANARY, kin=CANARY)
    make_status(member)
    event = make_event(case, country="CN", date="2013-05-28")
    law = make_law(f"treaty-{event.pk}")
    case.citations.create(event=event, article=law, state="CN")
    make_claim(case, member=member, field="age", value="14")
    make_claim(case, member=member, field="age", value="16-17")
    make_involvement(case)
    make_intervention(case)
    make_consent(case, member, given_by_whom=CANARY, how_in_detail=CANARY)
    make_update(case)
    BestInterests.objects.create(
        case=case,
        member=member,
        scopes=["age"],
        reasons=CANARY,
        signed_by=signer,
        signed_at=NOW,
    )


def url(name: str, *args: Any) -> str:
    return reverse(f"case_desk:{name}", args=args)


def typed(client: Client, path: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from the form on that page, with these changes; False leaves a field out."""
    form = client.get(path).context["form"]
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if hasattr(bound.field.widget, "languages"):
            texts = value.texts if isinstance(value, Typed) else {code: said["text"] for code, said in value.items()}
            sent |= {f"{bound.html_name}_{code}": text for code, text in texts.items()}
        elif isinstance(value, list | tuple):
            sent[bound.html_name] = [getattr(each, "pk", each) for each in value]
        elif value not in (None, False):
            sent[bound.html_name] = value
    return {key: value for key, value in {**sent, **changes}.items() if value is not False}
