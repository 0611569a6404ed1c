from django.apps import AppConfig


class ManinsoConfig(AppConfig):
    name = "maninso"
