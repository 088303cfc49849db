"""The product's settings with the baselines' addresses beside its own, and with every request's statements counted."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
MIDDLEWARE = ["benchmarks.counting.Statements", *MIDDLEWARE]
ROOT_URLCONF = "benchmarks.urls"
