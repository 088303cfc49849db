"""Shapes of what trainers and assessors write; the verbs decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.assignments.marking import Judgement
from assessments.assignments.parts import Rules
from assessments.assignments.standing import Standing
from assessments.assignments.working import MOST_LETTERS
from assessments.models import AssignmentMark, Recommendation


class EmergencyFileForm(forms.Form):
    """The file that a participant's device gave out."""

    file = forms.FileField(
        label=_("Emergency file"),
        help_text=_("As the participant sent it to you (jawaban-darurat-....json), unchanged."),
    )


class LateDecisionForm(forms.Form):
    """Whether the late answers that were shown count, with the reason."""

    through = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    accepted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("They count; the attempt is marked again")), ("no", _("They do not count"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the decision, with your name and the time; the participant reads it."),
    )


class GrantForm(forms.Form):
    """Another attempt or more time for one person, with the reason.  ``timed``: whether the quiz has a limit."""

    extra_attempts = forms.IntegerField(
        label=_("Further attempts"), min_value=0, max_value=5, initial=1, help_text=_("0 if you only give more time.")
    )
    extra_minutes = forms.IntegerField(
        label=_("Extra minutes"),
        min_value=0,
        max_value=600,
        initial=0,
        help_text=_("Added to the running attempt at once, and to every later one."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the grant, with your name and the time."),
    )

    def __init__(self, *args: Any, timed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not timed:
            self.fields["extra_minutes"].widget = forms.HiddenInput()
            self.fields["extra_minutes"].required = False

    def clean_extra_minutes(self) -> int:
        return self.cleaned_data["extra_minutes"] or 0


class RecommendationForm(forms.Form):
    """One judgement about one unit."""

    result = forms.ChoiceField(
        label=_("Your recommendation"), choices=Recommendation.Result.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you saw or read that supports it. The candidate can read it in the own data."),
    )


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once; what was kept before is no value of it."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """A list of uploaded files.  Their names, sizes and kinds are the verb's business: one bad file is no bad form."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [one for one in (data if isinstance(data, list | tuple) else [data]) if one]


class WorkForm(forms.Form):
    """The draft of an assignment: text, further files, and the revision that the page was made from."""

    versi = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    teks = forms.CharField(
        label=_("Your answer"),
        required=False,
        strip=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea({"rows": 12}),
    )
    berkas = ManyFilesField(label=_("Files"), required=False)
    # Asked for practice evidence only; handing in needs it, keeping a draft does not.
    tanpa_identitas = forms.BooleanField(
        label=_("I looked at the text and every file: no client can be recognized by name, face, address or papers"),
        required=False,
    )

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        work = standing.work
        kwargs.setdefault("initial", {"versi": work.revision if work else 0, "teks": work.text if work else ""})
        super().__init__(*args, **kwargs)
        if not standing.is_practice:
            del self.fields["tanpa_identitas"]
        else:
            self.fields["teks"].label = _("What you did, and what came of it")
        if not standing.rules.takes_text:
            del self.fields["teks"]
        if not standing.rules.kinds or not standing.room:
            del self.fields["berkas"]
        else:
            told = {"kinds": standing.kinds, "room": standing.room, "most": standing.rules.most_megabytes}
            field = self.fields["berkas"]
            field.help_text = _("%(kinds)s; at most %(most)s MB each. You can add %(room)s more.") % told
            field.widget.attrs |= {"accept": standing.accept, "data-most-bytes": standing.rules.most_bytes}


class MarkForm(forms.Form):
    """A trainer's mark; ``dilihat`` is how many marks the page showed."""

    dilihat = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    score = forms.DecimalField(
        label=_("Mark (0 to 100)"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput({"inputmode": "decimal", "class": "short", "autocomplete": "off"}),
    )
    result = forms.ChoiceField(label=_("Result"), choices=AssignmentMark.Result.choices, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("The participant reads it. Needed when something is to be improved."),
    )
    reason = forms.CharField(
        label=_("Why the mark is changed"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Kept with your name and the time. The participant reads it."),
    )

    def __init__(self, *args: Any, rules: Rules, seen: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"dilihat": seen, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if rules.pass_mark is None:
            del self.fields["score"]
        else:
            said = _("From %(mark)s on it is accepted. Leave it empty to return the work without a mark.")
            self.fields["score"].help_text = said % {"mark": f"{rules.pass_mark.normalize():f}".replace(".", ",")}
        # What the person saw decides what was asked, not what has come since: the verb looks at that.
        if str(self.data.get("dilihat", seen) if self.is_bound else seen) == "0":
            del self.fields["reason"]

    @property
    def judgement(self) -> Judgement:
        """What a valid form says."""
        values = self.cleaned_data
        return Judgement(
            result=values["result"],
            score=values.get("score"),
            comment=values["comment"].replace("\r\n", "\n"),
            reason=values.get("reason", "").replace("\r\n", "\n"),
        )


class ReviewForm(MarkForm):
    """A supervisor's judgement of practice evidence: signed, or returned with what is to be improved."""

    def __init__(self, *args: Any, rules: Rules, seen: int, **kwargs: Any) -> None:
        super().__init__(*args, rules=rules, seen=seen, **kwargs)
        self.fields["result"] = forms.ChoiceField(
            label=_("Result"),
            choices=[
                (AssignmentMark.Result.ACCEPTED, _("I sign: this evidence is the person's own practice and suffices")),
                (AssignmentMark.Result.RETURNED, _("I return it: something is to be improved first")),
            ],
            widget=forms.RadioSelect,
        )
        self.fields["comment"].label = _("What you say about it")
        if "reason" in self.fields:
            self.fields["reason"].label = _("Why your judgement changes")


class TermsForm(forms.Form):
    """The date of one assignment in one angkatan, and whether it still takes anything."""

    due_on = forms.DateField(
        label=_("Due on"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
        help_text=_("Until 23.59 of this day. Empty: as the course says. Late work is taken and shown as late."),
    )
    is_closed = forms.BooleanField(
        label=_("Take nothing more"),
        required=False,
        help_text=_("Nobody can hand in or take back anything while this is ticked. What waits can still be marked."),
    )
