"""Published cases for the tests of public pages: what reviewers do before is another test's matter."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import User
from cases import snapshot
from cases.actions import publishing
from cases.models import Adherence, Case, CaseRelation, Citation, Member, Publication, Reservation, Status, Submission
from face.words import Words, made
from tests.cases import making
from tests.factories import fresh, make_person


@pytest.fixture(autouse=True)
def _plain_files(settings: Any) -> None:
    """Imported by the tests that render pages: static files go by their plain names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def publish(case: Case, *, note: Words | None = None, is_correction: bool = False) -> Publication:
    """Puts the record online as it is, gate or no gate."""
    by = User.objects.filter(email="hana@example.com").first() or make_person("Hana")
    case = fresh(case)
    content = snapshot.build(case, note=note, is_correction=is_correction)
    submission = Submission.objects.create(
        case=case, digest=snapshot.digest(content), note=dict(note or {}), is_correction=is_correction, by=by
    )
    publication = publishing._make_publication(submission, content, by=by)
    for state in ("draft", "in_review"):
        if case.state != state:
            case.move(state, by=by)
    case.move("published", by=by, live=publication)
    return publication


def public_case(**fields: Any) -> Case:
    """One man, arrested and returned."""
    case = making.make_ready_case(**fields)
    publish(case)
    return fresh(case)


def relate(one: Case, other: Case) -> None:
    earlier, later = sorted((one, other), key=lambda case: case.pk)
    CaseRelation.objects.create(earlier=earlier, later=later)


def crowd(case: Case, people: int) -> None:
    """So many people, each with a status and an age."""
    members = Member.objects.bulk_create(
        Member(case=case, label=made(en=f"person {number}", ko=f"{number}번 사람"), age_min=number % 70, sex="female")
        for number in range(1, people + 1)
    )
    days = making.dt.date(2013, 5, 28)
    Status.objects.bulk_create(
        Status(case=case, member=member, kind="returned", date=f"{days}", date_earliest=days, date_latest=days)
        for member in members
    )


def days(case: Case, events: int) -> None:
    """So many events, a day apart."""
    source = making.make_source()
    for number in range(events):
        date = dt.date(2011, 1, 1) + dt.timedelta(days=number)
        making.make_claim(case, source, event=making.make_event(case, "other", date.isoformat()))


