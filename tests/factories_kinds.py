"""Questions of every kind, and what answers them rightly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Organization
from assessments import kinds
from assessments.models import Attempt, QuestionVersion
from tests.factories_accounts import AT
from tests.factories_attempts import make_enrolment, make_part, make_version, start


def texts(*words: str, start: str) -> list[dict[str, str]]:
    return [{"id": f"{start}{n}", "text": text} for n, text in enumerate(words, start=1)]


LEVELS = [
    {"id": "l1", "points": "0", "text": "Tidak menyebut asesmen"},
    {"id": "l2", "points": "2.5", "text": "Menyebut asesmen saja"},
    {"id": "l3", "points": "5", "text": "KUNCIRUBRIK lengkap"},
]
ESSAY: dict[str, Any] = {
    "stem": "Uraikan langkah Anda.",
    "points": "5",
    "rubric": [{"id": "r1", "title": "Isi", "levels": LEVELS}],
    "least_words": 3,
    "most_words": 200,
}
SHORT: dict[str, Any] = {"stem": "Apa pintu masuk setiap layanan?", "accepted": ["asesmen*"], "case": False}
MEMBERS: dict[str, dict[str, Any]] = {
    "matching": {
        "stem": "Pasangkan layanan dengan jenisnya.",
        "prompts": texts("Kampanye sosial", "Bimbingan teknis", "Terapi fisik", start="p"),
        "choices": texts("Tidak langsung", "Langsung", "Bukan layanan", start="c"),
        "pairs": {"p1": "c1", "p2": "c1", "p3": "c2"},
    },
    "ordering": {
        "stem": "Urutkan tahapan ini.",
        "items": texts("Pendekatan awal", "Asesmen", "Perencanaan", start="i"),
        "rule": "places",
    },
    "short": SHORT,
    "numeric": {
        "stem": "Berapa prinsip ATENSI?",
        "value": "12",
        "tolerance": "0",
        "tolerance_kind": "absolute",
        "unit": "prinsip",
        "points": "2",
    },
    "case": {
        "stem": "Bu Sari",
        "vignette": "Bu Sari (nama rekaan) merawat\ndua anak.",
        "points": "2",
        "parts": [
            {"id": "q1", "kind": "short", "explanation": "", "points": "1", **SHORT},
            {
                "id": "q2", "kind": "single", "stem": "Siapa yang pertama?", "explanation": "", "points": "1",
                "options": [
                    {"id": "o1", "text": "Keluarga", "correct": True}, {"id": "o2", "text": "Sentra", "correct": False},
                ],
            },
        ],
    },
    "essay": ESSAY,
}  # fmt: skip


def make_kind(organization: Organization, kind: str, **changed: Any) -> QuestionVersion:
    """A published version of one of the new kinds."""
    return make_version(organization, kind=kind, members=MEMBERS[kind] | changed)


def attempt_at(*wanted: str, at: datetime = AT, **rules: Any) -> Attempt:
    """An attempt over one question of each of these kinds, in the order of the kinds."""
    enrolment = rules.pop("enrolment", None) or make_enrolment()
    house = enrolment.cohort.organization
    versions = [make_kind(house, kind) if kind in MEMBERS else make_version(house, kind=kind) for kind in wanted]
    assert enrolment.cohort.edition is not None
    return start(enrolment, make_part(enrolment.cohort.edition, versions, shuffle=False, **rules), at=at)


def asked(attempt: Attempt) -> dict[int, Mapping[str, Any]]:
    """The body behind each slot."""
    bodies = {str(version.public_id): version.body for version in QuestionVersion.objects.all()}
    return dict(kinds.bodies_asked(attempt.paper, bodies))


def right_answer(slot: Mapping[str, Any], body: Mapping[str, Any]) -> list[str]:
    """A right answer as save protocol v1 carries it, sorted; some words for an essay."""
    kind = slot["kind"]
    if kind == "matching":
        tokens = {one["choice_id"]: one["token"] for one in slot["choices"]}
        return sorted(f"{one['token']}-{tokens[body['pairs'][one['prompt_id']]]}" for one in slot["prompts"])
    if kind == "ordering":
        places = {item["id"]: place for place, item in enumerate(body["items"], start=1)}
        return sorted(f"{places[one['item_id']]}-{one['token']}" for one in slot["items"])
    if kind in ("short", "numeric", "essay"):
        return [
            {"short": "=Asesmen komprehensif", "numeric": "=12 prinsip", "essay": "=Saya mulai dari asesmen."}[kind]
        ]
    right = {option["id"] for option in body["options"] if option["correct"]}
    return sorted(one["token"] for one in slot["options"] if one["option_id"] in right)


def right_answers(attempt: Attempt) -> dict[int, list[str]]:
    bodies = asked(attempt)
    return {slot["slot"]: right_answer(slot, bodies[slot["slot"]]) for slot in attempt.paper["slots"]}
