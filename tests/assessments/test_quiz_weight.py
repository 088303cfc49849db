"""The page of sixty questions stays within what a bad network carries."""

from __future__ import annotations

import gzip

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories_accounts import AT
from tests.factories_attempts import make_attempt

WORDS = (
    "Seorang pendamping menerima rujukan penerima manfaat dengan disabilitas yang tinggal bersama keluarga.",
    "Langkah apa yang paling tepat dilakukan lebih dahulu menurut tahapan layanan asistensi rehabilitasi sosial?",
)


def compressed(path: str) -> int:
    found = finders.find(path)
    assert isinstance(found, str)
    with open(found, "rb") as file:  # noqa: PTH123
        return len(gzip.compress(file.read(), 6))


def test_the_script_is_at_most_six_kilobytes_compressed():
    assert compressed("assessments/quiz.js") + compressed("assessments/outbox.js") <= 6_000


@pytest.mark.django_db
def test_sixty_questions_with_their_style_and_script_are_at_most_thirty_kilobytes():
    attempt = make_attempt(questions=60, version={"stem": None, "options": OPTIONS})
    with time_machine.travel(AT, tick=False):
        client = Client()
        client.force_login(attempt.enrolment.user)
        response = client.get(f"/kuis/{attempt.public_id}/", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    page = len(response.content)
    style = compressed("cms/site.css") + compressed("assessments/quiz.css")
    script = sum(compressed(f"{name}.js") for name in ("assessments/quiz", "assessments/outbox", "cms/focus"))
    print(f"page {page} style {style} script {script} bytes, compressed")  # noqa: T201 - the measured figure
    assert page + style + script <= 30_000, (page, style, script)


OPTIONS = tuple((f"{WORDS[n % 2][: 40 + 15 * n]} ({n})", n == 0) for n in range(4))
