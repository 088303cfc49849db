"""Pure.  The groups of facts that make up a record; what each member may hold is said by ``record_schema``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Issuer:
    """Who promises: stable id (UUID), name and place as printed, the public base address (``https://host``, no
    trailing slash), and the licence number when it acts as licensed LSP (else empty)."""

    id: str
    name: str
    place: str
    address: str
    licence: str = ""


@dataclass(frozen=True)
class Course:
    """What was followed; ``id`` is the course's public UUID."""

    id: str
    code: str
    title: str


@dataclass(frozen=True)
class Scheme:
    """The certification scheme of a certificate of competence; empty for training."""

    code: str = ""
    title: str = ""


@dataclass(frozen=True)
class Edition:
    """The frozen edition: its number within the course and the SHA-256 of its manifest."""

    number: int
    sha256: str


@dataclass(frozen=True)
class Held:
    """First and last day of the training (``YYYY-MM-DD``) and the angkatan's name."""

    cohort: str
    starts_on: str
    ends_on: str


@dataclass(frozen=True)
class Module:
    """One row of the back page; JP as ``hours`` writes them."""

    key: str
    title: str
    jp_async: str
    jp_sync: str


@dataclass(frozen=True)
class Unit:
    """One competency unit and its result in words as printed (``Tercapai``, ``Kompeten``, ``Belum kompeten``)."""

    code: str
    title: str
    result: str


@dataclass(frozen=True)
class Hours:
    """Total JP, and a note printed beside it (``usulan`` while the hours are only proposed; else empty)."""

    total: str
    note: str = ""


@dataclass(frozen=True)
class Signatory:
    """Who is named under the certificate; ``acting`` is an optional line above (``a.n. Kepala ...``, ``Plt.``)."""

    name: str
    position: str
    acting: str = ""


@dataclass(frozen=True)
class Replacement:
    """Why another certificate is replaced (``correction`` of it, or ``duplicate`` of a lost or damaged paper), and the
    day that one was issued; both empty when none is."""

    kind: str = ""
    issued_on: str = ""


@dataclass(frozen=True)
class StatusSlot:
    """The place reserved in a status list (Bitstring Status List 1.0)."""

    list: str
    index: int
