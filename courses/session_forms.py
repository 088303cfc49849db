"""Forms of live sessions and attendance: they check the shape of what was typed; the verbs decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.timezones import TimeZone
from courses.attendance.arriving import MINUTES, MINUTES_CHOICES
from courses.forms import POSSIBLE_DAYS
from courses.models import Cohort, LiveSession
from courses.models.pages import validate_half_hours
from courses.sessions import MOST_REPEATS, Plan

#: Longer than a day is a slip of the hand.
MOST_MINUTES = 12 * 60


class SessionForm(forms.Form):
    """One session in the angkatan's zone; ``times`` and ``every_days`` repeat a new one."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("For example “Pertemuan 1: Asesmen”."))
    day = forms.DateField(
        validators=POSSIBLE_DAYS, label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=5, max_value=MOST_MINUTES, initial=90, help_text=_("1 JP = 45 minutes.")
    )
    jp = forms.DecimalField(
        label=_("JP live"),
        min_value=0,
        max_value=20,
        step_size=Decimal("0.5"),
        decimal_places=1,
        initial=2,
        validators=[validate_half_hours],
        help_text=_("In halves; counted for those who attend."),
    )
    facilitator = forms.ModelChoiceField(
        label=_("Facilitator"), queryset=User.objects.none(), required=False, empty_label=_("somebody else")
    )
    facilitator_name = forms.CharField(
        label=_("Name of the facilitator"),
        max_length=150,
        required=False,
        help_text=_("For somebody who is not a trainer of this angkatan."),
    )
    join_url = forms.URLField(
        label=_("Join link"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Of any provider. Participants see it from 30 minutes before the start until the end."),
    )
    threshold_percent = forms.IntegerField(
        label=_("Minutes needed, in percent"),
        min_value=1,
        max_value=100,
        initial=75,
        help_text=_("Whoever was there for so much of the session has attended."),
    )
    claim_days = forms.IntegerField(
        label=_("Days for a late claim"),
        min_value=0,
        max_value=60,
        initial=3,
        help_text=_("How long after the session somebody may still say that they were there."),
    )
    times = forms.IntegerField(label=_("How many sessions"), min_value=1, max_value=MOST_REPEATS, initial=1)
    every_days = forms.IntegerField(label=_("Days between them"), min_value=1, max_value=60, initial=7)

    def __init__(self, *args: Any, cohort: Cohort, session: LiveSession | None = None, **kwargs: Any) -> None:
        if session is not None:
            kwargs.setdefault("initial", _initial(session, cohort))
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        trainers = User.objects.filter(cohort_trainer_links__cohort=cohort)
        if session is not None and session.facilitator_id:
            trainers = trainers | User.objects.filter(pk=session.facilitator_id)
        self.fields["facilitator"].queryset = trainers.distinct().order_by("full_name")  # type: ignore[attr-defined]
        self.fields["begins"].label = _("Begins at (%(zone)s)") % {"zone": cohort.abbreviation}
        if session is not None:
            del self.fields["times"], self.fields["every_days"]

    @property
    def plan(self) -> Plan:
        """What a valid form says."""
        values = self.cleaned_data
        starts_at = datetime.combine(values["day"], values["begins"], tzinfo=ZoneInfo(self.cohort.time_zone))
        return Plan(
            title=" ".join(values["title"].split()),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=values["minutes"]),
            jp=Decimal(values["jp"]),
            facilitator=values["facilitator"],
            facilitator_name=values["facilitator_name"],
            join_url=values["join_url"],
            threshold_percent=values["threshold_percent"],
            claim_days=values["claim_days"],
        )

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """Fields that nearly every session needs; the rest is folded."""
        return [self[name] for name in self.fields if name not in self.FOLDED]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.FOLDED]

    FOLDED = ("facilitator_name", "threshold_percent", "claim_days", "times", "every_days")


class CancelForm(forms.Form):
    """Why a session is called off."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Participants read it on the page of the session."),
    )


class CodeMinutesForm(forms.Form):
    """How long a code is accepted."""

    minutes = forms.TypedChoiceField(
        label=_("Accepted for"), choices=[(n, n) for n in MINUTES_CHOICES], coerce=int, initial=MINUTES
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(n, _("%(minutes)s minutes") % {"minutes": n}) for n in MINUTES_CHOICES]
        self.fields["minutes"].choices = choices  # type: ignore[attr-defined]


class TypedCodeForm(forms.Form):
    """Six digits as somebody types them."""

    kode = forms.CharField(
        label=_("Attendance code"),
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code short", "pattern": "[0-9 ]*"}
        ),
        help_text=_("Six digits that your trainer shows or sends during the session."),
    )


class ReasonForm(forms.Form):
    """A sentence with a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


class ObjectionForm(forms.Form):
    """What is wrong with what stands about oneself."""

    text = forms.CharField(label=_("What is not right?"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class DecisionForm(forms.Form):
    """Whether somebody attended, with a reason."""

    attended = forms.ChoiceField(
        label=_("Attendance"), choices=[("1", _("Present")), ("0", _("Not present"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The participant reads it; it stays in the history."),
    )


class AnswerForm(forms.Form):
    """The answer to a claim or an objection."""

    answer = forms.CharField(label=_("Answer"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class ReportForm(forms.Form):
    """A participant report and the zone of its hours."""

    file = forms.FileField(
        label=_("Participant report"),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,.xls,.ods,.txt"}),
        help_text=_("The file as Zoom, Google Meet or BigBlueButton gives it, at most 10 MB."),
    )
    zone = forms.ChoiceField(
        label=_("Zone of the hours in the file"), choices=[*TimeZone.choices, ("UTC", "UTC")], widget=forms.RadioSelect
    )


def _initial(session: LiveSession, cohort: Cohort) -> dict[str, Any]:
    local = session.starts_at.astimezone(ZoneInfo(cohort.time_zone))
    names = ("title", "jp", "facilitator", "facilitator_name", "join_url", "threshold_percent", "claim_days", "minutes")
    return {name: getattr(session, name) for name in names} | {"day": local.date(), "begins": local.time()}
