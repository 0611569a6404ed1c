"""Citations: read back by other people's programs, whatever a title holds."""

import json

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pybtex.richtext import Text

from cases import citations
from tests.cases import publications
from tests.cases.making import make_case

ITEM = {
    "id": "MNS-2013-001.2.en",
    "type": "webpage",
    "title": "Nine people",
    "author": [{"literal": "Maninso"}],
    "publisher": "Maninso",
    "number": "MNS-2013-001",
    "version": "2",
    "issued": {"date-parts": [[2026, 9, 4]]},
    "language": "en",
    "URL": "https://site.example/en/cases/MNS-2013-001/publications/2/",
    "note": "SHA-256 0123",
}
TITLES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1
).filter(str.strip)
HOSTILE = [
    "{",
    "}",
    r"\}",
    r"\input{x}",
    "a\nER  - \nTY  - BOOK",
    "100% & #1_$x^2~",
    "@book{x,",
    "“인용”, 萬人",
    'a"b',
    "\\",
]


def shown(bibtex: str) -> str:
    """The title as a reader of the bibliography sees it."""
    entry = parse_string(bibtex, "bibtex").entries[ITEM["id"]]
    return str(Text.from_latex(entry.fields["title"]))


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_out_of_bibtex(title: str) -> None:
    text = citations.bibtex({**ITEM, "title": title})
    assert list(parse_string(text, "bibtex").entries) == [ITEM["id"]]
    assert set(parse_string(text, "bibtex").entries[ITEM["id"]].fields) >= {"title", "year", "url", "note"}


@given(TITLES)
def test_braces_of_bibtex_are_balanced_whatever_the_title(title: str) -> None:
    """BibTeX counts braces before it knows of any backslash."""
    text = citations.bibtex({**ITEM, "title": title})
    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert list(parse_string(text, "bibtex").entries) == [ITEM["id"]]


@pytest.mark.parametrize("title", ["100% & #1_x", "“인용”, 萬人", "Nine: people, O'Neill"])
def test_bibtex_shows_the_title_that_was_written(title: str) -> None:
    assert shown(citations.bibtex({**ITEM, "title": title})) == title


@given(TITLES)
def test_ris_says_what_was_written(title: str) -> None:
    (entry,) = rispy.loads(citations.ris({**ITEM, "title": title}))
    assert entry["title"] == one_line(title)
    assert entry["urls"] == [ITEM["URL"]]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_out_of_ris(title: str) -> None:
    (entry,) = rispy.loads(citations.ris({**ITEM, "title": title}))
    assert entry["title"] == one_line(title)
    assert entry["type_of_reference"] == "ELEC"


@given(TITLES)
def test_csl_json_says_what_was_written(title: str) -> None:
    assert json.loads(citations.csl_json({**ITEM, "title": title})) == [{**ITEM, "title": title}]


@pytest.mark.django_db
def test_a_citation_names_the_publication_that_stays(settings) -> None:
    publication = publications.publish(make_case())
    cited = citations.item(publication, "ko")
    reference = publication.case.reference
    assert cited["URL"] == f"{settings.SITE_URL}/ko/cases/{reference}/publications/1/"
    assert cited["version"] == "1"
    assert publication.digest in cited["note"]
    # The title is there in English alone, and so it says.
    assert (cited["title"], cited["language"]) == ("Nine people, returned from Laos", "en")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("style", "kind", "ending"),
    [
        ("csl", "vnd.citationstyles.csl+json", "json"),
        ("bib", "x-bibtex", "bib"),
        ("ris", "x-research-info-systems", "ris"),
    ],
)
def test_a_citation_is_a_file_of_its_kind(client, style: str, kind: str, ending: str) -> None:
    reference = publications.publish(make_case()).case.reference
    response = client.get(f"/en/cases/{reference}/citation.{style}")
    assert response["Content-Type"] == f"application/{kind}; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{reference}.{ending}"'


@pytest.mark.django_db
def test_there_is_no_other_style(client) -> None:
    reference = publications.publish(make_case()).case.reference
    assert client.get(f"/en/cases/{reference}/citation.doc").status_code == 404
