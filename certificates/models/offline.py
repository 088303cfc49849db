"""What devices without a network are given."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrustBundleIssue(models.Model):
    """One signed trust bundle, exactly as it is served; the newest is the current one, old ones go after a while."""

    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, unique=True)
    # Of what it says without its times: the next one is made when this changes.
    contents_sha256 = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        verbose_name = _("Trust bundle")
        verbose_name_plural = _("Trust bundles")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.made_at}: {self.sha256[:16]}"
