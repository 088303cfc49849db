"""The project as an app: it brings the commands and checks that need every other app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class ProjectConfig(AppConfig):
    name = "config"
    label = "project"
    verbose_name = "Suluh"

    def ready(self) -> None:
        from celery.signals import task_failure

        from accounts import failures
        from config import checks

        task_failure.connect(failures.count_task, dispatch_uid="suluh.count_failures", weak=False)
        register(checks.demonstration_stays_on_this_machine)
        register(checks.no_demonstration_is_left)
