"""The drawings' numbers: nothing leaves the frame, nothing that exists is too thin to see."""

import datetime as dt
import itertools

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaign import charts, rules
from campaign.models import Tally

TODAY = dt.date(2027, 9, 24)
DAY = dt.timedelta(days=1)

counts = st.dictionaries(st.dates(TODAY - 400 * DAY, TODAY), st.integers(1, 2_000_000), max_size=40)


def points(line: str) -> list[tuple[float, float]]:
    return [tuple(float(part) for part in point.split(",")) for point in line.split()]


# Progress


def test_nobody_yet_is_an_empty_track():
    assert charts.progress(0, 10_000) == charts.Progress(total=0, goal=10_000, percent=0, fill="0", mark="")


def test_the_first_signature_is_seen_on_the_way_to_any_goal():
    assert float(charts.progress(1, 1_000_000).fill) == charts.THINNEST


def test_half_of_the_goal_fills_half():
    assert charts.progress(500, 1000).fill == "50"


def test_beyond_the_goal_the_track_is_full_and_a_mark_shows_the_goal():
    beyond = charts.progress(2000, 500)
    assert (beyond.percent, beyond.fill, beyond.mark) == (400, "100", "25")


# Period


def test_the_days_end_with_today_while_a_campaign_is_open_and_with_its_closing_afterwards():
    opened, closes = TODAY - 10 * DAY, TODAY + 5 * DAY
    assert charts.period({}, opened=opened, closes=closes, today=TODAY) == (opened, TODAY)
    assert charts.period({}, opened=opened, closes=closes, today=TODAY + 300 * DAY) == (opened, closes)


def test_whoever_confirmed_after_the_closing_is_on_the_chart():
    closes = TODAY - 9 * DAY
    late = {closes + 3 * DAY: 1}
    assert charts.period(late, opened=closes - DAY, closes=closes, today=TODAY)[1] == closes + 3 * DAY


def test_a_campaign_that_opens_tomorrow_has_a_period_of_one_day():
    assert charts.period({}, opened=TODAY + DAY, closes=TODAY + 9 * DAY, today=TODAY) == (TODAY + DAY, TODAY + DAY)


# Days


def test_no_signature_is_no_bar():
    empty = charts.days({}, last=TODAY)
    assert (empty.bars, empty.total, empty.busiest) == ([], 0, None)


def test_thirty_days_are_shown_and_no_day_before():
    shown = charts.days({TODAY - 29 * DAY: 1, TODAY - 30 * DAY: 5, TODAY: 2}, last=TODAY)
    assert [bar.day for bar in shown.bars] == [TODAY - 29 * DAY, TODAY]
    assert (shown.first, shown.last, shown.total) == (TODAY - 29 * DAY, TODAY, 3)


@given(counts)
def test_bars_stay_in_the_frame_apart_from_each_other_and_can_be_seen(counts):
    shown = charts.days(counts, last=TODAY)
    for bar in shown.bars:
        assert float(bar.height) >= charts.LOWEST
        assert float(bar.y) >= 0
        assert float(bar.y) + float(bar.height) == pytest.approx(charts.HEIGHT, abs=0.11)
        assert 0 <= float(bar.x) < float(bar.x) + float(bar.width) <= charts.WIDTH
    for one, other in itertools.pairwise(shown.bars):
        assert float(one.x) + float(one.width) < float(other.x)


# Growth


@given(counts)
def test_the_line_climbs_from_nought_to_all_from_edge_to_edge(counts):
    first, last = charts.period(counts, opened=TODAY - 7 * DAY, closes=TODAY, today=TODAY)
    grown = charts.growth(counts, first=first, last=last)
    line = points(grown.line)
    assert line[0] == (0, charts.HEIGHT)
    assert line[-1][0] == charts.WIDTH
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert [y for _, y in line] == sorted((y for _, y in line), reverse=True)
    assert all(0 <= y <= charts.HEIGHT for _, y in line)
    assert grown.total == sum(counts.values()) <= grown.top


@pytest.mark.parametrize("length", [1, 2, 79, 80, 81, 400, 4000])
def test_a_long_time_has_no_more_points_than_can_be_told_apart(length):
    first = TODAY - (length - 1) * DAY
    grown = charts.growth({first: 3, TODAY: 4}, first=first, last=TODAY)
    assert 2 <= len(points(grown.line)) <= charts.POINTS + 1


def test_the_table_of_the_growth_has_a_row_per_month_with_signatures():
    days = {dt.date(2027, 1, 31): 1, dt.date(2027, 2, 1): 2, dt.date(2027, 2, 9): 3, dt.date(2027, 5, 1): 4}
    grown = charts.growth(days, first=dt.date(2027, 1, 1), last=TODAY)
    assert grown.months == [
        charts.Month(dt.date(2027, 1, 1), 1, 1),
        charts.Month(dt.date(2027, 2, 1), 5, 6),
        charts.Month(dt.date(2027, 5, 1), 4, 10),
    ]


# Countries


def test_one_country_fills_its_track():
    one = charts.by_country([("Poland", 1)])
    assert [country.fill for country in one.most] == ["100"]
    assert one.others == 0


