"""Mails as servers send them back, after the forms of those that most mail meets. Everybody in them is invented."""

import textwrap

OUR_LETTER = """
    From: "Ara Kim (Maninso)" <letters@maninso.example>
    To: embassy@mofa.example
    Subject: =?utf-8?b?5YWz5LqO5Y2B5Liq5Lq6?=
    Message-ID: <0123456789abcdef0123456789abcdef@maninso.example>
"""


def mail(text: str) -> bytes:
    return textwrap.dedent(text).strip().replace("\n", "\r\n").encode() + b"\r\n"


def report(
    *, words: str, status: str, head: str = "", kind: str = "message/delivery-status", encoding: str = "7bit"
) -> bytes:
    """RFC 3464: words for people, fields for machines, and what was sent."""
    parts = [
        textwrap.dedent(head).strip() or "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"',
        "",
        "--=_b\nContent-Type: text/plain; charset=utf-8\n",
        textwrap.dedent(words).strip(),
        f"\n--=_b\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n",
        textwrap.dedent(status).strip(),
        "\n--=_b\nContent-Type: text/rfc822-headers\n",
        textwrap.dedent(OUR_LETTER).strip(),
        "\n--=_b--\n",
    ]
    return "\n".join(parts).replace("\n", "\r\n").encode()


