"""BSrE e-sign, the state's signature service (client guide v2): an organization's seal, and a person's signature.

``calling`` talks to the service on the agency's network, ``client`` holds the two backends of the signer port.
"""

from __future__ import annotations

from .calling import Service, read_service
from .client import BsrePerson, BsreSeal

__all__ = ["BsrePerson", "BsreSeal", "Service", "read_service"]
