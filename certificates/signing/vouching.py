"""Pure.  Who stands behind a time-stamp token: its signer, the chain above, what ends when, and lists of what was
revoked, as far as the token carries them (RFC 3161, RFC 5652)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from .chains import issued

LONGEST_CHAIN: Final = 5


def signer_of(token: bytes) -> x509.Certificate:
    """The certificate that signed the token.  Raises ValueError."""
    wanted = _signed(token)["signer_infos"][0]["sid"].chosen
    for one in _carried(token):
        if isinstance(wanted, cms.IssuerAndSerialNumber) and (one.issuer, one.serial_number) == (
            wanted["issuer"],
            wanted["serial_number"].native,
        ):
            return _load(one)
    raise ValueError("the authority's certificate is missing")


def carried(token: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate that the token brings along."""
    return tuple(map(_load, _carried(token)))


def lists_in(token: bytes) -> tuple[bytes, ...]:
    """The revocation lists (DER) that the token brings along."""
    found = _signed(token)["crls"]
    if found.native is None:
        return ()
    return tuple(one.chosen.dump() for one in found if one.name == "certificate_list")


def chain_of(token: bytes, roots: tuple[x509.Certificate, ...] | None, *, at: datetime) -> tuple[x509.Certificate, ...]:
    """From the token's signer upwards; with ``roots`` up to one of them, everything valid at ``at``.  Raises
    ValueError when it leads to none of them."""
    chain, known = [signer_of(token)], (*(roots or ()), *carried(token))
    while chain[-1] not in (roots or ()) and len(chain) < LONGEST_CHAIN:
        above = next((one for one in known if one not in chain and issued(chain[-1], one)), None)
        if above is None:
            break
        chain.append(above)
    if roots is not None:
        if chain[-1] not in roots:
            raise ValueError("a token under another root")
        if any(not one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in chain):
            raise ValueError("a token outside the validity of its authority")
    return tuple(chain)


def may_accompany(extra: Iterable[bytes], tokens: Iterable[bytes]) -> bool:
    """Whether each of these certificates (DER) comes with one of the tokens or issued one that does."""
    known = [one for token in tokens for one in carried(token)]
    for content in extra:
        one = x509.load_der_x509_certificate(content)
        if one not in known:
            if not any(issued(below, one) for below in known):
                return False
            known.append(one)
    return True


def _signed(token: bytes) -> Any:
    return cms.ContentInfo.load(token, strict=True)["content"]


def _carried(token: bytes) -> list[asn1_x509.Certificate]:
    found = (choice.chosen for choice in _signed(token)["certificates"])
    return [one for one in found if isinstance(one, asn1_x509.Certificate)]


def _load(one: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(one.dump())


def written(chain: Iterable[x509.Certificate]) -> tuple[bytes, ...]:
    """The certificates as DER."""
    return tuple(one.public_bytes(Encoding.DER) for one in chain)
