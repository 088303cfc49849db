"""A player on a phone asks for parts of a recording."""

from __future__ import annotations

import pytest
from django.test import Client

from courses import parts
from courses.models import EditionMedia
from courses.reading import MOST_AT_ONCE, part_wanted
from tests.factories_cms import make_body, make_document
from tests.factories_courses import make_cohort, make_course, make_enrolment, make_module

SOUND = bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-99", range(100)),
        ("bytes=100-", range(100, 2048)),
        ("bytes=-48", range(2000, 2048)),
        ("bytes=2000-9999", range(2000, 2048)),
        ("bytes=2048-", None),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("bytes=0-1,5-9", None),
        ("lines=0-1", None),
    ],
)
def test_the_part_that_a_header_asks_for(header: str, expected: range | None) -> None:
    assert part_wanted(header, 2048) == expected


def test_one_answer_is_bounded() -> None:
    assert part_wanted("bytes=5-", 10 * MOST_AT_ONCE) == range(5, 5 + MOST_AT_ONCE)


@pytest.mark.django_db
def test_a_recording_is_answered_in_parts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_writers", [])
    monkeypatch.setattr(parts, "_checks", [])
    document = make_document(title="Rekaman", name="rekaman.mp3", content=SOUND)
    value = {"kind": "audio", "title": "Rekaman", "file": document.pk, "minutes": None, "captions": None}
    course = make_course(modules=0)
    make_module(course, body=make_body(("media", value | {"transcript": "<p>Isi rekaman.</p>"})))
    enrolment = make_enrolment(cohort=make_cohort(course=course))
    client.force_login(enrolment.user)
    sha256 = EditionMedia.objects.get(edition=enrolment.cohort.edition).sha256
    part = client.get(f"/belajar/media/{sha256}", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part.headers["Content-Range"] == "bytes 10-19/2048"
    assert part.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    whole = client.get(f"/belajar/media/{sha256}")
    assert (whole.status_code, b"".join(whole), whole.headers["Accept-Ranges"]) == (200, SOUND, "bytes")  # type: ignore[arg-type]
