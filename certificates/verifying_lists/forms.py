"""What somebody sends to have checked; the verbs decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.spreadsheets import Table, read_pasted, read_table


class CheckListForm(forms.Form):
    """A whole list: a file, or rows pasted."""

    file = forms.FileField(
        label=_("List as a file"),
        required=False,
        help_text=_("XLSX, XLS, ODS or CSV with codes, or with numbers and names; at most 10.000 rows."),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt"}),
    )
    rows = forms.CharField(
        label=_("Or rows pasted from a spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("file") and not said.get("rows", "").strip() and not self.errors:
            raise forms.ValidationError(_("Send a file or paste rows."))
        return said

    def read(self) -> tuple[Table, str]:
        """The table and its name.  Raises FileRefused."""
        file = self.cleaned_data.get("file")
        if file:
            return read_table(file.read(), file.name), file.name
        return read_pasted(self.cleaned_data["rows"]), ""
