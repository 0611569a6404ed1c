"""The Celery app. Tasks live in the rooms; what runs when stands in `beat_schedule`, next to nothing else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maninso.settings")

app = Celery("maninso")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {}
