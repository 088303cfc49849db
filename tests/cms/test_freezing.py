"""A frozen body keeps its words and media whatever happens to the rows behind it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import rfc8785
from django.core.serializers.json import DjangoJSONEncoder

from cms.freezing import freeze_body
from tests.factories_cms import make_body, make_document, make_image, make_provision, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def full_body() -> Any:
    source = make_source(address="https://kemensos.example/bimtek")
    ref = {"source": source.pk, "place": "p10"}
    return make_body(
        ("text", {"text": "<h2>Tahapan</h2><p>Isi <b>tebal</b>.</p>", "sources": [ref]}),
        ("key_facts", {"title": "", "facts": [{"fact": "<p>Tujuh komponen.</p>", "sources": [ref]}]}),
        ("image", {"image": {"image": make_image().pk, "alt_text": "Papan", "decorative": False}, "caption": "Kelas"}),
        (
            "media",
            {
                "kind": "audio",
                "title": "Wawancara",
                "file": make_document(title="Suara", name="suara.mp3", content=b"ID3-suara").pk,
                "minutes": "2.5",
                "captions": None,
                "transcript": "<p>Halo.</p>",
            },
        ),
        ("case", {"title": "Ibu R", "text": "<p>Cerita.</p>", "question": "Apa langkah pertama?"}),
        ("provision_quote", {"provision": make_provision(text="").pk, "note": ""}),
        ("download", {"document": make_document().pk, "title": "Lembar"}),
        (
            "check_yourself",
            {
                "question": "Mana yang benar?",
                "options": [
                    {"text": "A", "is_right": True, "feedback": "Ya."},
                    {"text": "B", "is_right": False, "feedback": "Belum."},
                ],
                "answer": "<p>A benar.</p>",
            },
        ),
        ("unconfirmed", {"text": "<p>Definisi komponen.</p>", "where": "JDIH"}),
        (
            "table",
            {
                "columns": [{"type": "text", "heading": "Tahap"}, {"type": "text", "heading": "Isi"}],
                "rows": [{"values": ["1", "Akses"]}],
                "caption": "Tahap",
            },
        ),
    )


def test_freezing_twice_gives_the_same_bytes() -> None:
    body = full_body()
    first, second = freeze_body(body), freeze_body(body)
    assert rfc8785.dumps(first.json) == rfc8785.dumps(second.json)
    assert first.html == second.html
    assert first.media == second.media


def test_every_media_file_is_named_by_its_hash_and_referred_to() -> None:
    frozen = freeze_body(full_body())
    assert len(frozen.media) == 4  # two widths of the picture, the sound, the work sheet
    for sha256, media in frozen.media.items():
        assert hashlib.sha256(media.bytes).hexdigest() == sha256
        assert f"/belajar/media/{sha256}" in frozen.html
    assert "/media/" not in frozen.html.replace("/belajar/media/", "")


def test_renaming_a_source_afterwards_changes_no_frozen_page_but_the_next_one() -> None:
    body = full_body()
    before = freeze_body(body)
    source = body[0].value["sources"][0]["source"]
    source.title = "Nama lain"
    source.save()
    after = freeze_body(full_body_like(body))
    assert "Nama lain" not in before.html
    assert "Nama lain" in after.html


def full_body_like(body: Any) -> Any:
    """The same body read again, as the next request would."""
    return body.stream_block.to_python(json.loads(json.dumps(body.get_prep_value(), cls=DjangoJSONEncoder)))


def test_frozen_json_points_at_no_row() -> None:
    frozen = freeze_body(full_body())
    assert [block["type"] for block in frozen.json] == [
        "text",
        "key_facts",
        "image",
        "media",
        "case",
        "provision_quote",
        "download",
        "check_yourself",
        "unconfirmed",
        "table",
    ]

    def numbers(value: Any) -> list[Any]:
        if isinstance(value, dict):
            return [n for item in value.values() for n in numbers(item)]
        if isinstance(value, list):
            return [n for item in value for n in numbers(item)]
        return [value] if isinstance(value, int) and not isinstance(value, bool) else []

    assert numbers(frozen.json) == []


def test_a_provision_without_text_is_shown_as_not_confirmed() -> None:
    html = freeze_body(make_body(("provision_quote", {"provision": make_provision().pk, "note": ""}))).html
    assert "Belum terkonfirmasi" in html or "Not confirmed yet" in html
    assert "<blockquote>" not in html
