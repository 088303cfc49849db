"""The codes that a trainer reads out in the room before a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort


class AccessCode(models.Model):
    """The code of one angkatan for one quiz (``key`` of its edition part).  A new one takes the place of the old.

    In plain text: the trainer has to read it again, and it opens nothing to anybody who is not enrolled and signed in
    (docs/adr/0091)."""

    cohort: models.ForeignKey[Cohort, Cohort] = models.ForeignKey(
        "courses.Cohort", on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=64)
    code = models.CharField(max_length=12)
    made_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("access code")
        verbose_name_plural = _("access codes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cohort", "key"], name="access_code_once_per_quiz")]

    def __str__(self) -> str:
        # Not the code: this text stands in logs and error pages.
        return f"{self.cohort_id}/{self.key}"

    @property
    def shown(self) -> str:
        """As it is read out: "K7D 3QX"."""
        half = len(self.code) // 2
        return f"{self.code[:half]} {self.code[half:]}".upper()
