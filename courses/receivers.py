"""When a course or module is published, withdrawn or deleted, the register of citations follows."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from wagtail.signals import page_published, page_unpublished

from courses.evaluations.standard import provide_standard
from courses.models import CoursePage, ModulePage
from courses.references import forget_citations, record_citations, record_legal_basis


def connect() -> None:
    page_published.connect(module_published, sender=ModulePage, dispatch_uid="courses.module_published")
    page_unpublished.connect(module_withdrawn, sender=ModulePage, dispatch_uid="courses.module_withdrawn")
    pre_delete.connect(module_withdrawn, sender=ModulePage, dispatch_uid="courses.module_deleted")
    page_published.connect(course_published, sender=CoursePage, dispatch_uid="courses.course_published")
    page_unpublished.connect(module_withdrawn, sender=CoursePage, dispatch_uid="courses.course_withdrawn")
    pre_delete.connect(module_withdrawn, sender=CoursePage, dispatch_uid="courses.course_deleted")


def module_published(sender: Any, instance: ModulePage, **_kwargs: Any) -> None:
    record_citations(instance)


def course_published(sender: Any, instance: CoursePage, **_kwargs: Any) -> None:
    record_legal_basis(instance)
    if instance.evaluation != CoursePage.Evaluation.NONE and instance.evaluation_form is None:
        provide_standard(instance.organization)


def module_withdrawn(sender: Any, instance: ModulePage | CoursePage, **_kwargs: Any) -> None:
    forget_citations(instance)
