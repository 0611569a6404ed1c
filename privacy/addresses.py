"""E-mail addresses: the one that mail goes to, and the one that all spellings of a mailbox have in common."""

import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

# RFC 5321, section 4.5.3.1.3, less the angle brackets.
MAX_OCTETS = 254
RULES = Path(__file__).with_name("address_rules.toml")
# What an East Asian keyboard types for ASCII; no mail service has such characters in its addresses.
FULL_WIDTH = {ascii_code + 0xFEE0: ascii_code for ascii_code in range(0x21, 0x7F)}
# Unicode categories: controls, zero-width and direction marks, lone surrogates, line and paragraph
# separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Reason(StrEnum):
    """Why an address is refused, for the form to put into words."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"  # newlines, NUL, invisible or direction-changing characters
    SEVERAL = "several"  # more than one address
    DECORATED = "decorated"  # a display name, a comment, quotes or a bracketed IP address
    SYNTAX = "syntax"


class BadAddress(ValueError):
    """Its message is the reason's code and never the address."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Service:
    """How one mail service reads the part before the @; address_rules.toml says what each field means."""

    domain: str
    ignored: str = ""
    tag: str = ""
    subdomains: bool = False

    def mailbox(self, local: str) -> str:
        base = local.partition(self.tag)[0] if self.tag else local
        # Nothing left ("+tag@") is no address of that service: better kept apart than made one with others.
        return base.translate(str.maketrans("", "", self.ignored)) or local


def deliverable(address: str) -> str:
    """What mail is sent to: trimmed, the local part as given (NFC), the domain in ASCII and lower case.

    Only the form is checked, not whether the mailbox exists. The local part may be other than ASCII (RFC
    6531). Raises BadAddress.
    """
    text = _one_line(address).strip().translate(FULL_WIDTH)
    _refuse_other_forms(text)
    try:
        parts = validate_email(
            text,
            check_deliverability=False,
            strict=True,  # the local part is at most 64 octets (RFC 5321, section 4.5.3.1.1)
            allow_smtputf8=True,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
        )
    except EmailNotValidError:
        raise BadAddress(Reason.SYNTAX) from None
    local, domain = parts.local_part or "", parts.ascii_domain or ""
    if "@" in unicodedata.normalize("NFKC", local):
        raise BadAddress(Reason.CHARACTERS)
    result = f"{local}@{domain}"
    if len(result.encode()) > MAX_OCTETS:
        raise BadAddress(Reason.TOO_LONG)
    return result


def canonical(address: str) -> str:
    """One text for all spellings that reach the same mailbox, for the index only: it may not be deliverable.

    Case and Unicode compatibility forms (NFKC) never tell people apart. Dots and tags are dropped only where
    the service says that it ignores them: two people may be behind `ara@` and `ara+bora@` of an unknown
    domain, and taking one person for two does less harm than refusing the second. Raises BadAddress.
    """
    local, _, domain = deliverable(address).rpartition("@")
    local = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", local).casefold())
    service = services().get(domain)
    if service is None:
        user, _, parent = domain.partition(".")
        service = services().get(parent)
        if service is None or not service.subdomains:
            return f"{local}@{domain}"
        local = user
    return f"{service.mailbox(local)}@{service.domain}"


@cache
def services() -> dict[str, Service]:
    """By domain. Where one mailbox answers at several domains, they share a service, named for the first."""
    found = {}
    for entry in tomllib.loads(RULES.read_text(encoding="utf-8"))["service"]:
        for domain in entry["domains"]:
            found[domain] = Service(
                domain=entry["domains"][0] if entry["one_mailbox"] else domain,
                ignored=entry.get("ignored", ""),
                tag=entry.get("tag", ""),
                subdomains=entry.get("subdomains", False),
            )
    return found


def _one_line(text: str) -> str:
    # Before anything looks at all of it: hostile input may have megabytes.
    if len(text) > 4 * MAX_OCTETS:
        raise BadAddress(Reason.TOO_LONG)
    if any(unicodedata.category(character) in UNSEEN for character in text):
        raise BadAddress(Reason.CHARACTERS)
    return text


def _refuse_other_forms(text: str) -> None:
    if not text:
        raise BadAddress(Reason.MISSING)
    if len(text) > MAX_OCTETS:
        raise BadAddress(Reason.TOO_LONG)
    if any(mark in text for mark in '<>()[]"\\'):
        raise BadAddress(Reason.DECORATED)
    if text.count("@") > 1 or any(mark in text for mark in ",;"):
        raise BadAddress(Reason.SEVERAL)
