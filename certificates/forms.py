"""Shapes of what people type here; the verbs decide."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.assignments.parts import MEGABYTE
from assessments.forms import ManyFilesField
from certificates import codes, evidence, sign_queue
from certificates.checking import LARGEST_FILE
from certificates.checking.limits import LARGEST_PICTURE
from certificates.coverage import MOST_CODES, split_codes
from certificates.models.rules import valid_template
from certificates.numbers import DEFAULT_TEMPLATE


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code on the certificate"),
        max_length=200,
        help_text=_("Eighteen letters and digits in groups of three; spaces and dashes do not matter."),
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        try:
            return codes.normalize(self.cleaned_data["code"])
        except codes.MalformedCode as error:
            raise forms.ValidationError(str(error.message), code=error.reason) from error


class NumberForm(forms.Form):
    number = forms.CharField(label=_("Certificate number"), max_length=160)
    name = forms.CharField(
        label=_("Name of the holder"), max_length=200, help_text=_("Titles, capitals and punctuation do not matter.")
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File or photo"),
        help_text=_(
            "The PDF, the badge (PNG or SVG), the credential (JSON or JWT), or a photo of the square code."
            " It is checked and not kept."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf,.json,.jwt,.txt,.svg,image/*"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        largest = LARGEST_FILE if file.read(5) == b"%PDF-" else LARGEST_PICTURE
        file.seek(0)
        if file.size > largest:
            raise forms.ValidationError(
                _("The file is too large: %(size)s kB at most."), params={"size": largest // 1000}
            )
        return file


class ListForm(forms.Form):
    codes = forms.CharField(
        label=_("Codes, one a line"),
        help_text=_("At most %(most)s. A column pasted from a spreadsheet is fine.") % {"most": MOST_CODES},
        widget=forms.Textarea(attrs={"class": "code", "rows": 10, "spellcheck": "false"}),
    )

    def clean_codes(self) -> list[str]:
        pasted = split_codes(self.cleaned_data["codes"])
        if len(pasted) > MOST_CODES:
            raise forms.ValidationError(
                _("%(count)s lines are too many at once; paste at most %(most)s."),
                params={"count": len(pasted), "most": MOST_CODES},
            )
        return pasted


EVIDENCE_HELP = _(
    "At most %(files)s files of at most %(size)s MB each: PDF, JPG or PNG. Cover the NIK and everything that is not"
    " needed. Only you and the people who decide see them; they are removed %(days)s days after the decision."
)


def _evidence_help() -> str:
    told = {"files": evidence.MOST_FILES, "size": evidence.MOST_BYTES // MEGABYTE, "days": evidence.KEPT_AFTER.days}
    return str(EVIDENCE_HELP) % told


class EvidenceForm(forms.Form):
    """Files beside a request; the verb says what is wrong with one."""

    def add_evidence(self, label: Any, *, required: bool) -> None:
        accept = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
        field = ManyFilesField(label=label, required=required, help_text=_evidence_help())
        field.widget.attrs["accept"] = accept
        self.fields["uploads"] = field

    def clean_uploads(self) -> list[Any]:
        uploads: list[Any] = self.cleaned_data["uploads"]
        if self.fields["uploads"].required and not uploads:
            raise forms.ValidationError(_("Please add a scan or photo that shows the correct name."), code="required")
        return uploads


class ReplacementForm(EvidenceForm):
    proposed_name = forms.CharField(
        label=_("Correct name, as it is to be printed"),
        max_length=80,
        help_text=_("With titles, at most 80 characters."),
    )
    reason = forms.CharField(
        label=_("What is wrong"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_evidence(_("Scan or photo that shows the correct name"), required=True)


class DuplicateForm(EvidenceForm):
    reason = forms.CharField(
        label=_("What happened to the paper"),
        max_length=300,
        help_text=_("For example: lost when moving house, or damaged by water."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_evidence(_("Report of the loss, or a photo of the damage"), required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300})
    )


class AnswerForm(forms.Form):
    """The second person's word on a revocation."""

    agreed = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Agree: revoke for good")), ("no", _("Decline: leave it as it is"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=300,
        required=False,
        help_text=_("Needed when you decline; whoever asked reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )


class SignedFilesForm(forms.Form):
    signed = ManyFilesField(
        label=_("Signed files"),
        help_text=_("At most %(files)s at once, %(size)s MB together. Their names do not matter.")
        % {"files": sign_queue.MOST_AT_ONCE, "size": sign_queue.MOST_BYTES // MEGABYTE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed"].widget.attrs["accept"] = ".pdf,application/pdf"

    def clean_signed(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["signed"]
        if not files:
            raise forms.ValidationError(_("Choose at least one file."), code="required")
        if len(files) > sign_queue.MOST_AT_ONCE or sum(file.size for file in files) > sign_queue.MOST_BYTES:
            raise forms.ValidationError(_("These are too many at once. Nothing was taken in; send fewer."))
        return files


class InPersonForm(forms.Form):
    """What a signatory types for one sitting; nothing of it is ever shown again."""

    who = forms.CharField(
        label=_("NIK or e-mail address at BSrE"),
        max_length=254,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("You sign with"),
        choices=[("passphrase", _("Passphrase")), ("totp", _("One-time code"))],
        initial="passphrase",
        widget=forms.RadioSelect,
    )
    secret = forms.CharField(
        label=_("Passphrase or one-time code"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RegisterSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Number, code or name"),
        min_length=3,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    @property
    def encoded(self) -> str:
        """What was searched for, as it stands in an address."""
        return quote(self.cleaned_data["q"])


class NumberTemplateForm(ReasonForm):
    template = forms.CharField(
        label=_("Number template"),
        max_length=120,
        help_text=_("For example %(example)s; {jenis} tells the kinds of certificates apart.")
        % {"example": DEFAULT_TEMPLATE},
        validators=[valid_template],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["template", "reason"]


class DecisionForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Needed when the answer is no; the candidate reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )

    def __init__(self, *args: Any, competence: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        training = [("yes", _("Passed")), ("no", _("Not passed"))]
        words = [("yes", _("Competent")), ("no", _("Not yet competent"))] if competence else training
        accepted = self.fields["accepted"]
        assert isinstance(accepted, forms.TypedChoiceField)  # noqa: S101 - declared above
        accepted.choices = words
