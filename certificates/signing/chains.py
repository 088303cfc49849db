"""Pure.  Whether one X.509 certificate was issued by another that may issue."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes


def issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    """Whether ``above`` is an authority and signed ``below``, with a digest that still holds."""
    try:
        constraints = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        below.verify_directly_issued_by(above)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    return constraints.ca and not isinstance(below.signature_hash_algorithm, hashes.SHA1)
