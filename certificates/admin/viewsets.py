"""Lists and editors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet, SnippetViewSetGroup

from certificates import licensing
from certificates.errors import CertificateError
from certificates.models import AwardRule, Certificate, LspLicence, Signatory
from certificates.querysets import CertificateQuerySet
from certificates.revoking import status_word
from certificates.templatetags.certificate_facts import day
from cms.permissions import OrganizationViewSetMixin


class AwardRuleViewSet(OrganizationViewSetMixin, SnippetViewSet):  # type: ignore[misc]
    model = AwardRule
    icon = "clipboard-list"
    menu_label = _("Award rules")
    base_url_path = "aturan-sertifikat"
    copy_view_enabled = False
    list_display = [
        "__str__",
        Column("get_mode_display", label=_("Issued")),
        Column("organization", label=_("Issuing organization")),
        BooleanColumn("is_active", label=_("In use")),
    ]
    panels = [
        FieldRowPanel([FieldPanel("organization"), FieldPanel("course", widget=forms.Select)]),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("mode"), FieldPanel("is_active")]),
        FieldRowPanel([FieldPanel("result_label"), FieldPanel("validity_months")]),
        FieldPanel("signatory"),
        FieldPanel("legal_basis"),
        FieldRowPanel([FieldPanel("number_template"), FieldPanel("classification")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("scheme_code"), FieldPanel("scheme_title")]),
                FieldPanel("units", widget=forms.CheckboxSelectMultiple),
                FieldPanel("needs_practice"),
            ],
            heading=_("Competence"),
        ),
    ]


class SignatoryViewSet(OrganizationViewSetMixin, SnippetViewSet):  # type: ignore[misc]
    model = Signatory
    icon = "user"
    menu_label = _("Signatories")
    base_url_path = "penandatangan"
    copy_view_enabled = False
    list_display = ["name", "position", "organization", BooleanColumn("is_active", label=_("In use"))]
    panels = [
        FieldPanel("organization"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("position")]),
        FieldRowPanel([FieldPanel("acting"), FieldPanel("place"), FieldPanel("is_active")]),
    ]


class _Proposing:
    """Saving a licence is proposing it: another administrator has to approve."""

    form: Any
    request: HttpRequest

    def save_instance(self) -> LspLicence:
        licence = self.form.save(commit=False)
        try:
            return licensing.propose(licence, actor=self.request.user, at=timezone.now())  # type: ignore[arg-type]
        except CertificateError as error:
            raise PermissionDenied(str(error.message)) from error


class LicenceCreateView(_Proposing, CreateView):  # type: ignore[misc]
    """A new licence."""


class LicenceEditView(_Proposing, EditView):  # type: ignore[misc]
    """A licence that is not approved yet."""


class LspLicenceViewSet(OrganizationViewSetMixin, SnippetViewSet):  # type: ignore[misc]
    model = LspLicence
    icon = "key"
    menu_label = _("LSP licences")
    base_url_path = "lisensi-lsp"
    add_view_class = LicenceCreateView
    edit_view_class = LicenceEditView
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "organization",
        "number",
        "valid_from",
        "valid_until",
        "schemes",
        "proposed_by",
        "proposed_at",
        "approved_by",
        "approved_at",
    ]
    list_display = [
        "number",
        "organization",
        Column("valid_until", accessor=lambda row: day(row.valid_until), label=_("Valid until")),
        Column("proposed_by", label=_("Proposed by")),
        Column("approved_by", label=_("Approved by")),
    ]
    panels = [
        FieldPanel("organization"),
        FieldPanel("number"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        FieldPanel("schemes"),
    ]


class CertificateViewSet(OrganizationViewSetMixin, SnippetViewSet):  # type: ignore[misc]
    """The register: to read, to search, to revoke from; never to edit."""

    model = Certificate
    icon = "doc-full"
    menu_label = _("Register")
    base_url_path = "register-sertifikat"
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50
    list_display = [
        "number",
        "training",
        Column("get_kind_display", label=_("Kind")),
        Column("issued_on", accessor=lambda row: day(row.issued_on), label=_("Issued on"), sort_key="issued_on"),
        Column("last_status", accessor=lambda row: status_word(row.last_status), label=_("State")),
        Column("code", label=_("Code")),
    ]
    list_filter = ["kind", "number_year"]
    search_fields = ["number", "code", "training"]
    inspect_view_fields = [
        "number",
        "code",
        "kind",
        "training",
        "issued_at",
        "valid_until",
        "key_id",
        "record_sha256",
        "file_sha256",
        "replaces",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Certificate]:
        rows: CertificateQuerySet = super().get_queryset(request)  # type: ignore[assignment]
        return rows.with_status().select_related("replaces")


class CertificatesGroup(SnippetViewSetGroup):  # type: ignore[misc]
    items = (CertificateViewSet, AwardRuleViewSet, SignatoryViewSet, LspLicenceViewSet)
    menu_icon = "doc-full"
    menu_label = _("Certificates")
    menu_name = "certificates"
    menu_order = 280
