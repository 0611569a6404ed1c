"""What of a campaign is translated: each text beside its source, how it stands, and who may do what about it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from accounts.rules import Anyone, has_role, may_organise
from campaign.models import Campaign, CampaignText, Letter, LetterText
from campaign.models.translated import Standing, source_of

Owner = Campaign | Letter
Text = CampaignText | LetterText
# What each part of a campaign is called in addresses.
PARTS = ("campaign", "letter")


def may_translate(user: Anyone, campaign: Campaign) -> bool:
    """Its organizers, and the translators of the site."""
    return has_role(user, Role.TRANSLATOR) or may_organise(user, campaign.organisation)


def may_see_translations(user: Anyone) -> bool:
    return has_role(user, Role.ORGANIZER, Role.TRANSLATOR)


def may_approve(user: User, campaign: Campaign, text: Text) -> bool:
    """Anybody who may translate, but never the words that they wrote themselves."""
    return may_translate(user, campaign) and text.newest_by_id != user.pk


def is_published_by_another(campaign: Campaign) -> bool:
    """Reviewers read the letter with its campaign; from when it is theirs, a second person reads each new version."""
    return campaign.state != Campaign.State.DRAFT


def may_publish(user: User, letter: Letter) -> bool:
    """Those who run its campaign, and publishers of the site where a second person is asked for: not its writer."""
    if not is_published_by_another(letter.campaign):
        return may_organise(user, letter.campaign.organisation)
    source = source_of(letter.texts.all(), letter.campaign.source_language)
    reads = may_organise(user, letter.campaign.organisation) or has_role(user, Role.PUBLISHER)
    return reads and (source is None or source.translated_by_id != user.pk)


def may_write_forms_of_address(user: Anyone) -> bool:
    """Letters of all organisations begin with them."""
    return has_role(user, Role.EDITOR, Role.TRANSLATOR)


@dataclass(frozen=True)
class Pair:
    """One text in one other language, beside its source."""

    part: str
    owner: Owner
    language: str
    source: Text
    text: Text | None

    @property
    def standing(self) -> Standing:
        return self.text.standing(self.source) if self.text else Standing.MISSING  # type: ignore[arg-type]

    @property
    def seen(self) -> str:
        """What whoever writes or approves has before them: another one, and somebody was faster."""
        return digest_of(self.source, self.text)

    @property
    def newest(self) -> dict[str, str]:
        return self.text.newest if self.text else dict.fromkeys(self.source.WORDS, "")

    @property
    def is_fixed(self) -> bool:
        """A published letter, which nobody changes any more."""
        return isinstance(self.owner, Letter) and self.owner.is_published

    @property
    def is_undone(self) -> bool:
        """Somebody still has to write it, or to approve it."""
        return not self.is_fixed and self.standing != Standing.APPROVED


def digest_of(source: Text | None, text: Text | None) -> str:
    both = [[row.words, row.proposed] if row else None for row in (source, text)]
    return hashlib.sha256(json.dumps(both).encode()).hexdigest()


def digest_of_letter(letter: Letter) -> str:
    """What whoever publishes it has read, in all its languages."""
    words = sorted((text.language, text.words) for text in letter.texts.all())
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def newest_letter(campaign: Campaign) -> Letter | None:
    """The version that is being written, or else the last that was."""
    return campaign.letters.prefetch_related("texts").newest()


def owner_of(campaign: Campaign, part: str) -> Owner | None:
    return campaign if part == "campaign" else newest_letter(campaign)


def pair_of(owner: Owner, language: str) -> Pair | None:
    """None where there is nothing to translate from."""
    campaign = campaign_of(owner)
    texts: list[Any] = list(owner.texts.all())
    source = source_of(texts, campaign.source_language)
    if source is None or language == campaign.source_language:
        return None
    part = "campaign" if isinstance(owner, Campaign) else "letter"
    return Pair(part, owner, language, source, source_of(texts, language))


def campaign_of(owner: Owner) -> Campaign:
    return owner if isinstance(owner, Campaign) else owner.campaign


def other_languages(campaign: Campaign) -> list[tuple[str, str]]:
    return [(code, name) for code, name in settings.LANGUAGES if code != campaign.source_language]


def pairs_of(owners: Sequence[Owner], language: str) -> list[Pair]:
    return [pair for owner in owners if (pair := pair_of(owner, language))]


def unapproved(letter: Letter) -> list[str]:
    """Why this version cannot be published: the texts of it that no second person stands behind, in words."""
    pairs = [pair_of(letter, code) for code, _name in other_languages(letter.campaign)]
    return [
        _("The text in %(language)s: %(standing)s.")
        % {"language": pair.text.get_language_display(), "standing": pair.standing.label}
        for pair in pairs
        if pair and pair.text and pair.standing != Standing.APPROVED
    ]
