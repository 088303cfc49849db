"""Factories of the site's content: images, documents, bodies, regulations."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Page, Site

from cms.blocks import BodyBlock
from cms.models import ContentPage, HomePage, Provision, Regulation, Source
from tests.indexing import unindexed


def png(color: str = "#0f5c4d", size: tuple[int, int] = (1200, 800)) -> bytes:
    """Bytes of a plain picture."""
    out = io.BytesIO()
    Pillow.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


@unindexed
def make_image(*, title: str = "Papan tulis", collection: Collection | None = None, color: str = "#0f5c4d") -> Image:
    image = Image(title=title, file=ContentFile(png(color), name="papan.png"), width=1200, height=800)
    image.collection = collection or Collection.get_first_root_node()
    image.save()
    return image


@unindexed
def make_document(
    *, title: str = "Lembar kerja", name: str = "lembar.pdf", content: bytes = b"%PDF-1.7\n", collection: Any = None
) -> Document:
    document = Document(title=title, file=ContentFile(content, name=name))
    document.collection = collection or Collection.get_first_root_node()
    document.save()
    return document


@unindexed
def make_source(*, title: str = "Kemensos: Bimtek Pendamping Rehsos (21 Juli 2021)", **fields: Any) -> Source:
    return Source.objects.create(title=title, **fields)


@unindexed
def make_regulation(
    *,
    kind: str = "permensos",
    number: str = "15",
    year: int = 2025,
    title: str = "Asistensi Rehabilitasi Sosial",
    **f: Any,
) -> Regulation:
    return Regulation.objects.create(kind=kind, number=number, year=year, title=title, **f)


@unindexed
def make_provision(*, regulation: Regulation | None = None, article: str = "4", **fields: Any) -> Provision:
    return Provision.objects.create(regulation=regulation or make_regulation(), article=article, **fields)


def make_body(*blocks: tuple[str, Any]) -> Any:
    """A body of raw block values, e.g. ("text", {"text": "<p>Isi</p>", "sources": []}); ids are fixed by position."""
    raw = [
        {"type": name, "value": value, "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{position}-{name}"))}
        for position, (name, value) in enumerate(blocks)
    ]
    return BodyBlock().to_python(raw)


@unindexed
def make_home(**fields: Any) -> HomePage:
    """The home page as the root of the default site."""
    root = Page.get_first_root_node()
    home: HomePage = root.add_child(instance=HomePage(title="Suluh", slug=f"beranda-{uuid.uuid4().hex[:6]}", **fields))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    return home


@unindexed
def make_content_page(*, home: HomePage | None = None, title: str = "Bantuan", **fields: Any) -> ContentPage:
    page: ContentPage = (home or make_home()).add_child(instance=ContentPage(title=title, **fields))
    return page
