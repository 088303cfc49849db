"""What a trainer does to a selection: nudge people, take them off the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django import forms
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cms.messaging import Kind, Notice, notify_many
from courses import enrolling
from courses.bulk import Done, Verdict
from courses.models import BulkAction, BulkOutcome, Cohort, Enrolment
from courses.templatetags.course_times import moment

#: Nobody is nudged twice within so many hours unless the trainer says so.
QUIET_HOURS: Final = 20
NUDGE: Final = Kind(
    slug="nudge",
    label=_("a word from your trainer"),
    placeholders={"pelatihan": "Bimtek ATENSI", "angkatan": "Angkatan I", "pesan": "Mohon lanjutkan modul 3."},
    default_subject="Pengingat dari pelatih: {pelatihan}",
    default_text="{pesan}\n\n{pelatihan}, {angkatan}. Lanjutkan di {tautan}",
    useful_for=timedelta(days=14),
)


class NudgeForm(forms.Form):
    text = forms.CharField(
        label=_("What you want to say"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Short and friendly; the link to the training is added. No codes, marks or private data."),
    )
    again = forms.BooleanField(label=_("Also people who were nudged a short while ago"), required=False)


class NudgePeople:
    """A message in the trainer's own words, on every way that the person has chosen."""

    slug: ClassVar[str] = "ingatkan"
    label = _("Nudge")
    button = _("Send the nudge")
    note = _("A message that was sent cannot be called back.")
    can_be_undone = False

    def offered(self, cohort: Cohort, user: User) -> bool:
        return cohort.status != Cohort.Status.DRAFT

    def form(self, cohort: Cohort, given: Mapping[str, Any] | None) -> forms.Form:
        return NudgeForm(given)

    def judge(
        self, cohort: Cohort, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Verdict]:
        recent = {} if words.get("again") else _nudged_since(people, at - timedelta(hours=QUIET_HOURS))
        return [self._verdict(one, recent, cohort) for one in people]

    def _verdict(self, one: Enrolment, recent: Mapping[int, datetime], cohort: Cohort) -> Verdict:
        if one.status == Enrolment.Status.DROPPED:
            return Verdict(one, will=False, why=gettext("Has left this angkatan."))
        if one.pk in recent:
            when = {"moment": moment(recent[one.pk], cohort.time_zone)}
            return Verdict(one, will=False, why=gettext("Was nudged on %(moment)s.") % when)
        return Verdict(one, will=True)

    def run(
        self, action: BulkAction, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Done]:
        cohort = action.cohort
        context = {"pelatihan": cohort.title, "angkatan": cohort.name, "pesan": words["text"]}
        about, url = f"cohort:{cohort.public_id}", reverse("courses:cohort_home", args=[cohort.public_id])
        notify_many(
            [
                Notice(
                    NUDGE.slug,
                    one.user,
                    key=str(action.public_id),
                    context=context,
                    url=url,
                    organization=cohort.organization,
                    about=about,
                )
                for one in people
            ],
            at=at,
        )
        return [Done(one, is_done=True) for one in people]

    def undo(
        self, action: BulkAction, people: Sequence[Enrolment], *, actor: User, at: datetime
    ) -> Sequence[Enrolment]:
        return []


def _nudged_since(people: Sequence[Enrolment], start: datetime) -> dict[int, datetime]:
    rows = BulkOutcome.objects.filter(
        enrolment__in=people, is_done=True, action__kind=NudgePeople.slug, action__at__gt=start
    )
    return dict(rows.order_by().values("enrolment").annotate(last=Max("action__at")).values_list("enrolment", "last"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class TakeOff:
    """Off the list; everything done so far stays, and undoing takes them in again."""

    slug: ClassVar[str] = "keluarkan"
    label = _("Take off the list")
    button = _("Take these people off the list")
    note = _("Everything done so far stays recorded. This can be undone.")
    can_be_undone = True

    def offered(self, cohort: Cohort, user: User) -> bool:
        return True

    def form(self, cohort: Cohort, given: Mapping[str, Any] | None) -> forms.Form:
        return ReasonForm(given)

    def judge(
        self, cohort: Cohort, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Verdict]:
        left = Enrolment.Status.DROPPED
        return [
            Verdict(one, will=one.status != left, why=gettext("Has left this angkatan.") if one.status == left else "")
            for one in people
        ]

    def run(
        self, action: BulkAction, people: Sequence[Enrolment], words: Mapping[str, Any], *, actor: User, at: datetime
    ) -> list[Done]:
        for one in people:
            enrolling.drop(one, actor=actor, at=at, reason=words["reason"])
        return [Done(one, is_done=True) for one in people]

    def undo(
        self, action: BulkAction, people: Sequence[Enrolment], *, actor: User, at: datetime
    ) -> Sequence[Enrolment]:
        """Only those who left by this action: somebody taken in and dropped again since is left alone."""
        mine = [one for one in people if one.status == Enrolment.Status.DROPPED and one.dropped_at == action.at]
        for one in mine:
            enrolling.readmit(one, actor=actor, at=at)
        return mine
