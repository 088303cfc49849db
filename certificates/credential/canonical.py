"""Pure.  The canonical N-Quads of a credential (RDF Dataset Canonicalization, RDFC-1.0), for documents whose nameless
nodes all differ in what is said of them.

The general algorithm tries permutations of nodes that look alike, which a few kilobytes of hostile JSON stretch to
minutes; here two that look alike are a refusal, so the work is a sort.  PyLD turns JSON-LD into RDF and the tests hold
the result against its own RDFC-1.0.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Any, Final

from pyld import jsonld
from pyld.nquads import serialize_nquad

from . import pinned
from .screening import ADDRESS, Unfit, screen

# Where a relative name would end up; compaction leaves every other host as it is.
_BASE: Final = "https://undefined.invalid/"
_BLANK: Final = "blank node"
_Quad = dict[str, Any]


class Undefined(Unfit):
    """A member or type that no pinned context defines, or one spelled otherwise than its context does."""


def canonical_quads(document: dict[str, Any]) -> bytes:
    """What is hashed and signed of this document.  Raises Unfit, and Undefined for what its contexts do not define."""
    screen(document)
    try:
        return _canonical(_quads(document))
    except (jsonld.JsonLdError, RecursionError) as error:
        raise Unfit("not JSON-LD of its contexts") from error


def _quads(document: dict[str, Any]) -> list[_Quad]:
    options = {"base": _BASE, "documentLoader": pinned.load}
    expanded = jsonld.expand(document, options, _refuse_dropped)
    _check_expanded(expanded)
    # Spelled as the contexts spell it, or a reader of the JSON could miss what was signed.
    compacted = jsonld.compact(expanded, document["@context"], {**options, "skipExpansion": True})
    if _bare(compacted) != _bare(document):
        raise Undefined("spelled otherwise than its contexts do")
    dataset = jsonld.to_rdf(expanded, options)
    if set(dataset) != {"@default"}:
        raise Unfit("more than one graph")
    quads: list[_Quad] = dataset["@default"]
    return quads


def _refuse_dropped(name: object) -> None:
    if not (isinstance(name, str) and name.startswith("@")):
        raise Undefined("a member that no context defines")


def _check_expanded(expanded: Any) -> None:
    """Only nodes, types and plain values remain, and every name is an address that the conversion to RDF keeps."""
    waiting = list(expanded)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict) or "@value" in node:
            _check_names([node["@type"]] if isinstance(node, dict) and "@type" in node else [])
            continue
        _check_names(([node["@id"]] if "@id" in node else []) + node.get("@type", []))
        for name, values in node.items():
            if name not in {"@id", "@type"}:
                _check_names([name])
                waiting += values


def _check_names(names: list[Any]) -> None:
    for name in names:
        if not isinstance(name, str) or name.startswith(_BASE):
            raise Undefined("a type or reference that no context defines")
        if ADDRESS.fullmatch(name) is None:
            raise Unfit("a name that is no absolute address")


def _bare(value: Any) -> Any:
    """The JSON with what JSON-LD does not tell apart made alike: one value and a list of one, an object that is only
    an id and that id; numbers and truth values stay what they are."""
    if isinstance(value, dict):
        if set(value) == {"id"}:
            return ("text", value["id"])
        return {name: _bare(member) for name, member in value.items() if name != "@context"}
    if isinstance(value, list):
        return _bare(value[0]) if len(value) == 1 else [_bare(entry) for entry in value]
    return ("text", value) if isinstance(value, str) else (type(value).__name__, value)


def _canonical(quads: list[_Quad]) -> bytes:
    """RDFC-1.0, section 4.4, as far as first degree hashes tell all blank nodes apart."""
    about: defaultdict[str, list[_Quad]] = defaultdict(list)
    for quad in quads:
        for label in {quad[part]["value"] for part in ("subject", "object") if quad[part]["type"] == _BLANK}:
            about[label].append(quad)
    by_hash = {_first_degree(label, mentions): label for label, mentions in about.items()}
    if len(by_hash) != len(about):
        raise Unfit("two nameless objects that look alike")
    issued = {by_hash[digest]: f"_:c14n{position}" for position, digest in enumerate(sorted(by_hash))}
    return "".join(sorted({_line(quad, issued.__getitem__) for quad in quads})).encode()


def _first_degree(label: str, mentions: list[_Quad]) -> str:
    lines = sorted(_line(quad, lambda other: "_:a" if other == label else "_:z") for quad in mentions)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _line(quad: _Quad, name: Any) -> str:
    renamed = dict(quad)
    for part in ("subject", "object"):
        if quad[part]["type"] == _BLANK:
            renamed[part] = {"type": _BLANK, "value": name(quad[part]["value"])}
    line: str = serialize_nquad(renamed)
    return line
