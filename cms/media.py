"""Who may fetch a stored image or document by its address.

What an organization keeps in its collection is its own until a published page shows it to everybody.  A page type
whose public address does not show its body says so with ``media_is_public = False`` (modules): participants read
frozen copies from their edition, never these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from cms.models import OrganizationCollection

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def may_fetch(user: User | AnonymousUser, thing: Any) -> bool:
    """Whether ``user`` may fetch ``thing`` (an image or document)."""
    if not OrganizationCollection.objects.filter(collection__path__in=_lineage(thing.collection.path)).exists():
        return True
    policy = policy_registry.get(thing)
    if user.is_authenticated and policy.user_has_any_permission_for_instance(user, ["choose", "change"], thing):
        return True
    return _on_a_public_page(thing)


def _lineage(path: str) -> list[str]:
    return [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]


def _on_a_public_page(thing: Any) -> bool:
    pages = [
        reference.object_id
        for reference in ReferenceIndex.get_references_to(thing).select_related("content_type")
        if _shows_media(reference.content_type.model_class())
    ]
    return bool(Page.objects.live().public().filter(pk__in=pages).exists())


def _shows_media(model: type[Any] | None) -> bool:
    return model is not None and issubclass(model, Page) and getattr(model, "media_is_public", True)


@login_not_required
@require_safe
@cache_control(private=True, max_age=3600)
def rendition(request: HttpRequest, name: str) -> FileResponse:
    """The bytes of a rendition at /media/images/<name>; originals are served by nobody."""
    path = f"images/{name}"
    model = get_image_model().get_rendition_model()
    found = model.objects.filter(file=path).select_related("image__collection").first()
    if found is None or not may_fetch(request.user, found.image) or not default_storage.exists(path):
        raise Http404
    return FileResponse(default_storage.open(path, "rb"))
