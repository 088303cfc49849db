"""Refusals of the certificates app.  Each message says what happened, what is safe, and what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class CertificateError(Exception):
    """A rule of the certificates forbids this action."""

    message: str | Promise = _("This action is not possible now. Nothing was changed.")


class NotReady(CertificateError):
    """Something the certificate needs is no longer there; the award waits again."""

    message = _("The certificate cannot be issued yet. Nothing was changed.")


class NoPublicAddress(CertificateError):
    """A certificate carries the address that checks it; outside the demonstration that must be https."""

    message = _("PUBLIC_BASE_URL must be an https address before certificates can be issued.")


class NoSigningKey(CertificateError):
    message = _("There is no registered signing key for today. Run manage.py make_signing_keys on the signing worker.")


class NoCodeKey(CertificateError):
    message = _("There is no key for the codes on certificates. Make one: manage.py rotate_signing_key code.")


class KeyEnded(CertificateError):
    """The key folder calls a key good that the register knows as retired or stolen."""

    message = _(
        "The key folder is older than the register: it holds a key that was retired or is not trusted any more. Nothing"
        " was signed. Put the newest copy of the key folder back, or make new keys."
    )


class LastKey(CertificateError):
    """Nothing could be signed any more."""

    message = _("No other key of this purpose can sign now. Make the next one first: manage.py rotate_signing_key.")


class InFuture(CertificateError):
    message = _("This moment lies in the future. Nothing was changed.")


class FileLost(CertificateError):
    """A file that waits for its signature is not in the store."""

    message = _(
        "The file that waits is missing from the store. Nothing was changed and the certificate stands; tell the"
        " operator, who brings it back from the backup of the files."
    )


class NotTheFile(CertificateError):
    """A file that somebody signed elsewhere is not taken in; ``why`` is for the operator's log, ``reason`` its
    short name (``signing.accepting.Why``)."""

    message = _(
        "This is not the file that was handed out with one valid signature added. Nothing was taken in; the file still"
        " waits."
    )

    def __init__(self, why: str, reason: str = "") -> None:
        super().__init__(why)
        self.why, self.reason = why, reason


class DemonstrationKey(CertificateError):
    message = _("A demonstration key cannot sign outside the demonstration.")


class IssuingClosed(CertificateError):
    """The database may not know which numbers it handed out (``certificates.log.closing``)."""

    def __init__(self, reason: str | Promise = "") -> None:
        super().__init__(reason)
        self.reason = reason

    message = _(
        "Issuing is closed until the operator has run manage.py reconcile. Nothing is lost: certificates that are due"
        " wait and are issued afterwards."
    )


class NotAllowed(CertificateError):
    message = _("You have no right to do this here. Nothing was changed.")


class AlreadyDecided(CertificateError):
    message = _("Somebody else has already decided this. Please look at the present state.")


class SamePerson(CertificateError):
    message = _("The person who asked cannot also agree. Ask a second person.")


class TookPart(CertificateError):
    """Law and scheme ask for an independent decision."""

    message = _("You trained or assessed this candidate, so another authorized person must decide.")


class EvidenceNotSigned(CertificateError):
    message = _("A supervisor has not yet signed the practice evidence of every stage.")


class NotRecommended(CertificateError):
    message = _("An assessor has not yet recommended every unit as competent.")


class NotLicensed(CertificateError):
    message = _("The issuing organization holds no LSP licence that is valid today for this scheme.")


class ReasonMissing(CertificateError):
    message = _("Please give a reason; it is kept with the decision.")


class NameNotPrintable(CertificateError):
    message = _(
        "This name cannot be printed: at most 80 characters, Latin letters and punctuation, no long numbers."
        " Nothing was changed."
    )


class NumberTaken(CertificateError):
    """Two rules of one issuer came to the same number; the award is held up until a person has looked."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.message = gettext(
            "The issuer has already given out the number %(number)s. The number templates of its kinds of"
            " certificates must differ: put {jenis} into them."
        ) % {"number": number}


class NumberRecorded(NumberTaken):
    """An earlier paper that was entered bears the number; the award is held up until a person has looked."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.message = gettext(
            "An earlier paper that was entered here bears the number %(number)s. Set a number template that no paper"
            " has, or have the entry corrected."
        ) % {"number": number}


class NumberEntered(CertificateError):
    """An earlier paper of this number is entered, or a certificate of this number was issued here."""

    def __init__(self, numbers: str) -> None:
        super().__init__(numbers)
        self.message = gettext(
            "This number is issued or entered already: %(numbers)s. Correct the entry that is there. Nothing was saved."
        ) % {"numbers": numbers}


class NotInForce(CertificateError):
    """Revoked and replaced are final."""

    message = _("This certificate is already revoked or replaced. Nothing was changed.")


class NoSuchChange(NotInForce):
    """The certificate is in force, but not in the state that this change starts from."""

    message = _("The certificate is not in the state that this starts from. Look at its present state.")


class OwnCertificate(CertificateError):
    message = _("You hold this certificate yourself, so somebody else must decide. Nothing was changed.")


class RevocationPending(CertificateError):
    message = _("Somebody has already asked for this certificate to be revoked. A second person must answer first.")


class FileStillMade(CertificateError):
    """A name is erased with its files, so the files must be known."""

    message = _("The file of this certificate is still being made. Nothing was changed; try again in a minute.")


class CorrectionPending(CertificateError):
    """A replacement on its way would print the name anew."""

    message = _(
        "A correction of this certificate is being handled. Wait until its new certificate is issued, or decline it."
        " Nothing was changed."
    )


class NameInReason(CertificateError):
    message = _("Please leave the holder's name out of the reason: it is kept for good. Nothing was changed.")


class NameErased(CertificateError):
    message = _("The name on this certificate was erased, so this is no longer possible. Nothing was changed.")


class HasExpired(CertificateError):
    """A replacement repeats the end date of the old certificate, so it would end before the day it is issued."""

    message = _(
        "This certificate has expired, and an expired certificate is not replaced. Nothing was changed; the register"
        " keeps it."
    )


class RequestPending(CertificateError):
    message = _("A correction of this certificate is already being handled.")


class NumbersShared(CertificateError):
    """The mended template would be held up as the old one was."""

    message = _(
        "Another kind of certificate of this organization would get the same numbers. Put {jenis} into the number"
        " template."
    )


class AlreadyPaused(CertificateError):
    message = _("Issuing is paused here already. Nothing was changed.")


class NotPaused(CertificateError):
    message = _("Issuing is not paused here any more. Nothing was changed.")


class NobodyChosen(CertificateError):
    """A protocol names at least one person."""

    message = _("Nobody was chosen, so nothing was decided. Tick at least one name, or give a reason for one.")


class ReasonsMissing(CertificateError):
    """A list is approved as a whole: whoever meets the rule is approved or gets a reason."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.message = gettext(
            "Nothing was decided yet: please give a reason for everyone who meets the rule and is not ticked:"
            " %(names)s."
        ) % {"names": "; ".join(names)}


class EvidenceRefused(CertificateError):
    """A file that cannot be kept, in words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
