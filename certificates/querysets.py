"""Who may read what of the certificates, and the sweeps' own questions to the database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.roles import Action, organizations_where

if TYPE_CHECKING:
    from accounts.models import Organization, User


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows that belong to an organization and are edited by its administrators."""

    def visible_to(self, user: User) -> Self:
        return self.filter(organization__in=organizations_where(user, Action.MANAGE_ORGANIZATION))


class LspLicenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self.filter(organization__in=organizations_where(user, Action.SET_LICENCE))

    def in_force(self, organization_id: int, *, on: date) -> Self:
        """Licences approved by a second administrator and valid on the day ``on``."""
        return self.filter(
            organization_id=organization_id, approved_at__isnull=False, valid_from__lte=on, valid_until__gte=on
        )


class SigningKeyQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Every key ever used, retired ones included: they still judge what they signed."""
        return self.order_by("not_before", "key_id")


class AwardQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Awards on which the person may decide, for the issuing organizations where they may."""
        approve = organizations_where(user, Action.APPROVE_AWARD)
        decide = organizations_where(user, Action.DECIDE_COMPETENCE)
        return self.filter(Q(kind="training", issuer__in=approve) | Q(kind="competence", issuer__in=decide))

    def undecided(self) -> Self:
        return self.filter(state__in=["waiting_approval", "waiting_decision"])

    def held_up(self) -> Self:
        """Awards that no worker can finish before a person has put something right."""
        return self.filter(state="blocked").order_by("since", "pk")

    def renumbered_by(self, user: User) -> Self:
        """Awards that a number holds up, of organizations whose award rules the person keeps."""
        own = organizations_where(user, Action.MANAGE_ORGANIZATION)
        return self.held_up().filter(about_number=True, issuer__in=own)


class CertificateQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The holder's own, those of people the person may see, and the register of the issuing organizations
        where the person may revoke."""
        from accounts.models import User as Person  # a queryset is imported by the models it serves
        from courses.models import Enrolment

        return self.filter(
            Q(user=user)
            | Q(user__in=Person.objects.visible_to(user))
            | Q(enrolment__in=Enrolment.objects.visible_to(user))
            | Q(issuer__in=organizations_where(user, Action.REVOKE_CERTIFICATE))
            | Q(issuer__in=organizations_where(user, Action.AGREE_REVOCATION))
        )

    def with_status(self) -> Self:
        """Annotate ``last_status`` and ``last_reason``: None when nothing happened since the issue."""
        from certificates.models import StatusChange

        last = StatusChange.objects.filter(certificate=OuterRef("pk")).order_by("-id")
        return self.annotate(
            last_status=Subquery(last.values("status")[:1]), last_status_at=Subquery(last.values("at")[:1])
        )

    def with_logged_at(self) -> Self:
        """Annotate ``logged_at``: when the transparency log took the issue up, None when it did not."""
        from certificates.models import LogEntry

        entries = LogEntry.objects.filter(certificate=OuterRef("pk"), kind="issued").order_by("id")
        return self.annotate(logged_at=Subquery(entries.values("at")[:1]))

    def with_duplicates(self) -> Self:
        """Annotate ``is_duplicate``: whether it was issued in the place of a lost or damaged paper."""
        from certificates.models import ReplacementRequest

        asked = ReplacementRequest.objects.filter(certificate=OuterRef("replaces"), kind="duplicate", state="agreed")
        return self.annotate(is_duplicate=Exists(asked))

    def without_file(self) -> Self:
        return self.filter(file_sha256="")

    def to_make(self) -> Self:
        """Those whose file our own worker makes now: what somebody else signs is not asked for again by a sweep."""
        return self.without_file().filter(seal_request=None)


class SealRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Files of the issuing organizations for which the person has files signed."""
        return self.filter(certificate__issuer__in=organizations_where(user, Action.SIGN_FILES))

    def open(self) -> Self:
        return self.exclude(state="signed")


class ReplacementRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Requests that the person made or may agree to."""
        return self.filter(
            Q(requested_by=user) | Q(certificate__issuer__in=organizations_where(user, Action.AGREE_REPLACEMENT))
        )

    def open_for(self, organizations: models.QuerySet[Organization]) -> Self:
        return self.filter(state="open", certificate__issuer__in=organizations)

    def with_people(self) -> Self:
        """Everything that a list of requests shows, in two statements."""
        people = ("certificate__user", "certificate__replaced_by", "requested_by", "decided_by")
        return self.select_related(*people).prefetch_related("evidence")


class ReplacementEvidenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Scans of requests that the person made or may decide on; nobody else sees them, colleagues included."""
        deciding = organizations_where(user, Action.AGREE_REPLACEMENT)
        return self.filter(Q(request__requested_by=user) | Q(request__certificate__issuer__in=deciding))


class IssueHoldQuerySet(models.QuerySet[Any]):
    def in_force(self) -> Self:
        return self.filter(resumed_at=None)


class GraduationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Protocols of issuing organizations where the person approves graduations, and of angkatan they run."""
        from courses.models import Cohort  # a queryset is imported by the models it serves

        approve = organizations_where(user, Action.APPROVE_AWARD)
        return self.filter(Q(issuer__in=approve) | Q(cohort__in=Cohort.objects.overseen_by(user)))


class RevocationRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Requests about certificates of organizations where the person may ask or agree."""
        return self.filter(
            Q(certificate__issuer__in=organizations_where(user, Action.REVOKE_CERTIFICATE))
            | Q(certificate__issuer__in=organizations_where(user, Action.AGREE_REVOCATION))
        )

    def open_for(self, user: User) -> Self:
        """Open requests that wait for this person's word: neither asked by nor about the person."""
        places = organizations_where(user, Action.AGREE_REVOCATION)
        rows = self.filter(state="open", certificate__issuer__in=places).exclude(requested_by=user)
        return rows.exclude(certificate__user=user)

    def with_people(self) -> Self:
        """Everything that a list of requests shows, in the same statement."""
        return self.select_related("certificate__user", "certificate__issuer", "requested_by", "decided_by")
