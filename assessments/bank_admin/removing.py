"""Deleting: a draft goes, what has been used is archived - and the page says which and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.snippets.views.snippets import DeleteView

from assessments.archiving import archive, restore
from assessments.errors import AssessmentError


class ArchiveOrDeleteView(DeleteView):  # type: ignore[misc]
    """One page for both: what is in use offers archiving (or putting back), a mere draft offers deletion."""

    template_name = "assessments/bank/remove.html"

    @property
    def in_use(self) -> bool:
        used: bool = type(self.object).objects.in_use().filter(pk=self.object.pk).exists()
        return used

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.in_use:
            response: HttpResponse = super().post(request, *args, **kwargs)
            return response
        if self.object.archived_at is None:
            archive(self.object, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("“%(title)s” has been archived.") % {"title": self.object})
        else:
            self._restore(request)
        return redirect(self.get_success_url())

    def _restore(self, request: HttpRequest) -> None:
        try:
            restore(self.object, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        except AssessmentError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("“%(title)s” is in the bank again.") % {"title": self.object})

    def get_page_title(self) -> str:
        if not self.in_use:
            return str(super().get_page_title())
        return _("Archive") if self.object.archived_at is None else _("Put back into the bank")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"in_use": self.in_use, "is_archived": self.object.archived_at is not None}
