"""Files that wait for a signature made elsewhere: stored as they were finished, and handed out to who signs them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from accounts import events
from certificates import errors
from certificates.models import Certificate, SealRequest
from certificates.storing import store, stored_path

if TYPE_CHECKING:
    from accounts.models import User

State = SealRequest.State
KIND: Final = "unsigned"


def hold(certificate: Certificate, pdf: bytes, *, backend: str, at: datetime) -> SealRequest:
    """Store the finished file and let it wait for this backend.  Safe to repeat: the first file stays."""
    digest = store(pdf, KIND)
    facts = {"backend": backend, "content_sha256": digest, "since": at}
    request, _made = SealRequest.objects.get_or_create(certificate=certificate, defaults=facts)
    return request


@transaction.atomic
def take_out(requests: list[SealRequest], *, actor: User | None, at: datetime) -> list[tuple[SealRequest, bytes]]:
    """Hand files out to somebody who signs them; they can be handed out again.  Raises FileLost: then none is."""
    taken = []
    for request in requests:
        waiting = SealRequest.objects.filter(pk=request.pk, state__in=[State.WAITING, State.TAKEN])
        if waiting.update(state=State.TAKEN, since=at, taken_by=actor):
            issuer = request.certificate.issuer
            events.record("seal_file_handed_out", request.certificate, actor=actor, at=at, organization=issuer)
            taken.append((request, handed_out(request)))
    return taken


def take_out_found(
    requests: list[SealRequest], *, actor: User | None, at: datetime
) -> tuple[list[tuple[SealRequest, bytes]], list[SealRequest]]:
    """Hand out what the store holds, each by itself; and those whose file is lost, which wait as before."""
    taken, lost = [], []
    for request in requests:
        try:
            taken += take_out([request], actor=actor, at=at)
        except errors.FileLost:
            lost.append(request)
    return taken, lost


def handed_out(request: SealRequest) -> bytes:
    """The file as it was before the signature.  Raises FileLost."""
    try:
        return stored_path(request.content_sha256, KIND).read_bytes()
    except FileNotFoundError as error:
        raise errors.FileLost from error
