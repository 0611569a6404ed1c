"""A canary sits in each column that the public may not read, and is heard nowhere outside."""

import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import translation
from PIL import Image
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from campaign import links
from campaign.models import Signature
from cases import citations, snapshot, urls, urls_documents, urls_pictures
from cases.actions import publishing
from cases.models import Case, Publication
from maninso import errors
from maninso import urls as all_urls
from outbox.actions import send_due
from tests import factories
from tests.cases import canaries as tables
from tests.cases import desk, seeding
from tests.cases.canaries import CODED, KEPT, PUBLISHED, SEALED, Canaries
from tests.cases.seeding import REFERENCE, UNPUBLISHED, Seeded
from tests.cases.telling import _plain_files  # noqa: F401  (a fixture)
from tests.factories import make_person
from tests.outbox.mail_server import MailServer

LANGUAGES = ["en", "ko", "zh-hans", "ja"]


@pytest.fixture
def seeded(db: None, settings: Any, tmp_path: Any) -> Seeded:
    settings.VAR_DIR = tmp_path
    return seeding.seed()


# --- nothing is forgotten


def test_each_column_of_each_model_is_published_or_seeded_or_has_a_reason_not_to_be():
    listed = [*tables.listed(PUBLISHED), *tables.listed(KEPT), *tables.listed(CODED)]
    assert len(listed) == len(set(listed))
    assert set(listed) == tables.telling_columns()


def test_the_history_has_no_column_of_its_own_and_none_that_is_sealed():
    for model in filter(tables.is_history, apps.get_app_config("cases").get_models()):
        tracked = model.pgh_tracked_model
        columns = {column.name for column in model._meta.concrete_fields if not column.name.startswith("pgh_")}
        assert columns <= {column.name for column in tracked._meta.concrete_fields}
        assert columns.isdisjoint(name.partition(".")[2] for name in SEALED if name.startswith(f"{tracked.__name__}."))


def test_a_canary_sits_wherever_one_was_promised(seeded: Seeded):
    for name in tables.listed(KEPT):
        assert _sits_in(seeded.canaries, name, name), name
    for name in tables.listed(PUBLISHED):
        assert any(
            _sits_in(seeded.canaries, name, f"{which} {name}".strip()) for which in ("edited", "unpublished", "")
        )


def _sits_in(canaries: Canaries, column: str, canary: str) -> bool:
    model, _dot, name = column.partition(".")
    rows = apps.get_model("cases", model)._base_manager.all()
    return canary in canaries.tokens and any(canaries.found_in(_told(getattr(row, name)), [canary]) for row in rows)


def _told(value: Any) -> str:
    return f"{value.name} {value.email}" if isinstance(value, User) else str(value)


# --- where the public gets to


def addresses(seeded: Seeded) -> dict[str, list[str]]:
    """All that anyone may ask for about cases, by the name of its address."""
    digest = seeded.picture.derivative
    return {
        "cases": [*_of("cases", "", "?q=laos", "?q=laos&state=LA&year=2013&status=returned&minors=on", "?page=2")],
        "cases_list": _of("cases_list"),
        "list_pdf": _of("list_pdf"),
        "cases_feed": _of("cases_feed"),
        "case": _of("case"),
        "case_publication": [*_of("case_publication", number=1)],
        "case_sheet": _of("case_sheet"),
        "case_card": _of("case_card"),
        "case_feed": _of("case_feed"),
        "case_jsonld": _of("case_jsonld"),
        "case_citation": [url for style in citations.STYLES for url in _of("case_citation", style=style)],
        "case_picture": [f"/cases/pictures/{digest}{width}.jpg" for width in ("", "-480", "-960")],
    }


def _of(name: str, *queries: str, **arguments: Any) -> list[str]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            if not name.startswith(("cases", "list")):
                arguments["reference"] = REFERENCE
            found += [reverse(name, kwargs=arguments) + query for query in queries or ("",)]
    return found


