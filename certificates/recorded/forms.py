"""Shapes of what people enter about earlier papers; the verbs decide."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import tidy
from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from accounts.spreadsheets import FileRefused, Table, read_pasted, read_table
from certificates.recorded.entering import Paper
from certificates.recorded.reading import MOST_PAPERS, Judged, read_papers

LARGEST_SCAN: Final = 5_000_000
# What a scan is says its content; the stored ending follows from it.
SCAN_KINDS: Final = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


def scan_kind(head: bytes) -> str:
    """Pure.  ``pdf``, ``png``, ``jpg``, or "" for anything else."""
    return next((kind for mark, kind in SCAN_KINDS.items() if head.startswith(mark)), "")


class _OfOrganization(forms.Form):
    def __init__(self, *args: Any, request: AuthenticatedRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = organizations_where(request.user, Action.RECORD_PAPER).order_by("name")
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared below
        field.queryset = places
        field.empty_label = None


class PaperForm(_OfOrganization):
    organization: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("Issuing organization"), queryset=None)
    number = forms.CharField(label=_("Certificate number"), max_length=160, help_text=_("Exactly as printed."))
    name = forms.CharField(label=_("Name of the holder"), max_length=200, help_text=_("With titles, as printed."))
    training = forms.CharField(label=_("Training"), max_length=200, required=False)
    issued_on = forms.DateField(
        label=_("Issued on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Where it is written that this paper was issued: a register book and page, a decree, an archive."),
    )
    scan = forms.FileField(
        label=_("Scan of the paper"),
        required=False,
        help_text=_("PDF, PNG or JPEG, 5 MB at most. Only people who enter or agree to earlier papers see it."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )

    def clean_issued_on(self) -> Any:
        day = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def clean_scan(self) -> Any:
        scan = self.cleaned_data["scan"]
        if scan and scan.size > LARGEST_SCAN:
            raise forms.ValidationError(_("The scan is too large: 5 MB at most."))
        if scan and not scan_kind(scan.read(16)):
            raise forms.ValidationError(_("The scan is neither PDF nor PNG nor JPEG."))
        return scan

    @property
    def paper(self) -> Paper:
        """What a valid form says."""
        said, scan = self.cleaned_data, self.cleaned_data["scan"]
        content = b""
        if scan:
            scan.seek(0)
            content = scan.read()
        return Paper(
            tidy(said["number"]),
            tidy(said["name"]),
            said["issued_on"],
            tidy(said["training"]),
            content,
            scan_kind(content),
        )


class PapersListForm(_OfOrganization):
    """A list, as a file or pasted; what the dry run has shown comes back in ``rows``."""

    organization: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("Issuing organization"), queryset=None)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("For all papers of the list, for example a register book.")
    )
    file = forms.FileField(
        label=_("List as a file"), required=False, help_text=_("XLSX, XLS, ODS or CSV: number, name, day, training.")
    )
    rows = forms.CharField(
        label=_("Or rows pasted from a spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        try:
            said["table"] = self._table(said)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused.message)) from refused
        if len(said["table"].rows) > MOST_PAPERS + 1:
            raise forms.ValidationError(_("Please send at most 2.000 papers at a time."))
        return said

    def _table(self, said: dict[str, Any]) -> Table:
        file, rows = said.get("file"), said.get("rows", "")
        if file:
            return read_table(file.read(), file.name)
        if rows.strip():
            return read_pasted(rows)
        raise forms.ValidationError(_("Send a file or paste rows."))

    def judged(self, *, known: set[str]) -> list[Judged]:
        """Every row of a valid form, judged."""
        return read_papers(self.cleaned_data["table"], known=known, today=timezone.localdate())


def as_pasted(judged: list[Judged]) -> str:
    """Pure.  The rows as they are sent back after the dry run."""
    return "\n".join("\t".join(row.cells) for row in judged)
