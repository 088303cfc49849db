"""The CMS signature inside a sealed PDF (RFC 5652, ETSI EN 319 122-1 for its signed attributes).

The signed attributes are exactly content type, message digest and signing certificate (RFC 5035): PAdES forbids a
signing time here, it stands in the signature dictionary.  Every byte follows from certificate, digest and signature,
so a checker can build the container again and compare.
"""

from __future__ import annotations

import hashlib
from typing import Final

from asn1crypto import algos, cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

from certificates.keys import SealKey

from .timestamping import NoTimestamp, TimestampAuthority, attribute

_SHA256: Final = algos.DigestAlgorithm({"algorithm": "sha256"})
_DIGITS_PER_BYTE: Final = 2
_SLACK: Final = 16
# What most authorities send with their chain; a longer one goes behind the seal at night.
_TOKEN_BYTES: Final = 6144
_DIGEST_PLACE: Final = hashlib.shake_256(b"digest").digest(32)


class SealCms:
    """Signs document digests with one seal key.

    The root stays out of the container: whoever trusts it has it from the register, and it would add two kilobytes to
    each file.
    """

    def __init__(self, key: SealKey) -> None:
        self._key = key
        certificate = x509.Certificate.load(key.entry.chain()[0].public_bytes(Encoding.DER))
        self._mould = ContainerMould(certificate, len(self._key.sign(b"")))
        self.bytes_reserved = _DIGITS_PER_BYTE * (self._mould.length + _SLACK)

    def seal(self, document_digest: bytes) -> bytes:
        """The detached CMS over this SHA-256 digest, DER."""
        return self._mould.container(document_digest, self._key.sign(self._mould.attributes(document_digest)))


class StampedCms:
    """Signs document digests and has each signature time-stamped (level B-T)."""

    def __init__(self, key: SealKey, authority: TimestampAuthority) -> None:
        self._key, self._authority = key, authority
        self._certificate = x509.Certificate.load(key.entry.chain()[0].public_bytes(Encoding.DER))
        self.bytes_reserved = SealCms(key).bytes_reserved + _DIGITS_PER_BYTE * (_TOKEN_BYTES + _SLACK)

    def seal(self, document_digest: bytes) -> bytes:
        """The detached CMS over this SHA-256 digest with its token, DER.  Raises NoTimestamp."""
        attributes = signed_attributes(self._certificate, document_digest)
        signature = self._key.sign(attributes.dump())
        token = self._authority.token(signature)
        if len(token) > _TOKEN_BYTES:
            raise NoTimestamp("a token that is too long for a seal")
        stamped: bytes = container(self._certificate, attributes, signature, token=token).dump()
        return stamped


class _Mould:
    """An encoding with places for parts of fixed length.  Raises ValueError unless each place is there once."""

    def __init__(self, whole: bytes, *places: bytes) -> None:
        if any(whole.count(place) != 1 for place in places):
            msg = "a part does not stand in the encoding exactly once"
            raise ValueError(msg)
        self.whole, self._places = whole, places

    def cast(self, *parts: bytes) -> bytes:
        """The encoding with ``parts`` in the places, in their order.  Raises ValueError for another length."""
        made = self.whole
        for place, part in zip(self._places, parts, strict=True):
            if len(place) != len(part):
                msg = "a part has another length than its place"
                raise ValueError(msg)
            start = self.whole.index(place)  # no part changes a length, so the places stay where they are
            made = made[:start] + part + made[start + len(place) :]
        return made


class ContainerMould:
    """What one certificate seals with, encoded once: digest and signature are all that differs between two containers
    of one certificate and neither changes its length, and encoding them again costs as much as four signatures."""

    def __init__(self, certificate: x509.Certificate, signature_length: int) -> None:
        signature = hashlib.shake_256(b"signature").digest(signature_length)
        attributes = signed_attributes(certificate, _DIGEST_PLACE)
        self._attributes = _Mould(attributes.dump(), _DIGEST_PLACE)
        self._container = _Mould(container(certificate, attributes, signature).dump(), _DIGEST_PLACE, signature)
        self.length = len(self._container.whole)

    def attributes(self, document_digest: bytes) -> bytes:
        """``signed_attributes`` of this SHA-256 digest, DER.  Raises ValueError for a digest of another length."""
        return self._attributes.cast(document_digest)

    def container(self, document_digest: bytes, signature: bytes) -> bytes:
        """``container`` without a token, DER.  Raises ValueError for a digest or signature of another length."""
        return self._container.cast(document_digest, signature)


def signed_attributes(certificate: x509.Certificate, document_digest: bytes) -> cms.CMSAttributes:
    """What a seal signs: this digest, by this certificate."""
    return cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", "data"),
            simple_cms_attribute("message_digest", document_digest),
            simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(certificate)),
        ]
    )


def container(
    certificate: x509.Certificate, attributes: cms.CMSAttributes, signature: bytes, *, token: bytes = b""
) -> cms.ContentInfo:
    """The SignedData with one signer, its certificate, the time-stamp token of its signature if there is one, and
    nothing else."""
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": _signer_name(certificate)}),
            "digest_algorithm": _SHA256,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signed_attrs": attributes,
            "signature": signature,
            **({"unsigned_attrs": attribute(token)} if token else {}),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms([_SHA256]),
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices(name="certificate", value=certificate)],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def _signer_name(certificate: x509.Certificate) -> cms.IssuerAndSerialNumber:
    return cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
