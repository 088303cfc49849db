"""The page of sixty questions stays within what a bad network carries."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client

from config.static_files import without_comments
from tests.factories_accounts import AT
from tests.factories_attempts import make_enrolment, make_part, make_version, start
from tests.factories_kinds import ESSAY

VOCABULARY = """asesmen keluarga penerima manfaat pendamping layanan rujukan rencana intervensi disabilitas lansia anak
sentra dinas kabupaten provinsi kebutuhan dasar terapi fisik psikososial mental spiritual pelatihan vokasional
kewirausahaan bantuan aksesibilitas pengasuhan dukungan monitoring evaluasi terminasi catatan kasus kunjungan rumah
kerahasiaan persetujuan hak martabat partisipasi masyarakat lembaga kesejahteraan sosial relawan jejaring supervisi"""
WORDS = VOCABULARY.split()


def sentence(chance: random.Random, words: int) -> str:
    """Words in an order of chance: no two questions share their text, so it compresses as little as real ones."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize()


def compressed(path: str) -> int:
    found = finders.find(path)
    assert isinstance(found, str)
    return len(gzip.compress(without_comments(path, Path(found).read_bytes()), 6))


# What the page of an attempt loads, and what the worker loads behind it once the page is there.
SCRIPTS = ("quiz", "outbox", "device", "timer")
WORKER = ("device", "paper_worker", "no_network", "waiting", "outbox")


def test_the_scripts_of_an_attempt_stay_small():
    """3.5 kB of them keep the paper on the device, its clock right and the older device informed (ADR 0098)."""
    assert sum(compressed(f"assessments/{name}.js") for name in SCRIPTS) <= 8_200
    assert sum(compressed(f"assessments/{name}.js") for name in set(WORKER) - set(SCRIPTS)) <= 4_000


@pytest.mark.once
@pytest.mark.django_db
def test_a_kept_page_is_held_to_the_policy_of_the_site():
    worker = Path(str(finders.find("assessments/paper_worker.js"))).read_text(encoding="utf-8")
    kept = dict(part.split(" ", 1) for part in worker.split('POLICY = "')[1].split('"')[0].split("; "))
    sent = Client().get("/tanpa-jaringan/")["Content-Security-Policy"]
    site = dict(part.strip().split(" ", 1) for part in sent.split(";") if part.strip())
    assert kept == {name: site[name] for name in kept}
    assert kept["default-src"] == "'none'"


def words_of(chance: random.Random, count: int, start: str) -> list[dict[str, str]]:
    return [{"id": f"{start}{n}", "text": sentence(chance, 4)} for n in range(count)]


def of_kind(chance: random.Random, place: int) -> tuple[str, dict[str, Any] | None]:
    """Kind and members of question ``place`` of a mixed paper: every kind comes up again and again."""
    kind = ("single", "matching", "multiple", "short", "ordering", "numeric", "truefalse", "essay")[place % 8]
    if kind == "matching":
        prompts, choices = words_of(chance, 4, "p"), words_of(chance, 5, "c")
        pairs = {one["id"]: other["id"] for one, other in zip(prompts, choices, strict=False)}
        return kind, {"prompts": prompts, "choices": choices, "pairs": pairs}
    members: dict[str, dict[str, Any]] = {
        "ordering": {"items": words_of(chance, 5, "i"), "rule": "places"},
        "short": {"accepted": ["asesmen"], "case": False},
        "numeric": {"value": "12", "tolerance": "0", "tolerance_kind": "absolute", "unit": "orang"},
        "essay": ESSAY,
    }
    return kind, members.get(kind)


@pytest.mark.django_db
@pytest.mark.parametrize("mixed", [False, True], ids=["options", "mixed kinds"])
def test_sixty_questions_with_their_style_and_script_are_at_most_thirty_kilobytes(mixed):
    chance = random.Random(60)
    enrolment = make_enrolment()
    versions = []
    for place in range(60):
        stem, options = f"{sentence(chance, 16)}?", tuple((sentence(chance, 7), n == 0) for n in range(4))
        kind, members = of_kind(chance, place) if mixed else ("single", None)
        members = members and {**members, "stem": stem}
        house = enrolment.cohort.organization
        versions.append(make_version(house, stem=stem, options=options, kind=kind, members=members))
    attempt = start(enrolment, make_part(enrolment.cohort.edition, versions))
    with time_machine.travel(AT, tick=False):
        client = Client()
        client.force_login(attempt.enrolment.user)
        response = client.get(f"/kuis/{attempt.public_id}/", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    page = len(response.content)
    style = compressed("cms/site.css") + compressed("assessments/quiz.css")
    script = compressed("cms/focus.js") + sum(compressed(f"assessments/{name}.js") for name in SCRIPTS)
    print(f"page {page} style {style} script {script} bytes, compressed")  # noqa: T201 - the measured figure
    assert page + style + script <= 30_000, (page, style, script)
