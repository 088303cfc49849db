"""The credential in the forms that a holder takes along: as it is stored, as JWT, and baked into a badge.

Badges are drawn when somebody asks: the same record and credential give the same bytes, so nothing is kept.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from certificates.credential import baking
from certificates.models import Certificate
from certificates.record import read_record
from certificates.rendering import CannotRender
from certificates.rendering.badging import render_badge_png, render_badge_svg
from certificates.storing import FileNotMade, stored_path


class Form(NamedTuple):
    """One form: its name as a file, with the certificate's code, and what it is."""

    name: str
    content_type: str


FORMS: Final = {
    "kredensial.json": Form("kredensial-{code}.json", "application/vc"),
    "kredensial.jwt": Form("kredensial-{code}.jwt", "application/jwt"),
    "lencana.png": Form("lencana-{code}.png", "image/png"),
    "lencana.svg": Form("lencana-{code}.svg", "image/svg+xml"),
}
# The last part of each form's address, and the address's name.
ADDRESSES: Final = {
    "kredensial.json": "credential",
    "kredensial.jwt": "credential_jwt",
    "lencana.png": "badge",
    "lencana.svg": "badge_svg",
}


def has_credential(certificate: Certificate) -> bool:
    """Whether there is one to take along: it was made with the file, and the name was not erased since."""
    return bool(certificate.credential_sha256 and certificate.file_sha256 and certificate.name_member)


def content_of(certificate: Certificate, form: str) -> bytes:
    """The bytes of one of the FORMS.  Raises FileNotMade when there is no credential, or none of that form."""
    credential = _stored(certificate, "json")
    if form == "kredensial.jwt":
        return _stored(certificate, "jwt")
    if form == "kredensial.json":
        return credential
    record = read_record(certificate.record_text.encode())
    try:
        if form == "lencana.png":
            return baking.bake_png(render_badge_png(record), credential)
        return baking.bake_svg(render_badge_svg(record), credential)
    except CannotRender as error:
        raise FileNotMade(str(error)) from error


def _stored(certificate: Certificate, kind: str) -> bytes:
    if not has_credential(certificate):
        msg = "no credential"
        raise FileNotMade(msg)
    try:
        return stored_path(certificate.credential_sha256, kind).read_bytes()
    except FileNotFoundError as error:
        msg = f"no {kind} is stored"
        raise FileNotMade(msg) from error
