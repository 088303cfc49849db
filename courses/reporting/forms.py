"""What is asked for before a later version of a report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SupplementForm(forms.Form):
    """Why a later version of a closing report is wanted."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For example “Certificates issued after the closing”.")
    )
