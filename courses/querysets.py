"""Who may see which angkatan, enrolment, course and frozen file: the only place that decides it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Length, Substr
from wagtail.models import PageQuerySet

from accounts import roles

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models.cohorts import Cohort, Enrolment  # noqa: F401 - named as strings below
    from courses.models.editions import EditionMedia  # noqa: F401
    from courses.models.errata import ErratumProposal  # noqa: F401
    from courses.models.joining import JoinRequest  # noqa: F401
    from courses.models.reports import CohortReport  # noqa: F401
    from courses.models.sessions import LiveSession  # noqa: F401
    from courses.models.waves import Wave  # noqa: F401

# Wagtail's materialized path: each level adds four characters.
STEP = 4


def overseeing(user: User, prefix: str = "") -> Q:
    """Angkatan that this person runs, teaches or oversees; ``prefix`` leads to the cohort, with its ``__``."""
    organizations = roles.organizations_where(user, roles.Action.VIEW_COHORT).values("pk")
    return Q(**{f"{prefix}organization__in": organizations}) | Q(**{f"{prefix}trainer_links__user": user})


class CoursePageQuerySet(PageQuerySet):  # type: ignore[misc]
    def visible_to(self, user: User) -> Self:
        """Courses whose content or angkatan this person works on (the public syllabus needs no such right)."""
        edit = roles.organizations_where(user, roles.Action.EDIT_CONTENT).values("pk")
        run = roles.organizations_where(user, roles.Action.RUN_COHORT).values("pk")
        return self.filter(Q(organization__in=edit) | Q(organization__in=run))  # type: ignore[no-any-return]

    def with_totals(self) -> Self:
        """Adds ``module_count`` and ``jp_total`` of the live modules, in the same statement."""
        from courses.models.pages import ModulePage  # pages import this module for their manager

        live = (
            ModulePage.objects.live()
            .annotate(parent_path=Substr("path", 1, Length("path") - STEP))
            .filter(parent_path=OuterRef("path"))
            .order_by()
            .values("parent_path")
        )
        count = live.annotate(number=Count("pk")).values("number")
        jp = live.annotate(total=Sum(F("jp_async") + F("jp_sync"))).values("total")
        decimal: models.DecimalField[Any, Any] = models.DecimalField(max_digits=6, decimal_places=1)
        return self.annotate(  # type: ignore[no-any-return]
            module_count=Coalesce(Subquery(count), 0),
            jp_total=Coalesce(Subquery(jp, output_field=decimal), Decimal(0), output_field=decimal),
        )


class CohortQuerySet(models.QuerySet["Cohort"]):
    def overseen_by(self, user: User) -> Self:
        """Angkatan whose people and progress this person may see."""
        return self.filter(pk__in=self.model._base_manager.filter(overseeing(user)).values("pk"))

    def visible_to(self, user: User) -> Self:
        """Angkatan this person oversees or follows."""
        from courses.models.cohorts import Enrolment  # the model imports this module for its manager

        mine = Enrolment.objects.filter(cohort=OuterRef("pk"), user=user).exclude(status=Enrolment.Status.DROPPED)
        overseen = self.model._base_manager.filter(overseeing(user)).values("pk")
        return self.filter(Q(Exists(mine)) | Q(pk__in=overseen))

    def with_edition(self) -> Self:
        """With what pages show of an angkatan, in one statement."""
        light = self.select_related("edition", "organization", "course", "wave")
        return light.defer("edition__manifest", "edition__provenance")

    def joinable(self, user: User, *, at: datetime) -> Self:
        """Open angkatan with self-enrolment that this person does not follow yet; anyone signed in may see these.

        Enrolment is open from the first day, or within its own window when it has one.
        """
        begun = Q(join_opens_at=None, opens_at__lte=at) | Q(join_opens_at__lte=at)
        return (
            self.filter(begun, status="open", self_enrol=True)
            .filter(Q(closes_at=None) | Q(closes_at__gt=at), Q(join_closes_at=None) | Q(join_closes_at__gte=at))
            .exclude(enrolments__user=user)
        )


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> Self:
        """Own enrolments, those of overseen angkatan, and those of people whose unit this person leads."""
        team = roles.organizations_where(user, roles.Action.VIEW_TEAM).values("pk")
        from courses.models.cohorts import Cohort  # the model imports this module for its manager

        cohorts = Cohort._base_manager.filter(overseeing(user)).values("pk")
        return self.filter(Q(user=user) | Q(organization__in=team) | Q(cohort__in=cohorts))

    def followed_by(self, user: User) -> Self:
        """This person's own enrolments, without those left."""
        return self.filter(user=user).exclude(status="dropped")

    def with_cohort(self) -> Self:
        """With what pages show of the angkatan, in one statement; newest first."""
        related = ("user", "organization", "cohort__edition", "cohort__organization", "cohort__course")
        light = self.select_related(*related).defer("cohort__edition__manifest", "cohort__edition__provenance")
        return light.order_by("-cohort__starts_on", "pk")

    def with_begun(self) -> Self:
        """Adds ``begun``: whether anything has been read or fulfilled."""
        from courses.models.progress import Fulfilment, ModuleReading  # they import this app's enrolments

        read = Exists(ModuleReading.objects.filter(enrolment=OuterRef("pk")))
        return self.annotate(begun=read | Exists(Fulfilment.objects.filter(enrolment=OuterRef("pk"))))

    def locked(self) -> Self:
        """The row locked until the end of the transaction: whoever decides about one person's standing waits here."""
        return self.select_for_update(of=("self",))

    def counting(self) -> Self:
        """Everyone who has not left."""
        return self.exclude(status="dropped")


