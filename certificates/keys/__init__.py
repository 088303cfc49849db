"""Keys, one for each job: K1 (Ed25519) signs records and credentials, K2 (P-256) the codes on paper, K3 (RSA-3072,
X.509) seals PDF files, K4 (P-256) signs tokens for other systems.

``making`` creates them, ``material`` loads them once per process, ``register`` is the public side that anyone may read
and that keeps every key ever used, so that old signatures verify for ever.
"""

from __future__ import annotations

from .errors import KeyUnavailable
from .material import CodeKey, RecordKey, SealKey, SigningKeys, forget_keys, load_signing_keys
from .register import KeyEntry, KeyRegister, read_register

__all__ = [
    "CodeKey",
    "KeyEntry",
    "KeyRegister",
    "KeyUnavailable",
    "RecordKey",
    "SealKey",
    "SigningKeys",
    "forget_keys",
    "load_signing_keys",
    "read_register",
]
