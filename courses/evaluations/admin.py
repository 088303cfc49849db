"""Evaluation forms in the Wagtail admin: lists and editor of one's own organizations' forms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.permissions import OrganizationFormMixin, OrganizationViewSetMixin
from courses.models import EvaluationForm


class EvaluationEditorForm(OrganizationFormMixin, WagtailAdminModelForm):  # type: ignore[misc]
    """Only one's own organizations are offered."""


def standard_word(form: EvaluationForm) -> str:
    """A word where there is something to say."""
    return str(_("standard")) if form.is_default else ""


class EvaluationFormViewSet(OrganizationViewSetMixin, SnippetViewSet):  # type: ignore[misc]
    """Angkatan that are open keep the questions they began with, whatever happens here."""

    model = EvaluationForm
    icon = "form"
    menu_label = _("Evaluation forms")
    base_url_path = "evaluasi"
    menu_order = 330
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    search_backend_name = None  # the database's own search keeps to the scoped list
    search_fields = ["title"]
    list_display = ["title", "organization", Column("standard", label=_("Standard"), accessor=standard_word)]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("title"), FieldPanel("organization")]),
            FieldPanel("intro"),
            FieldPanel("labels"),
            FieldPanel("is_default"),
            InlinePanel(
                "questions",
                panels=[
                    FieldPanel("text"),
                    FieldRowPanel([FieldPanel("about"), FieldPanel("kind"), FieldPanel("is_required")]),
                    FieldPanel("labels"),
                ],
                heading=_("Questions"),
                label=_("question"),
                min_num=1,
                max_num=30,
            ),
        ],
        base_form_class=EvaluationEditorForm,
    )
