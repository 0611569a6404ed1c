from django.db import migrations


def take_permissions(apps, schema_editor):
    """Roles were groups with permissions of the admin. What a role may, the rooms' rules say; the groups stay."""
    roles = ["organizer", "editor"]
    apps.get_model("auth", "Group").permissions.through.objects.filter(group__name__in=roles).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0001_squashed_0017_texts_that_stand"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(take_permissions, migrations.RunPython.noop, elidable=True)]
