"""Files that are signed elsewhere: by BSrE or by a person with a tool of his own.

The finished file is stored first and waits as a row.  The row is moved to *asked* before anything is sent, so whoever
is killed, or gets no answer, leaves a file of which nobody knows whether it was signed: such a file is never sent again
by itself.  A person hands in the signed file, or says that it was not signed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction

from accounts import events
from accounts.names import same_person_name
from certificates import erasing, errors, filing, registering
from certificates.handing_out import handed_out
from certificates.keys import KeyEntry
from certificates.keys.register import public_key_text
from certificates.models import SealRequest
from certificates.record import read_record
from certificates.signing import SignContext, SignedPdf, Signer, SigningFailed, Unanswered
from certificates.signing.accepting import NotAcceptable, Why, accept
from certificates.storing import store

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

State = SealRequest.State
AGAIN_AFTER: Final = timedelta(minutes=5)
#: The problem of a request whose file the store does not hold, and the word for programs.
LOST: Final = "the file is lost"
LOST_KIND: Final = "lost"
# What a signature is that a person brings back for a file of each signer.
_BACKENDS: Final = {"human": "human", "bsre": "bsre-seal", "bsre-person": "bsre-person"}


def due(*, at: datetime) -> list[int]:
    """Requests that the signing worker sends now; one that failed rests for some minutes."""
    waiting = SealRequest.objects.filter(backend="bsre", state=State.WAITING)
    rested = waiting.filter(problem="") | waiting.filter(since__lte=at - AGAIN_AFTER)
    return list(rested.order_by("pk").values_list("pk", flat=True)[:200])


def ask(request_id: int, signer: Signer, *, at: datetime, actor: User | None = None) -> bool:
    """Have one waiting file signed; whether it was.  Runs outside a transaction: the question must be on record before
    it is asked."""
    with transaction.atomic(durable=True):
        taken = SealRequest.objects.filter(pk=request_id, state=State.WAITING)
        if not taken.update(state=State.ASKED, problem="", problem_kind="", since=at):
            return False
    request = SealRequest.objects.select_related("certificate").get(pk=request_id)
    context = SignContext(at.replace(microsecond=0), filing.REASON, "", str(request.public_id))
    try:
        sealed = signer.sign(handed_out(request), context=context)
    except errors.FileLost:
        _stay(request, State.WAITING, LOST, LOST_KIND, at=at)
        return False
    except Unanswered as error:
        _stay(request, State.ASKED, str(error), error.kind, at=at)
        return False
    except SigningFailed as error:
        _stay(request, State.WAITING, str(error), error.kind, at=at)
        return False
    try:
        return take_in(request, sealed, at=at, actor=actor)
    except NotAcceptable as error:
        _stay(request, State.ASKED, str(error), error.kind, at=at)
        return False


def hand_in(
    request: SealRequest, pdf: bytes, *, actor: User | None, at: datetime, look: Callable[..., SignedPdf] = accept
) -> bool:
    """A person (None: the operator) brings the signed file back; False when it is there already.  ``look`` judges the
    bytes as ``accept`` does.

    Raises NotTheFile with the reason.
    """
    if request.state == State.SIGNED:
        return False
    try:
        sealed = look(handed_out(request), pdf, roots=roots_for(request), backend=_BACKENDS[request.backend])
        return take_in(request, sealed, at=at, actor=actor)
    except NotAcceptable as error:
        raise errors.NotTheFile(str(error), error.why) from error


@transaction.atomic
def ask_again(request: SealRequest, *, actor: User | None, reason: str, at: datetime) -> None:
    """A person found out that the file was not signed: it waits again.  Raises ReasonMissing or AlreadyDecided."""
    if not reason.strip():
        raise errors.ReasonMissing
    unknown = SealRequest.objects.filter(pk=request.pk, state__in=[State.ASKED, State.TAKEN])
    if not unknown.update(state=State.WAITING, problem="", problem_kind="", since=at, taken_by=None):
        raise errors.AlreadyDecided
    issuer = request.certificate.issuer
    events.record("seal_asked_again", request.certificate, actor=actor, at=at, organization=issuer, reason=reason)


@transaction.atomic
def take_in(request: SealRequest, sealed: SignedPdf, *, at: datetime, actor: User | None = None) -> bool:
    """Publish who signed, store the file, name it once with its evidence.  Raises NotAcceptable when somebody else than
    the person on the paper signed it."""
    _require_signatory(request, sealed)
    digest = store(sealed.pdf, "pdf")
    registering.enter(_signatory(sealed), at=at)
    if not filing.name_file(request.certificate_id, file_sha256=digest, at=at, seal=sealed):
        erasing.take_back(request.certificate_id, digest)
        return False
    SealRequest.objects.filter(pk=request.pk).update(state=State.SIGNED, problem="", problem_kind="", since=at)
    issuer = request.certificate.issuer
    told = {"backend": sealed.backend, "key": sealed.key_id}
    events.record("seal_taken_in", request.certificate, actor=actor, at=at, organization=issuer, details=told)
    return True


def roots_for(request: SealRequest) -> tuple[x509.Certificate, ...]:
    """The roots that vouch for the signature this file waits for.  Raises NotAcceptable."""
    return signatory_roots() if request.backend == "human" else bsre_roots()


def signatory_roots() -> tuple[x509.Certificate, ...]:
    """The roots that this installation was told to trust for signatures of persons.  Raises NotAcceptable."""
    return _roots("SIGNATORY_ROOTS")


def bsre_roots() -> tuple[x509.Certificate, ...]:
    """The roots of BSrE: what leads to none of them is no signature of BSrE.  Raises NotAcceptable."""
    return _roots("BSRE_ROOTS")


def _roots(name: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(getattr(settings, name).read_bytes()))
    except (OSError, ValueError) as error:
        raise NotAcceptable(Why.NO_ROOTS, f"no root certificates are set up ({name})") from error


def _stay(request: SealRequest, state: str, problem: str, kind: str, *, at: datetime) -> None:
    logger.warning("file not signed id=%s state=%s why=%s", request.pk, state, problem)
    facts = {"problem": problem[:40], "problem_kind": kind[:40]}
    SealRequest.objects.filter(pk=request.pk, state=State.ASKED).update(state=state, since=at, **facts)


def _require_signatory(request: SealRequest, sealed: SignedPdf) -> None:
    """A paper that says its signatory signed it is signed by that person: titles and capitals do not matter.  A seal
    of an organization names nobody, and a record before version 3 promises nobody in particular."""
    record = read_record(request.certificate.record_text.encode())
    if record.version < 3 or sealed.backend not in {"human", "bsre-person"} or request.backend == "bsre":
        return
    signer = x509.load_pem_x509_certificate(sealed.signatory[0].encode())
    named = [str(one.value) for one in signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not any(same_person_name(name, record.signatory.name) for name in named):
        raise NotAcceptable(Why.OTHER_PERSON, "signed by another person than the paper names")


def _signatory(sealed: SignedPdf) -> KeyEntry:
    signer = x509.load_pem_x509_certificate(sealed.signatory[0].encode())
    size = getattr(signer.public_key(), "key_size", 0)
    return KeyEntry(
        key_id=sealed.key_id,
        purpose="signatory",
        algorithm=f"RSA-{size}",
        public_key=public_key_text(signer.public_key()),
        not_before=signer.not_valid_before_utc,
        not_after=signer.not_valid_after_utc,
        demo=settings.SULUH_DEMO,
        certificates=sealed.signatory,
    )
