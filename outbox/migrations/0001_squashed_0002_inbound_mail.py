import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import django_fsm
from django.conf import settings
from django.db import migrations, models

import outbox.models
import privacy.fields


class Migration(migrations.Migration):
    replaces = [("outbox", "0001_initial"), ("outbox", "0002_inbound_mail")]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                (
                    "subject_id",
                    models.BigIntegerField(
                        blank=True, help_text="The row it is about; the kind knows the table.", null=True
                    ),
                ),
                (
                    "address_index",
                    models.BinaryField(
                        help_text="Blind index of the address it goes to, for limits by address.", null=True
                    ),
                ),
                ("language", models.CharField(max_length=16)),
                ("may_repeat", models.BooleanField(help_text="If not, it is sent at most once, whatever happens.")),
                (
                    "state",
                    outbox.models.StateField(
                        choices=[
                            ("queued", "queued"),
                            ("sending", "being sent"),
                            ("accepted", "accepted by the mail server"),
                            ("bounced", "came back"),
                            ("unknown", "outcome unknown"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        db_default="queued",
                        default="queued",
                        max_length=10,
                        protected=True,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("not_before", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.CharField(blank=True, db_default="", default="", max_length=40)),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["kind", "not_before", "id"], name="outbox_due"
                    ),
                    models.Index(fields=["kind", "subject_id"], name="outbox_subject"),
                    models.Index(
                        condition=models.Q(("state", "sending")), fields=["lease_until"], name="outbox_leased"
                    ),
                    models.Index(
                        condition=models.Q(("address_index__isnull", False)),
                        fields=["address_index", "created_at"],
                        name="outbox_address",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("may_repeat", False), models.Q(("state", "cancelled"), _negated=True)),
                        fields=("kind", "subject_id"),
                        name="outbox_once_ever",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("may_repeat", True), ("state", "queued")),
                        fields=("kind", "subject_id"),
                        name="outbox_one_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("may_repeat", True), ("subject_id__isnull", False), _connector="OR"),
                        name="outbox_once_has_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["queued", "sending", "accepted", "bounced", "unknown", "failed", "cancelled"],
                            )
                        ),
                        name="outbox_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "sending")),
                            models.Q(models.Q(("state", "sending"), _negated=True), ("lease_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="outbox_sending_has_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", False),
                                ("state__in", ["accepted", "bounced", "unknown", "failed", "cancelled"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["accepted", "bounced", "unknown", "failed", "cancelled"]),
                                    _negated=True,
                                ),
                                ("settled_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_settled_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), models.Q(("cancel_reason", ""), _negated=True)),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancel_reason", "")),
                            _connector="OR",
                        ),
                        name="outbox_cancelled_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("address_index__isnull", True),
                            django.db.models.lookups.Exact(django.db.models.functions.text.Length("address_index"), 32),
                            _connector="OR",
                        ),
                        name="outbox_index_is_32_bytes",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="InboundMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("digest", models.BinaryField(unique=True)),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("bounced", "it did not arrive"),
                            ("notice", "it is delayed, or has arrived"),
                            ("complaint", "taken for spam"),
                            ("automatic", "automatic answer"),
                            ("reply", "answer"),
                            ("unreadable", "a person has to look at it"),
                        ],
                        max_length=10,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inbound",
                        to="outbox.message",
                        verbose_name="mail",
                    ),
                ),
                (
                    "status_code",
                    models.CharField(
                        blank=True, help_text="RFC 3463, for example 5.1.1.", max_length=11, verbose_name="code"
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("raw", privacy.fields.SealedTextField(blank=True, null=True)),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="looked at")),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail that came back",
                "verbose_name_plural": "mails that came back",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True), ("sort", "unreadable")),
                        fields=["received_at"],
                        name="inbound_to_look_at",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sort__in", ["bounced", "notice", "complaint", "automatic", "reply", "unreadable"])
                        ),
                        name="inbound_sort_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(django.db.models.functions.text.Length("digest"), 32)
                        ),
                        name="inbound_digest_is_32_bytes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at__isnull", True), ("handled_by__isnull", True)),
                            models.Q(("handled_at__isnull", False), ("handled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="inbound_handled_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="outbox.message",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "accepted"),
                            ("deferred", "not now (4xx)"),
                            ("refused", "refused (5xx)"),
                            ("unreachable", "no connection, or lost before the mail was handed over"),
                            ("unknown", "lost after the mail was handed over"),
                        ],
                        max_length=11,
                        null=True,
                    ),
                ),
                ("smtp_code", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("enhanced_code", models.CharField(blank=True, db_default="", default="", max_length=11)),
                ("internet_message_id", models.CharField(max_length=200, verbose_name="Message-ID")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("message", "number"), name="outbox_attempt_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("message",),
                        name="outbox_one_open_attempt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("outcome__isnull", False)),
                            _connector="OR",
                        ),
                        name="outbox_ended_has_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__isnull", True),
                            ("outcome__in", ["accepted", "deferred", "refused", "unreachable", "unknown"]),
                            _connector="OR",
                        ),
                        name="outbox_outcome_known",
                    ),
                ],
            },
        ),
    ]
