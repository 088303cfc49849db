"""What is missing before an angkatan opens: a checklist in which every line says how it stands and where to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from courses import editions
from courses.models import Cohort, CohortTrainer, ModulePage
from courses.people_access import NEVER_SET_A_PASSWORD


@dataclass(frozen=True)
class Check:
    """One line.  ``tone``: good, wait (worth a look) or bad (forbids opening); ``url`` is where to put it right."""

    tone: str
    text: str | Promise
    url: str = ""
    word: str = ""


def checklist(cohort: Cohort, *, at: datetime) -> list[Check]:
    """Everything to look at before opening, what forbids it first.  A constant number of statements."""
    found = [*_of_course(cohort), _of_days(cohort, at), _of_trainers(cohort), *_of_people(cohort), _of_sessions(cohort)]
    rank = {"bad": 0, "wait": 1, "good": 2}
    return sorted(found, key=lambda check: rank[check.tone])


def is_blocked(checks: list[Check]) -> bool:
    """Whether something forbids opening."""
    return any(check.tone == "bad" for check in checks)


def _of_course(cohort: Cohort) -> list[Check]:
    course = cohort.course
    if course is None:
        return [Check("bad", _("The course no longer exists."))]
    address, word = reverse("wagtailadmin_explore", args=[course.pk]), _("Open the course")
    found = [
        Check("bad" if problem.blocking else "wait", problem.text, address, word)
        for problem in editions.problems(course)
    ]
    if not any(check.tone == "bad" for check in found):
        found.append(Check("good", _("The course is published and can be frozen.")))
    return found


def _of_days(cohort: Cohort, at: datetime) -> Check:
    if cohort.closes_at is not None and cohort.closes_at <= at:
        return Check("wait", _("The last day has passed."), _address("change", cohort), _("Change the days"))
    if cohort.ends_on is None:
        return Check("good", _("Open-ended, at one's own pace."))
    return Check("good", _("The days are set."))


def _of_trainers(cohort: Cohort) -> Check:
    told = cohort.trainer_links.filter(user__is_active=True).aggregate(
        trainers=Count("pk", filter=Q(part=CohortTrainer.Part.TRAINER)), all=Count("pk")
    )
    address, word = _address("trainers", cohort), _("Assign trainers")
    if not told["trainers"]:
        return Check("wait", _("No trainer has been assigned."), address, word)
    said = _("Trainers: %(trainers)s, facilitators: %(others)s.")
    return Check("good", said % {"trainers": told["trainers"], "others": told["all"] - told["trainers"]})


def _of_people(cohort: Cohort) -> list[Check]:
    told = cohort.enrolments.counting().aggregate(
        people=Count("pk"), closed=Count("pk", filter=Q(user__in=User.objects.filter(NEVER_SET_A_PASSWORD)))
    )
    people, address = told["people"], _address("lists", cohort)
    if not people and not cohort.self_enrol:
        said = _("Nobody is on the list yet; people can also be added later.")
        return [Check("wait", said, address, _("Add participants"))]
    if cohort.capacity is not None and people > cohort.capacity:
        said = _("%(people)s people for %(capacity)s places.") % {"people": people, "capacity": cohort.capacity}
        return [Check("wait", said, _address("move", cohort), _("Move people"))]
    found = [Check("good", _("People on the list: %(people)s.") % {"people": people})]
    if told["closed"]:
        said = _("%(people)s of them have no password yet.") % {"people": told["closed"]}
        found.append(Check("wait", said, _address("codes", cohort), _("First codes")))
    return found


def _of_sessions(cohort: Cohort) -> Check:
    planned = cohort.sessions.planned().aggregate(number=Count("pk"), jp=Sum("jp"))
    promised = _promised(cohort)
    lacking = promised - (planned["jp"] or Decimal(0))
    if promised and lacking > 0:
        said = _("The modules promise %(promised)s JP live; sessions with %(lacking)s JP are not planned yet.")
        told = {"promised": promised, "lacking": lacking}
        return Check("wait", said % told, _address("sessions", cohort), _("Plan sessions"))
    return Check("good", _("Live sessions planned: %(number)s.") % {"number": planned["number"]})


def _promised(cohort: Cohort) -> Decimal:
    if cohort.course is None:
        return Decimal(0)
    live = ModulePage.objects.child_of(cohort.course).live()
    return live.aggregate(jp=Sum("jp_sync"))["jp"] or Decimal(0)


def _address(name: str, cohort: Cohort) -> str:
    return reverse(f"courses:{name}", args=[cohort.public_id])
