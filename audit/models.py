"""The audit log: who did what, to what, when and why. No foreign keys: it outlives what it speaks of.

Each entry is numbered and chained by the database while its transaction commits: docs/adr/0017.
"""

from datetime import UTC
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from audit import words

# What is hashed, in this order, each as a netstring ("5:hello,"), so that no two entries read the same; nothing in the
# database is JSON or a time that two programs could spell in two ways. docs/audit-log.md tells it to strangers.
_CONTENT = {
    "number": "NEW.number::text",
    "at": """to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "action": "NEW.action",
    "by_id": "COALESCE(NEW.by_id::text, '')",
    "by": 'NEW."by"',
    "kind": "NEW.kind",
    "key": "NEW.key",
    "about": "NEW.about",
    "reason": "NEW.reason",
    "details": "NEW.details::text",
}
_NETSTRINGS = " || ".join(f"octet_length({text}) || ':' || {text} || ','" for text in _CONTENT.values())

TRIGGERS = [
    # An entry begins without a place in the chain, now, whatever the statement says.
    pgtrigger.Trigger(
        name="begins_unchained",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="NEW.number := NULL; NEW.hash := NULL; NEW.at := statement_timestamp(); RETURN NEW;",
    ),
    # Two steps at commit, so that the lock comes last: the first queues the second behind all that the transaction
    # has still to check. A foreign key that is checked after the lock could wait for a row of somebody who waits
    # for the lock.
    pgtrigger.Trigger(
        name="chain_at_commit",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func="UPDATE audit_entry SET number = NULL WHERE id = NEW.id AND number IS NULL; RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="chain_last",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__number__isnull=True),
        func="UPDATE audit_entry SET number = 0 WHERE id = NEW.id AND number IS NULL; RETURN NULL;",
    ),
    # The only change of an entry: it gets its number and hash, once, and they are computed here whatever was asked for.
    pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        declare=[("head", "audit_entry%ROWTYPE")],
        func=f"""
            IF OLD.number IS NOT NULL
                    OR to_jsonb(NEW) - 'number' - 'hash' IS DISTINCT FROM to_jsonb(OLD) - 'number' - 'hash' THEN
                RAISE EXCEPTION 'An entry of the audit log does not change';
            END IF;
            NEW.hash := NULL;
            IF NEW.number IS NOT NULL THEN
                PERFORM pg_advisory_xact_lock(hashtextextended('audit.chain', 0));
                SELECT * INTO head FROM audit_entry WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1;
                NEW.number := COALESCE(head.number, 0) + 1;
                NEW.hash := sha256(COALESCE(head.hash, ''::bytea) || convert_to({_NETSTRINGS}, 'UTF8'));
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - expressions of our own, above
    ),
    pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
    pgtrigger.Trigger(
        name="no_truncate",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'The audit log is not emptied';",
    ),
]


class EntryQuerySet(models.QuerySet["Entry"]):
    def chained(self) -> "EntryQuerySet":
        """In the order of the chain; what is being committed just now has no number yet and is not among them."""
        return self.filter(number__isnull=False).order_by("number")

    def with_details_as_hashed(self) -> "EntryQuerySet":
        """JSON in exactly the bytes that were hashed: `details_text`."""
        return self.annotate(details_text=Cast("details", models.TextField()))

    def with_the_hash_before(self) -> "EntryQuerySet":
        """`previous`: what the entry's own hash begins with; None for the first."""
        return self.annotate(
            previous=models.Subquery(Entry.objects.filter(number=models.OuterRef("number") - 1).values("hash"))
        )

    def telling(self, words: str) -> "EntryQuerySet":
        """Those that have these words in what they say, anywhere."""
        found = models.Q()
        for field in ("action", "by", "about", "reason", "details_text"):
            found |= models.Q(**{f"{field}__icontains": words})
        return self.with_details_as_hashed().filter(found)


class Entry(models.Model):
    # 1, 2, 3, … without gaps, in the order in which transactions were committed.
    number = models.BigIntegerField(_("number"), null=True, unique=True, editable=False)
    hash = models.BinaryField(max_length=32, null=True, editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    # "exports.released": the room's noun, and what was done to it.
    action = models.CharField(_("action"), max_length=60)
    by_id = models.BigIntegerField(null=True, editable=False)
    # As they were called then; empty where the clock did it.
    by = models.CharField(_("who"), max_length=200, blank=True)
    # "campaign.campaign" and its key, with a name that a person understands years later.
    kind = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=60, blank=True)
    about = models.CharField(_("about"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    # Numbers and codes; never a supporter's name or address.
    details = models.JSONField(default=dict, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["action", "-number"], name="audit_by_action"),
            models.Index(fields=["by_id", "-number"], name="audit_by_person"),
            models.Index(fields=["kind", "key", "-number"], name="audit_by_thing"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__isnull=True, hash__isnull=True) | Q(number__gt=0, hash__isnull=False),
                name="audit_number_and_hash_together",
            ),
        ]
        triggers = TRIGGERS

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.action} {self.about}"

    @property
    def action_in_words(self) -> Any:
        return words.of(self.action)

    @property
    def person(self) -> str:
        """As the list is narrowed to whoever did this."""
        return str(self.by_id) if self.by_id else self.by

    @property
    def thing(self) -> str:
        """As the list is narrowed to what this is about."""
        return f"{self.kind}:{self.key}" if self.kind else ""

    @property
    def hash_hex(self) -> str:
        return bytes(self.hash).hex() if self.hash else ""

    @staticmethod
    def fields_named() -> list[str]:
        """What is hashed, in its order."""
        return list(_CONTENT)

    def fields_as_hashed(self) -> dict[str, str]:
        """Of an entry fetched `with_details_as_hashed`."""
        return {
            "number": str(self.number),
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "action": self.action,
            "by_id": "" if self.by_id is None else str(self.by_id),
            "by": self.by,
            "kind": self.kind,
            "key": self.key,
            "about": self.about,
            "reason": self.reason,
            "details": self.details_text,  # type: ignore[attr-defined]
        }
