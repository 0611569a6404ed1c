"""The product's settings, and beside its pages the floors that they are measured against."""

from maninso.settings import *  # noqa: F403
from maninso.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "maninso.bench"]
ROOT_URLCONF = "maninso.bench.urls"
