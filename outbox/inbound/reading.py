"""What a mail that came back says. Pure: bytes in, a Reading out; what it can't make sense of is for a person.

First the two things that say so themselves: a report (RFC 3462: on delivery, RFC 3464; on spam, RFC 5965; on being
read, RFC 8098) and an automatic answer (RFC 3834). Then the many servers that do neither.
"""

import html
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from typing import NamedTuple

from flufl.bounce import all_failures

from outbox.models import InboundMail

Sort = InboundMail.Sort

# An answer is a page or two; what is longer is quoted.
LONGEST_TEXT = 50_000


@dataclass(frozen=True)
class Reading:
    sort: Sort
    text: str = ""
    # RFC 3463 ("5.1.1"), or the SMTP code where there is no other; empty where it gives no reason.
    status_code: str = ""


def read(raw: bytes, *, no_sender: bool = False) -> Reading:
    """`no_sender`: it came with the empty envelope sender, as reports and automatic answers do, and people never.

    Never raises: what breaks a parser is unreadable.
    """
    try:
        return _read(message_from_bytes(raw, policy=policy.compat32), no_sender=no_sender)
    except Exception:  # RecursionError, and whatever a broken mail breaks in the standard library
        return Reading(Sort.UNREADABLE)


def _read(mail: Message, *, no_sender: bool) -> Reading:
    kind = _report_type(mail)
    if kind == "feedback-report":
        return Reading(Sort.COMPLAINT)
    if kind == "disposition-notification":
        return Reading(Sort.AUTOMATIC, text_of(mail))
    by_a_server = no_sender or _is_by_a_server(mail)
    delivery = _delivery_report(mail) or (_report_in_words(mail) if by_a_server else None)
    if delivery:
        return delivery
    if _is_automatic(mail):
        return Reading(Sort.AUTOMATIC, text_of(mail))
    text = text_of(mail)
    if by_a_server or not text:
        return Reading(Sort.UNREADABLE, text)
    return Reading(Sort.REPLY, text)


# --- Reports on delivery ----------------------------------------------------------------------------------------


def _report_type(mail: Message) -> str:
    if mail.get_content_type() != "multipart/report":
        return ""
    return str(mail.get_param("report-type", "") or "").lower()


class _Fate(NamedTuple):
    action: str
    status: str


def _delivery_report(mail: Message) -> Reading | None:
    """By RFC 3464, in the words of its machine-readable part. None if it has none."""
    fates = [fate for part in mail.walk() for fate in _fates(part)]
    if not fates:
        return None
    failed = [fate for fate in fates if fate.action == "failed"]
    if failed:
        return Reading(Sort.BOUNCED, status_code=failed[0].status)
    return Reading(Sort.NOTICE, status_code=fates[0].status)


_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")


def _fates(part: Message) -> Iterator[_Fate]:
    if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
        return
    for group in _groups(part):
        action = str(group.get("Action", "")).partition("(")[0].strip().lower()
        if action in _ACTIONS:
            diagnosis = str(group.get("Diagnostic-Code", ""))
            yield _Fate(action, _status(str(group.get("Status", "")), diagnosis))


def _groups(part: Message) -> list[Message]:
    """Fields about the mail, then about each recipient, with an empty line between."""
    groups = part.get_payload()
    inside = [group for group in groups if isinstance(group, Message)] if isinstance(groups, list) else []
    if len(inside) > 1:
        return inside
    # Encoded, or by its other name: then the standard library has not taken it apart.
    said = inside[0].as_bytes() if inside else str(part.get_payload()).encode(errors="surrogateescape")
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        said = b64decode(re.sub(rb"[^A-Za-z0-9+/]", b"", said) + b"==")
    return [message_from_bytes(group.strip() + b"\n") for group in re.split(rb"\r?\n\s*\r?\n", said) if group.strip()]


_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")
_SMTP_CODE = re.compile(r"(?<![\d.])([45][0-5]\d)[ -]")


def _status(status: str, diagnosis: str) -> str:
    """The more exact of the two: many servers say 5.0.0 and give the reason in what they quote."""
    found = _CODE.search(status)
    said = found[1] if found else ""
    quoted = _CODE.search(diagnosis)
    if quoted and (not said or said.endswith(".0.0")):
        return quoted[1]
    if said.endswith(".0.0") or not said:
        code = _SMTP_CODE.search(diagnosis)
        return code[1] if code else said
    return said


