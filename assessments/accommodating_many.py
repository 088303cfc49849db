"""The same accommodation for a selection of people of an angkatan (courses.bulk); undoing it ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments import accommodating, allowing, granting
from assessments.accommodation_form import AccommodationForm, allowance_of
from assessments.errors import AssessmentError
from assessments.models import Accommodation
from courses.bulk import Done, Verdict
from courses.models import BulkAction, Cohort, EditionPart, Enrolment


class AccommodateManyForm(AccommodationForm):
    """What cannot be given is said before anybody is named."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            accommodating.require_sensible(
                self.cohort, allowance_of(values, self.cohort), part=self.parts.get(values.get("quiz", "")), at=now()
            )
        except AssessmentError as error:
            raise forms.ValidationError(str(error)) from error
        return values


class AccommodateMany:
    """More time, attempts or a later closing for each, with one reason."""

    slug: ClassVar[str] = "penyesuaian"
    label = _("Give an accommodation")
    button = _("Give it to each of them")
    note = _(
        "It holds at once, also in attempts that are running. Undoing it ends it for later attempts; who is sitting "
        "a quiz keeps the time."
    )
    can_be_undone = True

    def offered(self, cohort: Cohort, user: User) -> bool:
        return cohort.status != Cohort.Status.CLOSED and granting.may_grant(user, cohort)

    def form(self, cohort: Cohort, given: Mapping[str, Any] | None) -> forms.Form:
        return AccommodateManyForm(given, cohort=cohort)

    def judge(
        self, cohort: Cohort, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Verdict]:
        return [self._verdict(one, actor) for one in people]

    def _verdict(self, one: Enrolment, actor: User) -> Verdict:
        if one.user_id == actor.pk:
            return Verdict(one, will=False, why=gettext("Nobody grants something to themselves."))
        if one.status == Enrolment.Status.DROPPED:
            return Verdict(one, will=False, why=gettext("Has left this angkatan."))
        return Verdict(one, will=True)

    def run(
        self, action: BulkAction, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Done]:
        cohort, key = action.cohort, words.get("quiz")
        part = EditionPart.objects.get(edition=cohort.edition_id, kind="quiz", key=key) if key else None
        what = allowance_of(words, cohort)
        said = allowing.words(what, cohort)
        for one in people:
            accommodating.accommodate(
                cohort, what, enrolment=one, part=part, reason=words["reason"], actor=actor, at=at
            )
        return [Done(one, is_done=True, said=said) for one in people]

    def undo(
        self, action: BulkAction, people: Sequence[Enrolment], *, actor: User, at: datetime
    ) -> Sequence[Enrolment]:
        """What the action gave bears its moment and its actor."""
        given = Accommodation.objects.in_force().filter(
            enrolment__in=people, granted_at=action.at, granted_by=action.actor
        )
        back = []
        for row in given.select_related("cohort__organization", "enrolment__cohort__organization", "enrolment__user"):
            reason = gettext("The action on a selection was undone.")
            accommodating.end(row, reason=reason, actor=actor, at=at)
            back.append(row.enrolment)
        return [one for one in back if one is not None]
