"""The one moderation workflow: a trainer submits, a publisher of the same organization approves."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Page, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from accounts.roles import Action
from cms import tenancy
from cms.models import PublisherTask

# Data, shown to editors; Indonesian is the norm here.
WORKFLOW_NAME = "Persetujuan penerbit"
TASK_NAME = "Diperiksa penerbit"

_models: list[type[Any]] = []


def register_model(model: type[Any], *, publish: Action = Action.PUBLISH_CONTENT) -> None:
    """Put a snippet model (with WorkflowMixin) under the workflow; ``publish`` is the right that approving takes.

    Called from an upper app's AppConfig.ready(); the row itself is made by ``provision``.
    """
    if model not in _models:
        _models.append(model)
    tenancy.register_publish_action(model, publish)


@transaction.atomic
def provision() -> Workflow:
    """Make workflow and task and tie them to the page tree and the registered models.  Repeating changes nothing."""
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW_NAME, defaults={"active": True})
    task, _made = PublisherTask.objects.get_or_create(name=TASK_NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    root = Page.get_first_root_node()
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    for model in _models:
        content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
        WorkflowContentType.objects.update_or_create(content_type=content_type, defaults={"workflow": workflow})
    Workflow.objects.exclude(pk=workflow.pk).filter(name="Moderators approval").update(active=False)
    return workflow
