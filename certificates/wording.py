"""The words of each answer about a certificate: what it is, what it means, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.judging import Answer


@dataclass(frozen=True, eq=False)
class Words:
    """``title`` is the sentence beside the icon; ``next_step`` says what the reader should do."""

    title: Promise
    meaning: Promise
    next_step: Promise


_COMPARE = _("Compare the name and the facts below with the paper in front of you.")
_ASK_ISSUER = _("Do not rely on it. Ask the issuing organization before you decide anything.")

OF_CODE = {
    Answer.VALID: Words(
        _("Recorded and valid"), _("This certificate is in the register and nothing ended it."), _COMPARE
    ),
    Answer.EXPIRED: Words(
        _("Recorded, but no longer valid"), _("The certificate is genuine; its last valid day has passed."), _COMPARE
    ),
    Answer.SUSPENDED: Words(
        _("Recorded, but suspended"),
        _("The issuing organization has suspended this certificate; it does not count for now."),
        _ASK_ISSUER,
    ),
    Answer.REVOKED: Words(
        _("Recorded, but revoked"), _("The issuing organization has revoked this certificate for good."), _ASK_ISSUER
    ),
    Answer.REPLACED: Words(
        _("Replaced by a newer certificate"),
        _("The certificate was genuine, but a corrected one has taken its place."),
        _("Ask for the new certificate and check that one."),
    ),
    Answer.KEY_NOT_TRUSTED: Words(
        _("Signed with a key that is not trusted any more"),
        _("Somebody else may have held the key, and nothing shows that this was signed before that time."),
        _("Do not rely on it. Ask the issuing organization for a new certificate."),
    ),
    Answer.REGISTER_DAMAGED: Words(
        _("The register's entry does not match its signature"),
        _("Something in our own register was changed or damaged, so nothing can be confirmed."),
        _("Please tell the operator of this site. Nothing on this page can be relied on until it is put right."),
    ),
}

OF_FILE = {
    **OF_CODE,
    Answer.VALID: Words(
        _("Genuine file, recorded and valid"),
        _("The file is unchanged, sealed by us, and the register says the same."),
        _COMPARE,
    ),
    Answer.UNREADABLE: Words(
        _("This file could not be read"),
        _("That is no answer about the certificate: the file is not a PDF, is damaged, too large, or took too long."),
        _("Ask for the original file, not a scan or a photo, or type the code printed on the paper."),
    ),
    Answer.UNSIGNED: Words(
        _("This file carries no electronic signature"),
        _("Our certificates always carry one. It may be a scan, a printout or an imitation."),
        _("Type the code printed on the paper, or ask for the original file."),
    ),
    Answer.ALTERED: Words(
        _("This file was changed after it was signed"),
        _("At least one thing in it is no longer what was signed."),
        _("Do not accept this file. Look at what the register says, and ask for the original file."),
    ),
    Answer.OTHER_KEY: Words(
        _("Signed, but not by us"),
        _("The seal does not belong to any key of this register, whatever name it carries."),
        _("Do not accept this file. Look at what the register says, and ask for the original file."),
    ),
    Answer.NOT_GENUINE: Words(
        _("This file is not one of our certificates"),
        _("Not everything that a genuine file carries is there and in order."),
        _("Do not accept this file. Type the code printed on the paper, or ask for the original file."),
    ),
    Answer.NOT_RECORDED: Words(
        _("Genuine, but not recorded here"),
        _("The file is unchanged and sealed by us, yet this register has no entry for it."),
        _("Please tell the operator of this site: an entry may be missing, or it was issued on another installation."),
    ),
    Answer.DIFFERS: Words(
        _("Sealed by us, but the register says something else"),
        _("The facts in the file are not the facts in the register."),
        _("Do not accept this file. What counts is the register's answer below."),
    ),
    Answer.OTHER_FILE: Words(
        _("Not the file that was issued"),
        _("The facts agree, but the file is not the one stored when the certificate was issued."),
        _("Ask for the original file; the register's answer below counts."),
    ),
    Answer.MINUTES: Words(
        _("Minutes of a list check, no certificate"),
        _("The file is unchanged and sealed by us: minutes of comparing a list of certificates with the register."),
        _("What it counts was true on that day. To know how one certificate stands today, check that one."),
    ),
}

# A credential, a badge or the code in a picture.
OF_CREDENTIAL = {
    **OF_FILE,
    Answer.VALID: Words(
        _("Genuine, recorded and valid"),
        _("It is signed by us, unchanged, and the register says the same."),
        _COMPARE,
    ),
    Answer.UNREADABLE: Words(
        _("This could not be read"),
        _("That is no answer about the certificate: no code or credential was found, or it is damaged or too large."),
        _("Take the picture again, straight and in good light, or type the code printed on the paper."),
    ),
    Answer.ALTERED: Words(
        _("Changed after it was signed"),
        _("At least one thing in it is no longer what was signed."),
        _("Do not accept it. Look at what the register says, and ask for the original."),
    ),
    Answer.OTHER_KEY: Words(
        _("Signed, but not by us"),
        _("The signature does not belong to any key of this register, whatever name it carries."),
        _("Do not accept it. Look at what the register says, and ask for the original."),
    ),
    Answer.NOT_GENUINE: Words(
        _("Not one of our credentials"),
        _("Not everything that a genuine one carries is there and in order."),
        _("Do not accept it. Type the code printed on the paper, or ask for the original."),
    ),
    Answer.NOT_RECORDED: Words(
        _("Not recorded here"),
        _("This register has no entry for it."),
        _("Ask the holder for the PDF file, or ask the office named on the paper."),
    ),
    Answer.DIFFERS: Words(
        _("Signed by us, but the register says something else"),
        _("The facts in it are not the facts in the register."),
        _("Do not accept it. What counts is the register's answer below."),
    ),
    Answer.OTHER_FILE: Words(
        _("Not the one that was issued"),
        _("The facts agree, but it is not the one made when the certificate was issued."),
        _("Ask for the original; the register's answer below counts."),
    ),
    Answer.OTHER_HOST: Words(
        _("It leads to another address, not to us"),
        _("The code names a host where we do not answer."),
        _("Do not open that address. Type the address of this site yourself, and then the code printed on the paper."),
    ),
}
