"""Forms of whoever teaches: trainers and facilitators of an angkatan, corrections, copies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Membership, Organization, User
from accounts.models.people import normalize_number
from courses.copying import Copy
from courses.correcting import Spot
from courses.models import Cohort, CohortTrainer, Wave
from courses.waves import entrusting


class _TeachingForm(forms.Form):
    """Trainers and facilitators, ticked from the organizer's own, or one more by participant number."""

    trainers = forms.ModelMultipleChoiceField(
        label=_("Trainers"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    facilitators = forms.ModelMultipleChoiceField(
        label=_("Facilitators"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    number = forms.CharField(
        label=_("A trainer of another organization"),
        required=False,
        max_length=40,
        help_text=_("Type the participant number of somebody who is a trainer there."),
    )

    def __init__(
        self, *args: Any, organization: Organization, assigned: Collection[int], parts: Mapping[int, str], **kwargs: Any
    ) -> None:
        """``assigned`` may be ticked besides the organizer's trainers; ``parts`` are ticked: person -> part."""
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        here = Membership.objects.current(today).filter(
            role=roles.Role.TRAINER, organization__path__in=organization.own_and_ancestor_paths
        )
        candidates = User.objects.filter(Q(pk__in=here.values("user")) | Q(pk__in=assigned), is_active=True)
        for name, part in (("trainers", CohortTrainer.Part.TRAINER), ("facilitators", CohortTrainer.Part.FACILITATOR)):
            self.fields[name].queryset = candidates  # type: ignore[attr-defined]
            self.initial.setdefault(name, [person for person, held in parts.items() if held == part])

    def clean_number(self) -> User | None:
        number = normalize_number(self.cleaned_data["number"])
        if not number:
            return None
        person = User.objects.filter(participant_number=number, is_active=True).first()
        if person is None or not roles.has_role(person, roles.Role.TRAINER):
            raise forms.ValidationError(_("Nobody with this number is a trainer."))
        return person

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        twice = set(values.get("trainers") or ()) & set(values.get("facilitators") or ())
        if twice:
            names = ", ".join(sorted(person.full_name for person in twice))
            self.add_error("facilitators", _("Either trainer or facilitator: %(names)s.") % {"names": names})
        return values

    @property
    def chosen(self) -> list[User]:
        """Everybody the valid form names as a trainer."""
        extra = self.cleaned_data["number"]
        return [*self.cleaned_data["trainers"], *([extra] if extra else [])]


class TrainersForm(_TeachingForm):
    """Who teaches one angkatan."""

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        parts = dict(cohort.trainer_links.values_list("user_id", "part"))
        super().__init__(*args, organization=cohort.organization, assigned=parts, parts=parts, **kwargs)


class WaveTrainersForm(_TeachingForm):
    """Who teaches every angkatan of a wave; those of single angkatan stay as they are."""

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        assigned, parts = entrusting.trainers_of(wave)
        super().__init__(*args, organization=wave.organization, assigned=assigned, parts=parts, **kwargs)


class ErratumForm(forms.Form):
    """A correction and where it stands."""

    spot = forms.ChoiceField(label=_("Beside"))
    text = forms.CharField(
        label=_("Correction"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Say what is wrong and what is right."),
    )

    def __init__(self, *args: Any, spots: Sequence[Spot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spot"].choices = [(spot.value, spot.label) for spot in spots]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """Module, block and words of a valid form."""
        module_key, _colon, block = self.cleaned_data["spot"].partition(":")
        return {"module_key": module_key, "block": block, "text": self.cleaned_data["text"]}


class ReasonForm(forms.Form):
    """Why something is refused; the person reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))


class CopyForm(forms.Form):
    """What a copy is called and when it begins."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(label=_("Code"), max_length=40)
    starts_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Last day, enrolment and sessions move by as many days."),
    )
    with_trainers = forms.BooleanField(label=_("With its trainers and facilitators"), required=False, initial=True)
    with_sessions = forms.BooleanField(
        label=_("With its live sessions"),
        required=False,
        initial=True,
        help_text=_("Without join links: those belong to their meeting."),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort

    def clean_code(self) -> str:
        code = " ".join(str(self.cleaned_data["code"]).split()).upper()
        if Cohort.objects.filter(organization=self.cohort.organization, code=code).exists():
            raise forms.ValidationError(_("Another angkatan of this organizer has this code."))
        return code

    @property
    def wanted(self) -> Copy:
        """What a valid form asks for."""
        return Copy(**self.cleaned_data)
