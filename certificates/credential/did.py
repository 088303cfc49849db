"""Pure.  The name of a host as a decentralized identifier (W3C did:web): who issued a credential, who owns a key."""

from __future__ import annotations


def did_of(host: str) -> str:
    """The did:web identifier of a host, with its port if it has one.

    >>> did_of("localhost:8000")
    'did:web:localhost%3A8000'
    """
    return f"did:web:{host.replace(':', '%3A')}"
