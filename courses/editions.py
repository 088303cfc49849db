"""Freezing a course: what participants of an angkatan read stays as it was when the angkatan opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import User
from cms.freezing import FrozenBody, FrozenMedia, freeze_body
from courses import manifest
from courses.activities import POSITION_STEP
from courses.errors import CourseNotReady
from courses.models import CoursePage, Edition, EditionMedia, EditionModule, EditionPart, ModulePage, Requirement
from courses.models.editions import edition_storage
from courses.parts import PartDraft, Problem, RequirementDraft, parts_of, problems_of, register_part_writer
from courses.references import frozen_references

__all__ = ["PartDraft", "RequirementDraft", "freeze", "problems", "register_part_writer"]

MODULE = "module"


@dataclass(frozen=True)
class _Module:
    """A module on its way into an edition: the document that its hash covers, and the fragment."""

    document: dict[str, Any]
    html: str
    media: dict[str, FrozenMedia]
    revision_id: int | None


def problems(course: CoursePage) -> list[Problem]:
    """What to put right before this course is frozen; a blocking one makes ``freeze`` refuse."""
    modules = _live_modules(course)
    found = [] if modules else [Problem(_("No module has been published yet."))]
    for module in modules:
        if not module.body:
            found.append(Problem(_("Module %(key)s has no body yet.") % {"key": module.key}))
        if module.has_unpublished_changes:
            text = _("Module %(key)s has a draft that is not published; the published text is used.")
            found.append(Problem(text % {"key": module.key}, blocking=False))
    keys = [module.key.casefold() for module in modules]
    if len(set(keys)) != len(keys):
        found.append(Problem(_("Two modules have the same key.")))
    return found + problems_of(course)


@transaction.atomic
def freeze(course: CoursePage, *, at: datetime, actor: User) -> Edition:
    """The edition of ``course`` as it is published now; the existing one when nothing has changed since.

    Raises CourseNotReady when something blocks.  Files are stored before the rows that name them: a file left over by
    a transaction that fails is found again under the same hash.
    """
    # Two angkatan opened at the same moment must not both take the next number.
    course = CoursePage.objects.select_for_update(of=("self",)).select_related("organization").get(pk=course.pk)
    blocking = [problem for problem in problems(course) if problem.blocking]
    if blocking:
        raise CourseNotReady(" ".join(str(problem.text) for problem in blocking))
    modules = [_freeze_module(module, number) for number, module in enumerate(_live_modules(course), start=1)]
    parts = parts_of(course)
    document = _manifest(course, modules, parts)
    sha256 = manifest.digest(document)
    existing = Edition.objects.filter(sha256=sha256).first()
    if existing is not None:
        return existing
    edition = Edition.objects.create(
        course=course,
        organization=course.organization,
        number=(course.editions.aggregate(last=Max("number"))["last"] or 0) + 1,
        facts=document["course"],
        manifest=document,
        provenance=_provenance(course, modules),
        sha256=sha256,
        frozen_at=at,
    )
    _store(edition, modules, parts)
    events.record(
        "edition.frozen",
        edition,
        actor=actor,
        at=at,
        organization=course.organization,
        details={"number": edition.number, "sha256": sha256},
    )
    return edition


def _live_modules(course: CoursePage) -> list[ModulePage]:
    return list(ModulePage.objects.child_of(course).live().order_by("path").prefetch_related("units"))


def _freeze_module(module: ModulePage, number: int) -> _Module:
    body: FrozenBody = freeze_body(module.body)
    document = manifest.module_document(
        key=module.key,
        title=module.title,
        position=number,
        minutes=module.minutes,
        jp=(_one_decimal(module.jp_async), _one_decimal(module.jp_sync)),
        objectives=module.objective_list,
        units=[{"code": unit.code, "kind": unit.kind, "title": unit.title} for unit in module.units.all()],
        references=frozen_references(module, body.json),
        body=body.json,
        html=body.html,
        media=list(body.media),
    )
    return _Module(document, body.html, dict(body.media), module.live_revision_id)


def _manifest(course: CoursePage, modules: list[_Module], parts: list[PartDraft]) -> dict[str, Any]:
    jp = sum((Decimal(m.document["jp_async"]) + Decimal(m.document["jp_sync"]) for m in modules), Decimal(0))
    media = {sha256: entry for module in modules for sha256, entry in module.media.items()}
    return manifest.build(
        course={
            "audience": course.audience_list,
            "code": course.code,
            "jp": _one_decimal(jp),
            "jp_proposed": course.jp_proposed,
            "legal_basis": course.legal_basis_list,
            "organization": {"name": course.organization.name, "public_id": str(course.organization.public_id)},
            "public_id": str(course.public_id),
            "summary": course.summary,
            "title": course.title,
        },
        modules=[
            {
                "key": m.document["key"],
                "position": m.document["position"],
                "sha256": manifest.digest(m.document),
                "title": m.document["title"],
            }
            for m in modules
        ],
        media=[
            {"content_type": entry.content_type, "name": entry.name, "sha256": sha256, "size": len(entry.bytes)}
            for sha256, entry in media.items()
        ],
        parts=[{"key": part.key, "kind": part.kind, "sha256": manifest.digest(part.json)} for part in parts],
        requirements=list(_requirements(modules, parts)),
    )


def _requirements(modules: list[_Module], parts: list[PartDraft]) -> Iterable[dict[str, Any]]:
    for module in modules:
        yield {
            "key": module.document["key"],
            "kind": MODULE,
            "label": module.document["title"],
            "position": module.document["position"] * POSITION_STEP,
        }
    for part in parts:
        if part.requirement is not None:
            yield {
                "key": part.key,
                "kind": part.kind,
                "label": part.requirement.label,
                "position": part.requirement.position,
            }


def _provenance(course: CoursePage, modules: list[_Module]) -> dict[str, Any]:
    """Which Wagtail revisions this came from: a trace for people, never followed by code."""
    return {
        "course_revision": course.live_revision_id,
        "module_revisions": {module.document["key"]: module.revision_id for module in modules},
    }


def _store(edition: Edition, modules: list[_Module], parts: list[PartDraft]) -> None:
    EditionModule.objects.bulk_create(_module_row(edition, module) for module in modules)
    media = {sha256: entry for module in modules for sha256, entry in module.media.items()}
    EditionMedia.objects.bulk_create(_media_row(edition, sha256, entry) for sha256, entry in media.items())
    EditionPart.objects.bulk_create(
        EditionPart(edition=edition, kind=p.kind, key=p.key, sha256=manifest.digest(p.json), json=p.json) for p in parts
    )
    Requirement.objects.bulk_create(Requirement(edition=edition, **need) for need in edition.manifest["requirements"])


def _module_row(edition: Edition, module: _Module) -> EditionModule:
    document = module.document
    return EditionModule(
        edition=edition,
        key=document["key"],
        title=document["title"],
        position=document["position"],
        minutes=document["minutes"],
        jp_async=Decimal(document["jp_async"]),
        jp_sync=Decimal(document["jp_sync"]),
        objectives=document["objectives"],
        units=document["units"],
        references=document["references"],
        json=document["body"],
        html=module.html,
        sha256=manifest.digest(document),
    )


def _media_row(edition: Edition, sha256: str, entry: FrozenMedia) -> EditionMedia:
    storage, name = edition_storage(), f"{sha256[:2]}/{sha256}"
    if not storage.exists(name):
        name = storage.save(name, ContentFile(entry.bytes))
    return EditionMedia(
        edition=edition,
        sha256=sha256,
        file=name,
        content_type=entry.content_type,
        name=entry.name,
        size=len(entry.bytes),
    )


def _one_decimal(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.1")))
