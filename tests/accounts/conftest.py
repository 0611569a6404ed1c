import pytest
from django.core.cache import cache

from accounts.models import Membership, Organisation, User
from accounts.roles import MemberRole

# No manifest: nobody has collected the static files when the tests run.
STATIC_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
PASSWORD = "lantern-harbour-47"


@pytest.fixture(autouse=True)
def _quick_and_unthrottled(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": STATIC_FILES}}
    cache.clear()


@pytest.fixture
def organisation(db):
    return Organisation.objects.create(name="Lantern", slug="lantern")


@pytest.fixture
def dana(db):
    """Dana runs the site."""
    return User.objects.create_superuser("dana@example.com", PASSWORD, name="Dana")


@pytest.fixture
def bora(organisation):
    """Bora organises for Lantern."""
    bora = User.objects.create_user("bora@example.com", PASSWORD, name="Bora", is_staff=True)
    bora.vouch_for_email()
    Membership.objects.create(user=bora, organisation=organisation, role=MemberRole.ORGANIZER)
    return bora


@pytest.fixture
def eun(db):
    """Eun is a stranger with an account."""
    return User.objects.create_user("eun@example.com", PASSWORD, name="Eun")