POSTFIX = report(
    words="""
        This is the mail system at host mx.example.

        <embassy@mofa.example>: host mail.mofa.example[192.0.2.7] said: 550 5.1.1
            <embassy@mofa.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)
    """,
    status="""
        Reporting-MTA: dns; mx.example
        X-Postfix-Queue-ID: 4C1B2D
        Arrival-Date: Fri, 24 Sep 2027 09:00:00 +0000 (UTC)

        Final-Recipient: rfc822; embassy@mofa.example
        Original-Recipient: rfc822;embassy@mofa.example
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mail.mofa.example
        Diagnostic-Code: smtp; 550 5.1.1 <embassy@mofa.example>: Recipient address rejected
    """,
)
POSTFIX_DELAYED = report(
    head="From: MAILER-DAEMON@mx.example\nSubject: Delayed Mail (still being retried)",
    words="THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.",
    status="""
        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; embassy@mofa.example
        Action: delayed
        Status: 4.4.1
        Diagnostic-Code: X-Postfix; connect to mail.mofa.example[192.0.2.7]:25: Connection timed out
    """,
)
POSTFIX_EXPIRED = report(
    words="delivery temporarily suspended: connect to mail.mofa.example[192.0.2.7]:25: Connection timed out",
    status="""
        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; embassy@mofa.example
        Action: failed
        Status: 4.4.1
        Diagnostic-Code: X-Postfix; connect to mail.mofa.example[192.0.2.7]:25: Connection timed out
    """,
)
DELIVERED = report(
    head="From: MAILER-DAEMON@mx.example\nSubject: Successful Mail Delivery Report",
    words="Your message was successfully delivered.",
    status="""
        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; embassy@mofa.example
        Action: relayed (to non-DSN-aware mailer)
        Status: 2.0.0
    """,
)
EXCHANGE = report(
    head="""
        From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mofa.example>
        Subject: Undeliverable: =?utf-8?b?5YWz5LqO5Y2B5Liq5Lq6?=
        Return-Path: <>
    """,
    words="Your message to embassy@mofa.example couldn't be delivered. embassy wasn't found at mofa.example.",
    status="""
        Reporting-MTA: dns;AM0PR01.prod.exchangelabs.example

        Final-Recipient: rfc822;embassy@mofa.example
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
    """,
)
EXCHANGE_BLOCKED = report(
    head="From: postmaster@mofa.example\nSubject: Undeliverable: About ten people",
    words="Remote server returned '550 5.7.1 Message rejected due to content restrictions'",
    status="""
        Reporting-MTA: dns;mail.mofa.example

        Final-recipient: RFC822; embassy@mofa.example
        Action: failed
        Status: 5.0.0
        Diagnostic-Code: smtp;550 5.7.1 Message rejected due to content restrictions
    """,
)
GMAIL = report(
    head="""
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
        Subject: Delivery Status Notification (Failure)
        X-Failed-Recipients: embassy@mofa.example
        Auto-Submitted: auto-replied
    """,
    words="** Address not found ** Your message wasn't delivered to embassy@mofa.example.",
    status="""
        Reporting-MTA: dns; googlemail.example
        Received-From-MTA: dns; letters@maninso.example
        Arrival-Date: Fri, 24 Sep 2027 02:00:00 -0700 (PDT)

        Final-Recipient: rfc822; embassy@mofa.example
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
         550-5.1.1 double-checking the recipient's email address for typos or
         550 5.1.1 unnecessary spaces. a640c23a62f3a-ab - gsmtp
        Last-Attempt-Date: Fri, 24 Sep 2027 02:00:01 -0700 (PDT)
    """,
)
FULL = report(
    words="Mailbox is full",
    status="""
        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; embassy@mofa.example
        Action: failed
        Status: 5.2.2
        Diagnostic-Code: smtp; 552 5.2.2 Mailbox size limit exceeded
    """,
)
# RFC 6533, and in base64 as RFC 3464 forbids and some do.
GLOBAL = report(
    words="존재하지 않는 메일 주소입니다.",
    kind="message/global-delivery-status",
    encoding="8bit",
    status="""
        Reporting-MTA: dns; mx.example

        Final-Recipient: utf-8; 대사관@mofa.example
        Action: failed
        Status: 5.1.1
    """,
)
EXIM = mail("""
    X-Failed-Recipients: embassy@mofa.example
    Auto-Submitted: auto-replied
    From: Mail Delivery System <Mailer-Daemon@mx.example>
    To: bounces@maninso.example
    Subject: Mail delivery failed: returning message to sender

    This message was created automatically by mail delivery software.

    A message that you sent could not be delivered to one or more of its
    recipients. This is a permanent error. The following address(es) failed:

      embassy@mofa.example
        host mail.mofa.example [192.0.2.7]
        SMTP error from remote mail server after RCPT TO:<embassy@mofa.example>:
        550 5.1.1 unknown user
""")
EXIM_WITHOUT_CODES = mail("""
    X-Failed-Recipients: embassy@mofa.example
    Auto-Submitted: auto-replied
    From: Mail Delivery System <Mailer-Daemon@mx.example>
    Subject: Mail delivery failed: returning message to sender

    A message that you sent could not be delivered to one or more of its
    recipients. This is a permanent error. The following address(es) failed:

      embassy@mofa.example
        Unrouteable address
""")
EXIM_WARNING = mail("""
    Auto-Submitted: auto-replied
    From: Mail Delivery System <Mailer-Daemon@mx.example>
    Subject: Warning: message 1abcDE-000123-AB delayed 24 hours

    This message was created automatically by mail delivery software.
    A message that you sent has not yet been delivered to one or more of its
    recipients after more than 24 hours on the queue on mx.example.

      embassy@mofa.example
        Delay reason: Connection timed out

    No action is required on your part. Delivery attempts will continue for
    some time.
""")
QMAIL = mail("""
    From: MAILER-DAEMON@mx.example
    To: bounces@maninso.example
    Subject: failure notice

    Hi. This is the qmail-send program at mx.example.
    I'm afraid I wasn't able to deliver your message to the following addresses.
    This is a permanent error; I've given up. Sorry it didn't work out.

    <embassy@mofa.example>:
    192.0.2.7 does not like recipient.
    Remote host said: 550 5.1.1 <embassy@mofa.example>... User unknown
    Giving up on 192.0.2.7.

    --- Below this line is a copy of the message.

    Return-Path: <letters@maninso.example>
""")
NAVER = mail("""
    From: =?utf-8?b?66mU7J28IOuwsOuLrCDsi5zsiqTthZw=?= <mailer-daemon@mail.naver.example>
    Subject: =?utf-8?b?W+uwmOyGoeuQnCDrqZTsnbxdIOq0gOS6juWNgeS4quS6ug==?=
    MIME-Version: 1.0
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: 8bit

    <html><head><style>p { color: red }</style></head><body>
    <p>메일이 <b>embassy@mofa.example</b> 님에게 전송되지 못했습니다.</p>
    <p>실패 사유: 받는 사람의 메일 주소가 존재하지 않습니다. (550 5.1.1 No such user)</p></body></html>
""")
DAUM = mail("""
    From: Mail Delivery System <mailer-daemon@mx.hanmail.example>
    Subject: =?euc-kr?B?uN7Az7v2venMILW1wP2x38H2?=
    X-Failed-Recipients: embassy@mofa.example
    Content-Type: text/plain; charset=ks_c_5601-1987
    Content-Transfer-Encoding: base64

    uN7Az8DMIMD8vNu1x8H2IL7KvtK9wLTPtNkuIDU1NCA1LjcuMSBSZWplY3RlZA==
""")
QQ = mail("""
    From: "=?utf-8?b?UVHpgq7nrrE=?=" <PostMaster@qq.example>
    Subject: =?utf-8?b?57O757uf6YCA5L+h?=
    Content-Type: text/plain; charset=gb2312
    Content-Transfer-Encoding: base64

    tafT0LG7zcvM1qO6IDU1MCBNYWlsIGJveCBub3QgZm91bmQ=
""")

