"""What the bank adds to the scoped screens of ``cms.permissions``: reading and removing within one's own banks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import PreviewOnEditView, SnippetViewSet

from assessments.bank_admin.removing import ArchiveOrDeleteView
from assessments.models import Assignment, Practice, Question, Quiz
from cms.permissions import OrganizationViewSetMixin


class ScopedPreview(PreviewOnEditView):  # type: ignore[misc]
    """The preview of a row of another organization does not exist (Wagtail's own answers with a message)."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not self.model.objects.visible_to(request.user).filter(pk=kwargs["pk"]).exists():
            raise Http404
        super().setup(request, *args, **kwargs)


class BankViewSet(OrganizationViewSetMixin, SnippetViewSet):  # type: ignore[misc]
    """A snippet of a bank: every list, chooser and page of a row is cut to the person's organizations."""

    preview_on_edit_view_class = ScopedPreview
    delete_view_class = ArchiveOrDeleteView
    delete_template_name = ArchiveOrDeleteView.template_name
    copy_view_enabled = False
    inspect_view_enabled = False
    search_backend_name = None  # the database's own search keeps to the scoped list


class BankDeleteBulkAction(DeleteBulkAction):  # type: ignore[misc]
    """Bulk deletion that neither names other banks' rows nor deletes used ones.

    Wagtail's own lists by title what the person may not touch.
    """

    models = [Assignment, Practice, Question, Quiz]

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, Any]]:
        ids = self.request.GET.getlist("id")
        mine = self.model.objects.visible_to(self.request.user)
        chosen = mine if "all" in ids else mine.filter(pk__in=[pk for pk in ids if pk.isdigit()])
        used = list(chosen.in_use())
        return list(chosen.exclude(pk__in=[obj.pk for obj in used])), {"items_with_no_access": used}
