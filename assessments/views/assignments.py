"""What a participant opens: an assignment, its draft, its files, what has been handed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import AuthenticatedRequest
from assessments.assignments import handing_in, kinds, working
from assessments.assignments.parts import PART_KIND
from assessments.assignments.standing import Standing, standing_of
from assessments.assignments.working import Received
from assessments.errors import AssessmentError, DraftChanged, FileRefused, IdentitiesUnchecked
from assessments.evidence.handing_in import hand_over
from assessments.evidence.overview import around
from assessments.forms import WorkForm
from assessments.models import Submission, WorkFile
from assessments.querysets import PRACTICE
from courses.models import EditionPart, Enrolment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def work(request: AuthenticatedRequest, enrolment_id: UUID, key: UUID) -> HttpResponse:
    """The assignment and one's work on it.  POST keeps what arrived and, with ``kirim``, hands it in."""
    enrolment, part = _own(request, enrolment_id, key)
    now = timezone.now()
    standing = standing_of(enrolment, part, at=now)
    if request.method != "POST":
        return _page(request, standing, WorkForm(standing=standing))
    form = WorkForm(request.POST, request.FILES, standing=standing)
    if not form.is_valid():
        return _page(request, standing, form)
    said = form.cleaned_data
    received = working.receive(
        enrolment, part, text=said.get("teks"), revision=said["versi"], uploads=said.get("berkas", ()), at=now
    )
    if received.is_whole and "kirim" in request.POST:
        try:
            done = _hand_in(enrolment, part, form, at=now)
        except AssessmentError as error:
            received.refused.append(error)
        else:
            messages.success(request, _("Handed in. Receipt: %(code)s") % {"code": done.receipt_words})
    if received.is_whole:
        if "kirim" not in request.POST:
            messages.success(request, _said_kept(received))
        return redirect("assessments:assignment", enrolment_id, key)
    return _again(request, enrolment, part, form, received)


def _hand_in(enrolment: Enrolment, part: EditionPart, form: WorkForm, *, at: datetime) -> Submission:
    """An assignment goes to the trainers of the angkatan, practice evidence to the person's supervisor."""
    if part.kind == PRACTICE:
        return hand_over(enrolment, part, stated=form.cleaned_data["tanpa_identitas"], at=at)
    return handing_in.hand_in(enrolment, part, at=at)


def _again(
    request: AuthenticatedRequest, enrolment: Enrolment, part: EditionPart, form: WorkForm, received: Received
) -> HttpResponse:
    """The page once more with what was typed, what was kept, and a sentence for each thing that was not."""
    standing = standing_of(enrolment, part, at=timezone.now())
    data = request.POST.copy()
    if standing.work is not None:
        data["versi"] = str(standing.work.revision)
    shown = WorkForm(data, standing=standing)
    for error in received.refused:
        shown.add_error(_field_of(error, shown, received), str(error))
    if received.conflict is not None:
        shown.add_error(None, str(received.conflict))
    if received.kept:
        messages.success(request, _said_kept(received))
    return _page(request, standing, shown, conflict=received.conflict)


def _field_of(error: AssessmentError, form: WorkForm, received: Received) -> str | None:
    """Beside which field an error stands; None: above the form."""
    if isinstance(error, IdentitiesUnchecked):
        return "tanpa_identitas"
    return "berkas" if "berkas" in form.fields and isinstance(error, FileRefused) and not received.conflict else None


def _said_kept(received: Received) -> str:
    if not received.kept:
        return _("Saved as a draft. It has not been handed in yet.")
    said = ngettext(
        "%(count)s file was kept in the draft.", "%(count)s files were kept in the draft.", len(received.kept)
    )
    return said % {"count": len(received.kept)}