def test_of_two_hundred_countries_the_first_are_drawn_and_all_are_in_the_table():
    many = charts.by_country([(f"Country {number}", 1_000_000 // number) for number in range(1, 201)])
    assert len(many.most) == charts.COUNTRIES_SHOWN
    assert many.others == 200 - charts.COUNTRIES_SHOWN
    assert len(many.named) == 200
    assert all(float(country.fill) >= charts.THINNEST for country in many.named)


# Countries where signing is dangerous


def test_a_few_from_a_dangerous_country_are_told_with_others_as_one_number(settings):
    settings.RISKY_COUNTRIES = ["CN", "KP"]
    counts = [("KR", 40), ("PL", 12), ("CL", 5), ("FR", 4), ("CN", 2), ("AT", 1), ("KP", 1)]
    named, together = rules.countries_told(counts)
    assert named == [("KR", 40), ("PL", 12)]
    assert sorted(together) == [("AT", 1), ("CL", 5), ("CN", 2), ("FR", 4), ("KP", 1)]


def test_no_more_countries_stand_in_than_it_takes(settings):
    settings.RISKY_COUNTRIES = ["CN"]
    named, together = rules.countries_told([("KR", 40), ("CN", 9), ("FR", 4), ("CL", 2), ("AT", 1)])
    assert named == [("KR", 40), ("FR", 4), ("CL", 2)]
    assert sum(count for _code, count in together) == rules.FEW


def test_a_country_of_many_never_stands_in(settings):
    settings.RISKY_COUNTRIES = ["CN"]
    assert rules.countries_told([("KR", 40), ("CN", 1)]) == ([("KR", 40)], [("CN", 1)])


@pytest.mark.parametrize("risky", [["CN"], []])
def test_ten_from_a_dangerous_country_are_named_and_so_are_few_from_others(settings, risky):
    settings.RISKY_COUNTRIES = risky
    counts = [("CN", 10), ("CL", 1)]
    assert rules.countries_told(counts) == (counts, [])


@given(st.dictionaries(st.sampled_from(["CN", "KP", "KR", "PL", "CL", "FR"]), st.integers(1, 30)))
def test_nobody_is_lost_between_the_named_and_the_others(counts):
    rows = sorted(counts.items(), key=lambda pair: -pair[1])
    named, together = rules.countries_told(rows)
    assert sorted(named + together) == sorted(rows)
    assert [row for row in rows if row in named] == named


def test_the_page_names_no_dangerous_country_from_which_few_have_signed(client, campaign):
    for code, count in (("KR", 12), ("PL", 6), ("HK", 1), ("FR", 1), ("ZA", 3)):
        Tally.objects.create(campaign=campaign, dimension="country", key=code, count=count)
    Tally.objects.create(campaign=campaign, dimension="day", key=TODAY.isoformat(), count=23)
    page = client.get("/en/campaigns/light-the-way/").content.decode()
    charts_shown = page[page.index('id="charts"') : page.index('id="deliveries"')]
    assert "From 5 countries" in charts_shown
    assert "South Korea" in charts_shown
    assert "Hong Kong" not in charts_shown
    assert '<th scope="row">Other countries</th><td>11</td>' in charts_shown


# Axes and pages


@given(st.integers(0, 10**9))
def test_an_axis_ends_with_a_round_number_a_little_above(most):
    top = charts.nice_top(most)
    assert max(most, 1) <= top <= max(2 * most, 1)
    assert str(top).rstrip("0") in {"1", "2", "4", "5", "6", "8"}


def drawing(counts: dict[dt.date, int], countries: list[tuple[str, int]]) -> str:
    first, last = charts.period(counts, opened=TODAY - 3 * DAY, closes=TODAY, today=TODAY)
    context = {
        "days": charts.days(counts, last=last),
        "growth": charts.growth(counts, first=first, last=last),
        "countries": charts.by_country(countries),
    }
    return render_to_string("components/charts.html", {"charts": context})


def test_each_chart_has_its_words_and_a_table_behind_it():
    html = drawing({TODAY: 5}, [(f"Country {number}", 1) for number in range(20)])
    assert html.count("<figure") == html.count("<figcaption") == html.count("<table") == 3
    assert html.count('role="img" aria-label="') == 2
    assert "And 12 countries more." in html


def test_no_signature_means_no_chart():
    assert "<svg" not in drawing({}, [])


def test_a_month_of_silence_says_so_in_words():
    quiet = charts.days({TODAY - 200 * DAY: 5}, last=TODAY)
    assert "None between" in render_to_string("components/chart_days.html", {"chart": quiet})


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "ja", "de"])
def test_coordinates_are_written_with_points_in_every_language(language):
    with translation.override(language):
        html = drawing({TODAY - 2 * DAY: 3, TODAY: 7}, [("Poland", 7), ("Chile", 3)])
    assert 'width="7.7"' in html
    assert 'width="42.9"' in html


def test_what_a_country_is_called_is_escaped():
    assert "<b>" not in drawing({TODAY: 1}, [("<b>", 1)])
