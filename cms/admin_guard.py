"""Doors of Wagtail's admin that would name another organization's content, answered by us instead.

Mounted in front of Wagtail's own addresses: confirming a chosen image or document by its number, bulk actions on
numbers of one's own making, and the workflow reports, which list every submission of a kind.
"""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.bulk_action import index as bulk_action
from wagtail.admin.views.reports.workflows import WorkflowTasksView, WorkflowView
from wagtail.documents.views.chooser import viewset as document_chooser
from wagtail.images.views.chooser import viewset as image_chooser
from wagtail.models import Page
from wagtail.permissions import policy_registry

from accounts.models import User
from cms.models import PublisherTaskState
from cms.permissions.screens import _ScopedChooser, visible_rows
from cms.tenancy import organizations_editing

CHOOSABLE = ["choose", "change"]


def guarded_bulk_action(request: HttpRequest, app_label: str, model_name: str, action: str) -> HttpResponseBase:
    """Bulk actions name what they refuse; so a number that is not one's own is not found at all."""
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError as error:
        raise Http404 from error
    asked = {pk for pk in request.GET.getlist("id") if pk != "all"}
    own = _reachable(model, request.user).filter(pk__in=asked).values_list("pk", flat=True)
    if not asked <= {str(pk) for pk in own}:
        raise Http404
    response: HttpResponseBase = bulk_action(request, app_label, model_name, action)
    return response


def _reachable(model: type[Any], user: Any) -> QuerySet[Any]:
    if issubclass(model, Page):
        pages: QuerySet[Any] = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(
            user, {"add", "change", "publish"}
        )
        return pages
    return visible_rows(model, user)


class _OwnSubmissions:
    """Only submissions to a publisher of an organization in which one writes or publishes."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        if self.request.user.is_superuser:
            return rows
        mine = PublisherTaskState.objects.filter(organization__in=organizations_editing(cast(User, self.request.user)))
        path_to_state = "task_states__in" if isinstance(self, WorkflowView) else "pk__in"
        return rows.filter(**{path_to_state: mine.values("pk")}).distinct()


class OwnWorkflows(_OwnSubmissions, WorkflowView):  # type: ignore[misc]
    """The report of submissions."""


class OwnWorkflowTasks(_OwnSubmissions, WorkflowTasksView):  # type: ignore[misc]
    """The report of submissions by task."""


def _chosen(viewset: Any, view_class: type[Any]) -> Any:
    scoped = type(view_class.__name__, (_ScopedChooser, view_class), {"words": CHOOSABLE})
    return viewset.construct_view(scoped)


def _protected(route: str, view: Any) -> URLPattern:
    protected: URLPattern = path(route, require_admin_access(view))
    return protected


urlpatterns: list[URLPattern] = [
    _protected("bulk/<str:app_label>/<str:model_name>/<str:action>/", guarded_bulk_action),
    _protected("reports/workflow/", OwnWorkflows.as_view()),
    _protected("reports/workflow/results/", OwnWorkflows.as_view(results_only=True)),
    _protected("reports/workflow_tasks/", OwnWorkflowTasks.as_view()),
    _protected("reports/workflow_tasks/results/", OwnWorkflowTasks.as_view(results_only=True)),
]
for _name, _viewset in (("images", image_chooser), ("documents", document_chooser)):
    urlpatterns += [
        _protected(f"{_name}/chooser/chosen/<str:pk>/", _chosen(_viewset, _viewset.chosen_view_class)),
        _protected(f"{_name}/chooser/chosen-multiple/", _chosen(_viewset, _viewset.chosen_multiple_view_class)),
    ]
