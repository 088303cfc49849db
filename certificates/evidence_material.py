"""What the next copy of a file must hold so that everything before it can be judged when their certificates have ended:
the seal's chain, that of every authority that has vouched for a time so far, and one revocation list of each issuer."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from certificates import time_authority
from certificates.checking.later_copies import seal_token
from certificates.keys import KeyEntry
from certificates.signing.chains import issued
from certificates.signing.lifting import CannotLift, Material, parts_of
from certificates.signing.vouching import chain_of, lists_in, written


def gather(pdf: bytes, seal: KeyEntry, crl: bytes, *, at: datetime) -> Material:
    """The evidence behind this file, without a time-stamp.  ``crl`` is the list of the seal's root, signed now.  Raises
    CannotLift."""
    split = parts_of(pdf)
    if split is None:
        raise CannotLift("not a file of ours")
    end, before = split
    tokens = [token for token in (seal_token(pdf[:end]), *(one.token for one in before)) if token]
    chain = seal.chain()
    more: list[x509.Certificate] = []
    for token in tokens:
        try:
            found = chain_of(token, None, at=at)
        except ValueError as error:
            raise CannotLift("a time-stamp that cannot be read") from error
        roots = time_authority.roots() or ()
        above = [root for root in roots if root not in found and issued(found[-1], root)]
        more += [one for one in (*found, *above) if one not in more and one not in chain]
    given = [*time_authority.lists(), *(one for token in tokens for one in lists_in(token))]
    kept = [one for material in before for one in material.crls]
    # A list made after the seal's certificate has ended may leave out what it once named.
    ended = chain[0].not_valid_after_utc < at
    lists = _one_each([*([] if ended and kept else [crl]), *kept, *given], [chain[-1], *more])
    return Material((*written(chain), *written(more)), lists)


def _one_each(lists: list[bytes], issuers: list[x509.Certificate]) -> tuple[bytes, ...]:
    """Of each issuer the list that was made last; what none of them signed is left out."""
    newest: dict[bytes, tuple[datetime, bytes]] = {}
    for content in lists:
        try:
            shown = x509.load_der_x509_crl(content)
            ours = any(
                shown.issuer == one.subject and shown.is_signature_valid(one.public_key())  # type: ignore[arg-type]
                for one in issuers
            )
        except (ValueError, TypeError):
            continue
        name, made = shown.issuer.public_bytes(), shown.last_update_utc
        if ours and (name not in newest or made > newest[name][0]):
            newest[name] = (made, content)
    return tuple(content for _made, content in newest.values())
