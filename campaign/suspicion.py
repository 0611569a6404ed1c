"""What makes a confirmed signature worth a look, and when so many have it in common that they are held (ADR 24).

One alone proves nothing: who signs where it is dangerous may well use a throwaway address. Many within an hour are a
flood, or a class that signs together; a person tells which.
"""

import datetime as dt
import unicodedata
from functools import cache

from disposable_email_domains import blocklist

from campaign.models import HeldSignature, SeenLately, Signature
from privacy.addresses import services
from privacy.indexes import blind_index

# A flood is over, or has been seen by a person, in less; and no longer is anything kept that links two signatures.
LOOK_BACK = dt.timedelta(hours=1)
# A class or a choir that signs together has a namesake or two, and a handful of careful people.
FEW = 10
# Of a campaign's hour. No full name is shared by more than about one in a thousand people, not in Korea either; even
# where one in a hundred signs with a throwaway address, one in fifty lies above it, however fast a campaign grows.
ONE_IN = 50

# Services with millions of mailboxes that privacy/address_rules.toml has no rule for.
_LARGE = """
    naver.com nate.com kakao.com qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com
    docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp aol.com gmx.net gmx.de gmx.at gmx.ch web.de
    t-online.de mail.ru bk.ru list.ru inbox.ru rambler.ru wp.pl o2.pl onet.pl interia.pl seznam.cz orange.fr free.fr
    laposte.net libero.it zoho.com hey.com tuta.com tutanota.com mailbox.org posteo.de duck.com mozmail.com
"""

Trait = SeenLately.Trait
WHY = {Trait.NAME: HeldSignature.Why.NAME, Trait.DISPOSABLE: HeldSignature.Why.DISPOSABLE}


def is_flood(count: int, *, of: int) -> bool:
    """Whether so many within an hour have it in common, of so many whom the campaign had in that hour."""
    return count > FEW and count * ONE_IN > of


def traits_of(signature: Signature) -> dict[SeenLately.Trait, bytes]:
    """By trait its keyed hash, of this campaign alone. Each has a name; `signature` is one that is not erased."""
    purpose = f"campaign {signature.campaign_id}"
    found = {Trait.NAME: blind_index(_folded(str(signature.name)), purpose=f"name, {purpose}")}
    if domain_of(signature) == HeldSignature.Domain.DISPOSABLE:
        found[Trait.DISPOSABLE] = blind_index("", purpose=f"throwaway address, {purpose}")
    return found


def domain_of(signature: Signature) -> HeldSignature.Domain:
    """What kind of domain the address has, of a signature that is not erased."""
    labels = str(signature.email).rpartition("@")[2].lower().split(".")
    # Whoever gives throwaway addresses may give them below the domain, too.
    parents = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    if parents & blocklist:
        return HeldSignature.Domain.DISPOSABLE
    return HeldSignature.Domain.SERVICE if parents & _large_services() else HeldSignature.Domain.OTHER


@cache
def _large_services() -> frozenset[str]:
    return frozenset(_LARGE.split()) | services().keys()


def _folded(name: str) -> str:
    """One text for what a person would take for the same name: case, spaces and signs tell nobody apart."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum()) or folded
