"""The one row that a baseline writes or reads."""

from __future__ import annotations

from django.db import models


class Mark(models.Model):
    word = models.CharField(max_length=60, db_index=True)

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return self.word
