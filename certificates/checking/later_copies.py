"""Pure.  A later copy of a certificate: our first file, and behind it updates with evidence exactly as we write them.

The update may hold the seal's own chain, the chain of the authorities whose time-stamps stand before it, revocation
lists that they signed, and a time-stamp over all before it; written again from these parts it must come out byte for
byte.  Anything else behind a seal is a change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cryptography import x509

from certificates.keys import KeyEntry, KeyRegister
from certificates.signing.lifting import CannotLift, Material, digest_to_stamp, lift, parts_of
from certificates.signing.timestamping import read_token
from certificates.signing.vouching import may_accompany, written

_CONTENTS: Final = re.compile(rb"/Contents ?<([0-9A-Fa-f]{2,60000})>")


def first_file(pdf: bytes, register: KeyRegister) -> bytes | None:
    """The file behind a later copy of ours; None when these bytes are no such copy."""
    split = parts_of(pdf)
    if split is None or not split[1]:
        return None
    end, materials = split
    inner, tokens = pdf[:end], [token for token in (seal_token(pdf[:end]),) if token]
    for material in materials:
        if not _is_ours(inner, material, register, tokens):
            return None
        inner = lift(inner, material)
        tokens += [material.token] if material.token else []
    return pdf[:end]


def seal_token(first: bytes) -> bytes:
    """The time-stamp token of the seal of a first file; empty when there is none."""
    from .seal import SealContainer

    found = _CONTENTS.search(first)
    if found is None:
        return b""
    try:
        return SealContainer(bytes.fromhex(found[1].decode())).token()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return b""


def _is_ours(inner: bytes, material: Material, register: KeyRegister, tokens: Sequence[bytes]) -> bool:
    seal = next((one for one in register.seals() if _begins_with(material, one)), None)
    if seal is None:
        return False
    try:
        more = material.certificates[len(seal.certificates) :]
        issuers = [seal.chain()[-1], *map(x509.load_der_x509_certificate, more)]
        if not may_accompany(more, tokens) or not all(_is_list_of(crl, issuers) for crl in material.crls):
            return False
        if material.token:
            read_token(material.token, digest=digest_to_stamp(inner, material))
    except (ValueError, TypeError, KeyError, AttributeError, CannotLift):
        return False
    return True


def _begins_with(material: Material, seal: KeyEntry) -> bool:
    chain = written(seal.chain())
    return material.certificates[: len(chain)] == chain


def _is_list_of(crl: bytes, issuers: Sequence[x509.Certificate]) -> bool:
    shown = x509.load_der_x509_crl(crl)
    return any(
        shown.issuer == one.subject and shown.is_signature_valid(one.public_key())  # type: ignore[arg-type]
        for one in issuers
    )
