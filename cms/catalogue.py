"""The catalogue on the home page; whoever owns courses registers where the entries come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class CatalogueEntry:
    """One training as the home page shows it.  ``facts``: short words under the title, e.g. "8 modul", "20 JP"."""

    title: str
    url: str
    summary: str = ""
    facts: tuple[str, ...] = ()


CatalogueProvider = Callable[[], Iterable[CatalogueEntry]]
_providers: list[CatalogueProvider] = []


def register_catalogue(provider: CatalogueProvider) -> None:
    """Let an upper app contribute entries; called from its AppConfig.ready().  Registering twice changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def entries() -> list[CatalogueEntry]:
    """All public entries, in the order in which the providers give them."""
    return [entry for provider in _providers for entry in provider()]
