"""The one row that a baseline writes or reads."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Mark(models.Model):
    word = models.CharField(max_length=60, db_index=True)

    # Named, because the type checker reads the product's settings, in which this app is not installed.
    objects: ClassVar[models.Manager[Mark]] = models.Manager()

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return self.word