def rich_case(reference: str = "MNS-2013-900") -> Case:
    """Something of everything that a page can show, in English and Korean."""
    case = making.make_case(
        reference=reference,
        kind="group",
        people_min=9,
        people_max=9,
        people_note=made(en="All of them are reported to be orphans.", ko="모두 고아로 알려져 있습니다."),
        title=made(en="Nine young people, sent back from Laos", ko="라오스에서 되돌려 보내진 청소년 아홉 명"),
        summary=made(
            en="Nine young North Koreans were arrested in Laos on their way to South Korea and flown to Pyongyang. "
            "It was the first forced return from Laos that became known. Nobody outside has verified news of them.",
            ko="한국으로 가던 북한 청소년 아홉 명이 라오스에서 체포되어 평양으로 보내졌습니다. 라오스에서 알려진 첫 "
            "강제 송환이었습니다. 그 뒤로 확인된 소식이 없습니다.",
        ),
        story=made(
            en="The nine had lived on their own in China before two helpers took them south.\n\nThey were held for "
            "seventeen days. Their helpers were told that they could go on to Seoul.",
            ko="아홉 명은 중국에서 자기들끼리 지내다가 두 사람의 도움으로 남쪽으로 향했습니다.\n\n열이레 동안 갇혀 "
            "있었습니다. 서울로 갈 수 있다는 말을 들었습니다.",
        ),
    )
    news = making.make_source(
        publisher="Los Angeles Times",
        title="Laos assailed for sending young defectors back to North Korea",
        date="2013-06-02",
        reliability="B",
    )
    radio = making.make_source(
        publisher="Radio Free Asia",
        title="Laos Admits Handing Over North Korean Defectors to Pyongyang",
        date="2013-05-31",
        reliability="B",
        url="https://news.example/laos",
        archive_url="https://archive.example/laos",
    )
    yonhap = making.make_source(
        publisher="연합뉴스",
        title="탈북 청소년 송환, 유엔 기구와 협의",
        date="2013-05-30",
        language="ko",
        reliability="A",
    )
    inquiry = making.make_source(
        type="report",
        publisher="UN Commission of Inquiry on human rights in the DPRK",
        title="Report",
        number="A/HRC/25/63",
        date="2014-02-07",
        reliability="A",
    )
    undated = making.make_source(
        type="post-weblog", publisher="A students’ blog", title="Thirty Minutes of Freedom", date="", reliability="F"
    )
    making.make_claim(case, news)
    making.make_claim(case, radio)
    making.make_claim(case, news, field="people", value="9")
    members = [
        making.make_member(
            case,
            fields.pop("en"),
            tier=fields.pop("tier", "anonymous"),
            citizenship="KP",
            **fields,
        )
        for fields in (
            {"en": "the youngest girl", "age_min": 14, "age_max": 15, "sex": "female", "age_estimated": True},
            {"en": "Bit", "tier": "pseudonym", "age_min": 15, "age_max": 15, "sex": "male"},
            {"en": "the oldest boy", "age_min": 18, "age_max": 23, "sex": "male"},
            {"en": "six others", "tier": "counted", "people": 6, "age_min": 15},
        )
    ]
    korean = ("가장 어린 소녀", "빛", "가장 나이 많은 소년", "다른 여섯 명")
    for member, label in zip(members, korean, strict=True):
        Member.objects.filter(pk=member.pk).update(label=made(en=member.label["en"]["text"], ko=label))
        making.make_claim(case, yonhap, member=member)
        held = making.make_status(member, "detained", "2013-05-10")
        back = making.make_status(member, "returned", "2013-05-28")
        making.make_claim(case, radio, status=held)
        making.make_claim(case, yonhap, status=back)
    making.make_claim(case, yonhap, member=members[2], field="age", value="15-23", credibility=2, chosen=True,
                      why_chosen=made(en="Two newspapers that spoke with their helpers agree.",
                                      ko="조력자들과 이야기한 두 신문이 같은 나이를 전합니다."))  # fmt: skip
    making.make_claim(case, radio, member=members[2], field="age", value="14-18", credibility=3,
                      locator=made(en="para. 4", ko="제4항"), quotation="aged between 14 and 18")  # fmt: skip
    arrest = making.make_event(
        case, "arrest", "2013-05-10",
        what=made(en="Police arrested them with two helpers near the border with China.",
                  ko="중국 국경 근처에서 경찰이 두 조력자와 함께 이들을 체포했습니다."),
        country="LA", place=made(en="Oudomxay", ko="우돔싸이"), precision="province",
    )  # fmt: skip
    handover = making.make_event(
        case, "handover", "2013-05-27?",
        what=made(en="They were taken out of Laos.", ko="라오스 밖으로 보내졌습니다."),
        country="LA", from_state="LA", to_state="CN",
    )  # fmt: skip
    returned = making.make_event(
        case, "return", "2013-05-28",
        what=made(en="They were flown to Pyongyang; at least one agent of North Korea was on the flight.",
                  ko="평양으로 가는 비행기에 태워졌고, 북한 요원이 적어도 한 명 함께 탔습니다."),
        country="CN", from_state="CN", to_state="KP",
    )  # fmt: skip
    rally = making.make_event(
        case, "protest", "2013-06", country="KR", members=members[:2],
        what=made(en="Vigils were held in Seoul.", ko="서울에서 촛불 집회가 열렸습니다."),
        place=made(en="Seoul", ko="서울"), precision="city",
    )  # fmt: skip
    for event, source in ((arrest, news), (arrest, radio), (handover, yonhap), (returned, yonhap), (rally, undated)):
        making.make_claim(case, source, event=event)
    making.make_claim(case, yonhap, event=handover, field="to_state", value="CN", credibility=2, chosen=True,
                      why_chosen=made(en="South Korean officials and two bodies of the United Nations say so.",
                                      ko="한국 당국자들과 유엔 기구 두 곳이 그렇게 말합니다."))  # fmt: skip
    making.make_claim(case, radio, event=handover, field="to_state", value="KP", credibility=3,
                      locator=made(en="para. 2", ko="제2항"), quotation="handed to the embassy in Vientiane",
                      )  # fmt: skip
    children = making.make_law("children", article="37", state="LA", since=dt.date(1991, 6, 7))
    making.make_law("children", article="37", state="CN", since=dt.date(1992, 4, 1))
    refugees = making.make_law("asylum", article="33", state="CN", since=dt.date(1982, 12, 23))
    making.make_law("asylum", article="33", state="LA", since=None)
    treaty = Adherence.objects.get(state="CN", instrument=refugees.instrument)
    Reservation.objects.create(
        adherence=treaty, article=refugees, what=made(en="It settles disputes by itself."), source=treaty.source
    )
    Citation.objects.create(case=case, event=arrest, article=children, state="LA", why=made(en="Five were children."))
    Citation.objects.create(case=case, event=returned, article=refugees, state="CN", why=made(en="It sent them on."))
    ministry = making.make_authority("Ministry of Foreign Affairs of Laos", kind="ministry", country="LA")
    police = making.make_authority("Police of Oudomxay")
    handed = making.make_involvement(
        case, authority=ministry, role="handed_over", event=handover, date="2013-05-31",
        position=made(en="They had entered illegally, and their embassy asked for them.",
                      ko="불법으로 입국했고, 그들의 대사관이 넘겨 달라고 했다고 합니다."),
    )  # fmt: skip
    held = making.make_involvement(case, authority=police, role="arrested", event=arrest)
    making.make_claim(case, radio, involvement=handed)
    making.make_claim(case, news, involvement=held)
    seoul = making.make_authority("Government of the Republic of Korea", kind="government", country="KR")
    unhcr = making.make_authority("UNHCR", kind="un", country="")
    asked = making.make_intervention(
        case, by=seoul, asked=ministry, date="2013-05", outcome="refused",
        what=made(en="Asked that the nine may come to Seoul.", ko="아홉 명을 서울로 보내 달라고 했습니다."),
        answer=made(en="They were handed over.", ko="넘겨졌습니다."),
    )  # fmt: skip
    silence = making.make_intervention(
        case, by=unhcr, asked=ministry, date="2013-05-30",
        what=made(en="Asked for assurance that they are safe.", ko="안전을 보장해 달라고 했습니다."),
    )  # fmt: skip
    making.make_claim(case, yonhap, intervention=asked)
    making.make_claim(case, news, intervention=silence)
    news_item = making.make_update(
        case, day=dt.date(2014, 2, 7), title=made(en="The United Nations’ inquiry reports", ko="유엔 조사위원회 보고"),
        body=made(en="It finds that people sent back are tortured, and that China’s returns break the law.",
                  ko="송환된 사람들이 고문을 당하며 중국의 송환은 법에 어긋난다고 밝혔습니다."),
    )  # fmt: skip
    making.make_claim(case, inquiry, update=news_item)
    return case
