"""Delivery points as a table: read as spreadsheets write them, compared row by row, applied as a whole."""

import csv
import datetime as dt
import io

import pytest

from audit.models import Entry
from campaign import actions, point_sheets
from campaign.models import AnswersFor, DeliveryPoint, DeliveryPointText, PointImport
from face.spreadsheets import MOST_BYTES, BadSheet
from tests.factories import DAY, HOUR, NOW, fresh, make_point, make_target

pytestmark = pytest.mark.django_db
HEAD = "name,kind,country,city,email"
WARSAW = "Embassy in Warsaw,embassy,PL,Warsaw,warsaw@point.example"


def sheet(*lines, head=HEAD):
    return "\r\n".join([head, *lines]).encode()


def compare(content, encoding=""):
    return point_sheets.compare(make_target(), point_sheets.read(content, encoding))


def upload(chan, content, encoding=""):
    return actions.keep_upload(target=make_target(), name="points.csv", content=content, encoding=encoding, by=chan)


def applied(chan, content):
    kept = upload(chan, content)
    seen = point_sheets.compare(kept.target, point_sheets.read(content)).digest
    return actions.apply_upload(upload=kept, seen=seen, by=chan)


def errors(compared):
    return {(row.line, column) for row in compared.wrong for column in row.errors}


# --- However it is written


@pytest.mark.parametrize(
    "content",
    [
        sheet(WARSAW),
        b"\xef\xbb\xbf" + sheet(WARSAW),
        sheet(WARSAW).decode().encode("utf-16"),
        sheet(WARSAW).replace(b",", b";"),
        sheet(WARSAW).replace(b",", b"\t"),
        sheet(WARSAW).replace(b"\r\n", b"\n"),
        sheet(WARSAW) + b"\r\n,,,,\r\n",
        sheet(WARSAW, head=HEAD.upper()),
        sheet("warsaw@point.example,Warsaw,Poland,Embassy,Embassy in Warsaw", head="email,city,country,kind,name"),
    ],
    ids=["plain", "bom", "utf-16", "semicolons", "tabs", "unix", "empty rows", "capitals", "other order"],
)
def test_a_table_is_read_as_a_spreadsheet_writes_it(content):
    (row,) = compare(content).new
    point = row.point
    assert (point.name, point.kind, point.country, point.city) == ("Embassy in Warsaw", "embassy", "PL", "Warsaw")
    assert point.email == "warsaw@point.example"


def test_what_is_not_in_unicode_is_read_once_somebody_says_how_it_is_written():
    content = sheet("주폴란드 대사관,embassy,폴란드,바르샤바,warsaw@point.example").decode().encode("cp949")
    with pytest.raises(BadSheet, match="not in Unicode"):
        point_sheets.read(content)
    (row,) = compare(content, "cp949").new
    assert (row.point.name, row.point.country) == ("주폴란드 대사관", "PL")
    with pytest.raises(BadSheet, match="another one"):
        point_sheets.read(b"name\n\xff\xff\x81", "cp949")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"office,city\nx,y", "no column"),
        (b"name,city,city\nx,y,z", "twice"),
        (b"name,city", "no row"),
        (b"name,city\nx,y,z", "more cells"),
        (b"PK\x03\x04\0\0name", "not a text file"),
        (b"x" * (MOST_BYTES + 1), "larger than 2 MB"),
        (b"name\n" + b"x\n" * 10_000, "10000 rows"),
    ],
    ids=["empty", "no names", "twice", "no rows", "more cells", "a workbook", "large", "10,000 rows"],
)
def test_what_is_no_table_says_why(content, told):
    with pytest.raises(BadSheet) as bad:
        point_sheets.read(content)
    assert told in bad.value.told


def test_columns_that_nobody_knows_are_told():
    read = point_sheets.read(sheet(f"{WARSAW},x,y", head=f"{HEAD},Telefon,error"))
    assert read.unknown == ["telefon"]


