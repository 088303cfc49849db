"""News of the moderation workflow and of comments, through the outbox instead of Wagtail's mails.

Wagtail writes these mails while the editor waits for the page, so a mail server that hangs would hang the editor, and
they reach only people with an address.  As messages they stand on /belajar/ and leave with the worker.  No text of a
draft goes out: a draft may be a question of an exam.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from accounts.models import Membership, Organization, User
from accounts.roles import Role, roles_with
from cms import tenancy
from cms.messaging.kinds import Kind
from cms.messaging.notifying import Notice, notify_many
from cms.models import PublisherTaskState

_EXAMPLES = {"naskah": "halaman Modul 2: Enam prinsip", "oleh": "Rina Kartika, S.Sos."}
SUBMITTED = Kind(
    slug="draft-submitted",
    label=_("Draft submitted for approval"),
    placeholders=_EXAMPLES,
    default_subject="Ada naskah yang menunggu persetujuan Anda",
    default_text="{nama}, {oleh} mengajukan {naskah}. Baca dan setujui, atau minta perbaikan: {tautan}",
    copyable=False,
    staff=True,
)
APPROVED = Kind(
    slug="draft-approved",
    label=_("Draft approved"),
    placeholders=_EXAMPLES,
    default_subject="Naskah Anda disetujui",
    default_text="{nama}, {naskah} yang Anda ajukan telah disetujui oleh {oleh}: {tautan}",
    copyable=False,
    staff=True,
)
REJECTED = Kind(
    slug="draft-rejected",
    label=_("Changes asked for in a draft"),
    placeholders=_EXAMPLES,
    default_subject="Naskah Anda perlu diperbaiki",
    default_text="{nama}, {oleh} meminta perbaikan pada {naskah}. Baca alasannya di: {tautan}",
    copyable=False,
    staff=True,
)
COMMENTED = Kind(
    slug="draft-commented",
    label=_("Comments on a draft"),
    placeholders=_EXAMPLES,
    default_subject="Ada komentar baru pada naskah",
    default_text="{nama}, {oleh} menulis atau menyelesaikan komentar pada {naskah}: {tautan}",
    copyable=False,
    staff=True,
)
KINDS = (SUBMITTED, APPROVED, REJECTED, COMMENTED)


def connect() -> None:
    """Stand in the place of Wagtail's receivers: a signal keeps the first receiver of one ``dispatch_uid``."""
    task_submitted.connect(submitted, sender=PublisherTaskState, dispatch_uid="cms.draft_submitted")
    uid = "workflow_state_{}_email_notification"
    workflow_submitted.connect(nobody, sender=WorkflowState, dispatch_uid=uid.format("submitted"))
    workflow_approved.connect(approved, sender=WorkflowState, dispatch_uid=uid.format("approved"))
    workflow_rejected.connect(rejected, sender=WorkflowState, dispatch_uid=uid.format("rejected"))


def nobody(**_signal: Any) -> None:
    """Superusers are told nothing of their own: the task tells whoever may approve."""


def submitted(instance: TaskState, user: User | None, **_signal: Any) -> None:
    """A draft waits: the publishers of its organization are told, or whoever else may publish when it has none."""
    draft = instance.workflow_state.content_object
    owner = tenancy.organization_of(draft)
    if owner is not None:
        _tell(SUBMITTED, _approvers(draft, owner), draft, actor=user, key=str(instance.pk), wish="submitted")


def approved(instance: WorkflowState, user: User | None, **_signal: Any) -> None:
    _answer(APPROVED, instance, user, wish="approved")


def rejected(instance: WorkflowState, user: User | None, **_signal: Any) -> None:
    _answer(REJECTED, instance, user, wish="rejected")


def commented(recipients: Iterable[User], notification: str, context: dict[str, Any]) -> bool:
    """What Wagtail's page editor calls in the place of its ``send_notification``; True: nothing went wrong."""
    at = timezone.now()
    _tell(COMMENTED, recipients, context["page"], actor=context["editor"], key=at.isoformat(), wish=notification, at=at)
    return True


def _answer(kind: Kind, state: WorkflowState, actor: User | None, *, wish: str) -> None:
    if state.requested_by is not None:
        key = f"{state.pk}-{state.current_task_state_id}"
        _tell(kind, [state.requested_by], state.content_object, actor=actor, key=key, wish=wish)


def _approvers(draft: Any, owner: Organization) -> QuerySet[User]:
    action = tenancy.publish_action(type(draft.specific) if isinstance(draft, Page) else type(draft))
    held = Membership.objects.current(timezone.localdate()).filter(
        organization__path__in=owner.own_and_ancestor_paths, user__is_active=True
    )
    publishers = held.filter(role=Role.PUBLISHER)
    asked = publishers if publishers.exists() else held.filter(role__in=roles_with(action))
    return User.objects.filter(pk__in=asked.values("user"))


def _tell(
    kind: Kind,
    people: Iterable[User],
    draft: Any,
    *,
    actor: User | None,
    key: str,
    wish: str,
    at: datetime | None = None,
) -> None:
    """Everybody but who did it, and but for those who unticked it on the admin's page of one's own account."""
    told = [person for person in people if person.is_active and (actor is None or person.pk != actor.pk)]
    unwanted = UserProfile.objects.filter(user__in=told, **{f"{wish}_notifications": False})
    silent = set(unwanted.values_list("user_id", flat=True))
    context = {"naskah": _named(draft), "oleh": actor.full_name if actor else "sistem"}
    address, owner = AdminURLFinder().get_edit_url(draft) or "", tenancy.organization_of(draft)
    news = [
        Notice(kind.slug, person, key, context, address, organization=owner)
        for person in told
        if person.pk not in silent
    ]
    notify_many(news, at=at or timezone.now())


def _named(draft: Any) -> str:
    """Its kind and, for a page, its title; the words of a question stay inside."""
    kind = str(draft._meta.verbose_name)
    return f"{kind} {draft.draft_title or draft.title}" if isinstance(draft, Page) else kind
