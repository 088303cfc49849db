"""Admin forms that offer one's own organizations, courses and signatories only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from accounts.roles import Action, organizations_where
from certificates import checking_rules
from certificates.models import AwardKind
from certificates.numbers import Numbering
from cms.permissions import OrganizationFormMixin


class OwnForm(OrganizationFormMixin, WagtailAdminModelForm):  # type: ignore[misc]
    """Signatories and licences."""


class AwardRuleForm(OrganizationFormMixin, WagtailAdminModelForm):  # type: ignore[misc]
    """An award rule; a certificate of competence also needs its scheme and units."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        course = self.fields.get("course")
        if isinstance(course, forms.ModelChoiceField) and course.queryset is not None and self.for_user is not None:
            own = organizations_where(self.for_user, Action.MANAGE_ORGANIZATION)
            course.queryset = course.queryset.filter(organization__in=own)
            course.required = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        self._check_printing(cleaned)
        if cleaned.get("kind") != AwardKind.COMPETENCE:
            if cleaned.get("needs_practice"):
                self.add_error("needs_practice", _("Only a certificate of competence can ask for practice evidence."))
            return cleaned
        for name in ("scheme_code", "scheme_title", "units"):
            if name in cleaned and not cleaned[name]:
                self.add_error(name, _("A certificate of competence needs this."))
        return cleaned

    def _check_printing(self, cleaned: dict[str, Any]) -> None:
        """What no paper could say, or two papers would say alike, is put right here and not by whoever waits."""
        if not checking_rules.laws_fit(cleaned.get("legal_basis", "")):
            self.add_error("legal_basis", checking_rules.LAWS)
        organization, kind, template = (cleaned.get(name) for name in ("organization", "kind", "number_template"))
        if organization is None or not kind or not template:
            return
        numbering = Numbering(template, kind, cleaned.get("classification", ""))
        if checking_rules.shares_numbers(numbering, organization_id=organization.pk, rule_id=self.instance.pk):
            self.add_error("number_template", checking_rules.SAME_NUMBERS)
