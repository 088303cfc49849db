"""What a participant declares before an attempt that counts: the text as an organization words it, by versions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import roles

if TYPE_CHECKING:
    from accounts.models import Organization, User

MOST_LETTERS = 2000
# Not a message to be translated: these are the words that people declare (style, rule 23).
STANDARD = """\
Saya mengerjakan kuis ini sendiri, tanpa bantuan orang lain dan tanpa memakai akun orang lain.
Saya tidak menyalin, memotret, atau membagikan soal dan jawabannya.
Saya tahu bahwa penyelenggara dapat melihat waktu dan perangkat yang dipakai, dan dapat meminta penjelasan saya."""


class HonestyStatementQuerySet(models.QuerySet["HonestyStatement"]):
    def visible_to(self, user: User) -> Self:
        """Those of organizations whose questions the person publishes, and the standard."""
        mine = roles.organizations_where(user, roles.Action.PUBLISH_BANK)
        return self.filter(Q(organization=None) | Q(organization__in=mine))

    def for_organization(self, organization: Organization) -> HonestyStatement | None:
        """What holds there now: the newest of its own, else of the nearest organization above, else the standard."""
        rows = self.filter(Q(organization=None) | Q(organization__path__in=organization.own_and_ancestor_paths))
        # The longest path is the nearest organization; without one comes the text that everybody begins with.
        return rows.order_by(models.F("organization__path").desc(nulls_last=True), "-pk").first()


class HonestyStatement(models.Model):
    """One version; a later one of the same organization takes its place.  A trigger refuses changes: people have agreed
    to these words."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("text"), max_length=MOST_LETTERS)
    written_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()

    objects = HonestyStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of honesty")
        verbose_name_plural = _("statements of honesty")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="honesty_statement_has_text")]

    def __str__(self) -> str:
        return f"{self.organization_id or '*'}/{self.pk}"
