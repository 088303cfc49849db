"""Whose content something is: the organization behind a page, a snippet or a collection.

What has no organization of its own (home, content pages, regulations) belongs to the house: the first root of the
organization tree, which runs this installation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from wagtail.models import Page

from accounts.models import Organization
from accounts.roles import Action, may, organizations_where

if TYPE_CHECKING:
    from accounts.models import User

# Which right publishing takes, where it is not PUBLISH_CONTENT; upper apps register theirs.
_publish_actions: dict[type[Any], Action] = {}


def register_publish_action(model: type[Any], action: Action) -> None:
    """Say that publishing a ``model`` takes ``action`` instead of PUBLISH_CONTENT."""
    _publish_actions[model] = action


def publish_action(model: type[Any]) -> Action:
    return _publish_actions.get(model, Action.PUBLISH_CONTENT)


def house() -> Organization | None:
    """The organization that runs this installation: the first root of the tree; None in an empty database."""
    root: Organization | None = Organization.objects.filter(depth=1).order_by("path").first()
    return root


def organization_of(obj: Any) -> Organization | None:
    """The organization that owns ``obj``; for a page the nearest page above that has one, else the house."""
    if isinstance(obj, Page):
        return _organization_of_page(obj)
    return getattr(obj, "organization", None) or house()


def _organization_of_page(page: Page) -> Organization | None:
    line = [page.specific] if not page.pk else [page.specific, *page.get_ancestors().specific().order_by("-depth")]
    for one in line:
        organization: Organization | None = getattr(one, "organization", None)
        if organization is not None:
            return organization
    return house()


def may_publish(user: User, obj: Any) -> bool:
    """Whether ``user`` may publish ``obj`` (or approve its publication)."""
    if user.is_superuser:
        return True
    organization = organization_of(obj)
    return organization is not None and may(user, publish_action(_plain_class(obj)), organization)


def organizations_publishing(user: User) -> QuerySet[Organization]:
    """Organizations for which ``user`` may publish something: content, or what upper apps registered."""
    return _organizations_where_any(user, {Action.PUBLISH_CONTENT, *_publish_actions.values()})


def organizations_editing(user: User) -> QuerySet[Organization]:
    """Organizations for which ``user`` writes or publishes content or questions."""
    return _organizations_where_any(user, {Action.EDIT_CONTENT, Action.EDIT_BANK, Action.PUBLISH_CONTENT})


def _organizations_where_any(user: User, actions: set[Action]) -> QuerySet[Organization]:
    found: QuerySet[Organization] = Organization.objects.none()
    for action in actions:
        found = found | organizations_where(user, action)
    return found


def _plain_class(obj: Any) -> type[Any]:
    return type(obj.specific) if isinstance(obj, Page) else type(obj)
