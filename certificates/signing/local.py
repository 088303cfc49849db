"""Seal with our own K3: PAdES B-B (ETSI EN 319 142-1), RSA-3072 with SHA-256, DocMDP "no changes".

RSA with SHA-256 keeps the file at PDF 1.7 (an EC key would lift it to 2.0 and break PDF/A-3) and is read by every
verifier in the field.  Two ways lead to the same seal: pyHanko's, and a faster one written by hand for files as our
own renderer packs them, used only after the first file of the process came out alike.  The same file, key and time give
the same bytes: a worker that died between signing and storing makes the same file again.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from certificates.keys import SealKey

from .cms import SealCms, StampedCms
from .comparing import same_seal
from .port import Capabilities, SignContext, SignedPdf, SigningFailed
from .timestamping import NoTimestamp, TimestampAuthority
from .updating import NotAsWePack, seal_by_hand
from .widget import FIELD_NAME, add_seal_field

logger = logging.getLogger(__name__)

DIGEST: Final = "sha256"
LEVEL: Final = "B-B"


class LocalSigner:
    """Seals with a key that is already loaded; make one per process and keep it."""

    def __init__(self, key: SealKey, authority: TimestampAuthority | None = None) -> None:
        self._key = key
        self._stamped = StampedCms(key, authority) if authority else None
        self._cms = SealCms(key)
        # None: not tried yet.  The first file of a process is sealed in both ways, and compared.
        self._by_hand: bool | None = None

    def __repr__(self) -> str:
        return f"LocalSigner({self._key.entry.key_id})"

    @property
    def capabilities(self) -> Capabilities:
        """One file after the other, no picture, nobody needed."""
        return Capabilities()

    def sign(self, pdf: bytes, *, context: SignContext) -> SignedPdf:
        """The file with one invisible, tagged signature field in one incremental update.  Raises SigningFailed."""
        if not self._key.entry.covers(context.signed_at):
            raise SigningFailed(f"{self._key.entry.key_id} may not sign at {context.signed_at:%Y-%m-%d}")
        stamped = self._with_time(pdf, context)
        if stamped is not None:
            return SignedPdf(stamped, self._key.entry.key_id, "local", "B-T", context.signed_at)
        try:
            sealed = self._fastest(pdf, context)
        except (PdfError, SigningError, KeyError, ValueError) as error:
            raise SigningFailed(f"cannot seal this file ({type(error).__name__})") from error
        return SignedPdf(sealed, self._key.entry.key_id, "local", LEVEL, context.signed_at)

    def _with_time(self, pdf: bytes, context: SignContext) -> bytes | None:
        """The file at level B-T; None without an authority, and while it is away: the nightly work adds a time then."""
        if self._stamped is None:
            return None
        try:
            return seal_by_hand(pdf, context, self._stamped)
        except NoTimestamp as error:
            logger.warning("sealed without a vouched time why=%s", error)
        except (NotAsWePack, KeyError):
            logger.warning("sealed without a vouched time: not a file that we packed")
        return None

    def _fastest(self, pdf: bytes, context: SignContext) -> bytes:
        if self._by_hand is False:
            return self._seal(pdf, context)
        try:
            by_hand = seal_by_hand(pdf, context, self._cms)
        except (NotAsWePack, KeyError):
            return self._seal(pdf, context)
        if self._by_hand is None:
            sealed = self._seal(pdf, context)
            self._by_hand = same_seal(by_hand, sealed, len(pdf), self._cms)
            if not self._by_hand:
                logger.error("the seal written by hand differs from pyHanko's; pyHanko seals")
                return sealed
        return by_hand

    def _seal(self, pdf: bytes, context: SignContext) -> bytes:
        writer = _SealWriter(pdf, context.signed_at)
        add_seal_field(writer)
        steps = PdfCMSEmbedder().write_cms(FIELD_NAME, writer, existing_fields_only=True)
        next(steps)
        placeholder = SignatureObject(
            timestamp=context.signed_at,
            subfilter=SigSeedSubFilter.PADES,
            reason=context.reason,
            location=context.location,
            bytes_reserved=self._cms.bytes_reserved,
        )
        no_changes = SigMDPSetup(md_algorithm=DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
        steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=no_changes))
        prepared, output = steps.send(SigIOSetup(md_algorithm=DIGEST))
        steps.send(self._cms.seal(prepared.document_digest))
        sealed: bytes = output.getvalue()
        return sealed


class _SealWriter(IncrementalPdfFileWriter):
    """An update that adds the seal and nothing else: no new modification date in Info and XMP (both would have to
    agree), and a file identifier whose second half follows from content and time instead of chance."""

    def __init__(self, pdf: bytes, signed_at: datetime) -> None:
        super().__init__(BytesIO(pdf))
        revision = hashlib.sha256(pdf + signed_at.isoformat().encode()).digest()[:16]
        self._document_id[1] = generic.ByteStringObject(revision)

    def _update_meta(self) -> None:
        return
