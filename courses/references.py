"""Where a module's facts come from: read from its blocks and its own list, frozen in words, recorded as citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

from cms.citing import replace_citations
from cms.models import Provision, Source
from cms.regulations import named_in
from courses.models import CoursePage, ModulePage


def frozen_references(module: ModulePage, body: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Each source and provision once, as {kind, label, url}, in the order in which a reader meets them.

    ``body`` is the frozen body: what its blocks name is listed without the editor writing it twice.
    """
    own = [_own(block) for block in module.references]
    found: dict[tuple[str, str], dict[str, str]] = {}
    for reference in [*_in(body), *own]:
        found.setdefault((reference["kind"], reference["label"]), reference)
    return list(found.values())


def record_citations(module: ModulePage) -> None:
    """Make the register of citations say what this published module cites.  Safe to repeat."""
    label = f"{module.course.title}, {module.key} {module.title}"
    rows = [(cited, label, module.url or "") for cited in _cited(module)]
    content_type = ContentType.objects.get_for_model(ModulePage)
    replace_citations(
        content_type, module.public_id, rows, organization=module.course.organization, is_public=module.live
    )


def record_legal_basis(course: CoursePage) -> None:
    """Make the register of citations say which regulations this published course names as its basis."""
    rows = [(regulation, course.title, course.url or "") for regulation in named_in(course.legal_basis)]
    content_type = ContentType.objects.get_for_model(CoursePage)
    replace_citations(content_type, course.public_id, rows, organization=course.organization, is_public=course.live)


def forget_citations(page: ModulePage | CoursePage) -> None:
    """A page that is not public any more cites nothing."""
    replace_citations(ContentType.objects.get_for_model(type(page)), page.public_id, [])


def _own(block: Any) -> dict[str, str]:
    if block.block_type == "source":
        source, place = block.value["source"], block.value["place"]
        return _reference("source", source.title, place, source.address)
    provision = block.value["provision"]
    label = f"{provision.place}, {provision.regulation.full_name}"
    return _reference("provision", label, "", provision.get_absolute_url())


def _in(value: Any) -> Iterator[dict[str, str]]:
    """References inside a frozen body: a source stands as {source: {...}, place}, a provision with its regulation."""
    if isinstance(value, list):
        for item in value:
            yield from _in(item)
    elif isinstance(value, dict):
        source = value.get("source")
        if isinstance(source, dict) and "title" in source:
            yield _reference("source", source["title"], value.get("place") or "", source["address"])
        if "provision" in value and "regulation" in value and isinstance(value["regulation"], str):
            yield _reference("provision", f"{value['place']}, {value['regulation']}", "", "")
        for item in value.values():
            yield from _in(item)


def _reference(kind: str, label: str, place: str, url: str) -> dict[str, str]:
    return {"kind": kind, "label": f"{label}, {place}" if place else label, "url": url}


def _cited(module: ModulePage) -> Iterable[Source | Provision]:
    for stream in (module.body, module.references):
        for child in stream:
            yield from _chosen(child.value)


def _chosen(value: Any) -> Iterator[Source | Provision]:
    """Sources and provisions anywhere inside a block's value."""
    if isinstance(value, Source | Provision):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _chosen(item)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for item in value:
            yield from _chosen(item)
