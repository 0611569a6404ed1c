import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# Written out: a migration keeps the names of its day, whatever accounts.roles says later.
ROLES = ["organizer", "editor", "reviewer", "protection", "translator", "abuse", "publisher", "auditor"]


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.using(schema_editor.connection.alias).get_or_create(name=name)


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_roles"),
        ("accounts", "0003_texts"),
        ("accounts", "0004_desk"),
    ]

    initial = True

    dependencies = [
        ("audit", "0001_squashed_0002_chain"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "There is already an account with this address."},
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("is_staff", models.BooleanField(default=False, help_text="May enter the desk.", verbose_name="staff")),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "active"), ("suspended", "suspended"), ("left", "left")],
                        default="active",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, editable=False, verbose_name="active")),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="joined"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower(models.F("email")))),
                        name="user_email_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "suspended", "left"])), name="user_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_active", True), ("state", "active")),
                            models.Q(models.Q(("is_active", False)), models.Q(("state", "active"), _negated=True)),
                            _connector="OR",
                        ),
                        name="user_is_active_in_one_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(help_text="The short name in web addresses.", unique=True, verbose_name="slug"),
                ),
                (
                    "about",
                    models.TextField(
                        blank=True, help_text="Plain text; an empty line starts a new paragraph.", verbose_name="about"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        help_text="What the words above are written in; other languages stand below.",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "contact",
                    models.EmailField(
                        blank=True,
                        help_text="An e-mail address that everyone may read on its campaigns’ pages.",
                        max_length=254,
                        verbose_name="contact",
                    ),
                ),
                ("logo", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "logo_alt",
                    models.CharField(
                        blank=True,
                        help_text="For people who do not see it. The name stands beside it: leave this empty if it says no more.",
                        max_length=200,
                        verbose_name="what the logo shows",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "Owner"), ("organizer", "Organizer"), ("viewer", "Viewer")],
                        default="viewer",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "organisation"), name="one_membership_per_organisation"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "organizer", "viewer"])),
                        name="membership_role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("organizer", "Organizer"),
                                ("editor", "Case editor"),
                                ("reviewer", "Case reviewer"),
                                ("protection", "Protection officer"),
                                ("translator", "Translator"),
                                ("abuse", "Abuse desk"),
                                ("publisher", "Publisher"),
                                ("auditor", "Auditor"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "member_role",
                    models.CharField(
                        blank=True,
                        choices=[("owner", "Owner"), ("organizer", "Organizer"), ("viewer", "Viewer")],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("accepted", "accepted"),
                            ("withdrawn", "withdrawn"),
                            ("expired", "expired"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations_sent",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revision", models.PositiveSmallIntegerField(default=0)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations_accepted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "accepted", "withdrawn", "expired"])),
                        name="invitation_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower(models.F("email")))),
                        name="invitation_email_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_by__isnull", False), ("state", "accepted")),
                            models.Q(models.Q(("state", "accepted"), _negated=True), ("accepted_by", None)),
                            _connector="OR",
                        ),
                        name="accepted_invitation_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member_role", ""), ("organisation", None)),
                            models.Q(
                                ("member_role__in", ["owner", "organizer", "viewer"]), ("organisation__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="invitation_to_organisation_has_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("organisation", None), ("roles", []), _negated=True),
                        name="invitation_is_to_something",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("email", "organisation"),
                        name="one_open_invitation_per_address",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="accounts.organisation"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("about", models.TextField(blank=True, verbose_name="about")),
                ("logo_alt", models.CharField(blank=True, max_length=200, verbose_name="what the logo shows")),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "language"), name="one_organisation_text_per_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(max_length=20)),
                ("new", models.CharField(max_length=20)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="")),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "change of an account",
                "verbose_name_plural": "changes of accounts",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="HeldRole",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user_groups",),
        ),
        migrations.CreateModel(
            name="HeldPermission",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user_user_permissions",),
        ),
        migrations.AddField(
            model_name="organisation",
            name="members",
            field=models.ManyToManyField(
                related_name="organisations", through="accounts.Membership", to=settings.AUTH_USER_MODEL
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{active:suspended,active:left,suspended:active,suspended:left}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="0a1babb0355987f4897137409b100b242a0f3c98",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_01b6b",
                    table="accounts_user",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO accounts_personchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="f0b6d1ea6589bfc7bd44b70860f52cebd2dba683",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_81e1a",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="cae35389cbb664a842eb21311cfa89ec188c9e9f",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_d7be2",
                    table="accounts_user",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="rights_given",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'people.added', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('staff', NEW.is_staff, 'superuser', NEW.is_superuser, 'active', NEW.is_active)\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="c0544efbc5f8037ccacb14e8c26f6fe6052156fb",
                    operation="INSERT",
                    pgid="pgtrigger_rights_given_f9fdb",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="rights_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser"))',
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'people.changed', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('staff', NEW.is_staff, 'superuser', NEW.is_superuser, 'active', NEW.is_active)\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="cabd11db5a7893c0cce214fdceca1530c46bcf3d",
                    operation='UPDATE OF "is_staff", "is_superuser", "is_active"',
                    pgid="pgtrigger_rights_changed_40bd2",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="rights_gone",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'people.removed', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', OLD.id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = OLD.id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('staff', OLD.is_staff, 'superuser', OLD.is_superuser, 'active', OLD.is_active)\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="f9b35f1fc98921f2954efc0cbafebb9e43f31444",
                    operation="DELETE",
                    pgid="pgtrigger_rights_gone_a45f6",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="granted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'memberships.granted', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', NEW.role, 'organisation', (SELECT slug FROM accounts_organisation WHERE id = NEW.organisation_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="6619d780dbc3814d35087b4e5e42971a91e1112e",
                    operation="INSERT",
                    pgid="pgtrigger_granted_a7c13",
                    table="accounts_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="taken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'memberships.taken', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', OLD.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = OLD.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', OLD.role, 'organisation', (SELECT slug FROM accounts_organisation WHERE id = OLD.organisation_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="0bebc437881d67783149561948ae508db9bb2920",
                    operation="DELETE",
                    pgid="pgtrigger_taken_a503a",
                    table="accounts_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'memberships.taken', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', OLD.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = OLD.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', OLD.role, 'organisation', (SELECT slug FROM accounts_organisation WHERE id = OLD.organisation_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'memberships.granted', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', NEW.role, 'organisation', (SELECT slug FROM accounts_organisation WHERE id = NEW.organisation_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="46cd92383dc2384049666f8235072155196bbb2d",
                    operation="UPDATE",
                    pgid="pgtrigger_moved_a3d66",
                    table="accounts_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:accepted,open:withdrawn,open:expired,expired:open}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="0c63717d4aeee02bbfda19f50b741447d2df0926",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_98a48",
                    table="accounts_invitation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="heldrole",
            trigger=pgtrigger.compiler.Trigger(
                name="granted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'roles.granted', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', (SELECT name FROM auth_group WHERE id = NEW.group_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="41c5545b9855d205ecdd22dd66f0b6a84a7f54a3",
                    operation="INSERT",
                    pgid="pgtrigger_granted_8c532",
                    table="accounts_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="heldrole",
            trigger=pgtrigger.compiler.Trigger(
                name="taken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'roles.taken', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', OLD.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = OLD.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', (SELECT name FROM auth_group WHERE id = OLD.group_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="91358eeea5df399ebfd4cfd3e055299ca5d47ee4",
                    operation="DELETE",
                    pgid="pgtrigger_taken_d4f5b",
                    table="accounts_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="heldrole",
            trigger=pgtrigger.compiler.Trigger(
                name="moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'roles.taken', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', OLD.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = OLD.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', (SELECT name FROM auth_group WHERE id = OLD.group_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'roles.granted', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('role', (SELECT name FROM auth_group WHERE id = NEW.group_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="0c5ae39eae18b208c98361c0bd12cd85c1100ad5",
                    operation="UPDATE",
                    pgid="pgtrigger_moved_085d9",
                    table="accounts_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="heldpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="granted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'permissions.granted', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('permission', (SELECT app_label || '.' || codename FROM auth_permission permission JOIN django_content_type kind ON kind.id = content_type_id WHERE permission.id = NEW.permission_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="b93ef331a2254b3dee23e6f10164cdf8b87adb6a",
                    operation="INSERT",
                    pgid="pgtrigger_granted_29918",
                    table="accounts_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="heldpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="taken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'permissions.taken', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', OLD.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = OLD.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('permission', (SELECT app_label || '.' || codename FROM auth_permission permission JOIN django_content_type kind ON kind.id = content_type_id WHERE permission.id = OLD.permission_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="95fa2559d4e142323c00d756c6ff3aee5d542f0b",
                    operation="DELETE",
                    pgid="pgtrigger_taken_620b1",
                    table="accounts_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="heldpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'permissions.taken', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', OLD.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = OLD.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('permission', (SELECT app_label || '.' || codename FROM auth_permission permission JOIN django_content_type kind ON kind.id = content_type_id WHERE permission.id = OLD.permission_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n\n    INSERT INTO audit_entry (action, by_id, \"by\", kind, key, about, reason, details)\n    SELECT 'permissions.granted', actor.id, left(COALESCE(NULLIF(actor.name, ''), actor.email, ''), 200),\n        'accounts.user', NEW.user_id::text,\n        COALESCE((SELECT COALESCE(NULLIF(name, ''), email) FROM accounts_user WHERE id = NEW.user_id), ''),\n        COALESCE(current_setting('maninso.reason', true), ''), jsonb_build_object('permission', (SELECT app_label || '.' || codename FROM auth_permission permission JOIN django_content_type kind ON kind.id = content_type_id WHERE permission.id = NEW.permission_id))\n    FROM (SELECT NULLIF(current_setting('maninso.by', true), '')::bigint AS id) acts\n    LEFT JOIN accounts_user actor ON actor.id = acts.id;\n RETURN NULL;",
                    hash="73c42b91987f4da3f5d98e7862597583ad4dc461",
                    operation="UPDATE",
                    pgid="pgtrigger_moved_ab523",
                    table="accounts_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        # Backwards the groups stay: people may be in them.
        migrations.RunPython(make_groups, migrations.RunPython.noop, elidable=False),
    ]
