"""What addresses may hold besides what Django knows; registered by whichever list of addresses is read first."""

from __future__ import annotations

from functools import cache

from django.urls import register_converter


class Sha256Converter:
    """64 hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class YearConverter:
    """A year of this century."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


@cache
def register() -> None:
    """Once, however many lists ask for it."""
    register_converter(Sha256Converter, "sha256")
    register_converter(YearConverter, "year")
