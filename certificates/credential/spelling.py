"""Pure.  The canonical N-Quads of exactly the credential that ``document`` writes, from a table of its terms.

A JSON-LD processor takes forty times as long for the same bytes and works on whatever strangers put into a document;
here whatever the table does not name is refused.  The table repeats what the pinned contexts say of these terms, and
the tests hold the result against them (``canonical``, PyLD) on records of every shape.

RDFC-1.0: a nameless node's label follows from the hash of what is said of it.  In this shape no nameless node refers to
another, and no two are alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from . import pinned
from .screening import ADDRESS, Unfit

CONTEXTS: Final = (pinned.CREDENTIALS, pinned.OPEN_BADGES, pinned.EXTENSIONS)
TYPES: Final = ("VerifiableCredential", "OpenBadgeCredential")

_OB: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_VC: Final = "https://www.w3.org/2018/credentials#"
_SCHEMA: Final = "https://schema.org/"
_STATUS: Final = "https://www.w3.org/ns/credentials/status#"
_SECURITY: Final = "https://w3id.org/security#"
_CHECK: Final = "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
# 1EdTech's contexts write the same datatypes with https, which makes them others.
_XSD_OB: Final = "https://www.w3.org/2001/XMLSchema#"
_TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")

Value = Callable[[Any], str]


def _escaped(value: Any) -> str:
    if not isinstance(value, str) or _CONTROL.search(value):
        raise Unfit("not a text without control characters")
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _text(value: Any) -> str:
    return f'"{_escaped(value)}"'


def _typed(datatype: str) -> Value:
    return lambda value: f'"{_escaped(value)}"^^<{datatype}>'


def _reference(value: Any) -> str:
    if not isinstance(value, str) or ADDRESS.fullmatch(value) is None:
        raise Unfit("not an absolute address")
    return f"<{value}>"


def _number(value: Any) -> str:
    if type(value) is int or (type(value) is float and value.is_integer() and value):
        spelled = str(int(value))  # 32.0 is 32 to JSON, and so it is to JSON-LD
    elif type(value) is float and value:
        mantissa, exponent = f"{value:.15E}".split("E")
        mantissa = mantissa.rstrip("0")
        spelled = f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}"
    else:
        raise Unfit("not a whole number or one with a fraction")
    return f'"{spelled}"^^<{_XSD_OB}float>'


def _truth(value: Any) -> str:
    if value is not True:
        raise Unfit("not true")
    return f'"true"^^<{_XSD_OB}boolean>'


@dataclass(frozen=True)
class _Node:
    """What an object holds: its types as written and as addresses, whether it has an id, and its members: how each is
    spelled (a value or an object), and whether it is a list."""

    types: Any = None
    iris: tuple[str, ...] = ()
    named: bool = True
    members: dict[str, tuple[str, Value | _Node, bool]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


def _node(types: Any, *iris: str, named: bool = True, optional: tuple[str, ...] = (), **members: Any) -> _Node:
    """``members``: name -> (vocabulary or whole address, how it is spelled, and ``...`` for a list)."""
    told = {}
    for name, (vocabulary, spelled, *many) in members.items():
        address = vocabulary if vocabulary.rpartition("#")[2] and "#" in vocabulary else vocabulary + name
        told[name] = (f"<{address}>", spelled, bool(many))
    return _Node(types, tuple(f"<{iri}>" for iri in iris), named, told, frozenset(optional))


_LIST: Final = ...
_DATE_TIME: Final = _typed(f"{_XSD}dateTime")
_DATE: Final = _typed(f"{_XSD_OB}date")
_URI: Final = _typed(f"{_XSD_OB}anyURI")

_LICENCE: Final = _node(
    "IdentifierEntry", f"{_OB}IdentifierEntry", named=False, identifier=(_OB, _text), identifierType=(_OB, _text)
)
_PROFILE: Final = _node(
    ["Profile"],
    f"{_OB}Profile",
    name=(_SCHEMA, _text),
    url=(_SCHEMA, _URI),
    otherIdentifier=(_OB, _LICENCE, _LIST),
    optional=("otherIdentifier",),
)
_IDENTITY: Final = _node(
    "IdentityObject",
    f"{_OB}IdentityObject",
    named=False,
    hashed=(_OB, _truth),
    identityHash=(_OB, _text),
    identityType=(_OB, _text),
    salt=(_OB, _text),
)
_RESULT: Final = _node(["Result"], f"{_OB}Result", named=False, resultDescription=(_OB, _URI), value=(_SCHEMA, _text))
_DESCRIBED: Final = _node(
    ["ResultDescription"], f"{_OB}ResultDescription", name=(_SCHEMA, _text), resultType=(_OB, _text)
)
_ACHIEVEMENT: Final = _node(
    ["Achievement"],
    f"{_OB}Achievement",
    achievementType=(_OB, _text),
    name=(_SCHEMA, _text),
    humanCode=(_OB, _text),
    version=(_OB, _text),
    inLanguage=(_SCHEMA, _text),
    description=(_SCHEMA, _text),
    criteria=(f"{_OB}Criteria", _node(None, named=False, narrative=(_OB, _text))),
    creditsAvailable=(_OB, _number),
    resultDescription=(_OB, _DESCRIBED, _LIST),
)
_SUBJECT: Final = _node(
    ["AchievementSubject"],
    f"{_OB}AchievementSubject",
    name=(_SCHEMA, _text),
    identifier=(_OB, _IDENTITY, _LIST),
    licenseNumber=(_OB, _text),
    activityStartDate=(_OB, _DATE),
    activityEndDate=(_OB, _DATE),
    creditsEarned=(_OB, _number),
    term=(_OB, _text),
    result=(_OB, _RESULT, _LIST),
    achievement=(_OB, _ACHIEVEMENT),
)
_EVIDENCE: Final = _node(["Evidence"], f"{_OB}Evidence", name=(_SCHEMA, _text), description=(_SCHEMA, _text))
_ENTRY: Final = _node(
    "BitstringStatusListEntry",
    f"{_STATUS}BitstringStatusListEntry",
    statusPurpose=(_STATUS, _text),
    statusListIndex=(_STATUS, _text),
    statusListCredential=(_STATUS, _reference),
)
_CREDENTIAL: Final = _node(
    list(TYPES),
    f"{_VC}VerifiableCredential",
    f"{_OB}OpenBadgeCredential",
    name=(_SCHEMA, _text),
    issuer=(_VC, _PROFILE),
    validFrom=(_VC, _DATE_TIME),
    validUntil=(_VC, _DATE_TIME),
    credentialSubject=(_VC, _SUBJECT),
    evidence=(_VC, _EVIDENCE, _LIST),
    credentialStatus=(_VC, _ENTRY, _LIST),
    credentialSchema=(
        _VC,
        _node("1EdTechJsonSchemaValidator2019", f"{_CHECK}1EdTechJsonSchemaValidator2019"),
        _LIST,
    ),
    optional=("validUntil",),
)
_PROOF: Final = _node(
    "DataIntegrityProof",
    f"{_SECURITY}DataIntegrityProof",
    named=False,
    cryptosuite=(_SECURITY, _typed(f"{_SECURITY}cryptosuiteString")),
    created=("http://purl.org/dc/terms/", _DATE_TIME),
    verificationMethod=(_SECURITY, _reference),
    proofPurpose=(_SECURITY, lambda value: _reference(f"{_SECURITY}{value}")),
)


def spelled_quads(document: dict[str, Any]) -> bytes:
    """What is hashed and signed of a credential of ours, or of its proof without value.  Raises Unfit for any other
    shape."""
    if not isinstance(document, dict) or document.get("@context") != list(CONTEXTS):
        raise Unfit("other contexts than ours")
    whole = {name: value for name, value in document.items() if name != "@context"}
    speller = _Speller()
    if whole.get("type") == _PROOF.types:
        speller.blank(whole, _PROOF, parent="")
    else:
        speller.node(whole, _CREDENTIAL)
    return speller.quads()


class _Speller:
    """Collects the quads, those of each nameless node apart, for their labels come last."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._blanks: dict[str, tuple[str, list[str]]] = {}

    def node(self, found: Any, shape: _Node) -> str:
        """Spell an object with an id; returns its address."""
        subject = _reference(found.get("id") if isinstance(found, dict) else None)
        self._lines += [f"{subject} {rest}" for rest in self._rest(found, shape, subject)]
        return subject

    def blank(self, found: Any, shape: _Node, *, parent: str) -> None:
        """Spell a nameless object; ``parent`` is the beginning of the quad that refers to it, if there is one."""
        rests = self._rest(found, shape, "")
        about = [f"_:a {rest}" for rest in rests] + ([f"{parent} _:a .\n"] if parent else [])
        digest = hashlib.sha256("".join(sorted(about)).encode()).hexdigest()
        if digest in self._blanks:
            raise Unfit("two nameless objects that look alike")
        self._blanks[digest] = (parent, rests)

    def quads(self) -> bytes:
        """All quads, labelled and sorted."""
        lines = set(self._lines)
        for position, digest in enumerate(sorted(self._blanks)):
            parent, rests = self._blanks[digest]
            lines.update(f"_:c14n{position} {rest}" for rest in rests)
            lines.update([f"{parent} _:c14n{position} .\n"] if parent else [])
        return "".join(sorted(lines)).encode()

    def _rest(self, found: Any, shape: _Node, subject: str) -> list[str]:
        """Predicate and object of every quad whose subject the object is."""
        if not isinstance(found, dict) or found.get("type") != shape.types:
            raise Unfit("another type than ours")
        given = found.keys() - {"type", *(["id"] if shape.named else [])}
        if given - shape.members.keys() or shape.members.keys() - given - shape.optional:
            raise Unfit("a member too few or too many")
        rests = [f"{_TYPE} {iri} .\n" for iri in shape.iris]
        for name in given:
            predicate, spelled, many = shape.members[name]
            for value in _values(found[name], many=many):
                if not isinstance(spelled, _Node):
                    rests.append(f"{predicate} {spelled(value)} .\n")
                elif spelled.named:
                    rests.append(f"{predicate} {self.node(value, spelled)} .\n")
                elif subject:
                    self.blank(value, spelled, parent=f"{subject} {predicate}")
                else:
                    raise Unfit("a nameless object within another")
        return rests


def _values(value: Any, *, many: bool) -> list[Any]:
    if not many:
        return [value]
    if not isinstance(value, list) or not value:
        raise Unfit("not a list")
    return value
