"""What an audit says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

#: Behind every place of the log: what belongs to none.
NOWHERE: Final = 2**62


@dataclass(frozen=True)
class Finding:
    """One difference.  ``subject`` names the kind of thing, ``row`` which one, ``message`` what is wrong in words;
    ``position`` is the entry of the log that shows it, so that the first difference comes first."""

    subject: str
    row: str
    message: str
    position: int = NOWHERE

    def __str__(self) -> str:
        return f"{self.subject} {self.row}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        place = None if self.position == NOWHERE else self.position
        return {"subject": self.subject, "row": self.row, "message": self.message, "position": place}


@dataclass
class Audit:
    """The outcome: differences, lawful peculiarities, and how much was looked at."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    entries: int = 0
    certificates: int = 0
    checkpoints: int = 0
    root: str = ""

    @property
    def consistent(self) -> bool:
        return not self.findings

    def in_order(self) -> list[Finding]:
        """The first difference first; without twins."""
        return sorted(dict.fromkeys(self.findings), key=lambda each: each.position)
