"""Another attempt for a selection of people of an angkatan (courses.bulk)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments import granting, settling
from assessments.columns import measures
from courses.bulk import Done, Verdict
from courses.models import BulkAction, Cohort, EditionPart, Enrolment


class GrantManyForm(forms.Form):
    quiz = forms.ChoiceField(label=_("Quiz"))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quizzes = reversed(measures({cohort.edition_id} if cohort.edition_id else set()))
        choices = cast(forms.ChoiceField, self.fields["quiz"])
        choices.choices = [(one.key, one.title) for one in quizzes]


class GrantMany:
    """One more attempt for each, with one reason."""

    slug: ClassVar[str] = "kesempatan"
    label = _("Grant another attempt")
    button = _("Grant one more attempt each")
    note = _("A grant is kept for good: it cannot be undone. Who has an attempt running keeps it.")
    can_be_undone = False

    def offered(self, cohort: Cohort, user: User) -> bool:
        return cohort.status == Cohort.Status.OPEN and granting.may_grant(user, cohort)

    def form(self, cohort: Cohort, given: Mapping[str, Any] | None) -> forms.Form:
        return GrantManyForm(given, cohort=cohort)

    def judge(
        self, cohort: Cohort, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Verdict]:
        quiz = words.get("quiz")
        passed: set[int] = set()
        if quiz:
            part = EditionPart.objects.filter(edition=cohort.edition_id, kind="quiz", key=quiz).first()
            decided = settling.decisions(people, [part] if part else [])
            passed = {one.pk for one in people if part and decided(one.pk, part).passed}
        return [self._verdict(one, passed, actor) for one in people]

    def _verdict(self, one: Enrolment, passed: set[int], actor: User) -> Verdict:
        if one.user_id == actor.pk:
            return Verdict(one, will=False, why=gettext("Nobody grants something to themselves."))
        if one.status == Enrolment.Status.DROPPED:
            return Verdict(one, will=False, why=gettext("Has left this angkatan."))
        if one.pk in passed:
            return Verdict(one, will=False, why=gettext("Has passed this quiz already."))
        return Verdict(one, will=True)

    def run(
        self, action: BulkAction, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Done]:
        part = EditionPart.objects.get(edition=action.cohort.edition_id, kind="quiz", key=words["quiz"])
        for one in people:
            granting.grant(one, part, extra_attempts=1, reason=words["reason"], actor=actor, at=at)
        return [Done(one, is_done=True, said=part.json["title"]) for one in people]

    def undo(
        self, action: BulkAction, people: Sequence[Enrolment], *, actor: User, at: datetime
    ) -> Sequence[Enrolment]:
        return []
