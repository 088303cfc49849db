"""What ties Wagtail's groups, collections and workflow tasks to organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Task, TaskState

from accounts.models import Organization
from accounts.roles import Role
from cms import tenancy

if TYPE_CHECKING:
    from accounts.models import User


class OrganizationGroup(models.Model):
    """The Wagtail group of one role in one organization; its members follow the memberships."""

    group = models.OneToOneField(Group, models.PROTECT, related_name="organization_group")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("organization"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("group of an organization")
        verbose_name_plural = _("groups of organizations")
        constraints = [models.UniqueConstraint(fields=["organization", "role"], name="organization_group_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} - {self.organization}"


class OrganizationCollection(models.Model):
    """The collection that holds an organization's images and documents."""

    collection = models.OneToOneField(Collection, models.PROTECT, related_name="organization_collection")
    organization = models.OneToOneField(Organization, models.PROTECT, related_name="+", verbose_name=_("organization"))

    class Meta:
        verbose_name = _("collection of an organization")
        verbose_name_plural = _("collections of organizations")

    def __str__(self) -> str:
        return str(self.organization)


class PublisherTaskState(TaskState):  # type: ignore[misc]
    """A submission that waits for a publisher of one organization."""

    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("organization")
    )


class PublisherTask(Task):  # type: ignore[misc]
    """Approval by somebody who may publish in the owning organization; never by another one's publisher."""

    task_state_class = PublisherTaskState

    class Meta:
        verbose_name = _("approval by a publisher")
        verbose_name_plural = _("approvals by publishers")

    def start(self, workflow_state: Any, user: User | None = None) -> TaskState:
        state = super().start(workflow_state, user=user)
        PublisherTaskState.objects.filter(pk=state.pk).update(
            organization=tenancy.organization_of(workflow_state.content_object)
        )
        return state

    def user_can_access_editor(self, obj: Any, user: User) -> bool:
        return tenancy.may_publish(user, obj)

    def locked_for_user(self, obj: Any, user: User) -> bool:
        """While it waits, only who may publish changes it; the author withdraws it first."""
        return not tenancy.may_publish(user, obj)

    def user_can_lock(self, obj: Any, user: User) -> bool:
        return tenancy.may_publish(user, obj)

    def get_actions(self, obj: Any, user: User) -> list[tuple[str, Any, bool]]:
        if not tenancy.may_publish(user, obj):
            return []
        return [
            ("reject", _("Ask for changes"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> Any:
        waiting = TaskState.objects.filter(task=self, status=TaskState.STATUS_IN_PROGRESS)
        if user.is_superuser:
            return waiting
        mine = PublisherTaskState.objects.filter(organization__in=tenancy.organizations_publishing(user))
        return waiting.filter(pk__in=mine.values("pk"))

    @classmethod
    def get_description(cls) -> str:
        return str(_("A publisher of the organization approves or asks for changes."))
