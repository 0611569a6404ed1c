import hashlib
import json

from django.db import migrations
from django.utils import timezone


def digest_of_pair(source, translation):
    """As campaign/models/translated.py computed it when this was written."""
    pair = [
        [[name, words[name].replace("\r\n", "\n").strip()] for name in sorted(words)] for words in (source, translation)
    ]
    return hashlib.sha256(json.dumps(pair, ensure_ascii=False).encode()).hexdigest()


def approve_what_stands(apps, schema_editor):
    """What was written before approvals were asked for stays readable; nobody is said to have approved it.

    A published letter cannot be changed and needs no approval any more.
    """
    for model, owner, words in (
        ("CampaignText", "campaign", ("title", "ask", "background")),
        ("LetterText", "letter", ("addressee", "salutation", "subject", "body", "closing", "name_suffix")),
    ):
        texts = apps.get_model("campaign", model).objects.all()
        if owner == "letter":
            texts = texts.filter(letter__published_at__isnull=True).select_related("letter__campaign")
        else:
            texts = texts.select_related("campaign")
        groups = {}
        for text in texts:
            groups.setdefault(getattr(text, f"{owner}_id"), []).append(text)
        for group in groups.values():
            campaign = group[0].campaign if owner == "campaign" else group[0].letter.campaign
            source = next((text for text in group if text.language == campaign.source_language), None)
            for text in group:
                if source is None or text is source:
                    continue
                text.approved_at = timezone.now()
                text.approved_pair = digest_of_pair(
                    *({name: getattr(row, name) for name in words} for row in (source, text))
                )
                text.save(update_fields=["approved_at", "approved_pair"])


class Migration(migrations.Migration):
    # Apart from what it fills: PostgreSQL changes no table with triggers that wait.
    dependencies = [("campaign", "0016_desk")]

    operations = [migrations.RunPython(approve_what_stands, migrations.RunPython.noop, elidable=True)]
