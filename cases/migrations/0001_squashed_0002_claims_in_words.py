import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import cases.dates
import face.words
import privacy.fields


class Migration(migrations.Migration):
    replaces = [("cases", "0001_initial"), ("cases", "0002_claims_in_words")]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("government", "government"),
                            ("ministry", "ministry"),
                            ("police", "police"),
                            ("military", "military"),
                            ("embassy", "embassy or consulate"),
                            ("court", "court"),
                            ("parliament", "parliament"),
                            ("un", "body of the United Nations"),
                            ("organisation", "organisation"),
                            ("public", "members of the public"),
                        ],
                        max_length=15,
                        verbose_name="type",
                    ),
                ),
                ("name", face.words.WordsField(default=dict, verbose_name="name")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="of State")),
            ],
            options={
                "verbose_name": "authority",
                "verbose_name_plural": "authorities",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="FormDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("form", models.CharField(max_length=200)),
                ("typed", privacy.fields.SealedTextField()),
                ("saved_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("by", "form"), name="one_draft_per_person_and_form")],
            },
        ),
        migrations.CreateModel(
            name="Instrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", face.words.WordsField(default=dict, verbose_name="name")),
                ("short_name", face.words.WordsField(default=dict, verbose_name="short name")),
                ("adopted_on", models.DateField(verbose_name="adopted")),
            ],
            options={
                "verbose_name": "instrument",
                "verbose_name_plural": "instruments",
                "ordering": ["adopted_on"],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(max_length=500)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("by", "name"), name="one_saved_filter_per_name")],
            },
        ),
        migrations.CreateModel(
            name="SealedReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("case", models.CharField(max_length=20)),
                ("row", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=60)),
                ("reason", models.TextField(max_length=500, verbose_name="reason")),
            ],
            options={
                "verbose_name": "reading of a sealed field",
                "verbose_name_plural": "readings of sealed fields",
                "ordering": ["-at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="sealed_reading_has_a_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("article-newspaper", "news report"),
                            ("article-magazine", "magazine article"),
                            ("post-weblog", "blog post"),
                            ("webpage", "web page"),
                            ("report", "report"),
                            ("book", "book"),
                            ("chapter", "chapter"),
                            ("legislation", "law"),
                            ("treaty", "treaty"),
                            ("interview", "interview"),
                            ("broadcast", "broadcast"),
                            ("document", "document"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                ("author", models.CharField(blank=True, max_length=200, verbose_name="author")),
                ("publisher", models.CharField(max_length=200, verbose_name="publisher")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "number",
                    models.CharField(
                        blank=True, help_text="Of a document: A/HRC/25/63.", max_length=50, verbose_name="number"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en", help_text="Its code: en, ko, zh, lo.", max_length=10, verbose_name="language"
                    ),
                ),
                ("url", models.URLField(blank=True, verbose_name="address")),
                ("archive_url", models.URLField(blank=True, verbose_name="archived at")),
                ("accessed_on", models.DateField(blank=True, null=True, verbose_name="read on")),
                (
                    "reliability",
                    models.CharField(
                        choices=[
                            ("A", "A: reliable"),
                            ("B", "B: usually reliable"),
                            ("C", "C: fairly reliable"),
                            ("D", "D: not usually reliable"),
                            ("E", "E: unreliable"),
                            ("F", "F: cannot be judged"),
                        ],
                        default="F",
                        max_length=1,
                        verbose_name="reliability",
                    ),
                ),
                (
                    "confidential",
                    models.BooleanField(
                        default=False,
                        help_text="Never published; it supports no published fact.",
                        verbose_name="confidential",
                    ),
                ),
                (
                    "origin",
                    privacy.fields.SealedTextField(
                        blank=True, max_length=2000, null=True, verbose_name="how it reached us"
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["date_earliest", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Adherence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="adherences", to="cases.instrument"
                    ),
                ),
                ("state", models.CharField(max_length=2, verbose_name="State")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ratification", "ratification"),
                            ("accession", "accession"),
                            ("succession", "succession"),
                            ("signature", "signature only"),
                            ("none", "not a party"),
                        ],
                        max_length=15,
                        verbose_name="how",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("in_force_from", models.DateField(blank=True, null=True, verbose_name="in force from")),
                ("in_force_until", models.DateField(blank=True, null=True, verbose_name="in force until")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "adherence",
                "verbose_name_plural": "adherences",
                "ordering": ["instrument", "state"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("instrument", "state"), name="one_adherence_per_state_and_instrument"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("in_force_from__isnull", True), ("kind__in", ["signature", "none"])),
                            models.Q(
                                ("in_force_from__isnull", False),
                                ("kind__in", ["ratification", "accession", "succession"]),
                            ),
                            _connector="OR",
                        ),
                        name="only_a_party_is_bound_from_a_date",
                        violation_error_message="A party is bound from a date; who only signed, or is no party, is not.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gt", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="adherence_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="articles", to="cases.instrument"
                    ),
                ),
                ("number", models.CharField(max_length=10, verbose_name="number")),
                (
                    "gist",
                    face.words.WordsField(
                        default=dict, help_text="In one sentence of our own.", verbose_name="what it says"
                    ),
                ),
                ("for_minors", models.BooleanField(default=False, verbose_name="protects minors only")),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "ordering": ["instrument", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("instrument", "number"), name="one_article_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuthorityHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.authority",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("government", "government"),
                            ("ministry", "ministry"),
                            ("police", "police"),
                            ("military", "military"),
                            ("embassy", "embassy or consulate"),
                            ("court", "court"),
                            ("parliament", "parliament"),
                            ("un", "body of the United Nations"),
                            ("organisation", "organisation"),
                            ("public", "members of the public"),
                        ],
                        max_length=15,
                        verbose_name="type",
                    ),
                ),
                ("name", face.words.WordsField(default=dict, verbose_name="name")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="of State")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InstrumentHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.instrument",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.SlugField(db_index=False, max_length=20, verbose_name="code")),
                ("name", face.words.WordsField(default=dict, verbose_name="name")),
                ("short_name", face.words.WordsField(default=dict, verbose_name="short name")),
                ("adopted_on", models.DateField(verbose_name="adopted")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SourceHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.source",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("article-newspaper", "news report"),
                            ("article-magazine", "magazine article"),
                            ("post-weblog", "blog post"),
                            ("webpage", "web page"),
                            ("report", "report"),
                            ("book", "book"),
                            ("chapter", "chapter"),
                            ("legislation", "law"),
                            ("treaty", "treaty"),
                            ("interview", "interview"),
                            ("broadcast", "broadcast"),
                            ("document", "document"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                ("author", models.CharField(blank=True, max_length=200, verbose_name="author")),
                ("publisher", models.CharField(max_length=200, verbose_name="publisher")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "number",
                    models.CharField(
                        blank=True, help_text="Of a document: A/HRC/25/63.", max_length=50, verbose_name="number"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en", help_text="Its code: en, ko, zh, lo.", max_length=10, verbose_name="language"
                    ),
                ),
                ("url", models.URLField(blank=True, verbose_name="address")),
                ("archive_url", models.URLField(blank=True, verbose_name="archived at")),
                ("accessed_on", models.DateField(blank=True, null=True, verbose_name="read on")),
                (
                    "reliability",
                    models.CharField(
                        choices=[
                            ("A", "A: reliable"),
                            ("B", "B: usually reliable"),
                            ("C", "C: fairly reliable"),
                            ("D", "D: not usually reliable"),
                            ("E", "E: unreliable"),
                            ("F", "F: cannot be judged"),
                        ],
                        default="F",
                        max_length=1,
                        verbose_name="reliability",
                    ),
                ),
                (
                    "confidential",
                    models.BooleanField(
                        default=False,
                        help_text="Never published; it supports no published fact.",
                        verbose_name="confidential",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "adherence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reservations", to="cases.adherence"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reservations", to="cases.article"
                    ),
                ),
                ("what", face.words.WordsField(default=dict, verbose_name="what it reserves")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "reservation",
                "verbose_name_plural": "reservations",
            },
        ),
        migrations.CreateModel(
            name="AdherenceHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.adherence",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "instrument",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.instrument",
                    ),
                ),
                ("state", models.CharField(max_length=2, verbose_name="State")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ratification", "ratification"),
                            ("accession", "accession"),
                            ("succession", "succession"),
                            ("signature", "signature only"),
                            ("none", "not a party"),
                        ],
                        max_length=15,
                        verbose_name="how",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("in_force_from", models.DateField(blank=True, null=True, verbose_name="in force from")),
                ("in_force_until", models.DateField(blank=True, null=True, verbose_name="in force until")),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ArticleHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.article",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "instrument",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.instrument",
                    ),
                ),
                ("number", models.CharField(max_length=10, verbose_name="number")),
                (
                    "gist",
                    face.words.WordsField(
                        default=dict, help_text="In one sentence of our own.", verbose_name="what it says"
                    ),
                ),
                ("for_minors", models.BooleanField(default=False, verbose_name="protects minors only")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReservationHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.reservation",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "adherence",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.adherence",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.article",
                    ),
                ),
                ("what", face.words.WordsField(default=dict, verbose_name="what it reserves")),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "reference",
                    models.CharField(
                        help_text="MNS-2013-001. It never changes.",
                        max_length=20,
                        unique=True,
                        verbose_name="reference",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("individual", "one person"), ("family", "a family"), ("group", "a group")],
                        default="group",
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                ("people_min", models.PositiveIntegerField(default=1, verbose_name="people, at least")),
                ("people_max", models.PositiveIntegerField(blank=True, null=True, verbose_name="people, at most")),
                ("people_note", face.words.WordsField(blank=True, default=dict, verbose_name="about the number")),
                (
                    "written_in",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        max_length=10,
                        verbose_name="written in",
                    ),
                ),
                ("title", face.words.WordsField(blank=True, default=dict, verbose_name="title")),
                (
                    "summary",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Who is at risk and why, in two or three sentences.",
                        verbose_name="summary",
                    ),
                ),
                (
                    "story",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Plain text; an empty line starts a new paragraph.",
                        verbose_name="what happened",
                    ),
                ),
                (
                    "monitoring",
                    models.CharField(
                        choices=[("active", "watched closely"), ("dormant", "watched for news"), ("closed", "closed")],
                        default="active",
                        max_length=10,
                        verbose_name="monitoring",
                    ),
                ),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="information as of")),
                ("last_verified", models.DateField(blank=True, null=True, verbose_name="last verified")),
                ("next_review", models.DateField(blank=True, null=True, verbose_name="next review due")),
                (
                    "team_note",
                    privacy.fields.SealedTextField(blank=True, default="", verbose_name="note of the case team"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_review", "in review"),
                            ("published", "published"),
                            ("withdrawn", "taken down"),
                        ],
                        default="draft",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("edited_at", models.DateTimeField(auto_now_add=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ["-reference"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "withdrawn"])),
                        name="case_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference__regex", "^MNS-\\d{4}-\\d{3,}$")),
                        name="case_reference_reads_mns_year_number",
                        violation_error_message="A reference reads MNS, the year and a number: MNS-2013-001.",
                    ),
                    models.CheckConstraint(condition=models.Q(("people_min__gte", 1)), name="case_is_about_somebody"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("people_max__isnull", True), ("people_max__gte", models.F("people_min")), _connector="OR"
                        ),
                        name="case_people_min_is_not_above_max",
                        violation_error_message="“At most” must not be below “at least”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_verified__isnull", True),
                            ("next_review__isnull", True),
                            ("next_review__gt", models.F("last_verified")),
                            _connector="OR",
                        ),
                        name="case_review_follows_verification",
                        violation_error_message="The next review must lie after the last verification.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="cases.case"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CaseRelation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relations_out", to="cases.case"
                    ),
                ),
                (
                    "later",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relations_in", to="cases.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("earlier__lt", models.F("later"))),
                        name="case_relation_stands_once_and_never_to_itself",
                        violation_error_message="A case is not related to itself.",
                    ),
                    models.UniqueConstraint(fields=("earlier", "later"), name="one_relation_per_pair_of_cases"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Intervention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.authority",
                        verbose_name="who asked",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.authority",
                        verbose_name="who was asked",
                    ),
                ),
                ("what", face.words.WordsField(default=dict, verbose_name="what was asked")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("granted", "granted"),
                            ("partly", "granted in part"),
                            ("refused", "refused"),
                            ("answered", "answered without a decision"),
                            ("silence", "no answer"),
                            ("unknown", "not known"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="what came back",
                    ),
                ),
                ("answer", face.words.WordsField(blank=True, default=dict, verbose_name="the answer")),
            ],
            options={
                "verbose_name": "intervention",
                "verbose_name_plural": "interventions",
                "ordering": ["date_earliest", "pk"],
                "default_related_name": "interventions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "silence"), _negated=True), ("answer", {}), _connector="OR"
                        ),
                        name="silence_has_no_answer",
                        violation_error_message="There is an answer, so it was not silence.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "label",
                    face.words.WordsField(
                        default=dict,
                        help_text="What the page calls them: “the youngest girl”, a pseudonym, or the name.",
                        verbose_name="public label",
                    ),
                ),
                (
                    "people",
                    models.PositiveIntegerField(
                        default=1, help_text="More than one only where they are counted only.", verbose_name="people"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("counted", "counted only"),
                            ("anonymous", "anonymous"),
                            ("pseudonym", "under a pseudonym"),
                            ("named", "named"),
                        ],
                        default="anonymous",
                        max_length=10,
                        verbose_name="identity",
                    ),
                ),
                (
                    "age_min",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="age at the event, at least"),
                ),
                (
                    "age_max",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="age at the event, at most"),
                ),
                ("age_estimated", models.BooleanField(default=False, verbose_name="the age is estimated")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("female", "female"), ("male", "male"), ("other", "other")],
                        max_length=10,
                        verbose_name="sex",
                    ),
                ),
                ("citizenship", models.CharField(blank=True, max_length=2, verbose_name="citizenship")),
                (
                    "real_name",
                    privacy.fields.SealedTextField(blank=True, max_length=200, null=True, verbose_name="real name"),
                ),
                ("kin", privacy.fields.SealedTextField(blank=True, max_length=2000, null=True, verbose_name="kin")),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "ordering": ["pk"],
                "default_related_name": "members",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["counted", "anonymous", "pseudonym", "named"])),
                        name="member_tier_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("people", 1), models.Q(("people__gt", 1), ("tier", "counted")), _connector="OR"
                        ),
                        name="several_people_are_counted_only",
                        violation_error_message="Several people in one entry can only be counted.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("age_min__isnull", True),
                            ("age_max__isnull", True),
                            ("age_max__gte", models.F("age_min")),
                            _connector="OR",
                        ),
                        name="member_age_min_is_not_above_max",
                        violation_error_message="“At most” must not be below “at least”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("age_min__isnull", True), ("age_min__lte", 120), _connector="OR"),
                            models.Q(("age_max__isnull", True), ("age_max__lte", 120), _connector="OR"),
                        ),
                        name="member_age_is_of_this_world",
                        violation_error_message="Nobody is that old.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("due", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "to", "due"), name="one_reminder_per_case_person_and_date")
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="cases.case"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                (
                    "note",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Public, in the list of changes.",
                        verbose_name="what has changed",
                    ),
                ),
                ("is_correction", models.BooleanField(default=False, verbose_name="corrects something that was wrong")),
                ("protection_needed", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Update",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                ("day", models.DateField(verbose_name="day")),
                ("title", face.words.WordsField(default=dict, verbose_name="title")),
                (
                    "body",
                    face.words.WordsField(
                        default=dict, help_text="Plain text; an empty line starts a new paragraph.", verbose_name="text"
                    ),
                ),
            ],
            options={
                "verbose_name": "update",
                "verbose_name_plural": "updates",
                "ordering": ["-day", "-pk"],
                "default_related_name": "updates",
            },
        ),
        migrations.CreateModel(
            name="BestInterests",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="cases.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("name", "name"),
                                ("face", "face"),
                                ("age", "age"),
                                ("place", "place"),
                                ("story", "story"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="to what",
                    ),
                ),
                (
                    "reasons",
                    privacy.fields.SealedTextField(
                        max_length=4000, verbose_name="why they cannot be asked, and why telling serves them"
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("signed_at", models.DateTimeField(editable=False)),
                (
                    "countersigned_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("countersigned_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "best-interests note",
                "verbose_name_plural": "best-interests notes",
                "ordering": ["pk"],
                "default_related_name": "best_interests",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("countersigned_by__isnull", True),
                            models.Q(("countersigned_by", models.F("signed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="best_interests_are_signed_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("countersigned_at__isnull", True), ("countersigned_by__isnull", True)),
                            models.Q(("countersigned_at__isnull", False), ("countersigned_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="countersignature_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scopes__len__gte", 1)), name="best_interests_are_about_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="cases.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("name", "name"),
                                ("face", "face"),
                                ("age", "age"),
                                ("place", "place"),
                                ("story", "story"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="to what",
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("web", "on this site"),
                                ("print", "in print"),
                                ("letters", "in letters"),
                                ("press", "to the press"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="where",
                    ),
                ),
                (
                    "given_by",
                    models.CharField(
                        choices=[
                            ("person", "the person"),
                            ("parent", "a parent or guardian"),
                            ("kin", "next of kin"),
                            ("lawyer", "a lawyer with a mandate"),
                        ],
                        max_length=10,
                        verbose_name="given by",
                    ),
                ),
                (
                    "given_by_whom",
                    privacy.fields.SealedTextField(blank=True, max_length=500, null=True, verbose_name="who that is"),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("written", "in writing"),
                            ("spoken", "by word of mouth, recorded"),
                            ("witnessed", "by word of mouth, before a witness"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                (
                    "how_in_detail",
                    privacy.fields.SealedTextField(
                        blank=True, max_length=500, null=True, verbose_name="where the proof is kept"
                    ),
                ),
                ("given_on", models.DateField(verbose_name="given on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["given_on", "pk"],
                "default_related_name": "consents",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channels__len__gte", 1), ("scopes__len__gte", 1)),
                        name="consent_is_to_something",
                        violation_error_message="Say to what, and where.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__isnull", True), ("expires_on__gt", models.F("given_on")), _connector="OR"
                        ),
                        name="consent_expires_after_it_is_given",
                        violation_error_message="It expires before it was given.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on__isnull", True), ("withdrawn_on__gte", models.F("given_on")), _connector="OR"
                        ),
                        name="consent_is_withdrawn_after_it_is_given",
                        violation_error_message="It was withdrawn before it was given.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="cases.submission"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("reviewer", "Case reviewer"), ("protection", "Protection officer")], max_length=20
                    ),
                ),
                (
                    "verdict",
                    models.CharField(choices=[("approved", "approved"), ("sent_back", "sent back")], max_length=10),
                ),
                ("remarks", models.TextField(blank=True, max_length=4000, verbose_name="remarks")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "role"), name="one_decision_per_submission_and_role")
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("journey", "journey"),
                            ("arrest", "arrest"),
                            ("detention", "detention"),
                            ("transfer", "transfer"),
                            ("handover", "handover to another State"),
                            ("return", "forced return"),
                            ("disappearance", "disappearance"),
                            ("trial", "trial"),
                            ("release", "release"),
                            ("death", "death"),
                            ("statement", "public statement"),
                            ("protest", "public response"),
                            ("other", "other"),
                        ],
                        max_length=15,
                        verbose_name="type",
                    ),
                ),
                (
                    "what",
                    face.words.WordsField(
                        default=dict, help_text="One or two sentences.", verbose_name="what happened"
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                (
                    "place",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Its name; nothing more exact than a city.",
                        verbose_name="province or city",
                    ),
                ),
                (
                    "precision",
                    models.CharField(
                        choices=[("country", "country"), ("province", "province"), ("city", "city")],
                        default="country",
                        max_length=10,
                        verbose_name="known to the",
                    ),
                ),
                ("from_state", models.CharField(blank=True, max_length=2, verbose_name="from State")),
                ("to_state", models.CharField(blank=True, max_length=2, verbose_name="to State")),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: all of them.",
                        related_name="events",
                        to="cases.member",
                        verbose_name="whom it is about",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["date_earliest", "date_latest", "pk"],
                "default_related_name": "events",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", {}), ("precision", "country")),
                            models.Q(
                                models.Q(("precision", "country"), _negated=True),
                                models.Q(("place", {}), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="event_place_is_as_precise_as_it_says",
                        violation_error_message="A province or city needs its name, and a name says which of the two it is.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InterventionHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.intervention",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.authority",
                        verbose_name="who asked",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.authority",
                        verbose_name="who was asked",
                    ),
                ),
                ("what", face.words.WordsField(default=dict, verbose_name="what was asked")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("granted", "granted"),
                            ("partly", "granted in part"),
                            ("refused", "refused"),
                            ("answered", "answered without a decision"),
                            ("silence", "no answer"),
                            ("unknown", "not known"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="what came back",
                    ),
                ),
                ("answer", face.words.WordsField(blank=True, default=dict, verbose_name="the answer")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Media",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "alt",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="For people who do not see it.",
                        verbose_name="what it shows",
                    ),
                ),
                ("credit", models.CharField(blank=True, max_length=200, verbose_name="credit")),
                ("licence", models.CharField(blank=True, max_length=100, verbose_name="licence")),
                (
                    "provenance",
                    privacy.fields.SealedTextField(
                        blank=True, max_length=2000, null=True, verbose_name="where it comes from"
                    ),
                ),
                ("redactions", models.JSONField(blank=True, default=list, verbose_name="covered")),
                ("original", models.CharField(editable=False, max_length=64)),
                ("width", models.PositiveIntegerField(editable=False)),
                ("height", models.PositiveIntegerField(editable=False)),
                ("derivative", models.CharField(blank=True, editable=False, max_length=64)),
                ("derivative_width", models.PositiveIntegerField(editable=False, null=True)),
                ("derivative_height", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "shows",
                    models.ManyToManyField(
                        blank=True, related_name="media", to="cases.member", verbose_name="whose face it shows"
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["pk"],
                "default_related_name": "media",
            },
        ),
        migrations.CreateModel(
            name="MemberHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.member",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "label",
                    face.words.WordsField(
                        default=dict,
                        help_text="What the page calls them: “the youngest girl”, a pseudonym, or the name.",
                        verbose_name="public label",
                    ),
                ),
                (
                    "people",
                    models.PositiveIntegerField(
                        default=1, help_text="More than one only where they are counted only.", verbose_name="people"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("counted", "counted only"),
                            ("anonymous", "anonymous"),
                            ("pseudonym", "under a pseudonym"),
                            ("named", "named"),
                        ],
                        default="anonymous",
                        max_length=10,
                        verbose_name="identity",
                    ),
                ),
                (
                    "age_min",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="age at the event, at least"),
                ),
                (
                    "age_max",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="age at the event, at most"),
                ),
                ("age_estimated", models.BooleanField(default=False, verbose_name="the age is estimated")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("female", "female"), ("male", "male"), ("other", "other")],
                        max_length=10,
                        verbose_name="sex",
                    ),
                ),
                ("citizenship", models.CharField(blank=True, max_length=2, verbose_name="citizenship")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="cases.case"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publication", to="cases.submission"
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None),
                ),
                (
                    "statuses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=25), default=list, size=None
                    ),
                ),
                (
                    "states",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
                (
                    "years",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("has_minors", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
                "ordering": ["-published_at"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["statuses", "states", "years"], name="publication_filters"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("content__media"), name="jsonb_path_ops"),
                        name="publication_pictures",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("case", "number"), name="one_publication_per_number")],
            },
        ),
        migrations.CreateModel(
            name="Status",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statuses",
                        to="cases.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("at_risk", "at risk"),
                            ("detained", "detained"),
                            ("return_imminent", "about to be returned by force"),
                            ("handed_over", "handed over"),
                            ("returned", "returned by force"),
                            ("detained_after_return", "detained after return"),
                            ("disappeared", "disappeared"),
                            ("unknown", "fate unknown"),
                            ("released", "released"),
                            ("protected", "protected"),
                            ("resettled", "resettled"),
                            ("returned_home", "returned home"),
                            ("reported_deceased", "reported to have died"),
                            ("deceased", "died"),
                        ],
                        max_length=25,
                        verbose_name="status",
                    ),
                ),
                ("to_state", models.CharField(blank=True, max_length=2, verbose_name="handed over to")),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="cases.status",
                        verbose_name="corrects",
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "status",
                "verbose_name_plural": "statuses",
                "ordering": ["date_latest", "pk"],
                "default_related_name": "statuses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "at_risk",
                                    "detained",
                                    "return_imminent",
                                    "handed_over",
                                    "returned",
                                    "detained_after_return",
                                    "disappeared",
                                    "unknown",
                                    "released",
                                    "protected",
                                    "resettled",
                                    "returned_home",
                                    "reported_deceased",
                                    "deceased",
                                ],
                            )
                        ),
                        name="status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "handed_over"), ("to_state", ""), _connector="OR"),
                        name="only_a_handover_names_a_state",
                        violation_error_message="Only for people who were handed over.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UpdateHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.update",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("title", face.words.WordsField(default=dict, verbose_name="title")),
                (
                    "body",
                    face.words.WordsField(
                        default=dict, help_text="Plain text; an empty line starts a new paragraph.", verbose_name="text"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BestInterestsHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.bestinterests",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("name", "name"),
                                ("face", "face"),
                                ("age", "age"),
                                ("place", "place"),
                                ("story", "story"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="to what",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("signed_at", models.DateTimeField(editable=False)),
                (
                    "countersigned_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("countersigned_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CaseHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.case",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "reference",
                    models.CharField(
                        help_text="MNS-2013-001. It never changes.", max_length=20, verbose_name="reference"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("individual", "one person"), ("family", "a family"), ("group", "a group")],
                        default="group",
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                ("people_min", models.PositiveIntegerField(default=1, verbose_name="people, at least")),
                ("people_max", models.PositiveIntegerField(blank=True, null=True, verbose_name="people, at most")),
                ("people_note", face.words.WordsField(blank=True, default=dict, verbose_name="about the number")),
                (
                    "written_in",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        max_length=10,
                        verbose_name="written in",
                    ),
                ),
                ("title", face.words.WordsField(blank=True, default=dict, verbose_name="title")),
                (
                    "summary",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Who is at risk and why, in two or three sentences.",
                        verbose_name="summary",
                    ),
                ),
                (
                    "story",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Plain text; an empty line starts a new paragraph.",
                        verbose_name="what happened",
                    ),
                ),
                (
                    "monitoring",
                    models.CharField(
                        choices=[("active", "watched closely"), ("dormant", "watched for news"), ("closed", "closed")],
                        default="active",
                        max_length=10,
                        verbose_name="monitoring",
                    ),
                ),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="information as of")),
                ("last_verified", models.DateField(blank=True, null=True, verbose_name="last verified")),
                ("next_review", models.DateField(blank=True, null=True, verbose_name="next review due")),
                (
                    "live",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.publication",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("edited_at", models.DateTimeField(auto_now_add=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Citation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="cases.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="citations",
                        to="cases.article",
                        verbose_name="article",
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=2, verbose_name="State")),
                ("why", face.words.WordsField(blank=True, default=dict, verbose_name="why it applies")),
            ],
            options={
                "verbose_name": "citation",
                "verbose_name_plural": "citations",
                "ordering": ["state", "article"],
                "default_related_name": "citations",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "article", "state"), name="one_citation_per_article_state_and_event"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.consent",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("name", "name"),
                                ("face", "face"),
                                ("age", "age"),
                                ("place", "place"),
                                ("story", "story"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="to what",
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("web", "on this site"),
                                ("print", "in print"),
                                ("letters", "in letters"),
                                ("press", "to the press"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="where",
                    ),
                ),
                (
                    "given_by",
                    models.CharField(
                        choices=[
                            ("person", "the person"),
                            ("parent", "a parent or guardian"),
                            ("kin", "next of kin"),
                            ("lawyer", "a lawyer with a mandate"),
                        ],
                        max_length=10,
                        verbose_name="given by",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("written", "in writing"),
                            ("spoken", "by word of mouth, recorded"),
                            ("witnessed", "by word of mouth, before a witness"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="given on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EventHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.event",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("journey", "journey"),
                            ("arrest", "arrest"),
                            ("detention", "detention"),
                            ("transfer", "transfer"),
                            ("handover", "handover to another State"),
                            ("return", "forced return"),
                            ("disappearance", "disappearance"),
                            ("trial", "trial"),
                            ("release", "release"),
                            ("death", "death"),
                            ("statement", "public statement"),
                            ("protest", "public response"),
                            ("other", "other"),
                        ],
                        max_length=15,
                        verbose_name="type",
                    ),
                ),
                (
                    "what",
                    face.words.WordsField(
                        default=dict, help_text="One or two sentences.", verbose_name="what happened"
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                (
                    "place",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Its name; nothing more exact than a city.",
                        verbose_name="province or city",
                    ),
                ),
                (
                    "precision",
                    models.CharField(
                        choices=[("country", "country"), ("province", "province"), ("city", "city")],
                        default="country",
                        max_length=10,
                        verbose_name="known to the",
                    ),
                ),
                ("from_state", models.CharField(blank=True, max_length=2, verbose_name="from State")),
                ("to_state", models.CharField(blank=True, max_length=2, verbose_name="to State")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Involvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="involvements",
                        to="cases.authority",
                        verbose_name="authority",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("arrested", "arrested"),
                            ("detained", "detained"),
                            ("decided", "decided"),
                            ("handed_over", "handed over"),
                            ("received", "received"),
                            ("returned", "returned by force"),
                            ("refused", "refused to help"),
                            ("helped", "helped"),
                            ("watched", "stood by"),
                        ],
                        max_length=15,
                        verbose_name="role",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.event",
                        verbose_name="event",
                    ),
                ),
                ("position", face.words.WordsField(blank=True, default=dict, verbose_name="stated position")),
                (
                    "official",
                    models.CharField(
                        blank=True,
                        help_text="Only for what somebody did in office. Needs the protection officer.",
                        max_length=150,
                        verbose_name="official named in public",
                    ),
                ),
            ],
            options={
                "verbose_name": "involvement",
                "verbose_name_plural": "involvements",
                "ordering": ["pk"],
                "default_related_name": "involvements",
            },
        ),
        migrations.CreateModel(
            name="MediaHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.media",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "alt",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="For people who do not see it.",
                        verbose_name="what it shows",
                    ),
                ),
                ("credit", models.CharField(blank=True, max_length=200, verbose_name="credit")),
                ("licence", models.CharField(blank=True, max_length=100, verbose_name="licence")),
                ("redactions", models.JSONField(blank=True, default=list, verbose_name="covered")),
                ("original", models.CharField(editable=False, max_length=64)),
                ("width", models.PositiveIntegerField(editable=False)),
                ("height", models.PositiveIntegerField(editable=False)),
                ("derivative", models.CharField(blank=True, editable=False, max_length=64)),
                ("derivative_width", models.PositiveIntegerField(editable=False, null=True)),
                ("derivative_height", models.PositiveIntegerField(editable=False, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublicationText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="cases.publication"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words"], name="publication_words")],
                "constraints": [
                    models.UniqueConstraint(fields=("publication", "language"), name="one_search_text_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.status",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("at_risk", "at risk"),
                            ("detained", "detained"),
                            ("return_imminent", "about to be returned by force"),
                            ("handed_over", "handed over"),
                            ("returned", "returned by force"),
                            ("detained_after_return", "detained after return"),
                            ("disappeared", "disappeared"),
                            ("unknown", "fate unknown"),
                            ("released", "released"),
                            ("protected", "protected"),
                            ("resettled", "resettled"),
                            ("returned_home", "returned home"),
                            ("reported_deceased", "reported to have died"),
                            ("deceased", "died"),
                        ],
                        max_length=25,
                        verbose_name="status",
                    ),
                ),
                ("to_state", models.CharField(blank=True, max_length=2, verbose_name="handed over to")),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.status",
                        verbose_name="corrects",
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Takedown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="takedowns", to="cases.publication"
                    ),
                ),
                ("reason", models.TextField(max_length=2000, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "restore_asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("restore_reason", models.TextField(blank=True, max_length=2000, verbose_name="why it can come back")),
                (
                    "restored_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("restored_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "takedown",
                "verbose_name_plural": "takedowns",
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("restored_at__isnull", True)),
                        fields=("publication",),
                        name="one_standing_takedown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("restored_at__isnull", True), ("restored_by__isnull", True)),
                            models.Q(
                                ("restore_asked_by__isnull", False),
                                ("restored_at__isnull", False),
                                ("restored_by__isnull", False),
                                models.Q(("restored_by", models.F("restore_asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="two_people_restore",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CitationHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.citation",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.article",
                        verbose_name="article",
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=2, verbose_name="State")),
                ("why", face.words.WordsField(blank=True, default=dict, verbose_name="why it applies")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.member"
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.status"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.event"
                    ),
                ),
                (
                    "involvement",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.involvement"
                    ),
                ),
                (
                    "intervention",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.intervention"
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.update"
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "all of it"),
                            ("people", "number of people"),
                            ("age", "age"),
                            ("minor", "whether a minor"),
                            ("sex", "sex"),
                            ("citizenship", "citizenship"),
                            ("date", "date"),
                            ("place", "place"),
                            ("from_state", "from State"),
                            ("to_state", "to State"),
                            ("role", "role"),
                            ("position", "stated position"),
                            ("outcome", "what came back"),
                        ],
                        max_length=15,
                        verbose_name="about",
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        blank=True,
                        help_text="9, 14-18, 41+ (at least 41); a date (2013-05-27); a State (CN); yes or no; or a choice.",
                        max_length=30,
                        verbose_name="what it says",
                    ),
                ),
                (
                    "said",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Where the above cannot say it as the source does; readers get these words instead.",
                        verbose_name="what it says, in words",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="cases.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "quotation",
                    models.TextField(
                        blank=True,
                        help_text="A few words, in its own language.",
                        max_length=500,
                        verbose_name="quotation",
                    ),
                ),
                (
                    "locator",
                    face.words.WordsField(
                        blank=True, default=dict, help_text="para. 43; p. 12", verbose_name="where in it"
                    ),
                ),
                (
                    "credibility",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1: confirmed by others"),
                            (2, "2: probably true"),
                            (3, "3: possibly true"),
                            (4, "4: doubtful"),
                            (5, "5: improbable"),
                            (6, "6: cannot be judged"),
                        ],
                        default=6,
                        verbose_name="credibility",
                    ),
                ),
                (
                    "chosen",
                    models.BooleanField(
                        default=False,
                        help_text="The page states this one; the others stand beside it.",
                        verbose_name="chosen",
                    ),
                ),
                ("why_chosen", face.words.WordsField(blank=True, default=dict, verbose_name="why")),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["pk"],
                "default_related_name": "claims",
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            models.Func(
                                "member",
                                "status",
                                "event",
                                "involvement",
                                "intervention",
                                "update",
                                function="num_nonnulls",
                                output_field=models.IntegerField(),
                            ),
                            1,
                        ),
                        name="claim_has_one_subject",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("chosen", True)),
                        fields=("case", "member", "status", "event", "involvement", "intervention", "update", "field"),
                        name="one_chosen_claim_per_fact",
                        nulls_distinct=False,
                        violation_error_message="Another claim about this fact is chosen already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credibility__gte", 1), ("credibility__lte", 6)),
                        name="claim_credibility_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("field", ""),
                            models.Q(("value", ""), _negated=True),
                            models.Q(("said", {}), _negated=True),
                            _connector="OR",
                        ),
                        name="claim_about_a_field_says_what",
                        violation_error_message="Say what the source has for it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvolvementHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.involvement",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("date", cases.dates.EDTFField(blank=True, max_length=30, verbose_name="date")),
                ("date_earliest", models.DateField(blank=True, editable=False, null=True)),
                ("date_latest", models.DateField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.authority",
                        verbose_name="authority",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("arrested", "arrested"),
                            ("detained", "detained"),
                            ("decided", "decided"),
                            ("handed_over", "handed over"),
                            ("received", "received"),
                            ("returned", "returned by force"),
                            ("refused", "refused to help"),
                            ("helped", "helped"),
                            ("watched", "stood by"),
                        ],
                        max_length=15,
                        verbose_name="role",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.event",
                        verbose_name="event",
                    ),
                ),
                ("position", face.words.WordsField(blank=True, default=dict, verbose_name="stated position")),
                (
                    "official",
                    models.CharField(
                        blank=True,
                        help_text="Only for what somebody did in office. Needs the protection officer.",
                        max_length=150,
                        verbose_name="official named in public",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClaimHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="cases.claim",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.member",
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.status",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.event",
                    ),
                ),
                (
                    "involvement",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.involvement",
                    ),
                ),
                (
                    "intervention",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.intervention",
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.update",
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "all of it"),
                            ("people", "number of people"),
                            ("age", "age"),
                            ("minor", "whether a minor"),
                            ("sex", "sex"),
                            ("citizenship", "citizenship"),
                            ("date", "date"),
                            ("place", "place"),
                            ("from_state", "from State"),
                            ("to_state", "to State"),
                            ("role", "role"),
                            ("position", "stated position"),
                            ("outcome", "what came back"),
                        ],
                        max_length=15,
                        verbose_name="about",
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        blank=True,
                        help_text="9, 14-18, 41+ (at least 41); a date (2013-05-27); a State (CN); yes or no; or a choice.",
                        max_length=30,
                        verbose_name="what it says",
                    ),
                ),
                (
                    "said",
                    face.words.WordsField(
                        blank=True,
                        default=dict,
                        help_text="Where the above cannot say it as the source does; readers get these words instead.",
                        verbose_name="what it says, in words",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="cases.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "quotation",
                    models.TextField(
                        blank=True,
                        help_text="A few words, in its own language.",
                        max_length=500,
                        verbose_name="quotation",
                    ),
                ),
                (
                    "locator",
                    face.words.WordsField(
                        blank=True, default=dict, help_text="para. 43; p. 12", verbose_name="where in it"
                    ),
                ),
                (
                    "credibility",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1: confirmed by others"),
                            (2, "2: probably true"),
                            (3, "3: possibly true"),
                            (4, "4: doubtful"),
                            (5, "5: improbable"),
                            (6, "6: cannot be judged"),
                        ],
                        default=6,
                        verbose_name="credibility",
                    ),
                ),
                (
                    "chosen",
                    models.BooleanField(
                        default=False,
                        help_text="The page states this one; the others stand beside it.",
                        verbose_name="chosen",
                    ),
                ),
                ("why_chosen", face.words.WordsField(blank=True, default=dict, verbose_name="why")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="case",
            name="live",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.publication",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True), ("live__isnull", False), _connector="OR"
                ),
                name="published_case_has_a_publication",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True), ("live__isnull", True), _connector="OR"
                ),
                name="withdrawn_case_has_no_live_publication",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="authority",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_authorityhistory" ("country", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."country", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="2d897659526b5c45ab8ed3ba0dd5d5505303d784",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0eb63",
                    table="cases_authority",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="authority",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_authorityhistory" ("country", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."country", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="b79f68a1c5da74679b3ab82de6c809b1f70e9b1f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_22baa",
                    table="cases_authority",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="authority",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_authorityhistory" ("country", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."country", OLD."id", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;',
                    hash="40194a935077fdb71a1ad0b60a7b7ce783efb4cc",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a8dd3",
                    table="cases_authority",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="instrument",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_instrumenthistory" ("adopted_on", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "version") VALUES (NEW."adopted_on", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."short_name", NEW."version"); RETURN NULL;',
                    hash="b65ddce290f348b7df4efdad593fd93f418475ac",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_21f6f",
                    table="cases_instrument",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="instrument",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_instrumenthistory" ("adopted_on", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "version") VALUES (NEW."adopted_on", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."short_name", NEW."version"); RETURN NULL;',
                    hash="c6727071e0b6ced00960879e926b8d585963835c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_abe7b",
                    table="cases_instrument",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="instrument",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_instrumenthistory" ("adopted_on", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_name", "version") VALUES (OLD."adopted_on", OLD."code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."short_name", OLD."version"); RETURN NULL;',
                    hash="bf65a74fca8102f2074efe7af161d1dab30c2bc2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_129e9",
                    table="cases_instrument",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_sourcehistory" ("accessed_on", "archive_url", "author", "confidential", "date", "date_earliest", "date_latest", "id", "language", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "reliability", "title", "type", "url", "version") VALUES (NEW."accessed_on", NEW."archive_url", NEW."author", NEW."confidential", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."id", NEW."language", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."publisher", NEW."reliability", NEW."title", NEW."type", NEW."url", NEW."version"); RETURN NULL;',
                    hash="bc54a5b4bbe281a83e2d0fbfe52a8e3f13e00a9c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_34e8b",
                    table="cases_source",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."accessed_on" IS DISTINCT FROM (NEW."accessed_on") OR OLD."archive_url" IS DISTINCT FROM (NEW."archive_url") OR OLD."author" IS DISTINCT FROM (NEW."author") OR OLD."confidential" IS DISTINCT FROM (NEW."confidential") OR OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."date_earliest" IS DISTINCT FROM (NEW."date_earliest") OR OLD."date_latest" IS DISTINCT FROM (NEW."date_latest") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."publisher" IS DISTINCT FROM (NEW."publisher") OR OLD."reliability" IS DISTINCT FROM (NEW."reliability") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."type" IS DISTINCT FROM (NEW."type") OR OLD."url" IS DISTINCT FROM (NEW."url") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "cases_sourcehistory" ("accessed_on", "archive_url", "author", "confidential", "date", "date_earliest", "date_latest", "id", "language", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "reliability", "title", "type", "url", "version") VALUES (NEW."accessed_on", NEW."archive_url", NEW."author", NEW."confidential", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."id", NEW."language", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."publisher", NEW."reliability", NEW."title", NEW."type", NEW."url", NEW."version"); RETURN NULL;',
                    hash="1ea00260d66c6f59738d71b00850339ba52d2fcf",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_85107",
                    table="cases_source",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_sourcehistory" ("accessed_on", "archive_url", "author", "confidential", "date", "date_earliest", "date_latest", "id", "language", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "reliability", "title", "type", "url", "version") VALUES (OLD."accessed_on", OLD."archive_url", OLD."author", OLD."confidential", OLD."date", OLD."date_earliest", OLD."date_latest", OLD."id", OLD."language", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."publisher", OLD."reliability", OLD."title", OLD."type", OLD."url", OLD."version"); RETURN NULL;',
                    hash="f039d1532c09d1cc7cefd0ca80d1f078339dfe40",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b9e4f",
                    table="cases_source",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="citation",
            trigger=pgtrigger.compiler.Trigger(
                name="article_bound_the_state",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NOT EXISTS (\n        SELECT FROM cases_adherence adherence\n        JOIN cases_article article ON article.instrument_id = adherence.instrument_id\n        JOIN cases_event event ON event.id = NEW.event_id\n        WHERE article.id = NEW.article_id AND adherence.state = NEW.state\n            AND adherence.in_force_from <= event.date_earliest\n            AND (adherence.in_force_until IS NULL OR adherence.in_force_until > event.date_latest)\n    ) THEN\n        RAISE EXCEPTION 'this article did not bind that State on that date' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="f2a36ca51893d707b92968bf4a7c19e4ce0adf5c",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_article_bound_the_state_6ecc1",
                    table="cases_citation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="citation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_citationhistory" ("article_id", "case_id", "event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "version", "why") VALUES (NEW."article_id", NEW."case_id", NEW."event_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."version", NEW."why"); RETURN NULL;',
                    hash="4ad51402e5f3abce2af8388ededb4f7db376f508",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_45ef6",
                    table="cases_citation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="citation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_citationhistory" ("article_id", "case_id", "event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "version", "why") VALUES (NEW."article_id", NEW."case_id", NEW."event_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."version", NEW."why"); RETURN NULL;',
                    hash="a36c962e303d1af1324f9faa409e45a676b0cf07",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4487e",
                    table="cases_citation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="citation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_citationhistory" ("article_id", "case_id", "event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "version", "why") VALUES (OLD."article_id", OLD."case_id", OLD."event_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state", OLD."version", OLD."why"); RETURN NULL;',
                    hash="dcef4eb21f7ac2466463dc49742e9d6cfd546cbc",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_739ac",
                    table="cases_citation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_articlehistory" ("for_minors", "gist", "id", "instrument_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."for_minors", NEW."gist", NEW."id", NEW."instrument_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="e03f8d0533399eafa3beabc8072a26e7bcba40c5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_93bb2",
                    table="cases_article",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_articlehistory" ("for_minors", "gist", "id", "instrument_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."for_minors", NEW."gist", NEW."id", NEW."instrument_id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="6b7df3f72b263a7b7cd4ea5fa756663ed7fc5d99",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_63579",
                    table="cases_article",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_articlehistory" ("for_minors", "gist", "id", "instrument_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."for_minors", OLD."gist", OLD."id", OLD."instrument_id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;',
                    hash="2061a37c094a5713835db0d6362e5773d741a791",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6806a",
                    table="cases_article",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intervention",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_interventionhistory" ("answer", "asked_id", "by_id", "case_id", "date", "date_earliest", "date_latest", "id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "what") VALUES (NEW."answer", NEW."asked_id", NEW."by_id", NEW."case_id", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."id", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version", NEW."what"); RETURN NULL;',
                    hash="9c41a28fc03db79bc46cef79d38bd1a137e8bb6a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ac66a",
                    table="cases_intervention",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intervention",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_interventionhistory" ("answer", "asked_id", "by_id", "case_id", "date", "date_earliest", "date_latest", "id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "what") VALUES (NEW."answer", NEW."asked_id", NEW."by_id", NEW."case_id", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."id", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version", NEW."what"); RETURN NULL;',
                    hash="3a19fb4e303a5974468f78ea4a09c25fe857e768",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d366f",
                    table="cases_intervention",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intervention",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_interventionhistory" ("answer", "asked_id", "by_id", "case_id", "date", "date_earliest", "date_latest", "id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "what") VALUES (OLD."answer", OLD."asked_id", OLD."by_id", OLD."case_id", OLD."date", OLD."date_earliest", OLD."date_latest", OLD."id", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version", OLD."what"); RETURN NULL;',
                    hash="45f41b864db039d94e616c7ed7233fe3f0a82b60",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c5335",
                    table="cases_intervention",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="involvement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_involvementhistory" ("authority_id", "case_id", "date", "date_earliest", "date_latest", "event_id", "id", "official", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "role", "version") VALUES (NEW."authority_id", NEW."case_id", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."event_id", NEW."id", NEW."official", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."role", NEW."version"); RETURN NULL;',
                    hash="586830c96f5f3b48dc9bb6842b41784c30fd696b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_64c42",
                    table="cases_involvement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="involvement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_involvementhistory" ("authority_id", "case_id", "date", "date_earliest", "date_latest", "event_id", "id", "official", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "role", "version") VALUES (NEW."authority_id", NEW."case_id", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."event_id", NEW."id", NEW."official", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."role", NEW."version"); RETURN NULL;',
                    hash="5395fabbe8e71886781665b06dfaddc4c0f42904",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cf369",
                    table="cases_involvement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="involvement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_involvementhistory" ("authority_id", "case_id", "date", "date_earliest", "date_latest", "event_id", "id", "official", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "role", "version") VALUES (OLD."authority_id", OLD."case_id", OLD."date", OLD."date_earliest", OLD."date_latest", OLD."event_id", OLD."id", OLD."official", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."role", OLD."version"); RETURN NULL;',
                    hash="3a649322387ab78eff76a53e69ba7cddc69831cd",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ea339",
                    table="cases_involvement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_memberhistory" ("age_estimated", "age_max", "age_min", "case_id", "citizenship", "id", "label", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sex", "tier", "version") VALUES (NEW."age_estimated", NEW."age_max", NEW."age_min", NEW."case_id", NEW."citizenship", NEW."id", NEW."label", NEW."people", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sex", NEW."tier", NEW."version"); RETURN NULL;',
                    hash="0ce5ae8ab863b0ff0e6a6ad0c8eca1ab34cab1e5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9e3e0",
                    table="cases_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."age_estimated" IS DISTINCT FROM (NEW."age_estimated") OR OLD."age_max" IS DISTINCT FROM (NEW."age_max") OR OLD."age_min" IS DISTINCT FROM (NEW."age_min") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."citizenship" IS DISTINCT FROM (NEW."citizenship") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."people" IS DISTINCT FROM (NEW."people") OR OLD."sex" IS DISTINCT FROM (NEW."sex") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "cases_memberhistory" ("age_estimated", "age_max", "age_min", "case_id", "citizenship", "id", "label", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sex", "tier", "version") VALUES (NEW."age_estimated", NEW."age_max", NEW."age_min", NEW."case_id", NEW."citizenship", NEW."id", NEW."label", NEW."people", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sex", NEW."tier", NEW."version"); RETURN NULL;',
                    hash="7121d85c003678046fb66ab2fb0640480e2e8a74",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a04ec",
                    table="cases_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="member",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_memberhistory" ("age_estimated", "age_max", "age_min", "case_id", "citizenship", "id", "label", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sex", "tier", "version") VALUES (OLD."age_estimated", OLD."age_max", OLD."age_min", OLD."case_id", OLD."citizenship", OLD."id", OLD."label", OLD."people", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sex", OLD."tier", OLD."version"); RETURN NULL;',
                    hash="1d5f2a8e225ebe1c5f034c83f2a29a4e2d915dbe",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a1d5c",
                    table="cases_member",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="media",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_mediahistory" ("alt", "case_id", "credit", "derivative", "derivative_height", "derivative_width", "height", "id", "licence", "original", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "redactions", "version", "width") VALUES (NEW."alt", NEW."case_id", NEW."credit", NEW."derivative", NEW."derivative_height", NEW."derivative_width", NEW."height", NEW."id", NEW."licence", NEW."original", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."redactions", NEW."version", NEW."width"); RETURN NULL;',
                    hash="fefd799f526486512851c6345fc7d50bd3ed4223",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_124cc",
                    table="cases_media",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="media",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."alt" IS DISTINCT FROM (NEW."alt") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."credit" IS DISTINCT FROM (NEW."credit") OR OLD."derivative" IS DISTINCT FROM (NEW."derivative") OR OLD."derivative_height" IS DISTINCT FROM (NEW."derivative_height") OR OLD."derivative_width" IS DISTINCT FROM (NEW."derivative_width") OR OLD."height" IS DISTINCT FROM (NEW."height") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."licence" IS DISTINCT FROM (NEW."licence") OR OLD."original" IS DISTINCT FROM (NEW."original") OR OLD."redactions" IS DISTINCT FROM (NEW."redactions") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."width" IS DISTINCT FROM (NEW."width"))',
                    func='INSERT INTO "cases_mediahistory" ("alt", "case_id", "credit", "derivative", "derivative_height", "derivative_width", "height", "id", "licence", "original", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "redactions", "version", "width") VALUES (NEW."alt", NEW."case_id", NEW."credit", NEW."derivative", NEW."derivative_height", NEW."derivative_width", NEW."height", NEW."id", NEW."licence", NEW."original", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."redactions", NEW."version", NEW."width"); RETURN NULL;',
                    hash="f8d5a51dfff5d0ea3f2c0325ea23ff3c387c06f2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3906f",
                    table="cases_media",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="media",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_mediahistory" ("alt", "case_id", "credit", "derivative", "derivative_height", "derivative_width", "height", "id", "licence", "original", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "redactions", "version", "width") VALUES (OLD."alt", OLD."case_id", OLD."credit", OLD."derivative", OLD."derivative_height", OLD."derivative_width", OLD."height", OLD."id", OLD."licence", OLD."original", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."redactions", OLD."version", OLD."width"); RETURN NULL;',
                    hash="bb86f879e08288a4bd86e7add849cda5975e6a14",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f145b",
                    table="cases_media",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_eventhistory" ("case_id", "country", "date", "date_earliest", "date_latest", "from_state", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "precision", "to_state", "version", "what") VALUES (NEW."case_id", NEW."country", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."from_state", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."precision", NEW."to_state", NEW."version", NEW."what"); RETURN NULL;',
                    hash="2ef98e16ed494081afdaa2a3ac87774c8a4a0fd2",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d3fd6",
                    table="cases_event",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_eventhistory" ("case_id", "country", "date", "date_earliest", "date_latest", "from_state", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "precision", "to_state", "version", "what") VALUES (NEW."case_id", NEW."country", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."from_state", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."precision", NEW."to_state", NEW."version", NEW."what"); RETURN NULL;',
                    hash="6cfaac538cfbe9e6f205ca34d002112333ef46bc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_55956",
                    table="cases_event",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_eventhistory" ("case_id", "country", "date", "date_earliest", "date_latest", "from_state", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "precision", "to_state", "version", "what") VALUES (OLD."case_id", OLD."country", OLD."date", OLD."date_earliest", OLD."date_latest", OLD."from_state", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."precision", OLD."to_state", OLD."version", OLD."what"); RETURN NULL;',
                    hash="ba2bf3f84c4ad2dedbdac0368a7a5aa4244072a3",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_83922",
                    table="cases_event",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_consenthistory" ("case_id", "channels", "expires_on", "given_by", "given_on", "how", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scopes", "version", "withdrawn_on") VALUES (NEW."case_id", NEW."channels", NEW."expires_on", NEW."given_by", NEW."given_on", NEW."how", NEW."id", NEW."member_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."scopes", NEW."version", NEW."withdrawn_on"); RETURN NULL;',
                    hash="b2a6b12ad519fac88fcbe3e3c2c19e099fe9f2ee",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d4098",
                    table="cases_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."channels" IS DISTINCT FROM (NEW."channels") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."given_by" IS DISTINCT FROM (NEW."given_by") OR OLD."given_on" IS DISTINCT FROM (NEW."given_on") OR OLD."how" IS DISTINCT FROM (NEW."how") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."member_id" IS DISTINCT FROM (NEW."member_id") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."withdrawn_on" IS DISTINCT FROM (NEW."withdrawn_on"))',
                    func='INSERT INTO "cases_consenthistory" ("case_id", "channels", "expires_on", "given_by", "given_on", "how", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scopes", "version", "withdrawn_on") VALUES (NEW."case_id", NEW."channels", NEW."expires_on", NEW."given_by", NEW."given_on", NEW."how", NEW."id", NEW."member_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."scopes", NEW."version", NEW."withdrawn_on"); RETURN NULL;',
                    hash="f643af135a2d9a50a192c667efa876a70fb17146",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8a7aa",
                    table="cases_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_consenthistory" ("case_id", "channels", "expires_on", "given_by", "given_on", "how", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scopes", "version", "withdrawn_on") VALUES (OLD."case_id", OLD."channels", OLD."expires_on", OLD."given_by", OLD."given_on", OLD."how", OLD."id", OLD."member_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."scopes", OLD."version", OLD."withdrawn_on"); RETURN NULL;',
                    hash="22f661150c9d1e6081c6fcd84df224ebcd8f485d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_af72a",
                    table="cases_consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bestinterests",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_bestinterestshistory" ("case_id", "countersigned_at", "countersigned_by_id", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scopes", "signed_at", "signed_by_id", "version") VALUES (NEW."case_id", NEW."countersigned_at", NEW."countersigned_by_id", NEW."id", NEW."member_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."scopes", NEW."signed_at", NEW."signed_by_id", NEW."version"); RETURN NULL;',
                    hash="fa80e87805a6f086e4155f7786b7b7f8f44a3fc3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_79e3e",
                    table="cases_bestinterests",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bestinterests",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."countersigned_at" IS DISTINCT FROM (NEW."countersigned_at") OR OLD."countersigned_by_id" IS DISTINCT FROM (NEW."countersigned_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."member_id" IS DISTINCT FROM (NEW."member_id") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes") OR OLD."signed_at" IS DISTINCT FROM (NEW."signed_at") OR OLD."signed_by_id" IS DISTINCT FROM (NEW."signed_by_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "cases_bestinterestshistory" ("case_id", "countersigned_at", "countersigned_by_id", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scopes", "signed_at", "signed_by_id", "version") VALUES (NEW."case_id", NEW."countersigned_at", NEW."countersigned_by_id", NEW."id", NEW."member_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."scopes", NEW."signed_at", NEW."signed_by_id", NEW."version"); RETURN NULL;',
                    hash="c250246f2e6ea76c94c09082203a5aa8f509181e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e1bf1",
                    table="cases_bestinterests",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bestinterests",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_bestinterestshistory" ("case_id", "countersigned_at", "countersigned_by_id", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scopes", "signed_at", "signed_by_id", "version") VALUES (OLD."case_id", OLD."countersigned_at", OLD."countersigned_by_id", OLD."id", OLD."member_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."scopes", OLD."signed_at", OLD."signed_by_id", OLD."version"); RETURN NULL;',
                    hash="4bc91a23586c15f611e3b608b4cffc82cf0913b1",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7ab48",
                    table="cases_bestinterests",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:in_review,draft:withdrawn,in_review:draft,in_review:published,in_review:withdrawn,published:draft,published:withdrawn,withdrawn:draft,withdrawn:published}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="d3e3e496a8f0df2c1745c124edfaeb9d11236c41",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_f7538",
                    table="cases_case",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO cases_casechange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="54b8cc0990b286e16483e78ae526ad7249695dec",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_98d1f",
                    table="cases_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="reference_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="5ac4cb2c4a01a9beb6405ebdd6cddb1a09e9ec09",
                    operation="UPDATE",
                    pgid="pgtrigger_reference_never_changes_62390",
                    table="cases_case",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_casehistory" ("as_of", "created_at", "edited_at", "edited_by_id", "id", "kind", "last_verified", "live_id", "monitoring", "next_review", "people_max", "people_min", "people_note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "story", "summary", "title", "version", "written_in") VALUES (NEW."as_of", NEW."created_at", NEW."edited_at", NEW."edited_by_id", NEW."id", NEW."kind", NEW."last_verified", NEW."live_id", NEW."monitoring", NEW."next_review", NEW."people_max", NEW."people_min", NEW."people_note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."story", NEW."summary", NEW."title", NEW."version", NEW."written_in"); RETURN NULL;',
                    hash="873bb35adb0201f93149bc8fe7ce5e4c4e6c7470",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0b483",
                    table="cases_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."edited_at" IS DISTINCT FROM (NEW."edited_at") OR OLD."edited_by_id" IS DISTINCT FROM (NEW."edited_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."last_verified" IS DISTINCT FROM (NEW."last_verified") OR OLD."live_id" IS DISTINCT FROM (NEW."live_id") OR OLD."monitoring" IS DISTINCT FROM (NEW."monitoring") OR OLD."next_review" IS DISTINCT FROM (NEW."next_review") OR OLD."people_max" IS DISTINCT FROM (NEW."people_max") OR OLD."people_min" IS DISTINCT FROM (NEW."people_min") OR OLD."people_note" IS DISTINCT FROM (NEW."people_note") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."story" IS DISTINCT FROM (NEW."story") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."written_in" IS DISTINCT FROM (NEW."written_in"))',
                    func='INSERT INTO "cases_casehistory" ("as_of", "created_at", "edited_at", "edited_by_id", "id", "kind", "last_verified", "live_id", "monitoring", "next_review", "people_max", "people_min", "people_note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "story", "summary", "title", "version", "written_in") VALUES (NEW."as_of", NEW."created_at", NEW."edited_at", NEW."edited_by_id", NEW."id", NEW."kind", NEW."last_verified", NEW."live_id", NEW."monitoring", NEW."next_review", NEW."people_max", NEW."people_min", NEW."people_note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."story", NEW."summary", NEW."title", NEW."version", NEW."written_in"); RETURN NULL;',
                    hash="e32a123834e3ccabc6421fa5ce6a852fe2132997",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f5146",
                    table="cases_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_casehistory" ("as_of", "created_at", "edited_at", "edited_by_id", "id", "kind", "last_verified", "live_id", "monitoring", "next_review", "people_max", "people_min", "people_note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "story", "summary", "title", "version", "written_in") VALUES (OLD."as_of", OLD."created_at", OLD."edited_at", OLD."edited_by_id", OLD."id", OLD."kind", OLD."last_verified", OLD."live_id", OLD."monitoring", OLD."next_review", OLD."people_max", OLD."people_min", OLD."people_note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reference", OLD."story", OLD."summary", OLD."title", OLD."version", OLD."written_in"); RETURN NULL;',
                    hash="d33f7e7740abd29ed74e03c21d3791aa59134132",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8d49e",
                    table="cases_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedreading",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="eb1da10857477f839abbcf0f4c15965341e8b294",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_94af5",
                    table="cases_sealedreading",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reservation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_reservationhistory" ("adherence_id", "article_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "version", "what") VALUES (NEW."adherence_id", NEW."article_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_id", NEW."version", NEW."what"); RETURN NULL;',
                    hash="0b099d1de525739f24841baca59e3599dcabf645",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_87e09",
                    table="cases_reservation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reservation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_reservationhistory" ("adherence_id", "article_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "version", "what") VALUES (NEW."adherence_id", NEW."article_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_id", NEW."version", NEW."what"); RETURN NULL;',
                    hash="dd1549878023d9612279d0c20ed41b2b9ba9f116",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e481d",
                    table="cases_reservation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reservation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_reservationhistory" ("adherence_id", "article_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "version", "what") VALUES (OLD."adherence_id", OLD."article_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_id", OLD."version", OLD."what"); RETURN NULL;',
                    hash="863fbbe0eb84d7793ba807d8333eb7478c484337",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_93902",
                    table="cases_reservation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adherence",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_adherencehistory" ("done_on", "id", "in_force_from", "in_force_until", "instrument_id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "state", "version") VALUES (NEW."done_on", NEW."id", NEW."in_force_from", NEW."in_force_until", NEW."instrument_id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_id", NEW."state", NEW."version"); RETURN NULL;',
                    hash="f49d490a912237120ff6f24d24d0581345dff420",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ee5e1",
                    table="cases_adherence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adherence",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_adherencehistory" ("done_on", "id", "in_force_from", "in_force_until", "instrument_id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "state", "version") VALUES (NEW."done_on", NEW."id", NEW."in_force_from", NEW."in_force_until", NEW."instrument_id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_id", NEW."state", NEW."version"); RETURN NULL;',
                    hash="6ef7d57c885b5ee262c5d8cadf54f919eb1f13f7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f0cbb",
                    table="cases_adherence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adherence",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_adherencehistory" ("done_on", "id", "in_force_from", "in_force_until", "instrument_id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "state", "version") VALUES (OLD."done_on", OLD."id", OLD."in_force_from", OLD."in_force_until", OLD."instrument_id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_id", OLD."state", OLD."version"); RETURN NULL;',
                    hash="42799c163ff0d258309e3219c5c2fa07a2a33229",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_155b4",
                    table="cases_adherence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="status",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="31a08dab817123b1de3c41236c8474eac02868a4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_74881",
                    table="cases_status",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="status",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_statushistory" ("case_id", "corrects_id", "date", "date_earliest", "date_latest", "id", "kind", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "to_state", "version") VALUES (NEW."case_id", NEW."corrects_id", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."id", NEW."kind", NEW."member_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."to_state", NEW."version"); RETURN NULL;',
                    hash="f7a77d81db695f9da0674409a0b871c8bd3aa52a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_03a4f",
                    table="cases_status",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="status",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_statushistory" ("case_id", "corrects_id", "date", "date_earliest", "date_latest", "id", "kind", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "to_state", "version") VALUES (NEW."case_id", NEW."corrects_id", NEW."date", NEW."date_earliest", NEW."date_latest", NEW."id", NEW."kind", NEW."member_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."to_state", NEW."version"); RETURN NULL;',
                    hash="023caf25dc4745f2f0090ae50b35c854bef7b25b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_43dd4",
                    table="cases_status",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="status",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_statushistory" ("case_id", "corrects_id", "date", "date_earliest", "date_latest", "id", "kind", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "to_state", "version") VALUES (OLD."case_id", OLD."corrects_id", OLD."date", OLD."date_earliest", OLD."date_latest", OLD."id", OLD."kind", OLD."member_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."to_state", OLD."version"); RETURN NULL;',
                    hash="066300367a1ba4da1dbfa9d073e79cccb658d0e7",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_adf4c",
                    table="cases_status",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submission",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7960e718f7f76d5d7f677e116328e4e0251ee297",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e2da5",
                    table="cases_submission",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publication",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="651ac335595d668eb231341692ae767428d699ac",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6b93e",
                    table="cases_publication",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f9ab6d16d8a50c5fadb1d40f9d7898632c7cc630",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d3c21",
                    table="cases_decision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="update",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_updatehistory" ("body", "case_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "version") VALUES (NEW."body", NEW."case_id", NEW."day", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title", NEW."version"); RETURN NULL;',
                    hash="088036a301ce273fe8d7ee1f843c15eed9335a94",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3ca61",
                    table="cases_update",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="update",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_updatehistory" ("body", "case_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "version") VALUES (NEW."body", NEW."case_id", NEW."day", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title", NEW."version"); RETURN NULL;',
                    hash="ccedc3e7a18ec3267f4dfd624020d0022e327806",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_63e55",
                    table="cases_update",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="update",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_updatehistory" ("body", "case_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "version") VALUES (OLD."body", OLD."case_id", OLD."day", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."title", OLD."version"); RETURN NULL;',
                    hash="eab0fbaf4e87598f91db04a63d24b73720c26b88",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_36016",
                    table="cases_update",
                    when="AFTER",
                ),
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
    ]
