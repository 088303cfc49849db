"""A body as it stands, for good: JSON without live references, the rendered fragment, and the bytes of its media.

Deterministic: the same body gives the same JSON and HTML, so an edition's hash changes only when the content does.
Nothing in the result points at a row: an image deleted or a source renamed later changes no frozen page.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import translation
from wagtail.blocks import ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.models import Provision, Regulation, Source
from cms.templatetags.cms_media import WIDTHS

MEDIA_ADDRESS = "/belajar/media/"


@dataclass(frozen=True)
class FrozenMedia:
    """One file of a frozen body; it is known by the SHA-256 of ``bytes``."""

    bytes: bytes
    content_type: str
    name: str


@dataclass(frozen=True)
class FrozenBody:
    """``json``: list of {type, id, value}; ``html``: the fragment; ``media``: SHA-256 (hex) to file.

    The HTML names media as /belajar/media/<sha256>.
    """

    json: list[dict[str, Any]]
    html: str
    media: dict[str, FrozenMedia] = field(default_factory=dict)


class Freezer:
    """Collects the media met while a body is frozen."""

    def __init__(self) -> None:
        self.media: dict[str, FrozenMedia] = {}

    def keep(self, file: Any, *, name: str, content_type: str) -> str:
        """Take the bytes of a stored file in and answer the address they will have."""
        return MEDIA_ADDRESS + self.sha256(file, name=name, content_type=content_type)

    def sha256(self, file: Any, *, name: str, content_type: str) -> str:
        with file.storage.open(file.name, "rb") as stored:
            data: bytes = stored.read()
        sha256 = hashlib.sha256(data).hexdigest()
        self.media.setdefault(sha256, FrozenMedia(data, content_type, name))
        return sha256


def freeze_body(stream_value: Any) -> FrozenBody:
    """Freeze a StreamField value.  The fixed words of the blocks are frozen in Indonesian."""
    freezer = Freezer()
    with translation.override("id"):
        html = str(stream_value.stream_block.render(stream_value, context={"freezer": freezer}))
    json = [
        {"type": child.block_type, "id": str(child.id or ""), "value": _plain(child.block, child.value, freezer)}
        for child in stream_value
    ]
    return FrozenBody(json, html, freezer.media)


def _plain(block: Any, value: Any, freezer: Freezer) -> Any:
    """``value`` of ``block`` as strings, booleans, lists and dicts only."""
    for kind, freeze in _FREEZERS:
        if isinstance(block, kind):
            return freeze(block, value, freezer)
    prepared = block.get_prep_value(value)
    return str(prepared) if isinstance(prepared, Decimal) else prepared


def _struct(block: Any, value: Any, freezer: Freezer) -> dict[str, Any]:
    return {name: _plain(child, value.get(name), freezer) for name, child in block.child_blocks.items()}


def _list(block: Any, value: Any, freezer: Freezer) -> list[Any]:
    return [_plain(block.child_block, item, freezer) for item in value]


def _stream(block: Any, value: Any, freezer: Freezer) -> list[Any]:
    return [{"type": child.block_type, "value": _plain(child.block, child.value, freezer)} for child in value]


def _rich_text(block: Any, value: Any, freezer: Freezer) -> str:
    return value.source if value else ""


def _image(block: Any, value: Any, freezer: Freezer) -> dict[str, Any] | None:
    if not value:
        return None
    widths = {}
    for width in WIDTHS:
        rendition = value.get_rendition(f"width-{width}|format-webp")
        widths[str(width)] = freezer.sha256(rendition.file, name=f"{value.title}.webp", content_type="image/webp")
    return {
        "alt": "" if value.decorative else value.contextual_alt_text or "",
        "decorative": bool(value.decorative),
        "sha256": widths,
    }


def _document(block: Any, value: Any, freezer: Freezer) -> dict[str, str] | None:
    if not value:
        return None
    sha256 = freezer.sha256(value.file, name=value.filename, content_type=value.content_type)
    return {"title": value.title, "name": value.filename, "sha256": sha256}


def _snippet(block: Any, value: Any, freezer: Freezer) -> dict[str, Any] | None:
    if isinstance(value, Source):
        return {"source": str(value.public_id), "title": value.title, "address": value.address}
    if isinstance(value, Provision):
        return {
            "provision": str(value.public_id),
            "place": value.place,
            "regulation": value.regulation.full_name,
            "text": value.text,
            "confirmed": value.is_confirmed,
        }
    if isinstance(value, Regulation):
        return {"regulation": str(value.public_id), "name": value.full_name}
    return None


def _table(block: Any, value: Any, freezer: Freezer) -> dict[str, Any]:
    return {
        "caption": value.caption or "",
        "headings": [column["heading"] for column in value.columns],
        "rows": [
            [_plain(column["block"], cell, freezer) for column, cell in zip(value.columns, row["values"], strict=True)]
            for row in value.row_data
        ],
    }


# Looked at in order: an ImageBlock is a StructBlock too.
_FREEZERS: list[tuple[type, Any]] = [
    (ImageBlock, _image),
    (TypedTableBlock, _table),
    (StructBlock, _struct),
    (ListBlock, _list),
    (StreamBlock, _stream),
    (RichTextBlock, _rich_text),
    (DocumentChooserBlock, _document),
    (SnippetChooserBlock, _snippet),
]
