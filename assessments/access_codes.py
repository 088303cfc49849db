"""Access codes of quizzes: each angkatan has its own, made by its trainer, asked before an attempt begins."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import events
from assessments import granting
from assessments.drawing import ALPHABET
from assessments.errors import CodeMissing, CodeNotMade, CodeWrong, NotAllowed
from assessments.models import AccessCode

if TYPE_CHECKING:
    from accounts.models import User
    from courses.models import Cohort, EditionPart

LENGTH = 6


def is_asked(part: EditionPart) -> bool:
    return bool(part.json.get("access_code"))


@transaction.atomic
def make(cohort: Cohort, part: EditionPart, *, actor: User, at: datetime) -> AccessCode:
    """A new code; the one before opens nothing any more.  Attempts that have begun go on.

    Raises NotAllowed."""
    if not granting.may_grant(actor, cohort):
        raise NotAllowed
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    made, _created = AccessCode.objects.update_or_create(
        cohort=cohort, key=part.key, defaults={"code": code, "made_by": actor, "made_at": at}
    )
    # Without the code: events are read by more people than may know it.
    events.record(
        "quiz.code_made", cohort, actor=actor, at=at, organization=cohort.organization, details={"quiz": part.key}
    )
    return made


def require(cohort: Cohort, part: EditionPart, given: str) -> None:
    """Whether ``given`` opens this quiz in this angkatan; one statement.  Case, spaces and dashes do not matter.

    Raises CodeMissing, CodeNotMade and CodeWrong."""
    written = "".join(character for character in given.casefold() if character.isalnum())
    if not written:
        raise CodeMissing
    made = AccessCode.objects.filter(cohort=cohort, key=part.key).first()
    if made is None:
        raise CodeNotMade
    if not hmac.compare_digest(written.encode(), made.code.encode()):
        raise CodeWrong
