from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import breached, emails, second_factor, watch  # noqa: F401 - its check registers itself
        from accounts.audit_words import WORDS
        from audit import words
        from outbox.kinds import CONFIRMATIONS, Kind, register
        from privacy import elsewhere

        words.register(WORDS)
        register(
            Kind(
                name="invitation",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.invitations_by_id,
                compose=emails.invitation,
            )
        )
        register(
            Kind(
                name="account_notice",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.entries_by_id,
                compose=emails.account_notice,
            )
        )
        register(
            Kind(
                name="notice_digest",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.digests_by_id,
                compose=emails.notice_digest,
            )
        )
        elsewhere.register(second_factor.SealedSecrets)
        watch.connect()
        post_migrate.connect(make_groups, sender=self)


def make_groups(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """A group for each role, after every migrate: also for a role that came since the first, or an emptied database."""
    from django.contrib.auth.models import Group

    from accounts.roles import Role

    for role in Role:
        Group.objects.using(using).get_or_create(name=role.value)