class EditionMediaQuerySet(models.QuerySet["EditionMedia"]):
    def visible_to(self, user: User) -> Self:
        """Files of editions that this person follows or oversees."""
        from courses.models.cohorts import Cohort  # the model imports this module for its manager

        editions = Cohort.objects.visible_to(user).exclude(edition=None).values("edition")
        edit = roles.organizations_where(user, roles.Action.EDIT_CONTENT).values("pk")
        return self.filter(Q(edition__in=editions) | Q(edition__organization__in=edit))


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    def visible_to(self, user: User) -> Self:
        """Sessions of angkatan that this person follows or oversees, and those that one's own attendance stands in."""
        from courses.models.attendance import SessionResult  # they import this app's sessions
        from courses.models.cohorts import Cohort, Enrolment  # the model imports this module for its manager

        mine = SessionResult.objects.filter(enrolment__in=Enrolment.objects.followed_by(user).values("pk"))
        cohorts = Cohort.objects.visible_to(user).values("pk")
        return self.filter(Q(cohort__in=cohorts) | Q(pk__in=mine.values("session")))

    def overseen_by(self, user: User) -> Self:
        """Sessions whose attendance this person may see."""
        from courses.models.cohorts import Cohort  # the model imports this module for its manager

        return self.filter(cohort__in=Cohort.objects.overseen_by(user).values("pk"))

    def with_cohort(self) -> Self:
        """With what pages show of the angkatan, in one statement."""
        related = ("facilitator", "cohort__edition", "cohort__organization", "cohort__course")
        return self.select_related(*related).defer("cohort__edition__manifest", "cohort__edition__provenance")

    def planned(self) -> Self:
        """Those that have not been cancelled."""
        return self.filter(status="planned")


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, user: User) -> Self:
        """Waves of organizations whose angkatan this person may see, and those with an angkatan they teach."""
        from courses.models.cohorts import Cohort  # the model imports this module for its manager

        organizations = roles.organizations_where(user, roles.Action.VIEW_COHORT).values("pk")
        taught = Cohort._base_manager.filter(trainer_links__user=user).exclude(wave=None).values("wave")
        return self.filter(Q(organization__in=organizations) | Q(pk__in=taught))


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, user: User) -> Self:
        """Own wishes, and those about angkatan this person oversees."""
        from courses.models.cohorts import Cohort  # the model imports this module for its manager

        return self.filter(Q(user=user) | Q(cohort__in=Cohort._base_manager.filter(overseeing(user)).values("pk")))

    def pending(self) -> Self:
        """Those that have not ended."""
        return self.filter(ended_at=None)


class ErratumProposalQuerySet(models.QuerySet["ErratumProposal"]):
    def visible_to(self, user: User) -> Self:
        """Own proposals, and those of organizations whose content this person may publish."""
        publish = roles.organizations_where(user, roles.Action.PUBLISH_CONTENT).values("pk")
        return self.filter(Q(proposed_by=user) | Q(organization__in=publish))

    def pending(self) -> Self:
        """Those that wait for a second person."""
        return self.filter(state="proposed")


class CohortReportQuerySet(models.QuerySet["CohortReport"]):
    def visible_to(self, user: User) -> Self:
        """Reports of angkatan that this person oversees."""
        from courses.models.cohorts import Cohort  # the model imports this module for its manager

        return self.filter(cohort__in=Cohort.objects.overseen_by(user).values("pk"))
