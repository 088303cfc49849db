"""Who signs a paper, and which signatures may follow the words that stand on it.

The words are printed before the signature is made, so the record says who signs (``signing``, since version 3) and
only such a signature is filed: a paper that speaks of BSrE without a verified signature of BSrE never comes to be.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from certificates.record import Record

# What each signer of an installation (``SULUH_SIGNER``) makes a new record say.
SIGNING: Final = {"local": "own-seal", "bsre": "bsre", "bsre-person": "bsre", "human": "signatory"}
# Which evidence (``SealEvidence.backend``) bears out what a record says.
_BORNE_OUT: Final = {
    "own-seal": frozenset({"local"}),
    "bsre": frozenset({"bsre-seal", "bsre-person"}),
    "signatory": frozenset({"human", "bsre-person"}),
}
_USUAL: Final = {"own-seal": "local", "bsre": "bsre", "signatory": "human"}


def at_present() -> str:
    """What a record of this moment says."""
    return SIGNING[settings.SULUH_SIGNER]


def signer_for(record: Record) -> str:
    """Whom the paper of this record waits for, also after the setting was changed.  A record before version 3 promises
    nobody in particular."""
    if record.version < 3 or SIGNING[settings.SULUH_SIGNER] == record.signing:
        return str(settings.SULUH_SIGNER)
    return _USUAL[record.signing]


def bears_out(record: Record, backend: str) -> bool:
    """Pure.  Whether a signature by this backend is the one that the paper speaks of."""
    return record.version < 3 or backend in _BORNE_OUT[record.signing]
