"""What each role may do with campaigns in the admin; which campaigns, `rules.py` says."""

from typing import Any

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS

from accounts.roles import Role

_ALL = ("view", "add", "change")
_GRANTS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.ORGANIZER: {
        "campaign": _ALL,
        "campaignchange": ("view",),
        "hold": ("view",),
        "campaigntext": (*_ALL, "delete"),
        "campaignsource": (*_ALL, "delete"),
        "letter": (*_ALL, "delete"),
        "lettertext": (*_ALL, "delete"),
        "observance": ("view",),
        "target": ("view",),
        "deliverypoint": ("view",),
        "addresshealth": ("view", "change"),
        "addresshealthchange": ("view",),
        "dispatch": ("view",),
        "dispatchchange": ("view",),
        "digest": ("view",),
        "handin": _ALL,
        "handinchange": ("view",),
        "handinreport": ("view",),
        "reply": _ALL,
        "pack": _ALL,
        "packchange": ("view",),
        "postingchange": ("view",),
        "selfreport": ("view",),
        "volunteer": ("view", "change"),
        "volunteerchange": ("view",),
    },
    Role.EDITOR: {
        "observance": _ALL,
        "observancedate": (*_ALL, "delete"),
        "observancetext": _ALL,
        "target": _ALL,
        "targettext": _ALL,
        "deliverypoint": _ALL,
        "addresshealth": ("view", "change"),
        "addresshealthchange": ("view",),
        "deliverypointtext": _ALL,
        "answersfor": (*_ALL, "delete"),
    },
}


def grant(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Give the roles their permissions; runs after every migrate and changes nothing the second time."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    # Permissions are made by another post_migrate receiver, which may run later than this one.
    create_permissions(installed.get_app_config("campaign"), verbosity=0, using=using)
    for role, models in _GRANTS.items():
        group, _made = Group.objects.using(using).get_or_create(name=role.value)
        codenames = [f"{verb}_{model}" for model, verbs in models.items() for verb in verbs]
        group.permissions.add(
            *Permission.objects.using(using).filter(content_type__app_label="campaign", codename__in=codenames)
        )
