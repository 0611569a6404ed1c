"""Claims speak in more languages than one: what each said becomes a value, or words in the language of its case."""

import re

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import face.words
from face import countries

_STATES = {"citizenship", "from_state", "to_state"}
_CHOICES = {"sex": ("Member", "sex"), "role": ("Involvement", "role"), "outcome": ("Intervention", "outcome")}


def in_words(apps, schema_editor):
    """With what the history holds of them, so that a reader of it finds no change that nobody made."""
    written_in = dict(apps.get_model("cases", "Case").objects.values_list("pk", "written_in"))
    codes = {
        field: [code for code, _label in apps.get_model("cases", model)._meta.get_field(column).choices]
        for field, (model, column) in _CHOICES.items()
    }
    for model in ("Claim", "ClaimHistory"):
        for row in apps.get_model("cases", model).objects.iterator():
            # A case is never deleted; the history does without a constraint that says so.
            language = written_in.get(row.case_id, "en")
            kept = _kept(row.field, row.value.strip(), language, codes)
            row.said = {} if kept else _words(row.value, language)
            row.value, row.locator, row.why_chosen = (
                kept,
                _words(row.locator, language),
                _words(row.why_chosen, language),
            )
            row.save(update_fields=["value", "said", "locator", "why_chosen"])


def _words(text, language):
    return {language: {"text": text.strip()}} if text.strip() else {}


def _kept(field, text, language, codes):
    """The value that the text says and nothing else; empty where it takes words."""
    if field == "date":
        return text if re.fullmatch(r"\d{4}[-/.\dX~?%]{0,26}", text) else ""
    if field in ("people", "age"):
        return "-".join(re.split(r" to |–|-", text)) if re.fullmatch(r"\d{1,7}((?: to |–|-)\d{1,7})?", text) else ""
    if field == "minor":
        return text.lower() if text.lower() in ("yes", "no") else ""
    if field in _STATES:
        names = countries.names(language)
        return next((code for code, name in names.items() if text in (code, name)), "")
    return text if text in codes.get(field, ()) else ""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="claim",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="claim",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="claim",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="claim",
            name="claim_about_a_field_says_what",
        ),
        migrations.AddField(
            model_name="claim",
            name="said",
            field=face.words.WordsField(
                blank=True,
                default=dict,
                help_text="Where the above cannot say it as the source does; readers get these words instead.",
                verbose_name="what it says, in words",
            ),
        ),
        migrations.AddField(
            model_name="claimhistory",
            name="said",
            field=face.words.WordsField(
                blank=True,
                default=dict,
                help_text="Where the above cannot say it as the source does; readers get these words instead.",
                verbose_name="what it says, in words",
            ),
        ),
        migrations.RunSQL(
            [
                f"ALTER TABLE {table} ALTER COLUMN {column} TYPE jsonb USING to_jsonb({column})"
                for table in ("cases_claim", "cases_claimhistory")
                for column in ("locator", "why_chosen")
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="claim",
                    name="locator",
                    field=face.words.WordsField(
                        blank=True, default=dict, help_text="para. 43; p. 12", verbose_name="where in it"
                    ),
                ),
                migrations.AlterField(
                    model_name="claim",
                    name="why_chosen",
                    field=face.words.WordsField(blank=True, default=dict, verbose_name="why"),
                ),
                migrations.AlterField(
                    model_name="claimhistory",
                    name="locator",
                    field=face.words.WordsField(
                        blank=True, default=dict, help_text="para. 43; p. 12", verbose_name="where in it"
                    ),
                ),
                migrations.AlterField(
                    model_name="claimhistory",
                    name="why_chosen",
                    field=face.words.WordsField(blank=True, default=dict, verbose_name="why"),
                ),
            ],
        ),
        migrations.RunPython(in_words),
        # Rows that were saved wait for the check of their foreign keys, and a table with such rows is not altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AlterField(
            model_name="claim",
            name="value",
            field=models.CharField(
                blank=True,
                help_text="9, 14-18, 41+ (at least 41); a date (2013-05-27); a State (CN); yes or no; or a choice.",
                max_length=30,
                verbose_name="what it says",
            ),
        ),
        migrations.AlterField(
            model_name="claimhistory",
            name="value",
            field=models.CharField(
                blank=True,
                help_text="9, 14-18, 41+ (at least 41); a date (2013-05-27); a State (CN); yes or no; or a choice.",
                max_length=30,
                verbose_name="what it says",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_claimhistory" ("case_id", "chosen", "credibility", "event_id", "field", "id", "intervention_id", "involvement_id", "locator", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quotation", "said", "source_id", "status_id", "update_id", "value", "version", "why_chosen") VALUES (NEW."case_id", NEW."chosen", NEW."credibility", NEW."event_id", NEW."field", NEW."id", NEW."intervention_id", NEW."involvement_id", NEW."locator", NEW."member_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quotation", NEW."said", NEW."source_id", NEW."status_id", NEW."update_id", NEW."value", NEW."version", NEW."why_chosen"); RETURN NULL;',
                    hash="b17e4fddb0d4e45d8149f03f80cb9cdd6d65a97d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f70bc",
                    table="cases_claim",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_claimhistory" ("case_id", "chosen", "credibility", "event_id", "field", "id", "intervention_id", "involvement_id", "locator", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quotation", "said", "source_id", "status_id", "update_id", "value", "version", "why_chosen") VALUES (NEW."case_id", NEW."chosen", NEW."credibility", NEW."event_id", NEW."field", NEW."id", NEW."intervention_id", NEW."involvement_id", NEW."locator", NEW."member_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quotation", NEW."said", NEW."source_id", NEW."status_id", NEW."update_id", NEW."value", NEW."version", NEW."why_chosen"); RETURN NULL;',
                    hash="a39b4ca2a9a6b18019083c8693f905c333e60b53",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3c7f0",
                    table="cases_claim",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_claimhistory" ("case_id", "chosen", "credibility", "event_id", "field", "id", "intervention_id", "involvement_id", "locator", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quotation", "said", "source_id", "status_id", "update_id", "value", "version", "why_chosen") VALUES (OLD."case_id", OLD."chosen", OLD."credibility", OLD."event_id", OLD."field", OLD."id", OLD."intervention_id", OLD."involvement_id", OLD."locator", OLD."member_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quotation", OLD."said", OLD."source_id", OLD."status_id", OLD."update_id", OLD."value", OLD."version", OLD."why_chosen"); RETURN NULL;',
                    hash="942ea3f4d0dd6fb07c2076bd8449db57af938deb",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_88748",
                    table="cases_claim",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("field", ""),
                    models.Q(("value", ""), _negated=True),
                    models.Q(("said", {}), _negated=True),
                    _connector="OR",
                ),
                name="claim_about_a_field_says_what",
                violation_error_message="Say what the source has for it.",
            ),
        ),
    ]
