"""The name on a replacement: the one that a second person agreed to, once the holder has seen it.

Whoever asks for the own certificate wrote the name and so has seen it.  When somebody else asked, the holder confirms
it on the account's own page; a holder who confirms another name there has refused this one.  A duplicate repeats the
name of the lost paper, which was confirmed then.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from certificates.models import Certificate, ReplacementRequest
from certificates.record import read_instant, read_record

State = ReplacementRequest.State


def agreed(certificate: Certificate) -> ReplacementRequest | None:
    """The agreed request for a replacement; the database lets one in."""
    found: ReplacementRequest | None = (
        ReplacementRequest.objects.filter(certificate=certificate, state=State.AGREED)
        .select_related("certificate__user")
        .first()
    )
    return found


def confirmed_at(asked: ReplacementRequest) -> datetime | None:
    """When the holder said that the agreed name is right; None while that has not happened."""
    holder = asked.certificate.user
    if holder is None:
        return None
    if asked.kind == ReplacementRequest.Kind.DUPLICATE:
        return read_instant(read_record(asked.certificate.record_text.encode()).name_confirmed_at)
    if asked.requested_by_id == holder.pk:
        return asked.requested_at
    return holder.name_confirmed_at if holder.full_name == asked.proposed_name else None


def refused_by_holder(asked: ReplacementRequest) -> bool:
    """Whether the holder has confirmed another name instead."""
    holder = asked.certificate.user
    return confirmed_at(asked) is None and holder is not None and holder.name_confirmed_at is not None


def other_name() -> str:
    """Why an agreement lapsed, in words."""
    return gettext("The holder has confirmed another name. Ask for the correction again with that name.")


def lapse(certificate: Certificate, *, why: str) -> None:
    """Close an agreement that cannot be kept, so that nothing waits for it and it can be asked for again.  One that was
    kept stays.  Safe to repeat."""
    agreements = ReplacementRequest.objects.filter(certificate=certificate, state=State.AGREED)
    agreements.filter(certificate__replaced_by=None).update(state=State.DECLINED, answer=why)


def why_replaced(old: Certificate, *, by: str) -> str:
    """What the register says for ever of the certificate that ``by`` (a number) replaces; in the paper's language."""
    asked = agreed(old)
    if asked is not None and asked.kind == ReplacementRequest.Kind.DUPLICATE:
        return f"Diganti oleh duplikat nomor {by}; surat aslinya dilaporkan hilang atau rusak"
    return f"Diganti oleh nomor {by}"
