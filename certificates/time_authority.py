"""The time-stamping authority of this installation: where it is, under which root it must stand, what it revoked."""

from __future__ import annotations

import logging
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from certificates.signing.timestamping import TimestampAuthority

logger = logging.getLogger(__name__)


def authority() -> TimestampAuthority | None:
    """The authority that is configured, or None."""
    return TimestampAuthority(settings.TIMESTAMP_URL, roots=roots()) if settings.TIMESTAMP_URL else None


def roots() -> tuple[x509.Certificate, ...] | None:
    """The roots that its tokens must lead to; None while none are named.  A file that cannot be read trusts nobody."""
    if not settings.TIMESTAMP_CA:
        return None
    try:
        return tuple(x509.load_pem_x509_certificates(Path(settings.TIMESTAMP_CA).read_bytes()))
    except (OSError, ValueError) as error:
        logger.error("no time-stamp is trusted: TIMESTAMP_CA cannot be read (%s)", type(error).__name__)
        return ()


def lists() -> tuple[bytes, ...]:
    """The authority's revocation lists (DER) that the operator keeps in a file, PEM one after the other."""
    if not settings.TIMESTAMP_CRL:
        return ()
    end = b"-----END X509 CRL-----"
    try:
        parts = Path(settings.TIMESTAMP_CRL).read_bytes().split(end)[:-1]
        return tuple(x509.load_pem_x509_crl(part + end + b"\n").public_bytes(Encoding.DER) for part in parts)
    except (OSError, ValueError) as error:
        logger.warning("TIMESTAMP_CRL cannot be read (%s)", type(error).__name__)
        return ()
