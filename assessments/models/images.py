"""Images of published questions: the very bytes that a version names."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.editions import edition_storage


class QuestionImage(models.Model):
    """One stored file, named by the SHA-256 of its bytes.  A trigger refuses changes: versions promise these bytes.

    It has no owner and no address of its own: whoever has a question on a paper fetches it through the attempt.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(storage=edition_storage, max_length=200)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("question image")
        verbose_name_plural = _("question images")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sha256

    @property
    def name(self) -> str:
        return f"{self.sha256[:16]}.webp"

    @property
    def content_type(self) -> str:
        return "image/webp"
