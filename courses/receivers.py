"""When a module is published, withdrawn or deleted, the register of citations follows."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from wagtail.signals import page_published, page_unpublished

from courses.models import ModulePage
from courses.references import forget_citations, record_citations


def connect() -> None:
    page_published.connect(module_published, sender=ModulePage, dispatch_uid="courses.module_published")
    page_unpublished.connect(module_withdrawn, sender=ModulePage, dispatch_uid="courses.module_withdrawn")
    pre_delete.connect(module_withdrawn, sender=ModulePage, dispatch_uid="courses.module_deleted")


def module_published(sender: Any, instance: ModulePage, **_kwargs: Any) -> None:
    record_citations(instance)


def module_withdrawn(sender: Any, instance: ModulePage, **_kwargs: Any) -> None:
    forget_citations(instance)