def _page(
    request: AuthenticatedRequest, standing: Standing, form: WorkForm, *, conflict: DraftChanged | None = None
) -> HttpResponse:
    context: dict[str, object] = {
        "standing": standing,
        "form": form,
        "cohort": standing.enrolment.cohort,
        "conflict": conflict,
    }
    if standing.is_practice:
        context |= around(standing, at=timezone.now())
    return render(request, "assessments/assignment.html", context)


@require_POST
def draft(request: AuthenticatedRequest, enrolment_id: UUID, key: UUID) -> JsonResponse:
    """Keep the text while it is written; answers the revision that now stands."""
    enrolment, part = _own(request, enrolment_id, key)
    revision = request.POST.get("versi", "")
    if not revision.isdigit() or len(revision) > 9 or "\x00" in request.POST.get("teks", ""):
        return JsonResponse({"error": "malformed"}, status=400)
    text = request.POST.get("teks", "")
    try:
        kept = working.save_text(enrolment, part, text=text, revision=int(revision), at=timezone.now())
    except DraftChanged:
        return JsonResponse({"error": "changed"}, status=409)
    except AssessmentError:
        return JsonResponse({"error": "closed"}, status=409)
    return JsonResponse({"versi": kept.revision})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: AuthenticatedRequest, enrolment_id: UUID, key: UUID) -> HttpResponse:
    """Withdraw the version that waits, after a confirmation."""
    enrolment, part = _own(request, enrolment_id, key)
    mine = Submission.objects.visible_to(request.user).filter(work__enrolment=enrolment, work__part=part)
    waiting = mine.filter(state=Submission.State.WAITING).with_people().first()
    if request.method != "POST" and waiting is not None:
        context = {"enrolment": enrolment, "part": part, "submission": waiting, "cohort": enrolment.cohort}
        return render(request, "assessments/take_back.html", context)
    try:
        if waiting is not None:
            handing_in.take_back(waiting, at=timezone.now())
            messages.success(request, _("Taken back. Text and files are in your draft."))
    except AssessmentError as error:
        messages.error(request, str(error))
    return redirect("assessments:assignment", enrolment_id, key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, enrolment_id: UUID, key: UUID, file_id: UUID) -> HttpResponse:
    """Take a file out of the draft, after a confirmation."""
    enrolment, part = _own(request, enrolment_id, key)
    mine = WorkFile.objects.visible_to(request.user).filter(work__enrolment=enrolment, work__part=part, in_draft=True)
    found = mine.select_related("work__part", "work__enrolment__cohort__organization").filter(public_id=file_id).first()
    if request.method != "POST" and found is not None:
        handed_in = found.submissions.exists()
        context = {"enrolment": enrolment, "part": part, "file": found, "handed_in": handed_in}
        return render(request, "assessments/remove_file.html", context | {"cohort": enrolment.cohort})
    try:
        if found is not None and working.remove_file(found, at=timezone.now()):
            messages.success(request, _("“%(name)s” is out of your draft.") % {"name": found.name})
    except AssessmentError as error:
        messages.error(request, str(error))
    return redirect("assessments:assignment", enrolment_id, key)


@require_safe
def file(request: AuthenticatedRequest, public_id: UUID) -> FileResponse:
    """The bytes of a file, to whoever may read it: always saved, never shown or run as a page of ours."""
    found = get_object_or_404(WorkFile.objects.visible_to(request.user), public_id=public_id)
    try:
        opened = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(opened, as_attachment=True, filename=found.name, content_type=kinds.CONTENT_TYPES[found.kind])
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _own(request: AuthenticatedRequest, enrolment_id: UUID, key: UUID) -> tuple[Enrolment, EditionPart]:
    """One's own enrolment and a frozen assignment or stage of its edition; 404 for everybody else."""
    mine = Enrolment.objects.followed_by(request.user).with_cohort()
    enrolment = get_object_or_404(mine, public_id=enrolment_id)
    parts = EditionPart.objects.filter(edition=enrolment.cohort.edition_id, kind__in=(PART_KIND, PRACTICE))
    return enrolment, get_object_or_404(parts, key=str(key))
