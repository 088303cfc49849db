"""Addresses of images and files: the live one, or the frozen one while a body is being frozen (``cms.freezing``)."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# Widths in CSS pixels that a phone and a desk need; WebP is read by every browser the product supports.
WIDTHS = (320, 640)


@register.simple_tag(takes_context=True)
def picture(context: Context, image: Any) -> SafeString:
    """The image in two widths, loaded late, with its description (empty when it is decorative)."""
    renditions = [image.get_rendition(f"width-{width}|format-webp") for width in WIDTHS]
    addresses = [_address(context, rendition, f"{image.title}.webp", "image/webp") for rendition in renditions]
    largest = renditions[-1]
    return format_html(
        '<img src="{}" srcset="{} {}w, {} {}w" sizes="(min-width: 42rem) 40rem, 92vw" width="{}" height="{}" alt="{}"'
        ' loading="lazy" decoding="async">',
        addresses[-1],
        addresses[0],
        renditions[0].width,
        addresses[-1],
        largest.width,
        largest.width,
        largest.height,
        "" if getattr(image, "decorative", False) else getattr(image, "contextual_alt_text", "") or "",
    )


@register.simple_tag(takes_context=True)
def file_address(context: Context, document: Any) -> str:
    """Where a document is downloaded or played from."""
    return _address(context, document, document.filename, document.content_type)


def _address(context: Context, thing: Any, name: str, content_type: str) -> str:
    freezer = context.get("freezer")
    if freezer is not None:
        return str(freezer.keep(thing.file, name=name, content_type=content_type))
    return str(thing.url)
