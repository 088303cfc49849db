"""A selection of people: what would be done is shown by name first, done once, kept, and undone where it can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import bulk, people_table
from courses.errors import CourseError
from courses.models import BulkAction, Cohort, Enrolment
from courses.requests import AuthenticatedRequest
from courses.roll import Asked
from courses.views.cohorts import run

CODES, MOVE = "kode", "pindah"
MOST_MOVED = 100


@require_http_methods(["GET", "HEAD", "POST"])
def selection(request: AuthenticatedRequest, public_id: UUID) -> HttpResponse:
    """GET: what was done to selections so far.  POST: the confirmation that names the people, then the deed."""
    cohort = run(request, public_id)
    if request.method != "POST":
        done = cohort.bulk_actions.select_related("actor").prefetch_related("outcomes")[:100]
        return render(request, "courses/bulk_list.html", {"cohort": cohort, "actions": _described(done)})
    people = _chosen(request, cohort)
    if not people:
        messages.error(request, str(bulk.NobodyChosen.message))
        return redirect(cohort)
    if request.POST.get("aksi") == CODES:
        waiting = [one for one in people if not one.user.has_usable_password()]
        return render(request, "courses/bulk_codes.html", {"cohort": cohort, "waiting": waiting, "chosen": people})
    if request.POST.get("aksi") == MOVE:
        return _to_moving(request, cohort, people)
    return _confirm(request, cohort, people)


def _to_moving(request: AuthenticatedRequest, cohort: Cohort, people: Sequence[Enrolment]) -> HttpResponse:
    """Moving has a page of its own, which names the people and takes it back."""
    if len(people) > MOST_MOVED:
        messages.error(request, _("Move at most %(count)s people at a time.") % {"count": MOST_MOVED})
        return redirect(cohort)
    query = urlencode([("orang", str(one.public_id)) for one in people])
    return redirect(f"{reverse('courses:move', args=[cohort.public_id])}?{query}")


def _confirm(request: AuthenticatedRequest, cohort: Cohort, people: Sequence[Enrolment]) -> HttpResponse:
    kind = next((one for one in bulk.offered(cohort, request.user) if one.slug == request.POST.get("aksi")), None)
    if kind is None:
        messages.error(request, _("Choose what to do with the people you ticked."))
        return redirect(cohort)
    now, confirmed = timezone.now(), "ya" in request.POST
    form = kind.form(cohort, request.POST if confirmed else None)
    words = form.cleaned_data if confirmed and form.is_valid() else {}
    try:
        if confirmed and form.is_valid():
            token = _token(request)
            action = bulk.act(kind, cohort, people, words, token=token, actor=request.user, at=now)
            return redirect(action)
        plan = bulk.plan(kind, cohort, people, words, actor=request.user, at=now)
    except CourseError as error:
        messages.error(request, str(error.message))
        return redirect(cohort)
    ids = ",".join(str(one.public_id) for one in people)
    context = {"cohort": cohort, "kind": kind, "plan": plan, "form": form, "ids": ids, "token": uuid4()}
    return render(request, "courses/bulk_confirm.html", context)


def _token(request: AuthenticatedRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


def _chosen(request: AuthenticatedRequest, cohort: Cohort) -> list[Enrolment]:
    """Ticked people, those named on a confirmation page, or everybody who fits the filter; nobody of elsewhere."""
    if request.POST.get("siapa") == "semua" and "ya" not in request.POST:
        return people_table.chosen_enrolments(cohort, Asked.read(request.POST.dict()), at=timezone.now())
    named = {*request.POST.getlist("orang"), *request.POST.get("ids", "").split(",")}
    wanted = []
    for one in named:
        try:
            wanted.append(UUID(one))
        except ValueError:
            continue
    return people_table.named_enrolments(cohort, wanted)


@require_safe
def done(request: AuthenticatedRequest, public_id: UUID, action_id: UUID) -> HttpResponse:
    """One action: who did it, when, in which words, and what came of it for each person."""
    cohort = run(request, public_id)
    action = get_object_or_404(cohort.bulk_actions.select_related("actor", "undone_by"), public_id=action_id)
    kind = bulk.kind_of(action.kind)
    outcomes = action.outcomes.select_related("enrolment__user").order_by("-is_done", "enrolment__user__full_name")
    may_undo = kind is not None and kind.can_be_undone and action.undone_at is None
    context = {"cohort": cohort, "action": action, "kind": kind, "outcomes": outcomes, "may_undo": may_undo}
    return render(request, "courses/bulk_done.html", context)


@require_POST
def undo(request: AuthenticatedRequest, public_id: UUID, action_id: UUID) -> HttpResponse:
    """Take an action back."""
    cohort = run(request, public_id)
    action = get_object_or_404(cohort.bulk_actions.select_related("cohort__organization"), public_id=action_id)
    try:
        back = bulk.undo(action, actor=request.user, at=timezone.now())
    except CourseError as error:
        messages.error(request, str(error.message))
    else:
        said = ngettext("Undone for %(count)s person.", "Undone for %(count)s people.", back)
        messages.success(request, said % {"count": back})
    return redirect(action)


def _described(actions: Iterable[BulkAction]) -> list[dict[str, object]]:
    return [
        {
            "action": action,
            "kind": bulk.kind_of(action.kind),
            "people": sum(one.is_done for one in action.outcomes.all()),
        }
        for action in actions
    ]
