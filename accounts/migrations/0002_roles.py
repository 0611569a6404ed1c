from django.db import migrations

# Written out: a migration keeps the names of its day, whatever accounts.roles says later.
ROLES = ["organizer", "editor", "reviewer", "protection", "translator", "abuse", "publisher", "auditor"]


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.using(schema_editor.connection.alias).get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    # Backwards the groups stay: people may be in them.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop, elidable=False)]
