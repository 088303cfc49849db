"""Pure.  What sealed minutes of a list check carry (docs/formats.md): ``suluh-list-check.json``, version 1."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from certificates.record import canonical, instant, read_instant

ATTACHMENT_NAME: Final = "suluh-list-check.json"
FORMAT: Final = "suluh-list-check"
VERSION: Final = 1
_MEMBERS: Final = {"format", "version", "id", "organization", "checked_at", "total", "counts", "sheet", "demo"}
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class MalformedListCheck(ValueError):
    """An attachment of that name which says something else."""


@dataclass(frozen=True)
class ListCheck:
    """That a list was checked: the list's id, when, how many rows, which answers, the hash of the result sheet."""

    id: str
    organization: str
    checked_at: datetime
    total: int
    counts: dict[str, int]
    sheet: str
    demo: bool

    def pack(self) -> bytes:
        """The attachment: canonical JSON."""
        return canonical(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The members, as the attachment has them."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "id": self.id,
            "organization": self.organization,
            "checked_at": instant(self.checked_at),
            "total": self.total,
            "counts": self.counts,
            "sheet": self.sheet,
            "demo": int(self.demo),
        }

    @classmethod
    def unpack(cls, attachment: bytes) -> Self:
        """What an attachment says.  Raises MalformedListCheck."""
        try:
            members = json.loads(attachment.decode())
            if set(members) != _MEMBERS or (members["format"], members["version"]) != (FORMAT, VERSION):
                raise MalformedListCheck("wrong members")
            counts = {str(word): int(number) for word, number in members["counts"].items()}
            found = cls(
                id=str(members["id"]),
                organization=str(members["organization"]),
                checked_at=read_instant(members["checked_at"]),
                total=int(members["total"]),
                counts=counts,
                sheet=str(members["sheet"]),
                demo=bool(members["demo"]),
            )
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise MalformedListCheck("not minutes") from error
        if found.pack() != attachment or not _UUID.fullmatch(found.id) or sum(counts.values()) != found.total:
            raise MalformedListCheck("not canonical")
        return found
