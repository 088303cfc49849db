"""The CMS signature inside a sealed PDF (RFC 5652, ETSI EN 319 122-1 for its signed attributes).

The parts that never change (the seal's certificate, the signing-certificate attribute of RFC 5035) are built once;
the signed attributes are exactly content type, message digest and signing certificate: PAdES forbids a signing time
here, it stands in the signature dictionary.
"""

from __future__ import annotations

from typing import Final

from asn1crypto import algos, cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

from certificates.keys import SealKey

DIGEST_ALGORITHM: Final = algos.DigestAlgorithm({"algorithm": "sha256"})
_ROOM_FOR_HEX: Final = 2


class SealCms:
    """Signs document digests with one seal key."""

    def __init__(self, key: SealKey) -> None:
        self._key = key
        # The root stays out: whoever trusts it has it from the register, and it would add two kilobytes to each file.
        self._signer = x509.Certificate.load(key.entry.chain()[0].public_bytes(Encoding.DER))
        self._certificates = [cms.CertificateChoices(name="certificate", value=self._signer)]
        self._signing_certificate = simple_cms_attribute(
            "signing_certificate_v2", as_signing_certificate_v2(self._signer)
        )
        # Every signature of one key has the same length; a few bytes spare the exact DER arithmetic.
        self.bytes_reserved = _ROOM_FOR_HEX * (len(self.seal(bytes(32)).dump()) + 16)

    def seal(self, document_digest: bytes) -> cms.ContentInfo:
        """The detached CMS over this SHA-256 digest."""
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "data"),
                simple_cms_attribute("message_digest", document_digest),
                self._signing_certificate,
            ]
        )
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {
                        "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                            {"issuer": self._signer.issuer, "serial_number": self._signer.serial_number}
                        )
                    }
                ),
                "digest_algorithm": DIGEST_ALGORITHM,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
                "signed_attrs": attributes,
                "signature": self._key.sign(attributes.dump()),
            }
        )
        signed = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": cms.DigestAlgorithms([DIGEST_ALGORITHM]),
                "encap_content_info": {"content_type": "data"},
                "certificates": self._certificates,
                "signer_infos": [signer],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})
