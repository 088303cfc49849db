"""Keeping designs: a new version beside the old ones, the one in force, and the one that a record names."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.models import Organization, User
from certificates.design.frozen import Design
from certificates.errors import CertificateError
from certificates.models import PaperAsset, PaperDesign
from certificates.record import Record


class DesignChanged(CertificateError):
    """Somebody else kept a version at the same moment."""

    message = _("Somebody else has just saved this design. Your entries were not saved; look at theirs first.")


class PictureMissing(CertificateError):
    """The form names a picture that this organization does not have."""

    message = _("A picture of this design is not there any more. Choose the file again.")


def in_force(organization_id: int, kind: str) -> PaperDesign | None:
    """The newest version; None while an organization has never made one."""
    rows = PaperDesign.objects.filter(organization_id=organization_id, kind=kind)
    return rows.order_by("-version").first()


def read(row: PaperDesign) -> Design:
    """The frozen design with its pictures."""
    return with_pictures(frozen(row), row.organization_id)


def frozen(row: PaperDesign) -> Design:
    """The frozen design alone: what it says, and the names of its pictures without their bytes."""
    return Design.from_json(json.loads(row.frozen))


def with_pictures(design: Design, organization_id: int) -> Design:
    """The design with the bytes of its pictures, as far as the organization has them."""
    rows = PaperAsset.objects.filter(organization_id=organization_id, sha256__in=design.pictures)
    return Design.from_json(design.to_json(), {row.sha256: bytes(row.content) for row in rows})


def check_pictures(design: Design, organization_id: int) -> None:
    """Raise PictureMissing unless every picture of the design is this organization's own."""
    if set(design.pictures) - set(with_pictures(design, organization_id).assets):
        raise PictureMissing


def design_of(record: Record) -> Design | None:
    """The design that the record names; None for the built-in look.  Any of the rows with this hash will do: it is the
    hash that says how the paper looks.  Raises PictureMissing when nothing has it."""
    if not record.design:
        return None
    row = PaperDesign.objects.filter(organization__public_id=record.issuer.id, sha256=record.design).first()
    if row is None:
        raise PictureMissing
    return read(row)


def keep_picture(content: bytes, *, organization: Organization, actor: User, at: datetime) -> str:
    """Keep a prepared picture and return the hash it lies under.  Repeatable."""
    digest = hashlib.sha256(content).hexdigest()
    PaperAsset.objects.get_or_create(
        organization=organization,
        sha256=digest,
        defaults={"content": content, "added_by": actor, "added_at": at},
    )
    return digest


@transaction.atomic
def keep(
    design: Design, *, organization: Organization, kind: str, after: int, note: str, actor: User, at: datetime
) -> PaperDesign:
    """Keep ``design`` as the version after ``after``, which the editor saw as the newest (0: none).

    Raises DesignChanged when there is a newer one, PictureMissing when a picture is not this organization's.
    """
    check_pictures(design, organization.pk)
    rows = PaperDesign.objects.filter(organization=organization, kind=kind)
    if (rows.aggregate(newest=Max("version"))["newest"] or 0) != after:
        raise DesignChanged
    try:
        with transaction.atomic():
            row = PaperDesign.objects.create(
                organization=organization,
                kind=kind,
                version=after + 1,
                frozen=design.canonical().decode(),
                sha256=design.digest,
                note=note,
                made_by=actor,
                made_at=at,
            )
    except IntegrityError as error:
        raise DesignChanged from error
    events.record(
        "paper_design_kept", row, actor=actor, at=at, organization=organization, details={"version": row.version}
    )
    return row