BOUNCES = {
    "postfix": (POSTFIX, "5.1.1"),
    "postfix, expired": (POSTFIX_EXPIRED, "4.4.1"),
    "exchange": (EXCHANGE, "5.1.10"),
    "exchange, blocked": (EXCHANGE_BLOCKED, "5.7.1"),
    "gmail": (GMAIL, "5.1.1"),
    "full": (FULL, "5.2.2"),
    "global": (GLOBAL, "5.1.1"),
    "exim": (EXIM, "5.1.1"),
    "exim, without codes": (EXIM_WITHOUT_CODES, ""),
    "qmail": (QMAIL, "5.1.1"),
    "naver": (NAVER, "5.1.1"),
    "daum": (DAUM, "5.7.1"),
    "qq": (QQ, "550"),
}
NOTICES = {"postfix": POSTFIX_DELAYED, "delivered": DELIVERED, "exim": EXIM_WARNING}


def written(head: str, words: str = "Thank you for your letter.") -> bytes:
    return mail(f"From: embassy@mofa.example\n{head}\n\n{words}")


AUTOMATIC = {
    "RFC 3834": written("Auto-Submitted: auto-replied (vacation)\nSubject: Re: About ten people"),
    "precedence": written("Precedence: auto_reply\nSubject: Re: About ten people"),
    "a header of its own": written("X-Autoreply: yes\nSubject: Re: About ten people"),
    "en": written("Subject: Automatic reply: About ten people"),
    "out of office": written("Subject: Out of Office: About ten people"),
    "ko": mail("From: a@b.example\nSubject: =?utf-8?b?7J6Q64+Z7J2R64u1OiDtjrjsp4A=?=\n\n."),
    "ko, away": "From: a@b.example\r\nSubject: 부재중 안내\r\n\r\n부재중입니다.\r\n".encode(),
    "zh": "From: a@b.example\r\nSubject: 自动回复: 关于十个人\r\n\r\n已收到。\r\n".encode(),
    "zh-hant": "From: a@b.example\r\nSubject: Re: 自動回覆\r\n\r\n已收到。\r\n".encode(),
    "ja": "From: a@b.example\r\nSubject: 自動返信：十人について\r\n\r\n受け取りました。\r\n".encode(),
    "read receipt": mail("""
        From: embassy@mofa.example
        Subject: Read: About ten people
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=disposition-notification; boundary="=_b"

        --=_b
        Content-Type: text/plain

        Your message was read on Friday.
        --=_b
        Content-Type: message/disposition-notification

        Final-Recipient: rfc822; embassy@mofa.example
        Disposition: manual-action/MDN-sent-manually; displayed
        --=_b--
    """),
}
COMPLAINT = mail("""
    From: feedback@mofa.example
    Subject: FW: About ten people
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=feedback-report; boundary="=_b"

    --=_b
    Content-Type: text/plain

    This is an email abuse report.
    --=_b
    Content-Type: message/feedback-report

    Feedback-Type: abuse
    User-Agent: SomeGenerator/1.0
    Version: 1
    --=_b--
""")
REPLY = mail("""
    From: "Third Secretary" <embassy@mofa.example>
    Subject: Re: About ten people
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: 8bit

    Your letter about the delivery failed to convince us, but we have read it.
    我们已经收到。
""")
