"""A people list's life on the screen: sent, columns named, checked, taken in with its progress, undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import AccountsError
from accounts.models import PeopleList
from accounts.people_lists import checking, running, showing, undoing
from accounts.people_lists.checking import Purpose
from accounts.people_lists.columns import enough
from accounts.spreadsheets import XLSX
from accounts.tasks import run_people_list
from courses import lists
from courses.list_forms import ColumnsForm, SendListForm
from courses.requests import AuthenticatedRequest
from courses.views import waves
from courses.views.cohorts import run

_STATES = PeopleList.State


@dataclass(frozen=True)
class Place:
    """Whose lists these are: an angkatan, with its addresses."""

    public_id: UUID
    name: str
    code: str
    url: str
    purpose: Purpose
    kind: str

    def address(self, what: str, *found: UUID) -> str:
        return reverse(f"courses:{self.kind}{what}", args=[self.public_id, *found])

    def addresses(self, found: PeopleList | None = None) -> dict[str, str]:
        """Every address that a page of these lists may lead to."""
        told = {"lists": self.address("lists"), "template": self.address("list_template")}
        if found is None:
            return told
        each = ("list", "list_columns", "list_take", "list_undo", "list_refused", "list_discard")
        return told | {what: self.address(what, found.public_id) for what in each}


def _cohort(request: AuthenticatedRequest, public_id: UUID) -> Place:
    cohort = run(request, public_id)
    return Place(
        cohort.public_id, cohort.name, cohort.code, cohort.get_absolute_url(), lists.purpose_of(cohort), kind=""
    )


def _wave(request: AuthenticatedRequest, public_id: UUID) -> Place:
    wave = waves.run(request, public_id)
    purpose = lists.purpose_of_wave(wave)
    return Place(wave.public_id, wave.name, wave.code, wave.get_absolute_url(), purpose, kind="wave_")


PLACES: dict[str, Callable[[AuthenticatedRequest, UUID], Place]] = {lists.COHORT: _cohort, lists.WAVE: _wave}


def _found(request: AuthenticatedRequest, place: Place, list_id: UUID) -> PeopleList:
    mine = PeopleList.objects.visible_to(request.user).filter(
        follow_kind=place.purpose.kind, follow_key=place.purpose.key
    )
    return get_object_or_404(mine.select_related("organization", "actor"), public_id=list_id)


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: AuthenticatedRequest, public_id: UUID, of: str) -> HttpResponse:
    """Send a file or paste rows; and the lists sent before."""
    place = PLACES[of](request, public_id)
    form = SendListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            table, name, content = form.read()
            made = checking.receive(
                table, place.purpose, actor=request.user, at=timezone.now(), file_name=name, content=content
            )
        except AccountsError as error:
            form.add_error("file" if form.cleaned_data.get("file") else "people", str(error.message))
        else:
            return redirect(place.address("list", made.public_id))
    sent = PeopleList.objects.visible_to(request.user).filter(
        follow_kind=place.purpose.kind, follow_key=place.purpose.key
    )
    before = [(one, place.address("list", one.public_id)) for one in sent.select_related("actor", "organization")[:20]]
    context = {"place": place, "form": form, "before": before, "urls": place.addresses()}
    return render(request, "courses/lists.html", context)


@require_safe
def show(request: AuthenticatedRequest, public_id: UUID, list_id: UUID, of: str) -> HttpResponse:
    """What the list would do, is doing or has done, row by row."""
    place = PLACES[of](request, public_id)
    found = _found(request, place, list_id)
    if found.state == _STATES.UPLOADED:
        return redirect(place.address("list_columns", list_id))
    shown = showing.rows(found, wanted=request.GET.get("saring", ""), page=request.GET.get("page", 1))
    done, to_do = running.progress(found)
    back, taken = undoing.progress(found)
    context = {"place": place, "list": found, "shown": shown, "done": done, "to_do": to_do}
    context |= {"back": back, "taken": taken, "at_work": found.state in (_STATES.RUNNING, _STATES.UNDOING)}
    # Who did something while the list was being undone stays: named, with the reason.
    context["kept"] = undoing.obstacles(found) if found.state == _STATES.UNDONE and back < taken else []
    capitals = found.state == _STATES.CHECKED and found.rows.filter(notices__icontains="suggestion").exists()
    return render(request, "courses/list.html", context | {"capitals": capitals, "urls": place.addresses(found)})


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: AuthenticatedRequest, public_id: UUID, list_id: UUID, of: str) -> HttpResponse:
    """Name the columns that were not recognised, or others."""
    place = PLACES[of](request, public_id)
    found = _found(request, place, list_id)
    if found.state not in (_STATES.UPLOADED, _STATES.CHECKED):
        return redirect(place.address("list", list_id))
    cut = showing.columns_of(found)
    form = ColumnsForm(request.POST or None, columns=cut, mapping=found.mapping)
    if form.is_valid():
        try:
            checking.check(found, form.mapping, at=timezone.now())
        except AccountsError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect(place.address("list", list_id))
    context = {"place": place, "list": found, "form": form, "urls": place.addresses(found)}
    context |= {"recognised": enough(found.mapping), "is_uncut": len(cut) < 2}
    return render(request, "courses/list_columns.html", context)


@require_POST
def take(request: AuthenticatedRequest, public_id: UUID, list_id: UUID, of: str) -> HttpResponse:
    """Take the list in; the task does it and this page shows how far it is."""
    place = PLACES[of](request, public_id)
    found = _found(request, place, list_id)
    chosen = {"partly": "sebagian" in request.POST, "suggestions": "saran" in request.POST}
    try:
        running.start(found, actor=request.user, at=timezone.now(), **chosen)
    except AccountsError as error:
        messages.error(request, str(error.message))
    else:
        run_people_list.enqueue(found.pk)
    return redirect(place.address("list", list_id))


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: AuthenticatedRequest, public_id: UUID, list_id: UUID, of: str) -> HttpResponse:
    """Take a whole import back, after saying what goes or what stands in the way."""
    place = PLACES[of](request, public_id)
    found = _found(request, place, list_id)
    if found.state not in (_STATES.DONE, _STATES.FAILED):
        return redirect(place.address("list", list_id))
    if request.method == "POST":
        return _undone(request, place, found)
    context = {"place": place, "list": found, "obstacles": undoing.obstacles(found), "urls": place.addresses(found)}
    return render(request, "courses/list_undo.html", context | {"created": found.rows.filter(created=True).count()})


def _undone(request: AuthenticatedRequest, place: Place, found: PeopleList) -> HttpResponseRedirect:
    try:
        undoing.start(found, actor=request.user, at=timezone.now())
    except AccountsError as error:
        messages.error(request, str(error.message))
        return redirect(place.address("list_undo", found.public_id))
    run_people_list.enqueue(found.pk)
    return redirect(place.address("list", found.public_id))


@require_POST
def discard(request: AuthenticatedRequest, public_id: UUID, list_id: UUID, of: str) -> HttpResponse:
    """Throw away a list that was never taken in."""
    place = PLACES[of](request, public_id)
    if checking.discard(_found(request, place, list_id)):
        messages.success(request, _("The list is thrown away. Nobody was changed."))
        return redirect(place.address("lists"))
    messages.error(request, _("This list has been taken in already, or is being taken in now."))
    return redirect(place.address("list", list_id))


@require_safe
def refused(request: AuthenticatedRequest, public_id: UUID, list_id: UUID, of: str) -> HttpResponse:
    """The refused rows with their reasons, as a spreadsheet."""
    found = _found(request, PLACES[of](request, public_id), list_id)
    if not found.refused:
        raise Http404
    return _spreadsheet(showing.refused_rows(found), "baris-ditolak.xlsx")


@require_safe
def template(request: AuthenticatedRequest, public_id: UUID, of: str) -> HttpResponse:
    """An empty list to fill in."""
    PLACES[of](request, public_id)
    return _spreadsheet(showing.template(), "templat-daftar-peserta.xlsx")


def _spreadsheet(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
