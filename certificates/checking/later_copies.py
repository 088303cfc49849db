"""Pure.  A later copy of a certificate: our first file, and behind it updates with evidence exactly as we write them.

The update may hold the seal's own chain, revocation lists of its root and a time-stamp over all before it; written
again from these parts it must come out byte for byte.  Anything else behind a seal is a change.
"""

from __future__ import annotations

import re
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.keys import KeyEntry, KeyRegister
from certificates.signing.lifting import CannotLift, Material, digest_to_stamp, lift, without_lifts
from certificates.signing.timestamping import read_token

_RANGE: Final = re.compile(rb"/ByteRange ?\[\s*0 (\d{1,10}) (\d{1,10}) (\d{1,10})\s*\]")


def first_file(pdf: bytes, register: KeyRegister) -> bytes | None:
    """The file behind a later copy of ours; None when these bytes are no such copy."""
    found = _RANGE.search(pdf)
    if found is None:
        return None
    end = int(found[2]) + int(found[3])
    if not 0 < end < len(pdf):
        return None
    split = without_lifts(pdf, end)
    if split is None:
        return None
    inner, materials = split
    for material in materials:
        if not _is_ours(inner, material, register):
            return None
        inner = lift(inner, material)
    return pdf[:end]


def _is_ours(inner: bytes, material: Material, register: KeyRegister) -> bool:
    chains = ((seal, _written(seal)) for seal in register.seals())
    seal = next((seal for seal, chain in chains if chain == material.certificates), None)
    if seal is None:
        return False
    try:
        root = seal.chain()[-1]
        if not all(x509.load_der_x509_crl(crl).is_signature_valid(root.public_key()) for crl in material.crls):  # type: ignore[arg-type]
            return False
        if material.token:
            read_token(material.token, digest=digest_to_stamp(inner, material))
    except (ValueError, TypeError, KeyError, AttributeError, CannotLift):
        return False
    return True


def _written(seal: KeyEntry) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in seal.chain())