# --- What is wrong, and where


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("name", ""),
        ("kind", "palace"),
        ("country", "Atlantis"),
        ("city", ""),
        ("email", "warsaw@"),
        ("time_zone", "Europe/Atlantis"),
        ("latitude", "north"),
        ("latitude", "200"),
        ("hourly_cap", "1,000"),
        ("hourly_cap", "many"),
        ("delivery_days", "1-9"),
        ("delivery_days", "Monday"),
        ("delivery_from", "9 o’clock"),
        ("takes_rest", "perhaps"),
        ("active", "perhaps"),
        ("shape", "square"),
        ("digest_times", "25:00"),
        ("answers_for", "PL;Atlantis"),
        ("name_ko", "대사관"),
        ("language", "xx"),
    ],
)
def test_a_cell_that_is_wrong_is_told_at_its_column(column, cell):
    cells = {"name": "Embassy in Warsaw", "kind": "embassy", "country": "PL", "city": "Warsaw", column: cell}
    out = io.StringIO()
    writer = csv.DictWriter(out, cells)
    writer.writeheader()
    writer.writerow(cells)
    compared = compare(out.getvalue().encode())
    expected = "city_ko" if column == "name_ko" else column
    assert errors(compared) == {(2, expected)}
    assert not compared.new


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("delivery_from,delivery_until", "17:00,09:00"),
        ("latitude,longitude", "52.2,"),
        ("hourly_cap,active", "0,yes"),
        ("digest_every,active", "1,yes"),
        ("takes_rest,active", "yes,yes"),
    ],
)
def test_what_the_database_would_refuse_is_told_before(head, cells):
    line = f"Embassy in Warsaw,embassy,PL,Warsaw,{cells}"
    assert compare(sheet(line, head=f"name,kind,country,city,{head}")).wrong


def test_names_countries_and_the_rest_are_compared_between_rows():
    content = sheet(
        f"{WARSAW},PL;LT,yes",
        f"{WARSAW},UA,no",
        "Embassy in Vilnius,embassy,LT,Vilnius,vilnius@point.example,LT,yes",
        head=f"{HEAD},answers_for,takes_rest",
    )
    assert errors(compare(content)) == {(3, "name"), (4, "answers_for"), (4, "takes_rest")}


def test_a_country_of_a_point_outside_the_table_is_taken(point):
    content = sheet("Embassy in Vilnius,embassy,LT,Vilnius,v@point.example,PL", head=f"{HEAD},answers_for")
    (row,) = compare(content).wrong
    assert row.told == [("answers_for", "Embassy in Warsaw answers for Poland already.")]


def test_the_rows_to_mend_can_be_downloaded_with_what_is_wrong_and_sent_again(chan):
    content = sheet(WARSAW, "=Embassy,embassy,Atlantis,Vilnius,v@point.example")
    compared = compare(content)
    (row,) = csv.DictReader(io.StringIO(point_sheets.to_mend(compared)))
    assert row["name"] == "'=Embassy"
    assert row["error"].startswith("country: No country is called Atlantis.")
    again = point_sheets.to_mend(compared).replace("Atlantis", "LT").encode()
    (mended,) = compare(again).new
    assert (mended.point.name, mended.point.country) == ("=Embassy", "LT")


# --- What it would change


def test_a_point_that_is_there_changes_in_its_columns_and_nowhere_else(chan, point):
    DeliveryPoint.objects.update(hourly_cap=7, postal_address="1 Main Street", verified_on=NOW.date())
    content = sheet("Embassy in Warsaw,new@point.example", head="name,email")
    (row,) = compare(content).changed
    assert row.changes == {"email": ("warsaw@point.example", "new@point.example")}
    applied(chan, content)
    changed = fresh(point)
    assert (changed.email, changed.hourly_cap, changed.postal_address) == ("new@point.example", 7, "1 Main Street")
    assert changed.verified_on is None, "nobody has checked the new address"
    assert set(changed.answers_for.values_list("country", flat=True)) == {"PL"}


