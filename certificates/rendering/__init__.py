"""Pure.  Make the paper from a signed record: PDF/A-3a and PDF/UA-1 at once (ISO 19005-3, ISO 14289-1), and a picture.

The same signed record gives the same bytes; nothing is read from a clock, a database or the network.
"""

from __future__ import annotations

from .compiling import render_pdf, render_picture
from .typesetting import CannotRender

__all__ = ["CannotRender", "render_pdf", "render_picture"]
