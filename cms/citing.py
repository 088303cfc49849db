"""Who cites what: written by the apps above, read when the law changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from cms.models import Citation, Provision, Regulation, Source

if TYPE_CHECKING:
    from django.contrib.contenttypes.models import ContentType

    from accounts.models import Organization
    from cms.models.regulations import CitationQuerySet

Cited = Regulation | Provision | Source


@transaction.atomic
def replace_citations(
    content_type: ContentType,
    object_uuid: UUID,
    rows: Iterable[tuple[Cited, str, str]],
    *,
    organization: Organization | None = None,
    is_public: bool = False,
) -> None:
    """Make ``rows`` (what is cited, label of the citing object, its address) all that this object cites.

    ``is_public``: only then does the public page of a regulation name it (a question of an exam never is).
    Repeating the call changes nothing.
    """
    Citation.objects.filter(content_type=content_type, object_uuid=object_uuid).delete()
    seen: set[tuple[type, int]] = set()
    for cited, label, address in rows:
        if (type(cited), cited.pk) in seen:
            continue
        seen.add((type(cited), cited.pk))
        Citation.objects.create(
            content_type=content_type,
            object_uuid=object_uuid,
            label=label[:300],
            address=address,
            organization=organization,
            is_public=is_public,
            **{_field(cited): cited},
        )


def affected_by(regulation: Regulation) -> CitationQuerySet:
    """Citations to look at because of ``regulation``: of it, its provisions, and what it amends or replaces."""
    return Citation.objects.touched_by(regulation).select_related(
        "regulation", "provision__regulation", "source", "content_type", "organization"
    )


def _field(cited: Cited) -> str:
    if isinstance(cited, Provision):
        return "provision"
    return "source" if isinstance(cited, Source) else "regulation"
