"""The picture to share: drawn when somebody first asks for it, then kept under its own hash like the paper.

Drawing costs several times what the PDF costs and most holders never ask, so issuing does not draw.  Two first
requests at once draw the same bytes from the same signed record, store them under the same name and name them once.
"""

from __future__ import annotations

import hashlib

from certificates import erasing
from certificates.design.keeping import PictureMissing, design_of
from certificates.filing import FileNotMade, signed_record, store, stored_path
from certificates.models import Certificate
from certificates.rendering import CannotRender, render_picture


def picture_of(certificate: Certificate) -> str:
    """The SHA-256 under which the picture lies, drawn now when nobody asked before or the store has lost it.

    Only what was filed is pictured.  Raises FileNotMade, also after the name was erased.
    """
    if not certificate.file_sha256:
        msg = "the paper itself is not filed yet"
        raise FileNotMade(msg)
    if certificate.picture_sha256 and stored_path(certificate.picture_sha256, "png").is_file():
        return certificate.picture_sha256
    try:
        signed = signed_record(certificate)
        picture = render_picture(signed, design=design_of(signed.record))
    except (CannotRender, PictureMissing) as error:
        raise FileNotMade(str(error)) from error
    # Named before it is stored: an erasure of the name then knows what to look for.
    digest = hashlib.sha256(picture).hexdigest()
    Certificate.objects.filter(pk=certificate.pk, picture_sha256="").update(picture_sha256=digest)
    store(picture, "png")
    erasing.take_back(certificate.pk)
    return digest
