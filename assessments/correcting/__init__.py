"""Corrections of keys, points and pass marks: an overlay on frozen documents, and its way to everybody's score.

Marking reads ``overlay_for``; an upper app that promised something because of a pass registers
``register_touched_source`` in its ``AppConfig.ready()``.
"""

from assessments.correcting.overlay import Overlay, overlay_for, rules_now
from assessments.correcting.touching import Touched, register_touched_source

__all__ = ["Overlay", "Touched", "overlay_for", "register_touched_source", "rules_now"]
