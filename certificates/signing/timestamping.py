"""Times that another authority vouches for (RFC 3161): asked for over HTTP, believed after a look at what came back."""

from __future__ import annotations

import hashlib
import http.client
import secrets
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from asn1crypto import algos, cms, tsp, x509
from cryptography import x509 as pyca_x509
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from .port import SigningFailed
from .vouching import chain_of

MOST_BYTES: Final = 8192
_GRANTED: Final = frozenset({"granted", "granted_with_mods"})


class NoTimestamp(SigningFailed):
    """The authority gave no token, or one that is not good."""


@dataclass(frozen=True)
class TimestampAuthority:
    """An RFC 3161 authority by its address; ``roots`` are those its tokens must lead to (None: none are named)."""

    url: str
    timeout: float = 10.0
    roots: tuple[pyca_x509.Certificate, ...] | None = None

    def token(self, message: bytes) -> bytes:
        """A token (DER) over the SHA-256 of this message.  Raises NoTimestamp."""
        return self.token_over(hashlib.sha256(message).digest())

    def token_over(self, digest: bytes) -> bytes:
        """A token (DER) over this SHA-256 digest.  Raises NoTimestamp."""
        nonce = secrets.randbits(63)
        imprint = tsp.MessageImprint(
            {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
        )
        asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
        try:
            answer = tsp.TimeStampResp.load(self._post(asked.dump()), strict=True)
            if answer["status"]["status"].native not in _GRANTED:
                raise NoTimestamp("the time-stamping authority refused")
            token: bytes = answer["time_stamp_token"].dump()
            told = read_token(token, digest=digest)
            chain_of(token, self.roots, at=told["gen_time"].native)
        except (ValueError, TypeError, KeyError) as error:
            raise NoTimestamp(f"no token that can be trusted ({type(error).__name__}: {error})") from error
        if told["nonce"].native != nonce or len(token) > MOST_BYTES:
            raise NoTimestamp("a token for another question")
        return token

    def _post(self, body: bytes) -> bytes:
        parts = urlsplit(self.url)
        host, path = parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = (
            http.client.HTTPSConnection(host, parts.port, timeout=self.timeout, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, parts.port, timeout=self.timeout)
        )
        try:
            connection.request("POST", path, body, {"Content-Type": "application/timestamp-query"})
            response = connection.getresponse()
            content = response.read(4 * MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise NoTimestamp(f"the time-stamping authority is away ({type(error).__name__})") from error
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            raise NoTimestamp(f"the time-stamping authority answered {response.status}")
        return content


def read_token(token: bytes, *, digest: bytes) -> tsp.TSTInfo:
    """Pure.  What a token says, if it is about this digest and its own signature holds.  Raises ValueError."""
    info = cms.ContentInfo.load(token, strict=True)
    signed: Any = info["content"]
    told = signed["encap_content_info"]["content"].parsed
    if info["content_type"].native != "signed_data" or not isinstance(told, tsp.TSTInfo):
        raise ValueError("not a time-stamp token")
    imprint = told["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or imprint["hashed_message"].native != digest:
        raise ValueError("a time-stamp of something else")
    if len(signed["signer_infos"]) != 1:
        raise ValueError("not exactly one signer")
    signer = signed["signer_infos"][0]
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in {"sha256", "sha384", "sha512"}:
        raise ValueError("a weak digest")
    actual = hashlib.new(algorithm, bytes(signed["encap_content_info"]["content"])).digest()
    if validate_sig_integrity(signer, _authority(signed, signer), "tst_info", actual) != (True, True):
        raise ValueError("the token's signature does not hold")
    return told


def token_time(token: bytes, *, digest: bytes) -> datetime:
    """Pure.  When the authority saw this digest.  Raises ValueError."""
    at: datetime = read_token(token, digest=digest)["gen_time"].native
    return at


def _authority(signed: Any, signer: Any) -> x509.Certificate:
    wanted = signer["sid"].chosen
    for choice in signed["certificates"]:
        found = choice.chosen
        same = isinstance(found, x509.Certificate) and isinstance(wanted, cms.IssuerAndSerialNumber)
        if same and (found.issuer, found.serial_number) == (wanted["issuer"], wanted["serial_number"].native):
            usage = found.extended_key_usage_value
            if usage is None or "time_stamping" not in usage.native:
                raise ValueError("a certificate that may not vouch for times")
            return found
    raise ValueError("the authority's certificate is missing")


def attribute(token: bytes) -> cms.CMSAttributes:
    """The unsigned attribute that carries the token of a signature (ETSI EN 319 122-1)."""
    content = cms.ContentInfo.load(token, strict=True)
    return cms.CMSAttributes([cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [content]})])
