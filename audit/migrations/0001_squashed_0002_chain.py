import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("audit", "0001_initial"), ("audit", "0002_chain")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(editable=False, null=True, unique=True, verbose_name="number")),
                ("hash", models.BinaryField(max_length=32, null=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("action", models.CharField(max_length=60, verbose_name="action")),
                ("by_id", models.BigIntegerField(editable=False, null=True)),
                ("by", models.CharField(blank=True, max_length=200, verbose_name="who")),
                ("kind", models.CharField(blank=True, max_length=60)),
                ("key", models.CharField(blank=True, max_length=60)),
                ("about", models.CharField(blank=True, max_length=300, verbose_name="about")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("details", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "entry of the audit log",
                "verbose_name_plural": "audit log",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["action", "-number"], name="audit_by_action"),
                    models.Index(fields=["by_id", "-number"], name="audit_by_person"),
                    models.Index(fields=["kind", "key", "-number"], name="audit_by_thing"),
                    models.Index(fields=["at"], name="audit_by_time"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hash__isnull", True), ("number__isnull", True)),
                            models.Q(("hash__isnull", False), ("number__gt", 0)),
                            _connector="OR",
                        ),
                        name="audit_number_and_hash_together",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="begins_unchained",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="NEW.number := NULL; NEW.hash := NULL; NEW.at := statement_timestamp(); RETURN NEW;",
                    hash="fe1c28255609206711b114335c2ebc986cc3ea37",
                    operation="INSERT",
                    pgid="pgtrigger_begins_unchained_fa153",
                    table="audit_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="chain_at_commit",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="UPDATE audit_entry SET number = NULL WHERE id = NEW.id AND number IS NULL; RETURN NULL;",
                    hash="a63c75c104ef21dade53a3cc7614f55e66665cab",
                    operation="INSERT",
                    pgid="pgtrigger_chain_at_commit_7984f",
                    table="audit_entry",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="chain_last",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."number" IS NULL)',
                    constraint="CONSTRAINT",
                    func="UPDATE audit_entry SET number = 0 WHERE id = NEW.id AND number IS NULL; RETURN NULL;",
                    hash="da5ba62b049b363aef8dd922230c3e135ea3887f",
                    operation="UPDATE",
                    pgid="pgtrigger_chain_last_e3151",
                    table="audit_entry",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE head audit_entry%ROWTYPE;",
                    func="\n            IF OLD.number IS NOT NULL\n                    OR to_jsonb(NEW) - 'number' - 'hash' IS DISTINCT FROM to_jsonb(OLD) - 'number' - 'hash' THEN\n                RAISE EXCEPTION 'An entry of the audit log does not change';\n            END IF;\n            NEW.hash := NULL;\n            IF NEW.number IS NOT NULL THEN\n                PERFORM pg_advisory_xact_lock(hashtextextended('audit.chain', 0));\n                SELECT * INTO head FROM audit_entry WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1;\n                NEW.number := COALESCE(head.number, 0) + 1;\n                NEW.hash := sha256(COALESCE(head.hash, ''::bytea) || convert_to(octet_length(NEW.number::text) || ':' || NEW.number::text || ',' || octet_length(to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) || ':' || to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') || ',' || octet_length(NEW.action) || ':' || NEW.action || ',' || octet_length(COALESCE(NEW.by_id::text, '')) || ':' || COALESCE(NEW.by_id::text, '') || ',' || octet_length(NEW.\"by\") || ':' || NEW.\"by\" || ',' || octet_length(NEW.kind) || ':' || NEW.kind || ',' || octet_length(NEW.key) || ':' || NEW.key || ',' || octet_length(NEW.about) || ':' || NEW.about || ',' || octet_length(NEW.reason) || ':' || NEW.reason || ',' || octet_length(NEW.details::text) || ':' || NEW.details::text || ',', 'UTF8'));\n            END IF;\n            RETURN NEW;\n        ",
                    hash="43dcb4d9a5e4223a605aa71fb95d12894fee43c5",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_a6b88",
                    table="audit_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6505a78af4cb5c770f2a35ef00c7e763d4e7a9f6",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_54e9b",
                    table="audit_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'The audit log is not emptied';",
                    hash="6adc90159b26bf98edbaf009ca82fc9e907451e7",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_32091",
                    table="audit_entry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
