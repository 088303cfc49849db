"""Pure.  A status list as a credential of its own: BitstringStatusListCredential (W3C Bitstring Status List 1.0,
section 2.1, in the VC Data Model 2.0), before its proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from certificates.credential.did import did_of
from certificates.record import instant
from certificates.status import bitstring

CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
MEDIA_TYPE: Final = "application/vc"
#: How long an edition counts.  It is signed again every day, so a day without the signing worker does no harm.
VALID_FOR: Final = timedelta(hours=48)
#: How long a copy may be used without asking again: what was revoked is known everywhere after this.
MAY_BE_KEPT: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Edition:
    """What one edition of a list says: the set places of one purpose, from ``made_at`` on (aware)."""

    address: str
    list_id: str
    purpose: str
    places: tuple[int, ...]
    made_at: datetime

    @property
    def url(self) -> str:
        """Where the list is served, and what a credential's ``statusListCredential`` names."""
        return list_url(self.address, self.list_id, self.purpose)

    @property
    def valid_until(self) -> datetime:
        return self.made_at + VALID_FOR

    def document(self) -> dict[str, Any]:
        """The credential without its proof."""
        return {
            "@context": [CONTEXT],
            "id": self.url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": did_of(host_of(self.address)),
            "validFrom": instant(self.made_at),
            "validUntil": instant(self.valid_until),
            "credentialSubject": {
                "id": f"{self.url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": self.purpose,
                "ttl": int(MAY_BE_KEPT.total_seconds() * 1000),
                "encodedList": bitstring.encode(self.places),
            },
        }


def list_url(address: str, list_id: str, purpose: str) -> str:
    return f"{address}/status/{list_id}/{purpose}"


def host_of(address: str) -> str:
    return urlsplit(address).netloc


def encoded_list(document: dict[str, Any]) -> str:
    """The list's text in a document of ours."""
    return str(document["credentialSubject"]["encodedList"])
