"""What a participant opens: a quiz, an attempt, its end and its result."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import TooManyTries, count_try
from accounts.requests import AuthenticatedRequest
from assessments import access_codes, honesty, pages, pictures, submitting
from assessments.errors import AssessmentError, CodeWrong, NotAgreed
from assessments.models import Attempt
from courses import reading
from courses.models import EditionPart, Enrolment


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: AuthenticatedRequest, enrolment_id: UUID, quiz_id: UUID) -> HttpResponse:
    """A quiz before it begins: its rules and one's attempts so far.  POST begins or continues."""
    enrolment, part = _own_quiz(request, enrolment_id, quiz_id)
    now = timezone.now()
    if request.method != "POST":
        return render(request, "assessments/quiz.html", pages.quiz(enrolment, part, at=now))
    asked = {"agreed_to": request.POST.get("jujur", ""), "code": request.POST.get("code", "")}
    drawn = {"seed": secrets.token_hex(16), "nonce": secrets.token_hex(32)}
    try:
        with _counting_codes(request, part):
            attempt = honesty.begin(enrolment, part, at=now, **asked, **drawn)
    except NotAgreed as error:
        context = pages.quiz(enrolment, part, at=now) | {"not_agreed": str(error)}
        return render(request, "assessments/quiz.html", context)
    except (AssessmentError, TooManyTries) as error:
        messages.error(request, str(error.message))
        return redirect("assessments:start", enrolment_id, quiz_id)
    return redirect(attempt)


@contextmanager
def _counting_codes(request: AuthenticatedRequest, part: EditionPart) -> Iterator[None]:
    """Wrong access codes of a person are counted before they are judged.  Raises TooManyTries."""
    if not access_codes.is_asked(part):
        yield
        return
    tries = count_try(request, "quiz_code", str(request.user.public_id))
    try:
        yield
    except CodeWrong:
        raise
    except AssessmentError:
        tries.succeeded()
        raise
    tries.succeeded()


@never_cache
@require_safe
def attempt(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The page with the questions, on whichever device the person opens it."""
    now = timezone.now()
    mine = _own_attempt(request, public_id)
    if submitting.close_overdue(mine, at=now) or not mine.is_open:
        return redirect("assessments:result", public_id)
    saved = request.GET.get("disimpan", "")
    return render(request, "assessments/attempt.html", pages.attempt(mine, at=now) | {"saved": saved})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """What is still unanswered; POST hands everything in, once."""
    if request.method == "POST":
        named = get_object_or_404(Attempt.objects.sat_by(request.user).only("pk"), public_id=public_id)
        submitting.submit(named, actor=request.user, at=timezone.now())
        return redirect("assessments:result", public_id)
    mine = _own_attempt(request, public_id)
    if not mine.is_open:
        return redirect("assessments:result", public_id)
    return render(request, "assessments/submit.html", pages.before_submitting(mine))


@never_cache
@require_safe
def result(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """The score per competency unit, and the review once it may be shown."""
    mine = _own_attempt(request, public_id)
    if mine.is_open:
        return redirect(mine)
    return render(request, "assessments/result.html", pages.result(mine, at=timezone.now()))


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def image(request: AuthenticatedRequest, public_id: UUID, sha256: str) -> HttpResponseBase:
    """An image of a question on one's own paper, also after the end."""
    return reading.file_response(pictures.on_paper(_own_attempt(request, public_id), sha256))


def _own_quiz(request: AuthenticatedRequest, enrolment_id: UUID, quiz_id: UUID) -> tuple[Enrolment, EditionPart]:
    """One's own alone: what ``visible_to`` would allow besides plays no part here, and costs more than all the rest."""
    mine = Enrolment.objects.followed_by(request.user).select_related("cohort__organization", "cohort__edition")
    light = mine.defer("cohort__edition__manifest", "cohort__edition__provenance")
    enrolment = get_object_or_404(light, public_id=enrolment_id)
    enrolment.user = request.user
    parts = EditionPart.objects.filter(edition=enrolment.cohort.edition_id, kind="quiz")
    return enrolment, get_object_or_404(parts, key=str(quiz_id))


def _own_attempt(request: AuthenticatedRequest, public_id: UUID) -> Attempt:
    """A paper is shown to the person who sits it and to nobody else, whatever the role."""
    mine = get_object_or_404(Attempt.objects.sat_by(request.user).with_quiz(), public_id=public_id)
    mine.enrolment.user = request.user
    return mine
