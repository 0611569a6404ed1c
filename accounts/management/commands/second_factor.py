"""`manage.py second_factor EMAIL`: in a demonstration, where nobody has the invented people's phones."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.second_factor import current_code


class Command(BaseCommand):
    help = "Prints the code that the authenticator app of one of the demonstration's people would show now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demonstration (DEMO is off): only a person's own phone tells their code.")
        person = User.objects.filter(email=User.objects.normalize_email(email)).first()
        if person is None:
            raise CommandError(f"There is no account with the address {email}.")
        app = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
        if app is None:
            raise CommandError(f"{email} has set up no authenticator app yet: log in, and you are asked to.")
        self.stdout.write(current_code(app))
