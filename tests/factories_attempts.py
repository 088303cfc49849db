"""Frozen quizzes and people who sit them.  Nothing here goes through pages: an edition is written as it is stored."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Organization, User
from assessments import attempting, protocol, quizzes, tokens
from assessments.models import Attempt, Question, QuestionVersion
from assessments.protocol import Row
from courses import manifest
from courses.models import (
    Cohort,
    CohortTrainer,
    Edition,
    EditionModule,
    EditionPart,
    Enrolment,
    Requirement,
)
from tests.factories_accounts import AT, make_organization, make_person
from tests.indexing import unindexed

_serial = count(1)
PHONE = UUID("11111111-1111-4111-8111-111111111111")
LAPTOP = UUID("22222222-2222-4222-8222-222222222222")


@unindexed
def make_version(
    organization: Organization,
    *,
    stem: str | None = None,
    kind: str = "single",
    options: tuple[tuple[str, bool], ...] = (("Asesmen", True), ("Bantuan", False), ("Rujukan", False)),
    module: str = "M1",
    units: tuple[str, ...] = (),
    usage: str = "practice",
    explanation: str = "Layanan dimulai dari asesmen.",
    public_id: UUID | None = None,
    members: dict[str, Any] | None = None,
) -> QuestionVersion:
    """One published version; option ids are ``o1``, ``o2`` ... in the order given.

    ``members`` makes it one of schema 2: what its kind holds, and whatever else is to differ."""
    number = next(_serial)
    stem = stem or (members or {}).get("stem") or f"Soal {number}: langkah pertama pendampingan?"
    question = Question.objects.create(organization=organization, stem=stem, kind=kind, module=module, usage=usage)
    body = {
        "schema": 1,
        "kind": kind,
        "stem": stem,
        "options": [{"id": f"o{i}", "text": t, "correct": c} for i, (t, c) in enumerate(options, start=1)],
        "explanation": explanation,
        "sources": [{"label": "Kemensos", "place": "p2", "address": ""}],
        "provision": "",
        "units": list(units),
        "module": module,
        "usage": usage,
        "currency": "berlaku",
    }
    if members is not None:
        second = {"schema": 2, "points": "1", "tags": [], "difficulty": "medium", "images": []}
        if "options" in members or kind not in ("single", "multiple", "truefalse"):
            del body["options"]
        body |= second | members
    return QuestionVersion.objects.create(
        public_id=public_id or uuid4(),
        question=question,
        number=1,
        series=uuid4(),
        sha256=manifest.digest(body),
        body=body,
        published_at=AT,
    )


def entry_of(version: QuestionVersion) -> dict[str, Any]:
    """A version as the pool of a frozen quiz lists it."""
    body = version.body
    if body["schema"] == 2:
        return quizzes.entry_of(version).to_json(schema=2)
    return {
        "version": str(version.public_id),
        "sha256": version.sha256,
        "module": body["module"],
        "units": body["units"],
        "usage": body["usage"],
        "kind": body["kind"],
        "options": [option["id"] for option in body["options"]],
    }


def make_part(
    edition: Edition, versions: list[QuestionVersion], *, required: bool = False, **rules: Any
) -> EditionPart:
    """A frozen quiz over these versions; by default all of them are asked."""
    key = str(rules.pop("key", uuid4()))
    usages = sorted({version.body["usage"] for version in versions})
    blueprint = [
        {"module": "", "unit": None, "usage": u, "count": sum(v.body["usage"] == u for v in versions)} for u in usages
    ]
    json: dict[str, Any] = {
        "schema": max((version.body["schema"] for version in versions), default=1),
        "title": "Latihan modul 1",
        "kind": "practice",
        "module": "M1",
        "position": 110,
        "counts": required,
        "pass_mark": "70.00",
        "max_attempts": 2,
        "time_limit_minutes": None,
        "grace_seconds": 60,
        "shuffle": True,
        "review": "after_submit",
        "blueprint": blueprint,
        "pool": [entry_of(version) for version in versions],
    } | rules
    part = EditionPart.objects.create(edition=edition, kind="quiz", key=key, sha256="0" * 64, json=json)
    if required:
        Requirement.objects.create(edition=edition, kind="quiz", key=key, label=json["title"], position=110)
    return part


def make_edition(organization: Organization, *, modules: tuple[str, ...] = ("M1", "M2")) -> Edition:
    number = next(_serial)
    edition = Edition.objects.create(
        organization=organization,
        number=number,
        facts={"public_id": str(UUID(int=number)), "title": "Bimtek ATENSI", "code": "ATENSI", "jp": "16.0"},
        manifest={},
        sha256=hashlib.sha256(f"edition {number}".encode()).hexdigest(),
        frozen_at=AT,
    )
    for position, key in enumerate(modules, start=1):
        EditionModule.objects.create(
            edition=edition,
            key=key,
            title=f"Modul {key}",
            position=position,
            minutes=45,
            jp_async="1.0",
            jp_sync="0.0",
            sha256="0" * 64,
        )
    return edition


def make_cohort(organization: Organization, edition: Edition, *, trainer: User | None = None, **fields: Any) -> Cohort:
    number = next(_serial)
    defaults = {
        "name": f"Angkatan {number}",
        "code": f"A-{number}",
        "starts_on": AT.date(),
        "opens_at": AT - timedelta(days=1),
        "opened_at": AT - timedelta(days=1),
        "status": "open",
    }
    cohort = Cohort.objects.create(organization=organization, edition=edition, **(defaults | fields))
    if trainer is not None:
        CohortTrainer.objects.create(cohort=cohort, user=trainer, assigned_at=AT)
    return cohort


def make_enrolment(
    *,
    user: User | None = None,
    organization: Organization | None = None,
    edition: Edition | None = None,
    **cohort: Any,
) -> Enrolment:
    organization = organization or make_organization()
    edition = edition or make_edition(organization)
    return Enrolment.objects.create(
        cohort=make_cohort(organization, edition, **cohort), user=user or make_person(), enrolled_at=AT
    )


def make_quiz(
    *, questions: int = 4, enrolment: Enrolment | None = None, version: dict[str, Any] | None = None, **rules: Any
) -> tuple[Enrolment, EditionPart]:
    """A person enrolled where this quiz is frozen."""
    enrolment = enrolment or make_enrolment()
    cohort = enrolment.cohort
    assert cohort.edition is not None
    versions = [make_version(cohort.organization, **(version or {})) for _ in range(questions)]
    return enrolment, make_part(cohort.edition, versions, **rules)


def start(enrolment: Enrolment, part: EditionPart, *, at: datetime = AT, seed: str = "seed") -> Attempt:
    return attempting.start(enrolment, part, at=at, seed=seed, nonce=f"{next(_serial):064x}")


def make_attempt(*, at: datetime = AT, **quiz: Any) -> Attempt:
    """An attempt opened at ``at`` (default: the fixed moment of the cast)."""
    enrolment, part = make_quiz(**quiz)
    return start(enrolment, part, at=at)


def token_of(attempt: Attempt) -> str:
    return tokens.derive(attempt.token_nonce)


def right_tokens(attempt: Attempt, slot: int) -> tuple[str, ...]:
    """The tokens of the right options of a slot."""
    found = attempt.paper["slots"][slot - 1]
    body = QuestionVersion.objects.get(public_id=found["version"]).body
    right = {option["id"] for option in body["options"] if option["correct"]}
    return tuple(sorted(o["token"] for o in found["options"] if o["option_id"] in right))


def any_token(attempt: Attempt, slot: int, position: int = 0) -> str:
    return str(attempt.paper["slots"][slot - 1]["options"][position]["token"])


def row(seq: int, slot: int, *answer: str, device: UUID = PHONE, at: datetime = AT, elapsed_ms: int = 0) -> Row:
    """A change made on ``device`` by its own clock at ``at`` plus ``elapsed_ms``."""
    return Row(device, seq, slot, tuple(sorted(answer)), protocol.milliseconds(at), elapsed_ms)


def answer_all(attempt: Attempt, *, at: datetime, right: int | None = None) -> None:
    """Answer every slot, the first ``right`` of them rightly (default: all)."""
    from assessments import saving

    rows = []
    for number, slot in enumerate(attempt.paper["slots"], start=1):
        good = right_tokens(attempt, number)
        wrong = next(o["token"] for o in slot["options"] if o["token"] not in good)
        chosen = good if right is None or number <= right else (wrong,)
        rows.append(row(number, number, *chosen, at=at))
    saving.save_rows(attempt.public_id, token_of(attempt), rows, at=at)
