"""What an uploaded file may cost."""

from __future__ import annotations

from typing import Final

PROCESSES: Final = 2
WALL_SECONDS: Final = 2.0
WAIT_SECONDS: Final = 5.0
START_SECONDS: Final = 20.0
RECYCLE_AFTER: Final = 200
LARGEST_PICTURE: Final = 15_000_000
