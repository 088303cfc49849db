"""The Wagtail admin of this app: question bank and quizzes."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from accounts.requests import AuthenticatedRequest
from accounts.roles import Action
from assessments.bank_admin import exporting, importing
from assessments.bank_admin.panel import CorrectionsPanel
from assessments.bank_admin.scope import BankDeleteBulkAction
from assessments.bank_admin.viewsets import BankGroup
from assessments.models import Assignment, Practice, Question, Quiz
from cms.permissions import OrganizationPermissionPolicy

for model in (Question, Quiz, Assignment, Practice):
    register_permission_policy(
        model, OrganizationPermissionPolicy(model, edit=Action.EDIT_BANK, publish=Action.PUBLISH_BANK)
    )
register_snippet(BankGroup)
hooks.register("register_bulk_action", BankDeleteBulkAction, order=10)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def bank_urls() -> list[URLPattern]:
    return [
        path("soal/impor/", importing.read_questions, name="bank_import"),
        path("soal/impor/buat/", importing.create_questions, name="bank_create"),
        path("soal/impor/lalu/", importing.imports, name="bank_imports"),
        path("soal/impor/<uuid:public_id>/", importing.imported, name="bank_imported"),
        path("soal/impor/<uuid:public_id>/batal/", importing.take_back, name="bank_take_back"),
        path("soal/templat.xlsx", importing.template, name="bank_template"),
        path("soal/ekspor/", exporting.choose_export, name="bank_export"),
        path("soal/ekspor/berkas/", exporting.export, name="bank_export_file"),
    ]


@hooks.register("construct_homepage_panels")  # type: ignore[untyped-decorator]
def corrections_that_wait(request: AuthenticatedRequest, panels: list[Any]) -> None:
    panels.append(CorrectionsPanel(request))
