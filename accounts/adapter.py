"""How log-in behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from privacy.networks import client_network


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up: a superuser adds a person, who sets a password by the reset link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What the log-in limits count by: a network's daily hash, no address, as it lies in the cache."""
        return client_network(request, day=timezone.now().date())
