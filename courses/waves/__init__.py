"""Gelombang: several angkatan made in one go, a list dealt out into them, opened and closed together.

``dealing`` and ``naming`` are pure; ``making``, ``people`` and ``running`` are the verbs; ``table`` is the wave at a
glance; ``lists`` lets a people list end in a wave.
"""

from courses.waves.dealing import deal

__all__ = ["deal"]
