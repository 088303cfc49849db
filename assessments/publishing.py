"""What publishing a question leaves behind: an immutable version, if its content changed.

Which versions belong together (``series``; docs/formats.md):

* another kind, another key (each kind says what its key is), options, pairs, steps or parts added, removed, replaced or
  exchanged: a new series, always;
* other words or images in the question: the author says whether it asks something else ("new series") or the same (a
  typo, the same series - what is assumed when nothing is said);
* other explanation, sources, module, units, usage, points, tags, difficulty or state of the fact: the same series.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import User
from assessments import composing, kinds, picturing
from assessments.errors import QuestionIncomplete
from assessments.models.bank import Question
from assessments.models.versions import QuestionVersion
from assessments.pool import KINDS_OF_SCHEMA_1
from cms import citing
from courses import manifest

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_complete(question: Question) -> None:
    """Raises QuestionIncomplete, naming everything that keeps the question from being asked."""
    found = kinds.problems(body_of(question, images=picturing.described(question.kind, question.field)))
    if found:
        raise QuestionIncomplete(problems=" ".join(str(problem) for problem in found))


@transaction.atomic
def write_version(question: Question, *, actor: User | None, at: datetime) -> QuestionVersion:
    """The version that holds ``question`` as it is published now; the last one when nothing changed.

    Safe to repeat.  The question's row is locked, so two people who publish at once number their versions in turn.
    """
    Question.objects.select_for_update().get(pk=question.pk)
    body = body_of(question, images=picturing.freeze(question.kind, question.field))
    last: QuestionVersion | None = question.versions.order_by("-number").first()
    sha256 = manifest.digest(body)
    if last is not None and last.sha256 == sha256:
        return last
    version = QuestionVersion.objects.create(
        question=question,
        number=last.number + 1 if last else 1,
        series=series_for(question, body, last),
        sha256=sha256,
        body=body,
        revision_id=question.live_revision_id,
        published_by=actor,
        published_at=at,
    )
    _cite(question)
    events.record(
        "question.published",
        question,
        actor=actor,
        at=at,
        organization=question.organization,
        details={
            "number": version.number,
            "sha256": sha256,
            "same_series": bool(last and last.series == version.series),
        },
    )
    return version


def _cite(question: Question) -> None:
    """Tell the law's pages what this question stands on.  The label names the question without giving it away."""
    label = _("Question %(code)s") % {"code": question.external_id or question.pk}
    address = reverse("wagtailsnippets_assessments_question:edit", args=[question.pk])
    cited = [block.value[block.block_type] for block in question.references]
    citing.replace_citations(
        ContentType.objects.get_for_model(Question),
        question.public_id,
        [(one, label, address) for one in cited if one is not None],
        organization=question.organization,
    )


def series_for(question: Question, body: Mapping[str, Any], last: QuestionVersion | None) -> uuid.UUID:
    """The series of a version with ``body`` that follows ``last`` (the rule stands at the top of this module)."""
    if last is None or kinds.key_changed(last.body, body):
        return uuid.uuid4()
    if kinds.texts(body) != kinds.texts(last.body) and question.new_meaning_after == last.number:
        return uuid.uuid4()
    return last.series


def body_of(question: Question, *, images: list[dict[str, Any]]) -> dict[str, Any]:
    """The version document: strings, booleans, whole numbers and lists only (docs/formats.md, question version).

    ``images`` is the member of this name, from ``assessments.picturing``.

    Schema 1 wherever it says everything, so that a question of the first kinds keeps its hash; else schema 2."""
    first = _first_members(question)
    kind_members = composing.members(question.kind, question.field)
    second = {
        "points": composing.points_of(question.kind, kind_members, question.points),
        "tags": composing.tags_of(question.tags),
        "difficulty": str(question.difficulty),
        "images": images,
    }
    simple = second["points"] == "1" and not second["tags"] and not second["images"]
    if simple and question.kind in KINDS_OF_SCHEMA_1:
        return {"schema": 1, **first, **kind_members}
    return {"schema": 2, **first, **second, **kind_members}


def _first_members(question: Question) -> dict[str, Any]:
    """What every kind and both schemas hold."""
    # A source that has been deleted since leaves an empty place in the draft.
    cited = [block for block in question.references if block.value[block.block_type] is not None]
    sources = [_source(block.value) for block in cited if block.block_type == "source"]
    provisions = [str(block.value["provision"]) for block in cited if block.block_type == "provision"]
    return {
        "kind": str(question.kind),
        "stem": question.stem.strip(),
        "explanation": question.explanation.strip(),
        "sources": sources,
        "provision": "; ".join(provisions),
        "units": sorted(unit.code for unit in question.units.all()),
        "module": question.module,
        "usage": str(question.usage),
        "currency": str(question.currency),
    }


def _source(value: Mapping[str, Any]) -> dict[str, str]:
    """A source in words and, where it has one, its address: a later change of the source changes nothing here."""
    source = value["source"]
    address = str(getattr(source, "address", "") or "")
    return {"label": str(source), "place": str(value["place"] or ""), "address": address}
