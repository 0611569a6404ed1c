"""The demonstration loads, loads again without a change, and never beside real people."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.following import has_business_at_the_desk
from accounts.models import Organisation, User
from accounts.roles import MemberRole, Role
from accounts.rules import organises
from campaign import rules
from campaign.models import Campaign, DeliveryPoint, Dispatch, Signature
from outbox.models import Message
from tests.factories import NOW


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings


def load():
    call_command("load_demo", verbosity=0)


def everything():
    """Every row of our rooms, as the database has it."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for room in ("accounts", "cases", "campaign", "outbox")
        for model in apps.get_app_config(room).get_models()
    }


def test_the_demonstration_is_a_campaign_that_people_can_sign(db, demo, client):
    load()
    campaign = Campaign.objects.get()
    assert campaign.accepts_signatures(NOW)
    assert rules.unready(campaign, now=NOW) == []
    assert {text.language for text in rules.current_letter(campaign).texts.all()} >= {"en", "ko", "zh-hans"}
    assert {publication.case.reference for publication in campaign.live_cases()} == {
        "MNS-2012-001",
        "MNS-2015-001",
        "MNS-2017-001",
    }
    points = DeliveryPoint.objects.takes_email()
    assert points.count() >= 12
    assert points.values("country").distinct().count() >= 10
    assert points.filter(takes_rest=True).count() == 1
    for language in ("en", "ko", "zh-hans", "ja"):
        assert client.get(f"/{language}/campaigns/{campaign.slug}/").status_code == 200


def test_invented_supporters_count_and_no_letter_of_theirs_goes_out(db, demo):
    load()
    assert Signature.objects.filter(state="confirmed").exists()
    assert not Dispatch.objects.exists()
    assert not Message.objects.exclude(state="cancelled").exists()


def test_loading_again_changes_nothing(db, demo):
    load()
    before = everything()
    logins = (demo.VAR_DIR / "demo-logins.txt").read_text()
    load()
    assert everything() == before
    assert (demo.VAR_DIR / "demo-logins.txt").read_text() == logins


def test_the_logins_are_for_this_machine_s_user_alone_and_work(db, demo):
    load()
    path = demo.VAR_DIR / "demo-logins.txt"
    assert path.stat().st_mode & 0o077 == 0
    logins = [line.split() for line in path.read_text().splitlines()]
    assert len(logins) == User.objects.count() >= 3
    for email, password, *_name in logins:
        assert User.objects.get(email=email).check_password(password)


def test_there_is_a_log_in_for_each_role(db, demo):
    load()
    logins = [line.split()[0] for line in (demo.VAR_DIR / "demo-logins.txt").read_text().splitlines()]
    known = User.objects.filter(email__in=logins)
    assert {role for person in known for role in person.groups.values_list("name", flat=True)} == set(Role)
    assert set(known.values_list("memberships__role", flat=True)) == {None, *MemberRole}
    assert known.filter(is_superuser=True).exists()
    for person in known:
        assert has_business_at_the_desk(person)
        assert organises(person) == person.groups.filter(name=Role.ORGANIZER).exists()


def test_a_partner_stands_behind_this_years_campaign(db, demo, client):
    load()
    campaign = Campaign.objects.get()
    page, form = (client.get(f"/ko/campaigns/{campaign.slug}/{end}").content.decode() for end in ("", "sign/"))
    partner = Organisation.objects.get(slug="ferry-lamp-circle")
    logo = reverse("organisation_logo", args=[partner.logo, 128])
    assert logo in page
    assert client.get(logo).status_code == 200
    for shown in (page, form):
        assert "나룻배 등불 모임" in shown


def test_it_refuses_where_there_is_no_demonstration(db, demo):
    demo.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        load()
    assert not User.objects.exists()
    assert not (demo.VAR_DIR / "demo-logins.txt").exists()


def test_half_a_demonstration_is_none(db, demo, monkeypatch):
    from campaign.management.commands import load_demo

    monkeypatch.setattr(load_demo, "load_signatures", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load()
    assert not Campaign.objects.exists()
    assert not User.objects.exists()
