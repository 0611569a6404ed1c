import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F
from django.db.models.functions import Upper
from django.forms import Textarea, modelform_factory
from django.test.utils import isolate_apps

from privacy.fields import BlindIndexField, SealedTextField
from privacy.indexes import blind_index
from privacy.sealing import CannotUnseal, seal


def raw(letters, pk: int, field: str) -> bytes | None:
    bare = ExpressionWrapper(F(field), output_field=BinaryField())
    value = letters.objects.annotate(bare=bare).values_list("bare", flat=True).get(pk=pk)
    return None if value is None else bytes(value)


def put(letters, pk: int, field: str, value: bytes) -> None:
    table, column = letters._meta.db_table, letters._meta.get_field(field).column
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, pk])


def test_a_sealed_text_is_readable_in_python_and_not_in_the_table(letters):
    letter = letters.objects.create(name="아라 Kim", words="Free them.\0")
    assert b"Kim" not in raw(letters, letter.pk, "name")
    read = letters.objects.get()
    assert (read.name, read.words, read.city) == ("아라 Kim", "Free them.\0", "")


def test_an_empty_text_is_sealed_and_none_is_null(letters):
    letter = letters.objects.create(name="", words=None)
    assert raw(letters, letter.pk, "name")
    assert raw(letters, letter.pk, "words") is None
    assert letters.objects.get().words is None


def test_every_way_of_writing_seals(letters):
    first, second = letters.objects.bulk_create([letters(name="Ara"), letters(name="Bora")])
    letters.objects.filter(pk=first.pk).update(words="by update")
    second.words = "by bulk_update"
    letters.objects.bulk_update([second], ["words"])
    letters.objects.update_or_create(pk=second.pk, defaults={"city": "Busan"})
    rows = letters.objects.order_by("pk").values_list("name", "words", "city")
    assert list(rows) == [("Ara", "by update", ""), ("Bora", "by bulk_update", "Busan")]
    for letter in (first, second):
        assert b"by" not in raw(letters, letter.pk, "words")


def test_saving_again_seals_anew(letters):
    letter = letters.objects.create(name="Ara")
    before = raw(letters, letter.pk, "name")
    letter.save()
    assert raw(letters, letter.pk, "name") != before


def test_a_value_copied_from_another_column_does_not_open(letters):
    letter = letters.objects.create(name="Ara", words="words")
    letters.objects.update(words=F("name"))
    with pytest.raises(CannotUnseal, match=r"privacy\.SealedLetter\.words"):
        letters.objects.get(pk=letter.pk)
    assert letters.objects.defer("words").get(pk=letter.pk).name == "Ara"


def test_the_context_is_the_column_unless_it_is_given(letters):
    letter = letters.objects.create(name="x", city="x")
    put(letters, letter.pk, "name", seal("Ara", context="privacy.SealedLetter.name"))
    put(letters, letter.pk, "city", seal("Busan", context="elsewhere.Letter.town"))
    letter.refresh_from_db()
    assert (letter.name, letter.city) == ("Ara", "Busan")


@pytest.mark.parametrize(
    "query",
    [
        {"name": "Ara"},
        {"name": None},
        {"name__exact": "Ara"},
        {"name__in": ["Ara"]},
        {"name__contains": "A"},
        {"name__iexact": "ara"},
        {"name__gt": "A"},
        {"name__startswith": "A"},
        {"name__lower": "ara"},
    ],
)
def test_a_sealed_column_cannot_be_searched(letters, query):
    with pytest.raises(FieldError, match=r"privacy\.SealedLetter\.name is sealed: .* with isnull, not with"):
        letters.objects.filter(**query)


def test_whether_there_is_a_value_can_be_asked(letters):
    letters.objects.create(name="Ara", words=None)
    assert letters.objects.filter(words__isnull=True).count() == 1
    assert letters.objects.filter(words__isnull=False).count() == 0


def test_a_function_of_a_sealed_column_never_gives_its_text(letters):
    letters.objects.create(name="Ara")
    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        list(letters.objects.annotate(shout=Upper("name")).values_list("shout"))


def test_a_sealed_value_is_not_serialised_as_plain_text(letters):
    letter = letters.objects.create(name="Ara")
    with pytest.raises(FieldError, match="pg_dump"):
        serializers.serialize("json", [letter])


def test_the_form_is_a_text_field_with_its_limit(letters):
    form_class = modelform_factory(letters, fields=["name", "words"])
    form = form_class({"name": "Ara", "words": "x" * 21})
    assert not form.is_valid()
    assert list(form.errors) == ["words"]
    assert isinstance(form.fields["name"].widget, Textarea)
    assert form.fields["words"].widget.attrs["maxlength"] == "20"
    assert form_class({"name": "Ara", "words": ""}).save().words is None
    with pytest.raises(ValidationError):
        letters(name="Ara", words="x" * 21).full_clean()
    with pytest.raises(ValidationError):
        letters(name="").full_clean()


def test_a_migration_carries_all_that_the_columns_say(letters):
    for field in letters._meta.local_fields[1:]:
        again = field.clone()
        assert type(again) is type(field)
        assert again.deconstruct()[1:] == field.deconstruct()[1:]
    assert letters._meta.get_field("city").deconstruct()[3]["context"] == "elsewhere.Letter.town"
    assert "context" not in letters._meta.get_field("name").deconstruct()[3]
    assert BlindIndexField(db_index=False).clone().db_index is False
    assert BlindIndexField().clone().db_index is True


def test_a_column_added_to_a_full_table_opens(letters):
    letters.objects.create(name="Ara")
    added = SealedTextField(blank=True, default="", context="added")
    added.set_attributes_from_name("added")
    added.model = letters
    with connection.schema_editor() as editor:
        editor.add_field(letters, added)
    with connection.cursor() as cursor:
        cursor.execute("SELECT added FROM privacy_sealedletter")
        (value,) = cursor.fetchone()
    assert added.from_db_value(value) == ""


def test_a_blind_index_finds_its_row(letters):
    index = blind_index("ara@example.com", purpose="address")
    letters.objects.create(name="Ara", index=index)
    letters.objects.create(name="Bora", index=None)
    found = letters.objects.get(index=index)
    assert (found.name, found.index) == ("Ara", index)
    assert type(found.index) is bytes


@pytest.mark.parametrize("length", [0, 31, 33])
def test_postgresql_refuses_a_blind_index_of_another_length(letters, length):
    with pytest.raises(IntegrityError, match="index"), transaction.atomic():
        letters.objects.create(name="Ara", index=bytes(length))


def test_a_blind_index_is_indexed(letters):
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, letters._meta.db_table)
    assert any(c["index"] and c["columns"] == ["index"] for c in constraints.values())


def test_an_abstract_model_lends_its_columns_and_not_its_name():
    class Base(models.Model):
        name = SealedTextField()

        class Meta:
            abstract = True
            app_label = "privacy"

    with isolate_apps("privacy"):

        class Child(Base):  # noqa: DJ008
            class Meta:
                app_label = "privacy"

    assert Child._meta.get_field("name").context == "privacy.Child.name"