def code_in(words: str) -> str:
    """What a server is quoted with, the exact code before the SMTP one; empty if it gives none."""
    found = _CODE.search(words) or _SMTP_CODE.search(words)
    return found[1] if found else ""


# How those say it that write no such report, or no other sign of one: as a rule in the subject.
_RETURNED = re.compile(
    r"undeliver|mail delivery (?:failed|failure)|delivery (?:status notification|failure|has failed)|returned mail"
    r"|failure notice|nicht zustellbar|non remis|반송|전송 ?실패|배달 ?실패|발송 ?실패|메일을 전송하지 못"
    r"|退信|投递失败|投遞失敗|无法送达|無法送達|配信不能|配信エラー|送信エラー|配達できません",
    re.IGNORECASE,
)
_DELAYED = re.compile(r"delay|warning: (?:could not send|message)|지연|延迟|延遲|遅延|遅れ", re.IGNORECASE)


def _report_in_words(mail: Message) -> Reading | None:
    """Of servers older than RFC 3464, or proud of their own words."""
    temporary, permanent = _by_habits(mail)
    subject = header(mail, "Subject")
    if not (permanent or temporary or _RETURNED.search(subject) or _DELAYED.search(subject)):
        return None
    if (temporary and not permanent) or (_DELAYED.search(subject) and not permanent):
        return Reading(Sort.NOTICE)
    return Reading(Sort.BOUNCED, status_code=code_in(text_of(mail)))


def _by_habits(mail: Message) -> tuple[object, object]:
    try:
        return all_failures(mail)
    except Exception:  # its detectors expect mails in one piece
        return (), ()


_SERVERS = re.compile(r"\b(?:mailer-daemon|postmaster|mail[ -]?delivery|mdaemon)\b", re.IGNORECASE)


def _is_by_a_server(mail: Message) -> bool:
    empty_sender = str(mail.get("Return-Path", "")).strip() == "<>"
    return empty_sender or "X-Failed-Recipients" in mail or bool(_SERVERS.search(header(mail, "From")))


# --- Automatic answers --------------------------------------------------------------------------------------------

_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Response", "X-Mail-Autoreply")
_AUTOMATIC_PRECEDENCE = ("auto_reply", "bulk", "junk", "list")
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response|answer|:)|out of (?:the )?office|abwesenheit|réponse automatique"
    r"|(?:re: *)?\[?(?:자동 ?(?:응답|회신|답장)|부재 ?중|自动(?:回复|答复)|自動(?:回覆|返信|応答)"
    r"|不在(?:通知|のお知らせ|回复)|休假))",
    re.IGNORECASE,
)


def _is_automatic(mail: Message) -> bool:
    submitted = str(mail.get("Auto-Submitted", "no")).partition(";")[0].partition("(")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or any(name in mail for name in _AUTOMATIC_HEADERS)
        or str(mail.get("Precedence", "")).strip().lower() in _AUTOMATIC_PRECEDENCE
        or bool(_AUTOMATIC_SUBJECT.search(header(mail, "Subject")))
    )


# --- Words --------------------------------------------------------------------------------------------------------


def header(mail: Message, name: str) -> str:
    """In readable characters, whatever it is encoded in."""
    value = next((value for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    # What is not encoded at all, as many servers have it, is UTF-8.
    plain = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(plain)))
    except Exception:  # a charset that Python does not know, base64 cut off
        return plain


def text_of(mail: Message) -> str:
    """What a person would read in it: the plain text, or else the words of the HTML."""
    plain = html_part = ""
    for part in mail.walk():
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/plain" and not plain.strip():
            plain = _decoded(part)
        elif part.get_content_type() == "text/html" and not html_part:
            html_part = _decoded(part)
    # PostgreSQL and JSON know no NUL.
    return (plain if plain.strip() else _words_of(html_part)).replace("\0", "")[:LONGEST_TEXT].strip()


# What mails call one thing and write another: the larger set reads both.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "shift_jis": "cp932"}


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = str(part.get_content_charset("utf-8"))
    try:
        return content.decode(_WIDER.get(charset, charset), "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


_NOT_WORDS = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_LINE_ENDS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


def _words_of(page: str) -> str:
    lines = html.unescape(_TAGS.sub("", _LINE_ENDS.sub("\n", _NOT_WORDS.sub("", page)))).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)
