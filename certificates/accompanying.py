"""What goes with the paper: the credential and the token of the QR on its back, made before the file that carries
them and named in the register once.

Both depend on the stored record, the name and the keys in force at the issue only, so whoever is killed between two
steps and whoever repeats them makes the same bytes.  What is named already is taken from the store, or made again when
the store has lost it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from certificates.credential.document import host_of, make_credential
from certificates.credential.jwt import make_jwt
from certificates.keys import SigningKeys
from certificates.models import Certificate
from certificates.offline.token import make_token
from certificates.record import SignedRecord, decode_signature, encode_signature
from certificates.storing import FileNotMade, store, store_beside, stored_path


@dataclass(frozen=True)
class Company:
    """The credential's bytes and the token's; a key folder from before there were tokens gives an empty token."""

    credential: bytes
    token: bytes


def accompany(certificate: Certificate, signed: SignedRecord, *, keys: SigningKeys) -> Company:
    """Make, store and name what is missing.  Safe to repeat and to run twice.  Raises FileNotMade when what was made
    is not what the register names."""
    keys = keys.at(certificate.issued_at)
    if not certificate.credential_sha256:
        _name(certificate, signed, keys=keys)
    credential = _credential(certificate, signed, keys=keys)
    _keep_jwt(certificate, signed, credential, keys=keys)
    return Company(credential, decode_signature(certificate.token))


def _name(certificate: Certificate, signed: SignedRecord, *, keys: SigningKeys) -> None:
    """The first to name wins; the others made the same."""
    if keys.code is None and signed.record.version > 1:
        msg = "there is no key for the codes on certificates (K2)"
        raise FileNotMade(msg)
    digest = store(make_credential(signed, key=keys.record), "json")
    token = encode_signature(make_token(signed, key=keys.code)) if keys.code else ""
    unnamed = Certificate.objects.filter(pk=certificate.pk, credential_sha256="", token="").exclude(name_member="")
    if unnamed.update(credential_sha256=digest, token=token):
        certificate.credential_sha256, certificate.token = digest, token
    else:
        certificate.refresh_from_db(fields=["credential_sha256", "token"])


def _credential(certificate: Certificate, signed: SignedRecord, *, keys: SigningKeys) -> bytes:
    path = stored_path(certificate.credential_sha256, "json")
    content = path.read_bytes() if path.is_file() else make_credential(signed, key=keys.record)
    if hashlib.sha256(content).hexdigest() != certificate.credential_sha256:
        msg = "the credential that the register names is lost or damaged, and these keys cannot make it again"
        raise FileNotMade(msg)
    store(content, "json")
    return content


def _keep_jwt(certificate: Certificate, signed: SignedRecord, credential: bytes, *, keys: SigningKeys) -> None:
    """Only the signing worker has K4, so the JWT is made now and not when somebody asks for it."""
    if keys.token is not None:
        token = make_jwt(json.loads(credential), key=keys.token, host=host_of(signed.record))
        store_beside(token, certificate.credential_sha256, "jwt")
