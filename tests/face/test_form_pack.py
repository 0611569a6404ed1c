"""What the crispy pack in templates/maninso/ promises to people who hear the form instead of seeing it."""

from html.parser import HTMLParser

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Hidden, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms


class Elements(HTMLParser):
    """Every start tag of the page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def one(self, tag, **wanted):
        matches = [attrs for name, attrs in self.found if name == tag and wanted.items() <= attrs.items()]
        assert len(matches) == 1, (tag, wanted, matches)
        return matches[0]

    def ids(self):
        return [attrs["id"] for _, attrs in self.found if attrs.get("id")]


class LetterForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label="Name")
    email = forms.EmailField(label="E-mail", help_text="Nobody else sees it.")
    country = forms.ChoiceField(label="Country", choices=[("", "Choose"), ("PL", "Poland")])
    display = forms.ChoiceField(
        label="Shown",
        help_text="In the letter.",
        choices=[("full", "Full"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label="Words", required=False, widget=forms.Textarea)
    updates = forms.BooleanField(label="Updates", required=False)

    def __init__(self, *args, layout=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.disable_csrf = True
        self.helper.layout = layout


def render(form):
    return render_crispy_form(form, context={"csrf_token": "token"})


@pytest.fixture
def refused():
    return Elements(render(LetterForm({"email": "ara@", "display": "maybe"})))


def test_each_visible_field_has_a_label_that_points_at_it():
    page = Elements(render(LetterForm()))
    labels = {attrs.get("for") for tag, attrs in page.found if tag == "label"}
    fields = {
        attrs["id"]
        for tag, attrs in page.found
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden"
    }
    assert fields == labels


def test_ids_are_unique(refused):
    assert len(refused.ids()) == len(set(refused.ids()))


def test_a_hint_is_tied_to_its_field():
    page = Elements(render(LetterForm()))
    assert page.one("input", name="email")["aria-describedby"] == "id_email_helptext"
    assert "id_email_helptext" in page.ids()


def test_an_error_is_tied_to_its_field_after_the_hint(refused):
    field = refused.one("input", name="email")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "id_email_helptext id_email_error"
    assert {"id_email_helptext", "id_email_error"} <= set(refused.ids())


def test_a_field_without_error_is_not_called_invalid(refused):
    assert "aria-invalid" not in refused.one("textarea", name="words")


def test_choices_are_one_group_described_as_a_whole(refused):
    group = refused.one("fieldset", id="div_id_display")
    assert group["aria-describedby"] == "id_display_helptext id_display_error"
    html = render(LetterForm())
    assert html.index("<legend") < html.index("Shown") < html.index("</legend>")


def test_what_may_be_left_out_says_so_and_nothing_else_does():
    html = render(LetterForm())
    assert html.count("(optional)") == 1
    assert html.index("Words") < html.index("(optional)") < html.index('name="words"')


def test_the_summary_takes_the_focus_and_links_to_each_field(refused):
    summary = refused.one("div", role="alert")
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary
    targets = {attrs["href"].removeprefix("#") for tag, attrs in refused.found if tag == "a"}
    assert targets == {"id_name", "id_email", "id_country", "id_display_0"}
    assert targets <= set(refused.ids())


def test_the_summary_names_what_is_wrong_with_the_form_as_a_whole_and_with_hidden_fields():
    form = LetterForm({})
    form.add_error(None, "The letter has changed.")
    summary = render(form).partition("</ul>")[0]
    assert "The letter has changed." in summary
    assert "#id_version" not in summary
    assert summary.count("<li>") == 6


def test_a_form_without_errors_has_no_summary():
    assert "alert" not in render(LetterForm())


def test_what_was_typed_comes_back_escaped():
    html = render(LetterForm({"name": '"><script>alert(1)</script>', "words": "</textarea><b>"}))
    assert "<script>" not in html
    assert "&lt;/textarea&gt;&lt;b&gt;" in html


def test_an_error_that_quotes_the_visitor_is_escaped():
    form = LetterForm({})
    form.add_error("name", "<i>x</i>")
    assert "<i>" not in render(form)


def test_what_is_folded_away_is_open_once_it_was_sent():
    layout = Layout("name", Fieldset("If you like", "words", template="maninso/layout/unfold.html"))
    assert "open" not in Elements(render(LetterForm(layout=layout))).one("details")
    assert "open" in Elements(render(LetterForm({"words": "For them"}, layout=layout))).one("details")


def test_the_token_is_written_only_where_it_is_wanted():
    form = LetterForm()
    assert "csrfmiddlewaretoken" not in render(form)
    form.helper.disable_csrf = False
    assert "csrfmiddlewaretoken" in render(form)


def test_buttons_and_hidden_values_of_the_helper():
    form = LetterForm()
    form.helper.add_input(Hidden("shown", "abc"))
    form.helper.add_input(Submit("sign", "Sign it"))
    page = Elements(render(form))
    assert page.one("input", name="shown")["value"] == "abc"
    assert page.one("button", type="submit")["name"] == "sign"


def test_a_group_of_fields_has_its_legend():
    html = render(LetterForm(layout=Layout(Fieldset("About you", "name"))))
    assert "<legend>About you</legend>" in html
