"""What happens between an update and the opening of the site."""

from django.db.migrations.recorder import MigrationRecorder

from campaign.models import Tally
from maninso.management.commands.prepare import Command, rooms_to_migrate
from tests.factories import make_campaign, make_signature


def test_counts_are_left_alone_where_no_update_came(db):
    make_signature(make_campaign(), state="confirmed")
    Command().migrate()
    assert not Tally.objects.exists()


def test_a_room_with_a_migration_to_come_is_known(db):
    assert rooms_to_migrate() == set()
    MigrationRecorder.Migration.objects.filter(app="campaign").delete()
    assert rooms_to_migrate() == {"campaign"}
