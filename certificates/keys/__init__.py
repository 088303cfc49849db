"""Keys, one for each job: K1 (Ed25519) signs records, K3 (RSA-3072, X.509) seals PDF files.

``making`` creates them, ``material`` loads them once per process, ``register`` is the public side that anyone may read
and that keeps every key ever used, so that old signatures verify for ever.
"""

from __future__ import annotations

from .errors import KeyUnavailable
from .material import RecordKey, SealKey, SigningKeys, load_signing_keys
from .register import KeyEntry, KeyRegister, read_register

__all__ = [
    "KeyEntry",
    "KeyRegister",
    "KeyUnavailable",
    "RecordKey",
    "SealKey",
    "SigningKeys",
    "load_signing_keys",
    "read_register",
]
