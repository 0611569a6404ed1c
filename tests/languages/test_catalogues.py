"""The catalogues hold every string of the sources, translated, and nothing else."""

import re

import pytest
from babel.messages.catalog import Message

from maninso import translations

LANGUAGES = translations.languages()
# What a program puts in, and what a browser reads: the same in every language.
FIXED = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|<[^>]+>")
# Names of formats and of ourselves, which are the same everywhere.
SAME_EVERYWHERE = {"A4", "CSV", "HTML", "Maninso", "SHA-256", "Unicode", "XLSX (Excel, LibreOffice)"}
SAME_EVERYWHERE |= {"Daum", "Kakao", "Naver", "maninso-recovery-codes.txt"}
SAME_EVERYWHERE |= {"%(name)s, %(city)s", "%(name)s, %(place)s", "%(people)s."}
SAME_EVERYWHERE |= {"%(percent)s%%", "%(point)s – %(place)s", "Message-ID %(id)s"}
# Marks between the items of a list bring the space that follows them.
SEPARATORS = {", ", "; "}


@pytest.fixture(scope="module")
def strings():
    return {key(message): message for message in translations.extract() if message.id}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def catalogue(language):
    return translations.read(language)


def key(message: Message):
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def messages(catalogue):
    return [message for message in catalogue if message.id]


def forms(text) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def fixed(text: str) -> list[str]:
    return sorted(FIXED.findall(text))


def test_the_sources_are_found(strings):
    assert len(strings) > 500
    assert (None, ("in %(counter)s day", "in %(counter)s days")) in strings
    assert (None, "Please give your name.") in strings


def test_every_string_of_the_sources_is_in_the_catalogue_and_no_other(catalogue, strings):
    found = {key(message) for message in messages(catalogue)}
    assert strings.keys() - found == set(), "run bin/manage messages and translate what is new"
    assert found - strings.keys() == set(), "run bin/manage messages: these strings are gone"
    assert not catalogue.obsolete


def test_every_string_is_translated(catalogue):
    assert translations.missing(catalogue) == []


def test_no_translation_is_a_guess(catalogue):
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []


def test_no_translation_is_the_english_again(catalogue):
    same = [message.id for message in messages(catalogue) if set(forms(message.id)) & set(forms(message.string))]
    assert set(same) <= SAME_EVERYWHERE | SEPARATORS


def test_placeholders_and_tags_stay_what_they_are(catalogue):
    for message in messages(catalogue):
        for form in forms(message.string):
            assert fixed(form) == fixed(forms(message.id)[-1]), form


def test_each_language_has_as_many_forms_as_it_has_plurals(catalogue):
    for message in messages(catalogue):
        if not isinstance(message.id, str):
            assert len(forms(message.string)) == catalogue.num_plurals, message.id


def test_spaces_around_a_string_belong_to_the_page(catalogue):
    for message in messages(catalogue):
        for form in forms(message.string):
            assert form == form.strip() or message.id in SEPARATORS, form


def test_the_catalogue_is_as_the_command_writes_it(language, catalogue):
    assert translations._written(catalogue, language) == translations.po_file(language).read_text(encoding="utf-8")


def test_quotation_marks_are_those_of_the_language(language, catalogue):
    own = {"ko": "“”‘’", "zh-hans": "“”‘’", "ja": "「」『』"}[language]
    for message in messages(catalogue):
        for form in forms(message.string):
            assert set(re.findall('["“”‘’「」『』«»]', FIXED.sub("", form))) <= set(own), form


@pytest.mark.parametrize("chosen", ["zh-hans", "ja"])
def test_marks_between_chinese_and_japanese_letters_are_full_width(chosen):
    for message in messages(translations.read(chosen)):
        for form in forms(message.string):
            assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff][,;:?!.]", form), form


def test_korean_speaks_formally_throughout():
    """합니다체, as the letters and the campaigns do; not 해요체, which comes and goes with the translator's mood."""
    for message in messages(translations.read("ko")):
        for form in forms(message.string):
            endings = re.findall(r"([가-힣]요)(?=[.!?]|$)", form)
            assert set(endings) <= {"세요", "까요", "니요"}, form


def test_chinese_addresses_people_politely():
    for message in messages(translations.read("zh-hans")):
        assert not any("你" in form for form in forms(message.string)), message.string


class TestExtraction:
    def strings_of(self, tmp_path, name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return [(ids, context) for ids, _remarks, context in translations._strings(path)]

    def test_a_trimmed_block_is_one_line(self, tmp_path):
        text = "  {% blocktranslate trimmed %}\n    One\n    two {{ name }}\n  {% endblocktranslate %}"
        assert self.strings_of(tmp_path, "a.html", text) == [("One two %(name)s", None)]

    def test_plurals_and_contexts_are_kept(self, tmp_path):
        text = (
            "{% blocktranslate count counter=n %}{{ counter }} day{% plural %}{{ counter }} days{% endblocktranslate %}"
            '<p title="{% translate "May" context "month" %}">don\'t \\ {{ x }}</p>'
        )
        assert self.strings_of(tmp_path, "a.html", text) == [
            (("%(counter)s day", "%(counter)s days"), None),
            ("May", "month"),
        ]

    def test_text_that_looks_like_a_program_is_not_read_as_one(self, tmp_path):
        text = "   'unclosed (\n {% translate 'x' %}\n\"\"\" 100% “quoted”\n\t{% translate \"y\" %} {# _('no') #}"
        assert [ids for ids, _context in self.strings_of(tmp_path, "a.txt", text)] == ["x", "y"]

    def test_programs_are_read_with_their_plurals_and_remarks(self, tmp_path):
        path = tmp_path / "a.py"
        path.write_text('# Translators: a verb\nx = _("Open")\ny = ngettext("%d mail", "%d mails", n)\nz = _(name)\n')
        assert list(translations._strings(path)) == [
            ("Open", ["Translators: a verb"], None),
            (("%d mail", "%d mails"), [], None),
        ]


class TestRenewal:
    def test_what_is_new_comes_in_empty_and_what_is_gone_goes(self, settings, tmp_path, monkeypatch):
        settings.LOCALE_PATHS = [tmp_path]
        kept, new = translations.Catalog(), translations.Catalog()
        for text in ("One sentence.", "Another."):
            kept.add(text, locations=[("a.py", 0)])
        monkeypatch.setattr(translations, "extract", lambda: kept)
        renewed = translations.renew("ko")
        renewed.get("One sentence.").string = "한 문장입니다."
        translations.po_file("ko").write_text(translations._written(renewed, "ko"), encoding="utf-8")

        for text in ("One sentence.", "One sentences."):
            new.add(text, locations=[("a.py", 0)])
        monkeypatch.setattr(translations, "extract", lambda: new)
        renewed = translations.renew("ko")
        assert renewed.get("One sentence.").string == "한 문장입니다."
        assert translations.missing(renewed) == ["One sentences."]
        assert "Another." not in renewed

    def test_it_may_be_repeated_without_a_change(self, settings, tmp_path):
        settings.LOCALE_PATHS = [tmp_path]
        translations.renew("ja")
        first = translations.po_file("ja").read_text(encoding="utf-8")
        translations.renew("ja")
        assert translations.po_file("ja").read_text(encoding="utf-8") == first
        assert "Date" not in first.split("\n\n")[0]
