"""What a trainer sends with a list: a file or pasted rows, and which column holds what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people_lists.columns import FIELDS
from accounts.people_lists.showing import Column
from accounts.spreadsheets import MOST_BYTES, Table, read_pasted, read_table


class SendListForm(forms.Form):
    """A file or pasted rows; the verbs decide what they are."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("XLSX, XLS, ODS or CSV, at most 10 MB."),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt"}),
    )
    people = forms.CharField(
        label=_("Or paste the rows"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}),
        help_text=_("Copy the cells in your spreadsheet, with the row of headings, and paste them here."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        file = values.get("file")
        if file and file.size > MOST_BYTES:
            self.add_error("file", _("The file is too large. Please send at most 10 MB."))
        elif not file and not (values.get("people") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste some rows."))
        return values

    def read(self) -> tuple[Table, str, bytes]:
        """Table, name and bytes of what a valid form holds.  Raises FileRefused."""
        file = self.cleaned_data.get("file")
        if file:
            content = file.read()
            return read_table(content, file.name), file.name, content
        text = self.cleaned_data["people"]
        return read_pasted(text), "", text.encode()


class ColumnsForm(forms.Form):
    """For each field the column that holds it; columns nobody names are left out."""

    def __init__(self, *args: Any, columns: Sequence[Column], mapping: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("- not in this list -")), *[(str(one.index), _label(one)) for one in columns]]
        for name, label in FIELDS.items():
            chosen = str(mapping[name]) if name in mapping else ""
            self.fields[name] = forms.ChoiceField(label=str(label), required=False, choices=choices, initial=chosen)
        self.fields["name"].required = True

    @property
    def mapping(self) -> dict[str, int]:
        """Field -> column of a valid form."""
        return {name: int(value) for name, value in self.cleaned_data.items() if value}


def _label(column: Column) -> str:
    shown = " · ".join(column.examples)
    return f"{column.heading}: {shown}"[:90] if shown else column.heading
