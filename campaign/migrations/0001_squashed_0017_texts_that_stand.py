import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import campaign.models.campaign
import campaign.models.delivery
import campaign.models.signature
import privacy.fields


class Migration(migrations.Migration):
    replaces = [
        ("campaign", "0001_initial"),
        ("campaign", "0002_point_texts"),
        ("campaign", "0003_cases_and_holds"),
        ("campaign", "0004_paper"),
        ("campaign", "0005_hand_ins"),
        ("campaign", "0006_places"),
        ("campaign", "0007_replies"),
        ("campaign", "0008_address_health"),
        ("campaign", "0009_delivery_hours_and_digests"),
        ("campaign", "0010_pauses"),
        ("campaign", "0011_test_letters"),
        ("campaign", "0012_afterwards"),
        ("campaign", "0013_posting"),
        ("campaign", "0014_digests_answered"),
        ("campaign", "0015_campaign_named_or_found"),
        ("campaign", "0016_desk"),
        ("campaign", "0017_texts_that_stand"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0004_desk"),
        ("accounts", "__first__"),
        ("cases", "0001_squashed_0002_claims_in_words"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Observance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("month", models.PositiveSmallIntegerField()),
                ("day", models.PositiveSmallIntegerField()),
            ],
            options={
                "verbose_name": "observance",
                "verbose_name_plural": "observances",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("day__range", (1, 31)), ("month__range", (1, 12))),
                        name="observance_is_a_date",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteLimits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mails_a_day", models.PositiveSmallIntegerField(default=3)),
                ("mails_a_day_for_supporters", models.PositiveSmallIntegerField(default=10)),
            ],
            options={
                "verbose_name": "limits",
                "verbose_name_plural": "limits",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="site_has_one_row_of_limits"),
                    models.CheckConstraint(
                        condition=models.Q(("mails_a_day__range", (1, 3))), name="mails_a_day_are_few"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mails_a_day_for_supporters__range", (models.F("mails_a_day"), 50))),
                        name="supporters_get_as_many_mails",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TallyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counted_before", campaign.models.signature.TransactionIdField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_tally_mark")],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
            },
        ),
        migrations.CreateModel(
            name="Unsubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                ("email_index", privacy.fields.BlindIndexField(db_index=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("asked", "asked for it"),
                            ("bounced", "there is no such mailbox"),
                            ("complained", "took an update for spam"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("email_index", "organisation"),
                        name="one_unsubscription_per_address",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "asked"), ("organisation__isnull", False)),
                            models.Q(("cause__in", ["bounced", "complained"]), ("organisation__isnull", True)),
                            _connector="OR",
                        ),
                        name="unsubscription_is_from_whom_its_cause_says",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Banner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("notice", "a notice"), ("warning", "a warning")], default="notice", max_length=10
                    ),
                ),
                ("shown_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("shown_until", models.DateTimeField()),
                (
                    "put_up_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "taken_down_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_down_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "banner",
                "verbose_name_plural": "banners",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("shown_from__lt", models.F("shown_until"))),
                        name="banner_is_shown_for_a_while",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_down_at__isnull", True), ("taken_down_by__isnull", True)),
                            models.Q(("taken_down_at__isnull", False), ("taken_down_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="banner_says_who_took_it_down",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="points", to="campaign.target"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("embassy", "Embassy"),
                            ("consulate", "Consulate"),
                            ("mission", "Mission"),
                            ("office", "Office"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("country", models.CharField(help_text="ISO 3166-1 alpha-2, for example PL.", max_length=2)),
                ("city", models.CharField(max_length=100)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        help_text="What the words above are written in; other languages stand below.",
                        max_length=10,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=50, validators=[campaign.models.delivery.is_time_zone]),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="Of the city, in degrees north.",
                        max_digits=3,
                        null=True,
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=1, help_text="Of the city, in degrees east.", max_digits=4, null=True
                    ),
                ),
                ("postal_address", models.TextField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "verified_on",
                    models.DateField(
                        blank=True,
                        help_text="When a person last checked the addresses against the office's own page.",
                        null=True,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_source",
                    models.URLField(blank=True, db_default="", default="", editable=False, max_length=500),
                ),
                (
                    "takes_rest",
                    models.BooleanField(
                        default=False,
                        help_text="Takes letters from countries for which no point answers; one per target.",
                    ),
                ),
                ("hourly_cap", models.PositiveIntegerField(default=60, help_text="At most so many e-mails an hour.")),
                (
                    "delivery_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            choices=[
                                (1, "Monday"),
                                (2, "Tuesday"),
                                (3, "Wednesday"),
                                (4, "Thursday"),
                                (5, "Friday"),
                                (6, "Saturday"),
                                (7, "Sunday"),
                            ]
                        ),
                        default=campaign.models.delivery.every_day,
                        help_text="E-mails go on these days, by the calendar there.",
                        size=None,
                    ),
                ),
                (
                    "delivery_from",
                    models.TimeField(
                        blank=True, help_text="By the clock there. Empty: e-mails go at any time of the day.", null=True
                    ),
                ),
                ("delivery_until", models.TimeField(blank=True, null=True)),
                (
                    "shape",
                    models.CharField(
                        choices=[("as_they_come", "as they come"), ("even", "evenly, until the window ends")],
                        default="as_they_come",
                        help_text="The hourly number is never exceeded, either way.",
                        max_length=20,
                    ),
                ),
                (
                    "digest_every",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="One e-mail for so many letters. Empty: an e-mail for each letter.",
                        null=True,
                    ),
                ),
                (
                    "digest_times",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TimeField(),
                        blank=True,
                        default=list,
                        help_text="Or one e-mail at each of these times there, for all letters that wait: 09:00, 16:00",
                        size=None,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("last_slot_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "delivery point",
                "verbose_name_plural": "delivery points",
                "ordering": ["country", "city", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("target", "name"), name="one_point_per_target_and_name"),
                    models.UniqueConstraint(
                        condition=models.Q(("takes_rest", True)),
                        fields=("target",),
                        name="one_point_takes_the_rest",
                        violation_error_message="Another point of this target already takes the rest.",
                    ),
                    models.CheckConstraint(condition=models.Q(("hourly_cap__gte", 1)), name="point_cap_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__isnull", False),
                                ("latitude__range", (-90, 90)),
                                ("longitude__isnull", False),
                                ("longitude__range", (-180, 180)),
                            ),
                            _connector="OR",
                        ),
                        name="point_stands_on_the_globe",
                        violation_error_message="Give both latitude and longitude, or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("takes_rest", True), _negated=True),
                            models.Q(("email", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="point_that_takes_the_rest_has_email",
                        violation_error_message="A point that takes the rest needs an e-mail address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivery_days__contained_by", [1, 2, 3, 4, 5, 6, 7]), ("delivery_days__len__gte", 1)
                        ),
                        name="point_delivers_on_days_of_the_week",
                        violation_error_message="Choose at least one day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivery_from__isnull", True), ("delivery_until__isnull", True)),
                            models.Q(
                                ("delivery_from__isnull", False),
                                ("delivery_from__lt", models.F("delivery_until")),
                                ("delivery_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="point_delivers_from_until",
                        violation_error_message="Give both times, the earlier one first, or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("digest_every__isnull", True),
                            models.Q(("digest_every__range", (2, 200)), ("digest_times", [])),
                            _connector="OR",
                        ),
                        name="point_has_one_digest",
                        violation_error_message="A digest goes every 2 to 200 letters, or at set times: choose one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shape__in", ["as_they_come", "even"])), name="point_shape_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_on__isnull", False),
                            models.Q(("verified_by__isnull", True), ("verified_source", "")),
                            _connector="OR",
                        ),
                        name="point_was_verified_on_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormOfAddress",
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forms_of_address",
                        to="campaign.target",
                    ),
                ),
                ("addressee", models.TextField(max_length=500, verbose_name="address block")),
                ("salutation", models.CharField(max_length=200, verbose_name="salutation")),
                ("closing", models.TextField(max_length=300, verbose_name="closing")),
                ("name_suffix", models.CharField(blank=True, max_length=20, verbose_name="after the name")),
            ],
            options={
                "verbose_name": "form of address",
                "verbose_name_plural": "forms of address",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("target", "language"), name="one_form_of_address_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="ObservanceDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "observance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moved_dates",
                        to="campaign.observance",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("date", models.DateField()),
            ],
            options={
                "verbose_name": "moved date",
                "verbose_name_plural": "moved dates",
                "constraints": [
                    models.UniqueConstraint(fields=("observance", "year"), name="one_date_per_observance_and_year"),
                    models.CheckConstraint(
                        condition=models.Q(("date__year", models.F("year"))), name="moved_date_is_in_its_year"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObservanceText",
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
                    "observance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaign.observance"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("summary", models.CharField(max_length=300)),
                ("about", models.TextField(help_text="Plain text; an empty line starts a new paragraph.")),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("observance", "language"), name="one_observance_text_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="PointImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="campaign.target"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("encoding", models.CharField(blank=True, default="", max_length=20)),
                ("content", models.BinaryField(null=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "import of delivery points",
                "verbose_name_plural": "imports of delivery points",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("applied_at__isnull", True), ("applied_by__isnull", True), ("content__isnull", False)
                            ),
                            models.Q(
                                ("applied_at__isnull", False), ("applied_by__isnull", False), ("content__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="applied_import_keeps_no_file",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetText",
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaign.target"
                    ),
                ),
                ("name", models.CharField(help_text="The office.", max_length=200)),
                ("holder", models.CharField(blank=True, help_text="Who holds it at present.", max_length=100)),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("target", "language"), name="one_target_text_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="BannerText",
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
                    "banner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaign.banner"
                    ),
                ),
                ("words", models.CharField(max_length=300)),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("banner", "language"), name="one_banner_text_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressHealth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "point",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="health", to="campaign.deliverypoint"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "takes letters"),
                            ("bounced", "does not take letters"),
                            ("blocked", "blocks our letters"),
                        ],
                        default="active",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                (
                    "soft_count",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Letters refused for a reason that may pass, one after the other.",
                        verbose_name="refused in a row",
                    ),
                ),
                ("refused_at", models.DateTimeField(blank=True, null=True, verbose_name="last refused")),
                ("status_code", models.CharField(blank=True, db_default="", max_length=11, verbose_name="code")),
                ("works_since", models.DateTimeField(blank=True, null=True, verbose_name="known to work since")),
            ],
            options={
                "verbose_name": "health of an address",
                "verbose_name_plural": "health of addresses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "bounced", "blocked"])),
                        name="address_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "active"), ("refused_at__isnull", False), _connector="OR"),
                        name="refusing_address_says_since_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswersFor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers_for",
                        to="campaign.deliverypoint",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="campaign.target",
                    ),
                ),
                ("country", models.CharField(max_length=2)),
            ],
            options={
                "verbose_name": "country it answers for",
                "verbose_name_plural": "countries it answers for",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("target", "country"),
                        name="one_point_answers_for_a_country",
                        violation_error_message="Another point already answers for this country.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=100, unique=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "observance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="campaign.observance",
                    ),
                ),
                (
                    "edition",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="The year, for an edition of an observance.", null=True
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="campaigns", to="campaign.target"
                    ),
                ),
                (
                    "source_language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        max_length=10,
                    ),
                ),
                (
                    "addressee_language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        help_text="Letters go out in this language first, the supporter's own beside it.",
                        max_length=10,
                    ),
                ),
                ("goal", models.PositiveIntegerField(default=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_review", "in review"),
                            ("scheduled", "scheduled"),
                            ("open", "open"),
                            ("closed", "closed"),
                            ("delivered", "delivered"),
                            ("archived", "archived"),
                        ],
                        default="draft",
                        max_length=50,
                    ),
                ),
                (
                    "paused",
                    models.BooleanField(
                        default=False, help_text="Stops the sending of letters, never the collecting of signatures."
                    ),
                ),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("deliver_from", models.DateTimeField()),
                ("deliver_until", models.DateTimeField()),
                (
                    "addressing",
                    models.CharField(
                        choices=[
                            ("nearest", "the point that answers for the supporter's country"),
                            ("all", "every delivery point of the target"),
                            ("chosen", "the delivery points chosen below"),
                        ],
                        default="nearest",
                        max_length=10,
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("email", "by e-mail"), ("hand", "by hand"), ("post", "by post")], max_length=10
                        ),
                        default=campaign.models.campaign.every_channel,
                        help_text="The ways by which its letters go.",
                        size=None,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=50, validators=[campaign.models.delivery.is_time_zone]),
                ),
                ("cover", models.CharField(blank=True, editable=False, max_length=64)),
                ("cover_width", models.PositiveIntegerField(default=0, editable=False)),
                ("cover_height", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "is_template",
                    models.BooleanField(
                        default=False, help_text="Organizers of every organisation may begin theirs from it."
                    ),
                ),
                (
                    "prepared",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, editable=False, size=None
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cases",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Whom the letter speaks of. Only cases with a public page.",
                        related_name="campaigns",
                        to="cases.case",
                    ),
                ),
                ("chosen_points", models.ManyToManyField(blank=True, related_name="+", to="campaign.deliverypoint")),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "ordering": ["-opens_at", "slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "in_review", "scheduled", "open", "closed", "delivered", "archived"],
                            )
                        ),
                        name="campaign_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                        name="campaign_opens_before_it_closes",
                        violation_error_message="The campaign must open before it closes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deliver_from__lt", models.F("deliver_until"))),
                        name="campaign_delivery_window_has_length",
                        violation_error_message="The delivery window must start before it ends.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__lte", models.F("deliver_until"))),
                        name="campaign_delivers_until_it_closes",
                        violation_error_message="Letters signed on the last day must have time to go out.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("edition__isnull", True), ("observance__isnull", True)),
                            models.Q(("edition__isnull", False), ("observance__isnull", False)),
                            _connector="OR",
                        ),
                        name="edition_belongs_to_an_observance",
                        violation_error_message="An observance needs the year of its edition, and a year its observance.",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "observance", "edition"), name="one_edition_a_year_per_organisation"
                    ),
                    models.CheckConstraint(condition=models.Q(("goal__gte", 1)), name="campaign_goal_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channels__contained_by", ["email", "hand", "post"]), ("channels__len__gt", 0)
                        ),
                        name="campaign_channels_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cover", ""), ("cover_height", 0), ("cover_width", 0)),
                            models.Q(
                                models.Q(("cover", ""), _negated=True), ("cover_height__gt", 0), ("cover_width__gt", 0)
                            ),
                            _connector="OR",
                        ),
                        name="campaign_cover_has_a_size",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryPointText",
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
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaign.deliverypoint"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("city", models.CharField(max_length=100)),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("point", "language"), name="one_point_text_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("site", "the whole site"),
                            ("target", "target"),
                            ("point", "delivery point"),
                            ("domain", "recipient domain"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="campaign.target",
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="campaign.deliverypoint",
                    ),
                ),
                ("domain", models.CharField(blank=True, default="", max_length=255)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("refused", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answered", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "paused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("paused_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "pause",
                "verbose_name_plural": "pauses",
                "ordering": ["-paused_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("domain", ""), ("point__isnull", True), ("scope", "site"), ("target__isnull", True)
                            ),
                            models.Q(
                                ("domain", ""), ("point__isnull", True), ("scope", "target"), ("target__isnull", False)
                            ),
                            models.Q(
                                ("domain", ""), ("point__isnull", False), ("scope", "point"), ("target__isnull", True)
                            ),
                            models.Q(
                                ("point__isnull", True),
                                ("scope", "domain"),
                                ("target__isnull", True),
                                models.Q(("domain", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pause_says_what_it_stops",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("domain", django.db.models.functions.text.Lower("domain"))),
                        name="paused_domain_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered__isnull", True),
                                ("paused_by__isnull", False),
                                ("refused__isnull", True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("answered__gte", models.F("refused")),
                                ("paused_by__isnull", True),
                                ("reason", ""),
                                ("refused__gte", 1),
                                ("scope", "domain"),
                            ),
                            _connector="OR",
                        ),
                        name="pause_says_who_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lifted_pause_says_by_whom",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("scope", "target", "point", "domain"),
                        name="one_standing_pause_per_thing",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.campaign"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CampaignEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="campaign.campaign",
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
                ("slug", models.SlugField(db_index=False, max_length=100)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "observance",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaign.observance",
                    ),
                ),
                (
                    "edition",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="The year, for an edition of an observance.", null=True
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaign.target",
                    ),
                ),
                (
                    "source_language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        max_length=10,
                    ),
                ),
                (
                    "addressee_language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        default="en",
                        help_text="Letters go out in this language first, the supporter's own beside it.",
                        max_length=10,
                    ),
                ),
                ("goal", models.PositiveIntegerField(default=1000)),
                (
                    "paused",
                    models.BooleanField(
                        default=False, help_text="Stops the sending of letters, never the collecting of signatures."
                    ),
                ),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("deliver_from", models.DateTimeField()),
                ("deliver_until", models.DateTimeField()),
                (
                    "addressing",
                    models.CharField(
                        choices=[
                            ("nearest", "the point that answers for the supporter's country"),
                            ("all", "every delivery point of the target"),
                            ("chosen", "the delivery points chosen below"),
                        ],
                        default="nearest",
                        max_length=10,
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("email", "by e-mail"), ("hand", "by hand"), ("post", "by post")], max_length=10
                        ),
                        default=campaign.models.campaign.every_channel,
                        help_text="The ways by which its letters go.",
                        size=None,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=50, validators=[campaign.models.delivery.is_time_zone]),
                ),
                ("cover", models.CharField(blank=True, editable=False, max_length=64)),
                ("cover_width", models.PositiveIntegerField(default=0, editable=False)),
                ("cover_height", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "is_template",
                    models.BooleanField(
                        default=False, help_text="Organizers of every organisation may begin theirs from it."
                    ),
                ),
                (
                    "prepared",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, editable=False, size=None
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CampaignSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sources", to="campaign.campaign"
                    ),
                ),
                ("publisher", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=300)),
                (
                    "date",
                    models.CharField(
                        help_text="As exact as the source's own: 2013, 2012-02 or 2018-09-24.", max_length=20
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["date", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CampaignText",
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
                    "translated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("approved_pair", models.CharField(blank=True, editable=False, max_length=64)),
                ("proposed", models.JSONField(blank=True, editable=False, null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaign.campaign"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("ask", models.CharField(help_text="What is asked, in one line.", max_length=300)),
                (
                    "background",
                    models.TextField(help_text="Who is at risk. Plain text; an empty line starts a new paragraph."),
                ),
                (
                    "share_text",
                    models.CharField(
                        blank=True,
                        help_text="Under the title where the page is shared. Empty: the ask.",
                        max_length=200,
                    ),
                ),
                (
                    "cover_alt",
                    models.CharField(
                        blank=True,
                        help_text="What the cover picture shows, for people who do not see it.",
                        max_length=300,
                    ),
                ),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "language"), name="one_campaign_text_per_language"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), models.Q(("approved_pair", ""), _negated=True)),
                            models.Q(
                                ("approved_at__isnull", True), ("approved_by__isnull", True), ("approved_pair", "")
                            ),
                            _connector="OR",
                        ),
                        name="campaign_text_approval_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("translated_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="campaign_text_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proposed__isnull", True), ("proposed_by__isnull", True)),
                            models.Q(("proposed__isnull", False), ("proposed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="campaign_text_proposal_has_its_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closing_changes",
                        to="campaign.campaign",
                    ),
                ),
                ("announced", models.DateTimeField(help_text="When it would have closed.")),
                ("closes_at", models.DateTimeField(help_text="When it closes, or has closed, instead.")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="what everyone reads of it")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "change of the closing date",
                "verbose_name_plural": "changes of the closing date",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("announced", models.F("closes_at")), _negated=True),
                        name="closing_change_is_a_change",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exports", to="campaign.campaign"
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("name", "Name, as far as its owner lets it be seen"),
                                ("country", "Country"),
                                ("city", "City, of those whose name may be seen"),
                                ("language", "Language"),
                                ("day", "Day of the confirmation"),
                                ("own_words", "Own words"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                    ),
                ),
                (
                    "format",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "XLSX (Excel, LibreOffice)")], max_length=4),
                ),
                ("purpose", models.CharField(max_length=300)),
                ("rows", models.PositiveIntegerField()),
                ("needs_release", models.BooleanField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for a second person"),
                            ("released", "released"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="asked",
                        max_length=50,
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "released", "refused", "withdrawn"])),
                        name="export_state_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("fields__len__gte", 1)), name="export_has_a_field"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fields__contained_by", ["name", "country", "city", "language", "day", "own_words"])
                        ),
                        name="export_fields_are_allowed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="export_says_what_for"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rows__lte", 1000), ("needs_release", True), _connector="OR"),
                        name="large_export_needs_release",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needs_release", False),
                            models.Q(("state", "released"), _negated=True),
                            models.Q(
                                ("released_by__isnull", False),
                                models.Q(("released_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="export_is_released_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "released"), _negated=True),
                            ("released_at__isnull", False),
                            _connector="OR",
                        ),
                        name="released_export_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="campaign.campaign"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("status", "the situation of the people has changed"),
                            ("takedown", "the case page was taken down"),
                        ],
                        max_length=10,
                        verbose_name="why",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "hold",
                "verbose_name_plural": "holds",
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("campaign", "case", "cause"),
                        name="one_standing_hold_per_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lifted_hold_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ["status", "takedown"])), name="hold_cause_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="campaign.campaign"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["campaign", "-version"],
                "constraints": [models.UniqueConstraint(fields=("campaign", "version"), name="one_letter_per_version")],
            },
        ),
        migrations.CreateModel(
            name="NewsMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="news_mark", to="campaign.campaign"
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                ("signature_id", models.BigIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Partnership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="partnerships", to="campaign.campaign"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partnerships",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked"), ("accepted", "accepted"), ("ended", "ended")],
                        default="asked",
                        max_length=50,
                    ),
                ),
            ],
            options={
                "verbose_name": "partnership",
                "verbose_name_plural": "partnerships",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "organisation"), name="one_partnership_per_organisation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "accepted", "ended"])),
                        name="partnership_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="campaign.campaign"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("submitted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("content", models.JSONField(default=dict)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("opened", "opened"), ("returned", "sent back"), ("taken_back", "taken back")],
                        max_length=10,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["", "opened", "returned", "taken_back"])),
                        name="review_verdict_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("verdict", "")),
                            models.Q(
                                models.Q(("verdict", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_review_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["", "taken_back"]),
                            models.Q(
                                models.Q(("decided_by", models.F("submitted_by")), _negated=True),
                                models.Q(
                                    ("edited_by__isnull", True),
                                    models.Q(("decided_by", models.F("edited_by")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="review_is_decided_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("verdict", "")),
                        fields=("campaign",),
                        name="one_waiting_review_per_campaign",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SelfReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="self_reports", to="campaign.campaign"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaign.deliverypoint"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "by e-mail"), ("hand", "by hand"), ("post", "by post")], max_length=10
                    ),
                ),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "letter that somebody says to have sent",
                "verbose_name_plural": "letters that people say to have sent",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "hand", "post"])),
                        name="self_report_channel_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tallies", to="campaign.campaign"
                    ),
                ),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("all", "all"),
                            ("country", "country"),
                            ("day", "day"),
                            ("hour", "hour"),
                            ("language", "language"),
                            ("delay", "time from signing to confirming"),
                            ("state", "state of a signature"),
                            ("source", "where signers came from"),
                            ("letters", "letters"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=40)),
                ("count", models.IntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "tallies",
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "dimension", "key"), name="one_tally_per_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="TallyMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="campaign.campaign",
                    ),
                ),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("all", "all"),
                            ("country", "country"),
                            ("day", "day"),
                            ("hour", "hour"),
                            ("language", "language"),
                            ("delay", "time from signing to confirming"),
                            ("state", "state of a signature"),
                            ("source", "where signers came from"),
                            ("letters", "letters"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("delta", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Update",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="updates", to="campaign.campaign"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("waiting", "waits for a second person"),
                            ("scheduled", "scheduled"),
                            ("sending", "is being sent"),
                            ("stopped", "stopped"),
                            ("sent", "sent"),
                            ("ended", "ended before all had it"),
                        ],
                        default="draft",
                        max_length=50,
                    ),
                ),
                ("is_public", models.BooleanField(default=True)),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("send_at", models.DateTimeField(null=True)),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=50, validators=[campaign.models.delivery.is_time_zone]),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("released_at", models.DateTimeField(null=True)),
                ("recipients", models.PositiveIntegerField(null=True)),
                ("planned_to", models.BigIntegerField(default=0)),
                ("is_planned", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "update",
                "verbose_name_plural": "updates",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "waiting", "scheduled", "sending", "stopped", "sent", "ended"])
                        ),
                        name="update_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("asked_by__isnull", True),
                                ("digest", ""),
                                ("send_at__isnull", True),
                                ("state", "draft"),
                            ),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("asked_by__isnull", False),
                                ("send_at__isnull", False),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="update_to_send_says_what_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                            models.Q(
                                ("released_at__isnull", False),
                                ("released_by__isnull", False),
                                models.Q(("state__in", ["draft", "waiting"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="released_update_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by__isnull", True),
                            models.Q(
                                models.Q(("released_by", models.F("written_by")), _negated=True),
                                models.Q(("released_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="update_is_released_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recipients__isnull", True),
                            ("recipients__lte", 1000),
                            ("released_by__isnull", False),
                            _connector="OR",
                        ),
                        name="update_to_many_is_released",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("recipients__isnull", False),
                                ("started_at__isnull", False),
                                ("state__in", ["sending", "stopped", "sent", "ended"]),
                            ),
                            models.Q(
                                ("recipients__isnull", True),
                                ("started_at__isnull", True),
                                ("state__in", ["draft", "waiting", "scheduled"]),
                            ),
                            _connector="OR",
                        ),
                        name="begun_update_says_to_how_many",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ["sent", "ended"])),
                            models.Q(
                                models.Q(("state__in", ["sent", "ended"]), _negated=True), ("ended_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="ended_update_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressHealthChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.addresshealth"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CampaignTextEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="campaign.campaigntext",
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
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                (
                    "translated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("approved_pair", models.CharField(blank=True, editable=False, max_length=64)),
                ("proposed", models.JSONField(blank=True, editable=False, null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaign.campaign",
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("ask", models.CharField(help_text="What is asked, in one line.", max_length=300)),
                (
                    "background",
                    models.TextField(help_text="Who is at risk. Plain text; an empty line starts a new paragraph."),
                ),
                (
                    "share_text",
                    models.CharField(
                        blank=True,
                        help_text="Under the title where the page is shared. Empty: the ask.",
                        max_length=200,
                    ),
                ),
                (
                    "cover_alt",
                    models.CharField(
                        blank=True,
                        help_text="What the cover picture shows, for people who do not see it.",
                        max_length=300,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="digests", to="campaign.campaign"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="digests", to="campaign.deliverypoint"
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaign.letter"
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="From 1, for each campaign and delivery point.")),
                ("count", models.PositiveSmallIntegerField()),
                ("queued_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "digest",
                "verbose_name_plural": "digests",
                "ordering": ["-queued_at"],
                "indexes": [models.Index(fields=["point", "queued_at"], name="digest_point_queued")],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "point", "number"), name="one_digest_per_number"),
                    models.CheckConstraint(condition=models.Q(("count__lte", 200)), name="digest_is_one_mail"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.export"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LetterText",
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
                    "translated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("approved_pair", models.CharField(blank=True, editable=False, max_length=64)),
                ("proposed", models.JSONField(blank=True, editable=False, null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaign.letter"
                    ),
                ),
                (
                    "addressee",
                    models.TextField(help_text="The address block, a line each: office, then the way it goes."),
                ),
                ("salutation", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=150)),
                ("body", models.TextField(help_text="Plain text; an empty line starts a new paragraph.")),
                ("closing", models.TextField()),
                (
                    "name_suffix",
                    models.CharField(
                        blank=True,
                        help_text="What follows the writer's name, where the language has it: 올림, 谨启.",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "verbose_name": "text",
                "verbose_name_plural": "texts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "language"), name="one_letter_text_per_language"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), models.Q(("approved_pair", ""), _negated=True)),
                            models.Q(
                                ("approved_at__isnull", True), ("approved_by__isnull", True), ("approved_pair", "")
                            ),
                            _connector="OR",
                        ),
                        name="letter_text_approval_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("translated_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="letter_text_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proposed__isnull", True), ("proposed_by__isnull", True)),
                            models.Q(("proposed__isnull", False), ("proposed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="letter_text_proposal_has_its_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="campaign.campaign"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="campaign.deliverypoint"
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="campaign.letter"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "by e-mail"), ("hand", "by hand"), ("post", "by post")],
                        default="hand",
                        max_length=10,
                    ),
                ),
                (
                    "volume",
                    models.PositiveSmallIntegerField(
                        help_text="1 is the first for this point; later ones are supplements."
                    ),
                ),
                (
                    "paper",
                    models.CharField(choices=[("a4", "A4"), ("us-letter", "US Letter")], default="a4", max_length=10),
                ),
                ("language", models.CharField(help_text="The local language of the cover letter.", max_length=10)),
                (
                    "first",
                    models.PositiveIntegerField(help_text="Number of its first signature for this point, from 1."),
                ),
                ("count", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waiting to be made"),
                            ("building", "being made"),
                            ("ready", "ready"),
                            ("failed", "could not be made"),
                            ("handed_out", "downloaded"),
                            ("cancelled", "void"),
                        ],
                        default="asked",
                        max_length=50,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("built_at", models.DateTimeField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("pages", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "fetched",
                    models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text="How often."),
                ),
                (
                    "letters_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("planned", "waiting for its turn"),
                            ("queued", "about to be sent"),
                            ("sending", "being sent"),
                            ("accepted", "accepted by the recipient's mail server"),
                            ("presumed_delivered", "delivered, as far as can be known"),
                            ("replied", "answered"),
                            ("bounced", "refused by the recipient's mail server"),
                            ("rerouted", "sent another way"),
                            ("held", "held back"),
                            ("cancelled", "not sent"),
                            ("packed", "printed in a pack"),
                            ("posted", "posted"),
                            ("delivered", "handed over"),
                            ("returned", "came back"),
                            ("unknown", "unclear: the connection broke while it was sent"),
                        ],
                        db_default="",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "substituted",
                    models.JSONField(blank=True, default=list, help_text="Characters that no font could draw."),
                ),
            ],
            options={
                "verbose_name": "pack",
                "verbose_name_plural": "packs",
                "ordering": ["campaign", "point", "volume"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "building", "ready", "failed", "handed_out", "cancelled"])
                        ),
                        name="pack_state_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("campaign", "point", "channel", "volume"), name="one_pack_per_volume"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 0), ("count__lte", 5000)), name="pack_is_one_volume"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("letters_to__in", ["", "packed", "posted", "delivered", "returned", "cancelled"])
                        ),
                        name="pack_letters_go_somewhere_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["ready", "handed_out"]), _negated=True),
                            models.Q(
                                ("built_at__isnull", False),
                                ("pages__isnull", False),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ready_pack_has_its_hash",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnershipChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.partnership"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReviewRemark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="remarks", to="campaign.review"
                    ),
                ),
                ("field", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("answer", models.TextField(blank=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "remark",
                "verbose_name_plural": "remarks",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="settled_remark_says_by_whom",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="campaign.campaign"
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="campaign.letter"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                ("email_index", privacy.fields.BlindIndexField(db_index=False, null=True)),
                ("name", privacy.fields.SealedTextField(null=True)),
                ("email", privacy.fields.SealedTextField(null=True)),
                ("country", models.CharField(max_length=2)),
                ("city", privacy.fields.SealedTextField(blank=True, null=True)),
                ("own_words", privacy.fields.SealedTextField(blank=True, null=True)),
                (
                    "display",
                    models.CharField(
                        choices=[("full", "My full name"), ("initials", "My initials"), ("hidden", "No name")],
                        max_length=10,
                    ),
                ),
                ("wants_updates", models.BooleanField(default=False)),
                (
                    "updates_from",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_default=models.Value("{}"),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for your confirmation"),
                            ("confirmed", "confirmed"),
                            ("withdrawn", "withdrawn"),
                            ("expired", "expired"),
                            ("held", "held for a check"),
                            ("rejected", "not accepted"),
                        ],
                        default="pending",
                        max_length=50,
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("signed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "signature",
                "verbose_name_plural": "signatures",
                "indexes": [
                    models.Index(
                        condition=models.Q(("email_index__isnull", False)),
                        fields=["email_index"],
                        name="signature_address",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")), fields=["signed_at"], name="signature_unanswered"
                    ),
                    models.Index(
                        condition=models.Q(("erased_at__isnull", True), ("state", "confirmed")),
                        fields=["campaign", "-confirmed_at", "-id"],
                        name="signature_scroll",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("erased_at__isnull", True), ("state", "confirmed"), ("wants_updates", True)
                        ),
                        fields=["campaign", "id"],
                        name="signature_wanting_updates",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "email_index"), name="one_signature_per_address"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "confirmed", "withdrawn", "expired", "held", "rejected"])
                        ),
                        name="signature_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", False),
                            models.Q(("state__in", ["confirmed", "withdrawn"]), _negated=True),
                            _connector="OR",
                        ),
                        name="confirmed_signature_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("email__isnull", False),
                                ("email_index__isnull", False),
                                ("erased_at__isnull", True),
                                ("name__isnull", False),
                            ),
                            models.Q(
                                ("city__isnull", True),
                                ("email__isnull", True),
                                ("email_index__isnull", True),
                                ("erased_at__isnull", False),
                                ("name__isnull", True),
                                ("own_words__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="erased_signature_keeps_no_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TestSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign.campaign"
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign.letter"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                ("name", privacy.fields.SealedTextField()),
                ("country", models.CharField(max_length=2)),
                ("city", privacy.fields.SealedTextField(blank=True, null=True)),
                ("own_words", privacy.fields.SealedTextField(blank=True, null=True)),
                (
                    "display",
                    models.CharField(
                        choices=[("full", "My full name"), ("initials", "My initials"), ("hidden", "No name")],
                        max_length=10,
                    ),
                ),
                ("signed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "test signature",
                "verbose_name_plural": "test signatures",
                "indexes": [models.Index(fields=["by", "signed_at"], name="test_signature_signed")],
            },
        ),
        migrations.CreateModel(
            name="UpdateChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.update"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UpdateTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "update",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign.update"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["by", "asked_at"], name="update_test_asked")],
            },
        ),
        migrations.CreateModel(
            name="UpdateText",
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
                    "update",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaign.update"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("words", models.TextField(help_text="Plain text; an empty line starts a new paragraph.")),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("update", "language"), name="one_update_text_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="campaign.signature"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaign.campaign",
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="campaign.deliverypoint",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "by e-mail"), ("hand", "by hand"), ("post", "by post")],
                        db_default="email",
                        max_length=10,
                    ),
                ),
                (
                    "instead_of",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rerouted_to",
                        to="campaign.dispatch",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "waiting for its turn"),
                            ("queued", "about to be sent"),
                            ("sending", "being sent"),
                            ("accepted", "accepted by the recipient's mail server"),
                            ("presumed_delivered", "delivered, as far as can be known"),
                            ("replied", "answered"),
                            ("bounced", "refused by the recipient's mail server"),
                            ("rerouted", "sent another way"),
                            ("held", "held back"),
                            ("cancelled", "not sent"),
                            ("packed", "printed in a pack"),
                            ("posted", "posted"),
                            ("delivered", "handed over"),
                            ("returned", "came back"),
                            ("unknown", "unclear: the connection broke while it was sent"),
                        ],
                        default="planned",
                        max_length=50,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "digest",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="campaign.digest",
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="campaign.pack",
                    ),
                ),
                ("place", models.PositiveIntegerField(blank=True, null=True)),
                ("page", models.PositiveIntegerField(blank=True, null=True)),
                ("as_sent", privacy.fields.SealedTextField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "dispatch",
                "verbose_name_plural": "dispatches",
                "indexes": [
                    models.Index(
                        condition=models.Q(("digest__isnull", False)), fields=["digest"], name="dispatch_in_digest"
                    ),
                    models.Index(
                        condition=models.Q(("pack__isnull", False)), fields=["pack", "place"], name="dispatch_in_pack"
                    ),
                    models.Index(
                        condition=models.Q(("channel", "email"), ("state", "planned")),
                        fields=["point", "campaign", "id"],
                        name="dispatch_waiting",
                    ),
                    models.Index(condition=models.Q(("state", "held")), fields=["point"], name="dispatch_held"),
                    models.Index(fields=["point", "queued_at"], name="dispatch_point_queued"),
                    models.Index(
                        condition=models.Q(("state", "accepted")), fields=["accepted_at"], name="dispatch_silent"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("signature", "point", "channel"), name="one_dispatch_per_signature_and_point"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "queued",
                                    "sending",
                                    "accepted",
                                    "presumed_delivered",
                                    "replied",
                                    "bounced",
                                    "rerouted",
                                    "held",
                                    "cancelled",
                                    "packed",
                                    "posted",
                                    "delivered",
                                    "returned",
                                    "unknown",
                                ],
                            )
                        ),
                        name="dispatch_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", False),
                            models.Q(("state__in", ["accepted", "presumed_delivered"]), _negated=True),
                            _connector="OR",
                        ),
                        name="accepted_dispatch_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterTextEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="campaign.lettertext",
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
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                (
                    "translated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("approved_pair", models.CharField(blank=True, editable=False, max_length=64)),
                ("proposed", models.JSONField(blank=True, editable=False, null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaign.letter",
                    ),
                ),
                (
                    "addressee",
                    models.TextField(help_text="The address block, a line each: office, then the way it goes."),
                ),
                ("salutation", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=150)),
                ("body", models.TextField(help_text="Plain text; an empty line starts a new paragraph.")),
                ("closing", models.TextField()),
                (
                    "name_suffix",
                    models.CharField(
                        blank=True,
                        help_text="What follows the writer's name, where the language has it: 올림, 谨启.",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OptIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opt_ins", to="campaign.signature"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "opt-in",
                "verbose_name_plural": "opt-ins",
                "constraints": [
                    models.UniqueConstraint(fields=("signature", "organisation"), name="one_opt_in_per_organisation"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True), ("withdrawn_at__gte", models.F("at")), _connector="OR"
                        ),
                        name="opt_in_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.pack"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "pack",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posting", to="campaign.pack"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("posted", "posted"), ("delivered", "delivered"), ("returned", "came back")],
                        default="posted",
                        max_length=50,
                    ),
                ),
                ("posted_on", models.DateField(verbose_name="posted on")),
                ("tracking", models.CharField(blank=True, max_length=60, verbose_name="tracking number")),
                (
                    "posted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="delivered or back on")),
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["posted", "delivered", "returned"])),
                        name="posting_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_on__isnull", True), ("state", "posted")),
                            models.Q(models.Q(("state", "posted"), _negated=True), ("settled_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="settled_posting_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_on__isnull", True), ("settled_on__gte", models.F("posted_on")), _connector="OR"
                        ),
                        name="posting_settles_after_it_was_posted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatureChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.signature"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign.campaign"
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                ("language", models.CharField(db_default="", max_length=10)),
                ("signed_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "transaction",
                    campaign.models.signature.TransactionIdField(
                        db_default=campaign.models.signature.CurrentTransactionId(), editable=False
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["transaction"], name="signature_change_transaction")],
            },
        ),
        migrations.CreateModel(
            name="TestLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign.campaign"
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign.letter"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign.deliverypoint"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "under",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="campaign.testsignature",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                (
                    "display",
                    models.CharField(
                        choices=[("full", "My full name"), ("initials", "My initials"), ("hidden", "No name")],
                        max_length=10,
                    ),
                ),
                ("own_words", privacy.fields.SealedTextField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "test letter",
                "verbose_name_plural": "test letters",
                "indexes": [models.Index(fields=["by", "asked_at"], name="test_letter_asked")],
            },
        ),
        migrations.CreateModel(
            name="UpdateMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "update",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="campaign.update",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="update_mails",
                        to="campaign.signature",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("queued", "about to be sent"),
                            ("sent", "sent"),
                            ("failed", "did not arrive"),
                            ("left", "no longer wanted"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("queued_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["update", "state", "id"], name="update_mail_state"),
                    models.Index(
                        condition=models.Q(("queued_at__isnull", False)),
                        fields=["queued_at"],
                        name="update_mail_queued",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("update", "signature"), name="one_update_mail_per_supporter"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "queued", "sent", "failed", "left"])),
                        name="update_mail_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("queued_at__isnull", True), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("queued_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="update_mail_says_when_it_was_queued",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DispatchChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.dispatch"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("new", "bounced")), fields=["at"], name="dispatch_change_refused")
                ],
            },
        ),
        migrations.CreateModel(
            name="PostingChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.posting"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="campaign.campaign"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="campaign.deliverypoint"
                    ),
                ),
                (
                    "dispatch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="campaign.dispatch",
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="campaign.digest",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "by e-mail"), ("hand", "by hand"), ("post", "by post")],
                        default="email",
                        max_length=10,
                        verbose_name="how it came",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("automatic", "automatic: nobody has read the letter yet"),
                            ("form", "a form letter: the same words for everyone"),
                            ("substantive", "an answer to what was asked"),
                            ("unread", "not looked at yet: a person has to read it"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "text",
                    privacy.fields.SealedTextField(
                        blank=True,
                        help_text="Kept sealed; only the organizers read it.",
                        null=True,
                        verbose_name="what it says",
                    ),
                ),
                (
                    "excerpt",
                    models.TextField(
                        blank=True,
                        help_text="A few sentences, in the campaign’s first language. No names of private persons, and nothing by which they can be found: neither the supporter’s who got the reply, nor the clerk’s who wrote it.",
                        max_length=1000,
                        verbose_name="what everyone reads of it",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reply",
                "verbose_name_plural": "replies",
                "ordering": ["-received_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dispatch__isnull", True), ("digest__isnull", True), _connector="OR"),
                        name="reply_is_to_one_mail",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["automatic", "form", "substantive", "unread"])),
                        name="reply_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "hand", "post"])), name="reply_channel_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("excerpt", ""), ("kind__in", ["form", "substantive"]), _connector="OR"),
                        name="only_what_somebody_wrote_is_quoted",
                        violation_error_message="Only a form letter or an answer is quoted in public.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoordinatorMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coordinator_mails",
                        to="campaign.campaign",
                    ),
                ),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("words", models.TextField(max_length=5000, verbose_name="words")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "mail to coordinators",
                "verbose_name_plural": "mails to coordinators",
                "ordering": ["-written_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sent_at__isnull", True), ("tested_at__isnull", False), _connector="OR"),
                        name="coordinator_mail_is_tested_first",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hand_ins", to="campaign.campaign"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_ins",
                        to="campaign.deliverypoint",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("opening_hours", models.CharField(blank=True, max_length=200, verbose_name="opening hours")),
                (
                    "public_note",
                    models.TextField(
                        blank=True,
                        help_text="What happened there, in your words and in the campaign’s first language. No names of private persons, and nothing by which they can be found.",
                        max_length=2000,
                        verbose_name="what everyone reads of it",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "a coordinator is wanted"),
                            ("claimed", "a coordinator is found"),
                            ("ready", "the pack is in the coordinator's hands"),
                            ("delivered", "delivered to a person"),
                            ("left_in_mailbox", "left in the mailbox"),
                            ("refused", "refused at the door"),
                            ("posted", "posted instead"),
                            ("other", "something else"),
                            ("reported", "reported"),
                            ("cancelled", "cancelled"),
                        ],
                        default="offered",
                        max_length=50,
                    ),
                ),
            ],
            options={
                "verbose_name": "hand-in",
                "verbose_name_plural": "hand-ins",
                "ordering": ["day", "point"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "offered",
                                    "claimed",
                                    "ready",
                                    "delivered",
                                    "left_in_mailbox",
                                    "refused",
                                    "posted",
                                    "other",
                                    "reported",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="hand_in_state_is_known",
                    ),
                    models.UniqueConstraint(fields=("campaign", "point"), name="one_hand_in_per_campaign_and_point"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandInChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.handin"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandInReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hand_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="campaign.handin"
                    ),
                ),
                ("key", models.UUIDField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("delivered", "delivered to a person"),
                            ("left_in_mailbox", "left in the mailbox"),
                            ("refused", "refused at the door"),
                            ("posted", "posted instead"),
                            ("other", "something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(help_text="When it happened, as the coordinator says.")),
                ("note", privacy.fields.SealedTextField(blank=True, max_length=2000, null=True)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "report of a hand-in",
                "verbose_name_plural": "reports of hand-ins",
                "ordering": ["sent_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("hand_in", "key"), name="a_report_is_kept_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["delivered", "left_in_mailbox", "refused", "posted", "other"])
                        ),
                        name="report_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "other"), _negated=True), ("note__isnull", False), _connector="OR"
                        ),
                        name="report_of_something_else_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Volunteer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hand_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="volunteers", to="campaign.handin"
                    ),
                ),
                ("name", privacy.fields.SealedTextField(null=True)),
                ("email", privacy.fields.SealedTextField(null=True)),
                ("email_index", privacy.fields.BlindIndexField(db_index=False, null=True)),
                ("about", privacy.fields.SealedTextField(blank=True, null=True)),
                ("named_in_public", models.BooleanField(default=False)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for the confirmation of the address"),
                            ("confirmed", "waiting for an organizer"),
                            ("accepted", "coordinator"),
                            ("declined", "not needed this time"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="pending",
                        max_length=50,
                    ),
                ),
                ("safety_read_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "volunteer",
                "verbose_name_plural": "volunteers",
                "ordering": ["offered_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "confirmed", "accepted", "declined", "withdrawn"])
                        ),
                        name="volunteer_state_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("hand_in", "email_index"), name="one_offer_per_address_and_hand_in"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("email__isnull", False),
                                ("email_index__isnull", False),
                                ("erased_at__isnull", True),
                                ("name__isnull", False),
                            ),
                            models.Q(
                                ("about__isnull", True),
                                ("email__isnull", True),
                                ("email_index__isnull", True),
                                ("erased_at__isnull", False),
                                ("name__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="erased_volunteer_keeps_no_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoordinatorMailCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="campaign.coordinatormail",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaign.volunteer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("mail", "volunteer"), name="one_copy_per_coordinator_and_mail")
                ],
            },
        ),
        migrations.CreateModel(
            name="HandInPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="campaign.handinreport"
                    ),
                ),
                ("file", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="VolunteerChange",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="campaign.volunteer"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="coordinatormail",
            name="hand_in",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="campaign.handin",
            ),
        ),
        migrations.AddField(
            model_name="handin",
            name="coordinator",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coordinates",
                to="campaign.volunteer",
            ),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("coordinator__isnull", True), ("state__in", ["offered", "cancelled"])),
                    ("coordinator__isnull", False),
                    _connector="OR",
                ),
                name="claimed_hand_in_has_a_coordinator",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaigntext",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "campaign_campaigntextevent" ("approved_at", "approved_by_id", "approved_pair", "ask", "background", "campaign_id", "cover_alt", "id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed", "proposed_by_id", "share_text", "title", "translated_by_id") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."approved_pair", NEW."ask", NEW."background", NEW."campaign_id", NEW."cover_alt", NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposed", NEW."proposed_by_id", NEW."share_text", NEW."title", NEW."translated_by_id"); RETURN NULL;',
                    hash="cff46a8a6b640a36a052d450f0c20cabaf160afe",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b702e",
                    table="campaign_campaigntext",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaigntext",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "campaign_campaigntextevent" ("approved_at", "approved_by_id", "approved_pair", "ask", "background", "campaign_id", "cover_alt", "id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed", "proposed_by_id", "share_text", "title", "translated_by_id") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."approved_pair", NEW."ask", NEW."background", NEW."campaign_id", NEW."cover_alt", NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed", NEW."proposed_by_id", NEW."share_text", NEW."title", NEW."translated_by_id"); RETURN NULL;',
                    hash="c249a398ef4dd598a104890e1fe74560db356486",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f90a0",
                    table="campaign_campaigntext",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="addresshealth",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{active:bounced,active:blocked,bounced:active,blocked:active}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="07d692859a7baa8ceabc35231f6a409f795e211f",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_57235",
                    table="campaign_addresshealth",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="addresshealth",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_addresshealthchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="f29ac059647a8960d396eb4aeb635565c62effed",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_8c06d",
                    table="campaign_addresshealth",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="export",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{asked:released,asked:refused,asked:withdrawn,released:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="f0ec0258753599150911e20df4695f7073a39784",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_b8435",
                    table="campaign_export",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="export",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_exportchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="6a7a587ad1a6b2db118801963e6e39aaeeeaf0fe",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_99e61",
                    table="campaign_export",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="export",
            trigger=pgtrigger.compiler.Trigger(
                name="export_stays_as_asked",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."campaign_id" IS DISTINCT FROM (NEW."campaign_id") OR OLD."fields" IS DISTINCT FROM (NEW."fields") OR OLD."countries" IS DISTINCT FROM (NEW."countries") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."rows" IS DISTINCT FROM (NEW."rows") OR OLD."needs_release" IS DISTINCT FROM (NEW."needs_release") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f3f03b424f67edd9a5bd929672fa32fed85b08b2",
                    operation="UPDATE",
                    pgid="pgtrigger_export_stays_as_asked_c267e",
                    table="campaign_export",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="export",
            trigger=pgtrigger.compiler.Trigger(
                name="export_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="cf2729915a6d955d297919d30a789d3dad4f04b0",
                    operation="DELETE",
                    pgid="pgtrigger_export_is_kept_2234b",
                    table="campaign_export",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="published_letter_is_immutable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."published_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'a published letter is immutable: make a new version' USING ERRCODE = 'check_violation';",
                    hash="1576a8269df3f09ac7cbc5a6e0c5a0e45ae0fe6b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_letter_is_immutable_02c4f",
                    table="campaign_letter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lettertext",
            trigger=pgtrigger.compiler.Trigger(
                name="published_text_is_immutable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM FROM campaign_letter WHERE id IN (OLD.letter_id, NEW.letter_id) FOR SHARE;\n    IF EXISTS (\n        SELECT FROM campaign_letter WHERE id IN (OLD.letter_id, NEW.letter_id) AND published_at IS NOT NULL\n    ) THEN\n        RAISE EXCEPTION 'a published letter is immutable: make a new version' USING ERRCODE = 'check_violation';\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n",
                    hash="a18f5be6fe7fd558f417b36d4388aeb9821b62ed",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_published_text_is_immutable_e95cc",
                    table="campaign_lettertext",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lettertext",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "campaign_lettertextevent" ("addressee", "approved_at", "approved_by_id", "approved_pair", "body", "closing", "id", "language", "letter_id", "name_suffix", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed", "proposed_by_id", "salutation", "subject", "translated_by_id") VALUES (NEW."addressee", NEW."approved_at", NEW."approved_by_id", NEW."approved_pair", NEW."body", NEW."closing", NEW."id", NEW."language", NEW."letter_id", NEW."name_suffix", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposed", NEW."proposed_by_id", NEW."salutation", NEW."subject", NEW."translated_by_id"); RETURN NULL;',
                    hash="92e9fa2508871dc253953d1993a9fe9108b2c9f1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1879b",
                    table="campaign_lettertext",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lettertext",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "campaign_lettertextevent" ("addressee", "approved_at", "approved_by_id", "approved_pair", "body", "closing", "id", "language", "letter_id", "name_suffix", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed", "proposed_by_id", "salutation", "subject", "translated_by_id") VALUES (NEW."addressee", NEW."approved_at", NEW."approved_by_id", NEW."approved_pair", NEW."body", NEW."closing", NEW."id", NEW."language", NEW."letter_id", NEW."name_suffix", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed", NEW."proposed_by_id", NEW."salutation", NEW."subject", NEW."translated_by_id"); RETURN NULL;',
                    hash="1d8eb89580dd644edd94f178a8a9674a4d815276",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cf150",
                    table="campaign_lettertext",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pack",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{asked:building,asked:cancelled,building:ready,building:failed,building:asked,building:cancelled,failed:asked,failed:cancelled,ready:handed_out,ready:asked,ready:cancelled,handed_out:cancelled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="944ab31043356e5b459b7dd97ff1cd71e5871143",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_ab799",
                    table="campaign_pack",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pack",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_packchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="86e6919809f6eb93f75176dc7862c428acd888f5",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_0a55e",
                    table="campaign_pack",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnership",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{asked:accepted,asked:ended,accepted:ended,ended:asked}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="89f0d8636b93eed6d25d253486f515ceba213532",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_99967",
                    table="campaign_partnership",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnership",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_partnershipchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="c1d24a44ae295112c6887791234415d7525ff4e2",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_dc2b4",
                    table="campaign_partnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnership",
            trigger=pgtrigger.compiler.Trigger(
                name="not_with_itself",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT FROM campaign_campaign\n                        WHERE id = NEW.campaign_id AND organisation_id = NEW.organisation_id\n                    ) THEN\n                        RAISE EXCEPTION 'pgtrigger: an organisation is no partner of its own campaign'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="532c1c6996a3353b118c781cdadcf436731673c0",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_not_with_itself_62ffc",
                    table="campaign_partnership",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{posted:delivered,posted:returned,delivered:returned,returned:posted}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="0eb416d95c239840cf9ba7ba7282895b4caa7efa",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_d41b3",
                    table="campaign_posting",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_postingchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="1411667d59df6b3782e2910572f60785650674c0",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_29ef0",
                    table="campaign_posting",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signature",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{pending:confirmed,pending:expired,pending:held,confirmed:withdrawn,confirmed:held,withdrawn:pending,held:confirmed,held:rejected}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="d1e39f446c753b41e964502ba4147e4fb89765ed",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_cfe48",
                    table="campaign_signature",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signature",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_signaturechange (row_id, old, new, by_id, reason, campaign_id, country, language, signed_at, confirmed_at) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), ''), NEW.campaign_id, NEW.country, NEW.language, NEW.signed_at, NEW.confirmed_at\n                );\n                RETURN NULL;\n            ",
                    hash="8238204b75b21144cea1ab5f850935aad036df97",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_c160c",
                    table="campaign_signature",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signature",
            trigger=pgtrigger.compiler.Trigger(
                name="count_begun",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    INSERT INTO campaign_tallymove (campaign_id, dimension, key, delta)\n                    SELECT campaign_id, 'state', state, COUNT(*) FROM begun GROUP BY campaign_id, state\n                    UNION ALL\n                    SELECT campaign_id, 'source', (signed_at AT TIME ZONE 'UTC')::date || ' '\n                        || COALESCE(NULLIF(current_setting('maninso.source', true), ''), 'untold'), COUNT(*)\n                    FROM begun GROUP BY campaign_id, (signed_at AT TIME ZONE 'UTC')::date;\n                    RETURN NULL;\n                ",
                    hash="2d1d20a5efc49a658f801f56661dc0025bd73358",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_count_begun_aac74",
                    referencing="REFERENCING NEW TABLE AS begun ",
                    table="campaign_signature",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{planned:queued,planned:held,planned:cancelled,planned:rerouted,planned:packed,packed:posted,packed:delivered,packed:returned,packed:cancelled,posted:delivered,posted:returned,posted:packed,delivered:replied,delivered:packed,returned:packed,held:planned,held:cancelled,queued:sending,queued:planned,queued:held,queued:cancelled,sending:accepted,sending:queued,sending:bounced,sending:unknown,sending:cancelled,accepted:presumed_delivered,accepted:bounced,accepted:replied,presumed_delivered:bounced,presumed_delivered:replied,bounced:rerouted,cancelled:planned,cancelled:packed,unknown:accepted,unknown:bounced,unknown:cancelled,unknown:replied,replied:accepted,replied:presumed_delivered,replied:delivered,replied:unknown}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="d05a54b1bbe3200de913f595c53a57590aef6ecd",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_8e07a",
                    table="campaign_dispatch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_dispatchchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="30e82adaa5509e84b110a116ac50809de4d1e6d5",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_177b6",
                    table="campaign_dispatch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="campaign_of_signature",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."campaign_id" IS NULL)',
                    func="\n                    SELECT campaign_id INTO NEW.campaign_id FROM campaign_signature WHERE id = NEW.signature_id;\n                    RETURN NEW;\n                ",
                    hash="e5a0027053d03e1f9e2a6532de6d485c7043be7e",
                    operation="INSERT",
                    pgid="pgtrigger_campaign_of_signature_02ac8",
                    table="campaign_dispatch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="no_other_campaign",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    UPDATE campaign_dispatch mine SET campaign_id = signature.campaign_id\n                    FROM written JOIN campaign_signature signature ON signature.id = written.signature_id\n                    WHERE mine.id = written.id AND written.campaign_id <> signature.campaign_id;\n                    RETURN NULL;\n                ",
                    hash="ffc97101927f7068bfeb5ae29b3c93e9455ea54b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_no_other_campaign_460ad",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="campaign_dispatch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="count_planned",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    INSERT INTO campaign_tallymove (campaign_id, dimension, key, delta)\n                    SELECT campaign_id, 'letters', channel || ' ' || state, COUNT(*) FROM planned\n                    GROUP BY campaign_id, channel, state;\n                    RETURN NULL;\n                ",
                    hash="d17c26f981203dc0ac952bf18dc53a618919ee37",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_count_planned_f8fd0",
                    referencing="REFERENCING NEW TABLE AS planned ",
                    table="campaign_dispatch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="count_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    INSERT INTO campaign_tallymove (campaign_id, dimension, key, delta)\n                    SELECT moved.campaign_id, 'letters', moved.key, SUM(moved.delta)\n                    FROM before\n                    JOIN after USING (id)\n                    CROSS JOIN LATERAL (VALUES\n                        (before.campaign_id, before.channel || ' ' || before.state, -1),\n                        (after.campaign_id, after.channel || ' ' || after.state, 1)\n                    ) AS moved (campaign_id, key, delta)\n                    WHERE before.state <> after.state OR before.channel <> after.channel\n                        OR before.campaign_id <> after.campaign_id\n                    GROUP BY moved.campaign_id, moved.key\n                    HAVING SUM(moved.delta) <> 0;\n                    RETURN NULL;\n                ",
                    hash="a34e33aad06e221952ec571e9815911fd1b4dcbb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_count_moved_09d68",
                    referencing="REFERENCING OLD TABLE AS before  NEW TABLE AS after ",
                    table="campaign_dispatch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signaturechange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="af75bc251b22d3b51adf27e403f643f4d0af51e5",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_68894",
                    table="campaign_signaturechange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pause",
            trigger=pgtrigger.compiler.Trigger(
                name="pause_is_lifted_at_most",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."scope" IS DISTINCT FROM (NEW."scope") OR OLD."target_id" IS DISTINCT FROM (NEW."target_id") OR OLD."point_id" IS DISTINCT FROM (NEW."point_id") OR OLD."domain" IS DISTINCT FROM (NEW."domain") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."refused" IS DISTINCT FROM (NEW."refused") OR OLD."answered" IS DISTINCT FROM (NEW."answered") OR OLD."paused_by_id" IS DISTINCT FROM (NEW."paused_by_id") OR OLD."paused_at" IS DISTINCT FROM (NEW."paused_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a052b1650af3f8ef25f948339b9e23d42503b56c",
                    operation="UPDATE",
                    pgid="pgtrigger_pause_is_lifted_at_most_73e3b",
                    table="campaign_pause",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pause",
            trigger=pgtrigger.compiler.Trigger(
                name="lifted_pause_is_closed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."lifted_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9f42991225bd65d820d16146010dcc7b37d80713",
                    operation="UPDATE",
                    pgid="pgtrigger_lifted_pause_is_closed_4c556",
                    table="campaign_pause",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pause",
            trigger=pgtrigger.compiler.Trigger(
                name="pause_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="bba65ef8ace9f4e332e49eb278d580816ad5952e",
                    operation="DELETE",
                    pgid="pgtrigger_pause_is_kept_07cbc",
                    table="campaign_pause",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deliverypoint",
            trigger=pgtrigger.compiler.Trigger(
                name="new_address_is_healthy",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email"))',
                    func="\n                    INSERT INTO campaign_addresshealth AS health (point_id, state, soft_count, works_since)\n                    VALUES (NEW.id, 'active', 0, now())\n                    ON CONFLICT (point_id) DO UPDATE SET state = 'active', soft_count = 0, works_since = now();\n                    RETURN NULL;\n                ",
                    hash="3772385fb0b3134f4a06d83c1f16ec8ccef71cad",
                    operation='UPDATE OF "email"',
                    pgid="pgtrigger_new_address_is_healthy_92fc7",
                    table="campaign_deliverypoint",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:in_review,in_review:draft,in_review:scheduled,in_review:open,scheduled:draft,scheduled:open,open:closed,closed:open,closed:delivered,delivered:archived}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="3a6c98ce328a29680c9742f9da5d2a5693ecd5d8",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_bcb2c",
                    table="campaign_campaign",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_campaignchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="faa6b46b625b73da20758b0ca6555a2703dd8e25",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_be15d",
                    table="campaign_campaign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "campaign_campaignevent" ("addressee_language", "addressing", "channels", "closes_at", "cover", "cover_height", "cover_width", "created_at", "deliver_from", "deliver_until", "edited_by_id", "edition", "goal", "id", "is_template", "observance_id", "opens_at", "organisation_id", "paused", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prepared", "slug", "source_language", "target_id", "time_zone") VALUES (NEW."addressee_language", NEW."addressing", NEW."channels", NEW."closes_at", NEW."cover", NEW."cover_height", NEW."cover_width", NEW."created_at", NEW."deliver_from", NEW."deliver_until", NEW."edited_by_id", NEW."edition", NEW."goal", NEW."id", NEW."is_template", NEW."observance_id", NEW."opens_at", NEW."organisation_id", NEW."paused", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prepared", NEW."slug", NEW."source_language", NEW."target_id", NEW."time_zone"); RETURN NULL;',
                    hash="c8ad1ffcc328d8a96d916c798642bcdd61533af0",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b8470",
                    table="campaign_campaign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."addressee_language" IS DISTINCT FROM (NEW."addressee_language") OR OLD."addressing" IS DISTINCT FROM (NEW."addressing") OR OLD."channels" IS DISTINCT FROM (NEW."channels") OR OLD."closes_at" IS DISTINCT FROM (NEW."closes_at") OR OLD."cover" IS DISTINCT FROM (NEW."cover") OR OLD."cover_height" IS DISTINCT FROM (NEW."cover_height") OR OLD."cover_width" IS DISTINCT FROM (NEW."cover_width") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deliver_from" IS DISTINCT FROM (NEW."deliver_from") OR OLD."deliver_until" IS DISTINCT FROM (NEW."deliver_until") OR OLD."edited_by_id" IS DISTINCT FROM (NEW."edited_by_id") OR OLD."edition" IS DISTINCT FROM (NEW."edition") OR OLD."goal" IS DISTINCT FROM (NEW."goal") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_template" IS DISTINCT FROM (NEW."is_template") OR OLD."observance_id" IS DISTINCT FROM (NEW."observance_id") OR OLD."opens_at" IS DISTINCT FROM (NEW."opens_at") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."paused" IS DISTINCT FROM (NEW."paused") OR OLD."prepared" IS DISTINCT FROM (NEW."prepared") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."source_language" IS DISTINCT FROM (NEW."source_language") OR OLD."target_id" IS DISTINCT FROM (NEW."target_id") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                    func='INSERT INTO "campaign_campaignevent" ("addressee_language", "addressing", "channels", "closes_at", "cover", "cover_height", "cover_width", "created_at", "deliver_from", "deliver_until", "edited_by_id", "edition", "goal", "id", "is_template", "observance_id", "opens_at", "organisation_id", "paused", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prepared", "slug", "source_language", "target_id", "time_zone") VALUES (NEW."addressee_language", NEW."addressing", NEW."channels", NEW."closes_at", NEW."cover", NEW."cover_height", NEW."cover_width", NEW."created_at", NEW."deliver_from", NEW."deliver_until", NEW."edited_by_id", NEW."edition", NEW."goal", NEW."id", NEW."is_template", NEW."observance_id", NEW."opens_at", NEW."organisation_id", NEW."paused", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prepared", NEW."slug", NEW."source_language", NEW."target_id", NEW."time_zone"); RETURN NULL;',
                    hash="60e23181396046e586eeaa5c0dff5cc73bfdaecc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ad162",
                    table="campaign_campaign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="update",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:waiting,draft:scheduled,waiting:draft,waiting:scheduled,scheduled:draft,scheduled:waiting,scheduled:sending,sending:stopped,sending:sent,stopped:sending,stopped:ended}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="9c56cdaba2a2e84ff469afc73cb969c1f6bcb7c9",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_52c88",
                    table="campaign_update",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="update",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_updatechange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="9ad75eb47b6b21efceb1dce60118d569f7998f4f",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_c61a2",
                    table="campaign_update",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="update",
            trigger=pgtrigger.compiler.Trigger(
                name="asked_update_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (OLD.\"state\" = 'draft'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="85a3b9cc3d6e51240b5c53ed366da21653732964",
                    operation="DELETE",
                    pgid="pgtrigger_asked_update_is_kept_0083b",
                    table="campaign_update",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="updatemail",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{waiting:queued,queued:waiting,queued:sent,queued:failed,queued:left,sent:failed,failed:sent}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="8fdcca5a95a5ccdeae753a74064c3a2290a5f0ff",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_2683a",
                    table="campaign_updatemail",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="updatetext",
            trigger=pgtrigger.compiler.Trigger(
                name="words_change_in_the_draft",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM FROM campaign_update WHERE id IN (OLD.update_id, NEW.update_id) FOR SHARE;\n    IF EXISTS (SELECT FROM campaign_update WHERE id IN (OLD.update_id, NEW.update_id) AND state <> 'draft') THEN\n        RAISE EXCEPTION 'the words of an update change in its draft alone' USING ERRCODE = 'check_violation';\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n",
                    hash="c8022a9224c27b0846d902658af9eeef5a351eb7",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_words_change_in_the_draft_879bb",
                    table="campaign_updatetext",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="volunteer",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{pending:confirmed,pending:withdrawn,confirmed:accepted,confirmed:declined,confirmed:withdrawn,accepted:declined,accepted:withdrawn,declined:accepted}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="943271592115c80965fc28c824d947baceeda944",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_26797",
                    table="campaign_volunteer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="volunteer",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_volunteerchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="98c3ec1ed353aa2b65ac5911eb58c38466c98bb4",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_51faa",
                    table="campaign_volunteer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handin",
            trigger=pgtrigger.compiler.Trigger(
                name="state_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{offered:claimed,offered:cancelled,claimed:ready,claimed:offered,claimed:cancelled,claimed:delivered,claimed:left_in_mailbox,claimed:refused,claimed:posted,claimed:other,ready:offered,ready:cancelled,ready:delivered,ready:left_in_mailbox,ready:refused,ready:posted,ready:other,delivered:reported,delivered:left_in_mailbox,delivered:refused,delivered:posted,delivered:other,left_in_mailbox:reported,left_in_mailbox:delivered,left_in_mailbox:refused,left_in_mailbox:posted,left_in_mailbox:other,refused:reported,refused:delivered,refused:left_in_mailbox,refused:posted,refused:other,posted:reported,posted:delivered,posted:left_in_mailbox,posted:refused,posted:other,other:reported,other:delivered,other:left_in_mailbox,other:refused,other:posted,cancelled:offered}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="48a04ade1de9696cf2ed086d28578688442bcad3",
                    operation="UPDATE",
                    pgid="pgtrigger_state_table_5bc26",
                    table="campaign_handin",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handin",
            trigger=pgtrigger.compiler.Trigger(
                name="state_log",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                INSERT INTO campaign_handinchange (row_id, old, new, by_id, reason) VALUES (\n                    NEW.id, OLD.state, NEW.state,\n                    NULLIF(current_setting('maninso.by', true), '')::bigint,\n                    COALESCE(current_setting('maninso.reason', true), '')\n                );\n                RETURN NULL;\n            ",
                    hash="8a2f2756e032c8851577cdaf2bebfee5584220b7",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_state_log_63c66",
                    table="campaign_handin",
                    when="AFTER",
                ),
            ),
        ),
    ]