def test_what_was_exported_changes_nothing_when_it_comes_back(chan):
    make_point(
        "Embassy in Warsaw",
        answers_for=("PL", "LT"),
        takes_rest=True,
        latitude="52.2",
        longitude="-0.1",
        time_zone="Europe/Warsaw",
        delivery_days=[1, 2, 5],
        delivery_from=dt.time(9),
        delivery_until=dt.time(17),
        digest_times=[dt.time(9, 30), dt.time(16)],
        postal_address="=1+1\n00-000 Warsaw",
    )
    warsaw = DeliveryPoint.objects.get()
    DeliveryPointText.objects.create(point=warsaw, language="ko", name="주폴란드 대사관", city="바르샤바")
    text = actions.export_points(target=warsaw.target, by=chan)
    assert "'=1+1" in text
    assert Entry.objects.get(action="points.exported").details == {"rows": 1}
    compared = compare(text.encode("utf-8-sig"))
    assert [row.told for row in compared.wrong] == []
    assert [row.changes for row in compared.changed] == []
    assert (compared.unchanged, compared.sheet.unknown) == (1, [])


def test_the_template_can_be_sent_as_it_is():
    (row,) = compare(point_sheets.template().encode("utf-8-sig")).new
    assert row.answers_for == ["LT", "PL"]


def test_countries_and_the_rest_may_wander_from_one_point_to_another(chan, point):
    vilnius = make_point("Embassy in Vilnius", answers_for=("LT",))
    content = sheet("Embassy in Warsaw,LT,no", "Embassy in Vilnius,PL,yes", head="name,answers_for,takes_rest")
    applied(chan, content)
    assert {row.point_id: row.country for row in AnswersFor.objects.all()} == {point.pk: "LT", vilnius.pk: "PL"}
    assert (fresh(point).takes_rest, fresh(vilnius).takes_rest) == (False, True)


def test_texts_of_other_languages_come_and_go(chan, point):
    applied(chan, sheet("Embassy in Warsaw,대사관,바르샤바", head="name,name_ko,city_ko"))
    assert point.texts.get().city == "바르샤바"
    applied(chan, sheet("Embassy in Warsaw,,", head="name,name_ko,city_ko"))
    assert not point.texts.exists()


# --- All or nothing


def test_applying_writes_all_rows_and_keeps_the_digest_instead_of_the_file(chan, point):
    done = applied(chan, sheet(WARSAW.replace("warsaw@", "office@"), WARSAW.replace("Warsaw", "Kraków")))
    assert (done.added, done.changed, done.content, done.applied_by) == (1, 1, None, chan)
    assert DeliveryPoint.objects.count() == 2
    entry = Entry.objects.get(action="points.imported")
    assert entry.details == {"sha256": done.sha256, "added": 1, "changed": 1}


def test_one_wrong_row_keeps_all_others_out(chan, point):
    content = sheet(WARSAW.replace("warsaw@", "office@"), "Embassy in Riga,embassy,Atlantis,Riga,riga@point.example")
    with pytest.raises(actions.NotApplied):
        applied(chan, content)
    assert fresh(point).email == "warsaw@point.example"
    assert PointImport.objects.waiting().exists()


def test_what_was_looked_at_is_what_is_applied(chan, point):
    content = sheet(WARSAW.replace("warsaw@", "office@"))
    kept = upload(chan, content)
    seen = compare(content).digest
    DeliveryPoint.objects.update(email="other@point.example")
    with pytest.raises(actions.NotApplied):
        actions.apply_upload(upload=kept, seen=seen, by=chan)
    assert fresh(point).email == "other@point.example"
    actions.apply_upload(upload=kept, seen=compare(content).digest, by=chan)
    with pytest.raises(actions.NotApplied):
        actions.apply_upload(upload=kept, seen=seen, by=chan)


def test_what_nobody_applies_within_a_day_is_thrown_away(chan):
    kept = upload(chan, sheet(WARSAW))
    assert actions.drop_old_uploads(now=NOW + 23 * HOUR) == 0
    assert actions.drop_old_uploads(now=NOW + DAY + HOUR) == 1
    assert not PointImport.objects.filter(pk=kept.pk).exists()


def test_a_table_costs_few_queries_however_long(django_assert_max_num_queries):
    lines = [WARSAW.replace("Warsaw", f"City {number}") for number in range(40)]
    content = point_sheets.read(sheet(*lines))
    target = make_target()
    # One for all that the database would check of a row, with its savepoint in a transaction; three for what is there.
    with django_assert_max_num_queries(3 * 40 + 3):
        assert len(point_sheets.compare(target, content).new) == 40
