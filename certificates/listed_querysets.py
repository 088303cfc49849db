"""Who may read checked lists and earlier papers, and which earlier papers anyone is told about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.roles import Action, organizations_where

if TYPE_CHECKING:
    from accounts.models import User


class CheckedListQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Lists that were checked for organizations whose lists the person may check today."""
        return self.filter(organization__in=organizations_where(user, Action.CHECK_LISTS))

    def at_work(self) -> Self:
        """Lists that a worker still has to finish."""
        return self.filter(state__in=["running", "checked"]).order_by("pk")


class RecordedBatchQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Entries of the organizations in which the person enters earlier papers or agrees to them."""
        entering = organizations_where(user, Action.RECORD_PAPER)
        agreeing = organizations_where(user, Action.AGREE_PAPER)
        return self.filter(Q(organization__in=entering) | Q(organization__in=agreeing))

    def open_for(self, user: User) -> Self:
        """What waits for this person's word as the second one."""
        places = organizations_where(user, Action.AGREE_PAPER)
        return self.filter(state="open", organization__in=places).exclude(entered_by=user)


class RecordedCertificateQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Papers of the organizations in which the person enters earlier papers or agrees to them."""
        from certificates.models import RecordedBatch

        return self.filter(batch__in=RecordedBatch.objects.visible_to(user))

    def standing(self) -> Self:
        """What anyone may be told: agreed to by a second person, not struck out, no agreed row in its place."""
        from certificates.models import RecordedCertificate

        newer = RecordedCertificate.objects.filter(corrects=OuterRef("pk"), batch__state="agreed")
        return self.filter(batch__state="agreed", struck=False).exclude(Exists(newer))