def elsewhere(seeded: Seeded) -> list[str]:
    """What else anyone may ask for: the pages around cases, the campaign that names one, a signer's own page."""
    signature = factories.make_signature(seeded.campaign, state=Signature.State.CONFIRMED)
    localized = [
        "", "about/", "how-it-works/", "privacy/", "campaigns/light-the-way/", "campaigns/light-the-way/count/",
        "campaigns/light-the-way/signatures/", "campaigns/light-the-way/sign/", "signatures/links/",
    ]  # fmt: skip
    with translation.override("en"):
        own_page = reverse("own_page", args=[links.own_page_token(signature)])
    pages = [f"/{language}/{page}" for language in LANGUAGES for page in localized]
    return [*pages, own_page, "/sitemap.xml", "/robots.txt", "/healthz/", "/accounts/login/"]


def names_of(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_each_public_address_of_cases_is_visited(seeded: Seeded):
    public = {*names_of(urls.urlpatterns), *names_of(urls_documents.urlpatterns), *names_of(urls_pictures.public)}
    assert public == set(addresses(seeded))


def said_in(response: HttpResponse) -> str:
    """All that somebody with tools reads in it: headers, text, what is written in a PDF or beside a picture."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items() if name != "ETag")
    content, kind = response.content, response.headers.get("Content-Type", "")
    if kind == "application/pdf" and content:
        pdf = PdfReader(io.BytesIO(content))
        xmp = pdf.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
        return "\n".join([headers, str(pdf.metadata), xmp, *(page.extract_text() for page in pdf.pages)])
    if kind.startswith("image/") and content:
        image = Image.open(io.BytesIO(content))
        image.load()
        beside = {name: value for name, value in image.info.items() if name not in ("jfif_density", "dpi")}
        return "\n".join([headers, str(beside), str(dict(image.getexif())), content.decode("latin-1")])
    text = content.decode()
    if "json" in kind:
        text += json.dumps(json.loads(text), ensure_ascii=False)
    return f"{headers}\n{text}"


def test_no_publication_has_a_canary(seeded: Seeded):
    for publication in Publication.objects.all():
        assert seeded.canaries.found_in(snapshot.canonical(publication.content).decode()) == []


def test_no_public_page_document_feed_or_picture_has_a_canary(seeded: Seeded, client: Client, caplog: Any):
    for name, urls_of_it in addresses(seeded).items():
        for url in urls_of_it:
            response = client.get(url)
            assert response.status_code == 200, url
            text = said_in(response)
            assert seeded.canaries.found_in(text) == [], url
            # The ear is not deaf: what is public is heard.
            if name not in ("case_picture", "case_card") and "page=2" not in url:
                assert REFERENCE in text, url
    for url in elsewhere(seeded):
        response = client.get(url)
        assert response.status_code == 200, url
        assert seeded.canaries.found_in(said_in(response)) == [], url
    assert seeded.canaries.found_in(caplog.text) == []


def test_the_public_hears_what_it_may(seeded: Seeded, client: Client):
    """All texts of the publication stand in the page, and most in the sheet: the words are read as they are written."""
    told = telling_words(seeded.case)
    page, sheet = (said_in(client.get(addresses(seeded)[name][0])) for name in ("case", "case_sheet"))
    assert len(told.tokens) > 50
    assert len(told.found_in(page)) > len(told.tokens) * 0.4
    assert len(told.found_in(sheet)) > len(told.tokens) * 0.3


def test_no_search_finds_by_a_canary(seeded: Seeded, client: Client):
    for name in seeded.canaries.tokens:
        found = client.get("/en/cases/", {"q": seeded.canaries.tokens[name]})
        assert f"/{REFERENCE}/" not in found.text, name


# --- what was not found, is gone, or broke


def test_what_the_public_may_not_open_says_nothing(seeded: Seeded, client: Client):
    hidden = [url.replace(REFERENCE, UNPUBLISHED) for name, urls_of_it in addresses(seeded).items()
              for url in urls_of_it if REFERENCE in url]  # fmt: skip
    hidden += [f"/en/cases/{REFERENCE}/publications/2/", f"/en/cases/{REFERENCE}/citation.txt"]
    for digest in (seeded.unpublished_picture.derivative, seeded.picture.original, "0" * 64):
        hidden += [f"/cases/pictures/{digest}{width}.jpg" for width in ("", "-480")]
    unheard = [name for name in seeded.canaries.tokens if name not in ("unpublished Case.reference",)]
    for url in hidden:
        response = client.get(url)
        assert response.status_code == 404, url
        assert seeded.canaries.found_in(said_in(response), unheard) == [], url


def broken(request: HttpRequest, reference: str) -> HttpResponse:
    """With all of the record in its hands."""
    case = Case.objects.get(reference=reference)
    rows = [*case.members.all(), *case.consents.all(), *case.claims.select_related("source")]
    raise RuntimeError(f"{len(rows)} rows")


handler400, handler403 = errors.bad_request, errors.permission_denied
handler404, handler500 = errors.not_found, errors.server_error
urlpatterns = [path("en/broken/<str:reference>/", broken), *all_urls.urlpatterns]


@pytest.mark.urls(__name__)
def test_a_page_that_breaks_says_nothing(seeded: Seeded, caplog: Any):
    response = Client(raise_request_exception=False).get(f"/en/broken/{REFERENCE}/")
    assert response.status_code == 500
    assert seeded.canaries.found_in(said_in(response)) == []
    assert "RuntimeError" in caplog.text
    assert seeded.canaries.found_in(caplog.text) == []


def telling_words(case: Case) -> Canaries:
    """All that its live publication says: canaries of a page that is taken down."""
    told = Canaries()

    def walk(value: Any, place: str) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                walk(each, f"{place}.{name}")
        elif isinstance(value, list):
            for number, each in enumerate(value):
                walk(each, f"{place}.{number}")
        elif isinstance(value, str) and len(value) > len(REFERENCE):
            told.add(place, value)

    walk(case.live.content, "content")
    return told


def test_what_is_taken_down_is_heard_nowhere(seeded: Seeded, client: Client):
    told = telling_words(seeded.case)
    reason = seeded.canaries.word("reason of the standing takedown")
    visits = addresses(seeded)
    for url in (url for urls_of_it in visits.values() for url in urls_of_it):
        client.get(url)
    publishing.take_down_case(case=seeded.case, by=make_person("Juno", is_staff=True), reason=reason)
    # A campaign's page is kept for 5 s in each process.
    caches["pages"].clear()
    of_the_case = {name for name in visits if name.startswith("case_")} | {"case"}
    for name, urls_of_it in visits.items():
        for url in urls_of_it:
            response = client.get(url)
            assert response.status_code == (410 if name in of_the_case else 200), url
            text = said_in(response)
            assert told.found_in(text) == [], url
            assert seeded.canaries.found_in(text) == [], url
    for url in elsewhere(seeded):
        text = said_in(client.get(url))
        assert REFERENCE not in text, url
        assert told.found_in(text) == [], url
        assert seeded.canaries.found_in(text) == [], url


# --- mails


def test_the_mail_about_held_letters_says_which_case_and_nothing_of_it(seeded: Seeded, settings: Any):
    bora = make_person("Bora", role=Role.ORGANIZER, organisation=seeded.campaign.organisation, is_staff=True)
    told = telling_words(seeded.case)
    publishing.take_down_case(
        case=seeded.case, by=make_person("Juno", is_staff=True), reason=seeded.canaries.word("reason of a takedown")
    )
    server = MailServer().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    try:
        send_due(queue="confirmations")
    finally:
        server.stop()
    (mail,) = (mail for mail, to in zip(server.mails, server.recipients, strict=True) if to == bora.email)
    text = mail.as_string() + "".join(part.get_content() for part in mail.walk() if not part.is_multipart())
    assert REFERENCE in text
    assert told.found_in(text) == []
    assert seeded.canaries.found_in(text) == []


# --- the desk


def ways_through_the_desk(client: Client) -> list[str]:
    """Where links lead somebody who may open everything: one address of each shape."""
    waiting, seen, shapes = ["/desk/", "/desk/cases/", "/admin/campaign/campaign/"], set[str](), Counter[str]()
    while waiting:
        url = waiting.pop(0)
        shape = re.sub(r"\?.*", "?", re.sub(r"[0-9a-f]{64}|(?<=/)\d+", "N", url))
        if url in seen or shapes[shape]:
            continue
        seen.add(url)
        shapes[shape] += 1
        response = client.get(url)
        assert response.status_code in (200, 302), url
        if response.headers["Content-Type"].startswith("text/html"):
            found = re.findall(r'(?:href|src|hx-get)="([^"#]+)', response.text)
            absolute = (urljoin(url, html.unescape(each)) for each in found)
            waiting += [each for each in absolute if each.startswith(("/desk/cases/", "/admin/campaign/campaign/"))]
    return sorted(seen)


def heard_by(client: Client, seeded: Seeded, urls_at_desk: list[str], names: set[str]) -> dict[str, list[str]]:
    """What each page, and each part of one that htmx asks for, tells of these canaries besides its own address."""
    heard = {}
    for url in urls_at_desk:
        listening = names - {"unpublished Case.reference"} if UNPUBLISHED in url else names
        answers = [client.get(url)]
        if answers[0].status_code == 200:
            answers.append(client.get(url, headers={"HX-Request": "true"}))
        if found := seeded.canaries.found_in("".join(map(said_in, answers)), sorted(listening)):
            heard[url] = found
    return heard


def test_the_desk_keeps_what_is_not_for_everyone_there(seeded: Seeded):
    """Strangers, people without the role and viewers hear nothing; whoever may read the record, nothing sealed."""
    ways = ways_through_the_desk(desk.client_of(make_person("Root", is_staff=True, is_superuser=True)))
    for address in (
        f"/desk/cases/{REFERENCE}/review/", f"/desk/cases/{UNPUBLISHED}/history/", f"/desk/cases/{REFERENCE}/pictures/",
        f"/desk/cases/{REFERENCE}/texts/", "/desk/cases/publications/", "/admin/campaign/campaign/",
    ):  # fmt: skip
        assert address in ways
    everything = set(seeded.canaries.tokens)
    organisation = seeded.campaign.organisation
    outsiders = {
        "a stranger": Client(),
        "somebody with an account": desk.client_of(make_person("Eun")),
        "a viewer": desk.client_of(make_person("Vera", organisation=organisation, member="viewer", is_staff=True)),
        "an organizer": desk.client_of(
            make_person("Bora", role=Role.ORGANIZER, organisation=organisation, is_staff=True)
        ),
        "the abuse desk": desk.client_of(desk.make_staff(Role.ABUSE)),
    }
    for who, client in outsiders.items():
        assert heard_by(client, seeded, ways, everything) == {}, who
    # Drafts and filters are their owners' alone.
    sealed = {*SEALED, "FormDraft.typed", "SavedFilter.name", "SavedFilter.query", "metadata of the photograph"}
    for role in (Role.TRANSLATOR, Role.AUDITOR, Role.PUBLISHER, Role.REVIEWER):
        assert heard_by(desk.client_of(desk.make_staff(role)), seeded, ways, sealed) == {}, role
    beyond_texts = {name for name in everything if re.search(r"confidential|Decision|Takedown|Consent|Best", name)}
    translator = desk.client_of(User.objects.get(email="translator@example.com"))
    assert heard_by(translator, seeded, ways, beyond_texts) == {}


@pytest.mark.parametrize("role", [Role.TRANSLATOR, Role.AUDITOR, Role.PUBLISHER, Role.ORGANIZER])
def test_nobody_outside_the_team_unseals_by_asking(seeded: Seeded, role: Role):
    client = desk.client_of(desk.make_staff(role))
    member = seeded.case.members.first()
    for url in (
        desk.url("sealed", REFERENCE, "member", member.pk, "real_name"),
        reverse("case_pictures:original", args=[REFERENCE, seeded.picture.pk]),
    ):
        response = client.post(url, {"reason": "I am curious."})
        assert response.status_code == 403
        assert seeded.canaries.found_in(said_in(response)) == []
