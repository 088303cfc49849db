"""Designing papers: the list of what an administrator may design, one design with its preview, and its history."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organization
from accounts.requests import AuthenticatedRequest
from accounts.roles import Action, organizations_where
from certificates.admin.design_forms import DesignForm
from certificates.design import keeping, specimens
from certificates.design.frozen import Design
from certificates.design.specimen import as_pdf, as_picture, is_small_enough
from certificates.errors import CertificateError
from certificates.models import AwardKind, AwardRule, PaperDesign
from certificates.record import MalformedRecord
from certificates.rendering import CannotRender
from certificates.rendering.compiling import LARGEST_PDF

HISTORY = 30


@require_safe
def designs(request: AuthenticatedRequest) -> HttpResponse:
    """Every organization of one's own that issues certificates, with the version in force of each kind."""
    rules = AwardRule.objects.visible_to(request.user)
    drawn = PaperDesign.objects.visible_to(request.user)
    organizations = _own(request).filter(pk__in=rules.values("organization")) | _own(request).filter(
        pk__in=drawn.values("organization")
    )
    newest = {(row.organization_id, row.kind): row for row in drawn.order_by("version")}
    rows = [
        {"organization": one, "kind": kind, "design": newest.get((one.pk, kind.value))}
        for one in organizations.distinct().order_by("name")
        for kind in AwardKind
    ]
    return render(request, "certificates/admin/designs.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, organization_id: int, kind: str) -> HttpResponse:
    """The form with the preview beside it.  "Preview" keeps pictures only; "Save" keeps a version."""
    organization = _organization(request, organization_id, kind)
    row = keeping.in_force(organization.pk, kind)
    current, after = (keeping.read(row), row.version) if row else (Design(), 0)
    form, shown = DesignForm.showing(current, after=after), current
    if request.method == "POST":
        form = DesignForm(request.POST, request.FILES)
        design = _posted(form, organization, request)
        if design is not None:
            if "save" in request.POST and _saved(request, form, design, organization, kind):
                return redirect("design_edit", organization.pk, kind)
            shown = design
            if not form.errors:
                form = DesignForm(initial=form.carrying(design, after=form.cleaned_data["after"] or 0))
    context = {
        "organization": organization,
        "kind": AwardKind(kind),
        "form": form,
        "design": shown,
        "query": urlencode(_address(shown)),
        "history": PaperDesign.objects.filter(organization=organization, kind=kind).select_related("made_by")[:HISTORY],
        "in_force": row,
    }
    return render(request, "certificates/admin/design.html", context)


@require_safe
def preview(request: AuthenticatedRequest, organization_id: int, kind: str, form: str) -> HttpResponse:
    """The specimen of what the address says, as ``png`` (front page) or ``pdf``.  Changes nothing."""
    organization = _organization(request, organization_id, kind)
    said = DesignForm(request.GET)
    design = said.design({}) if said.is_valid() else None
    if design is None:
        return HttpResponse(_("This design cannot be printed."), status=400, content_type="text/plain; charset=utf-8")
    design = keeping.with_pictures(design, organization.pk)
    try:
        signed = specimens.specimen_of(organization, kind, design, at=timezone.now())
        content = as_pdf(signed, design) if form == "pdf" else as_picture(signed, design)
    except (MalformedRecord, CannotRender):
        return HttpResponse(_("This design cannot be printed."), status=400, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(content, content_type="application/pdf" if form == "pdf" else "image/png")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@require_POST
def restore(request: AuthenticatedRequest, organization_id: int, kind: str, version: int) -> HttpResponse:
    """Bring an older version back, as a new one."""
    organization = _organization(request, organization_id, kind)
    old = get_object_or_404(PaperDesign, organization=organization, kind=kind, version=version)
    newest = keeping.in_force(organization.pk, kind)
    try:
        keeping.keep(
            keeping.read(old),
            organization=organization,
            kind=kind,
            after=newest.version if newest else 0,
            note=_("Version %(number)s again") % {"number": version},
            actor=request.user,
            at=timezone.now(),
        )
    except CertificateError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Version %(number)s is in force again.") % {"number": version})
    return redirect("design_edit", organization.pk, kind)


def _own(request: AuthenticatedRequest) -> QuerySet[Organization]:
    return organizations_where(request.user, Action.MANAGE_ORGANIZATION)


def _organization(request: AuthenticatedRequest, pk: int, kind: str) -> Organization:
    if kind not in AwardKind.values:
        raise Http404
    return get_object_or_404(_own(request), pk=pk)


def _posted(form: DesignForm, organization: Organization, request: AuthenticatedRequest) -> Design | None:
    """The design of the form with its pictures, those that are new kept by their hash; None with errors at the form."""
    if not form.is_valid():
        return None
    pictures = form.pictures()
    if form.errors:
        return None
    kept = {
        name: keeping.keep_picture(content, organization=organization, actor=request.user, at=timezone.now())
        for name, content in pictures.items()
    }
    design = form.design(kept)
    return keeping.with_pictures(design, organization.pk) if design else None


def _saved(
    request: AuthenticatedRequest, form: DesignForm, design: Design, organization: Organization, kind: str
) -> bool:
    """Keep the version, or say at the form why not."""
    at = timezone.now()
    try:
        keeping.check_pictures(design, organization.pk)
        pdf = as_pdf(specimens.specimen_of(organization, kind, design, at=at), design)
        if not is_small_enough(pdf):
            form.add_error(None, _too_heavy(len(pdf)))
            return False
        said = form.cleaned_data
        keeping.keep(
            design,
            organization=organization,
            kind=kind,
            after=said["after"] or 0,
            note=said["note"],
            actor=request.user,
            at=at,
        )
    except CertificateError as error:
        form.add_error(None, str(error.message))
    except (MalformedRecord, CannotRender):
        form.add_error(None, _("A certificate in this design cannot be printed. Nothing was saved."))
    else:
        messages.success(
            request, _("Saved. Certificates issued from now on look like this; those issued stay as they are.")
        )
        return True
    return False


def _too_heavy(size: int) -> str:
    return _(
        "A usual certificate in this design would be larger than %(limit)s kB, too large to send over a weak signal. "
        "Choose a calmer background, another frame, or Indonesian alone. Nothing was saved."
    ) % {"limit": LARGEST_PDF // 1000}


def _address(design: Design) -> dict[str, str]:
    texts = design.texts
    said = {"above": texts.above, "given": texts.given, "closing": texts.closing, "foot": texts.foot}
    looks = {"language": design.language, "accent": design.accent, "frame": design.frame}
    pictures = {"logo": design.logo, "background": design.background}
    return {name: value for name, value in {**looks, **said, **pictures}.items() if value}
