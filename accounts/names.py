"""The name as it will be printed: confirmed by the person, corrected with another person's approval."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.errors import AccountsError, NotAllowed
from accounts.models import NameCorrection, User
from accounts.signals import name_confirmed
from accounts.spelling import without_marks

LONGEST_NAME = 200
# What a certificate prints of a name: certificates.record_schema says the same of the record, and a test holds both
# equal.  Asked before anybody confirms, for afterwards it would only hold up the certificate.
LONGEST_PRINTED = 80
_LATIN = "\u0180-\u0217\u1e00-\u1e99\u1ea0-\u1ef9‘’“”–—…ʼʻ"
_JAVANESE = "\ua980-\ua9cd\ua9cf-\ua9d9\ua9de-\ua9df"
_ARABIC = "\u060c\u0620-\u0655\u0660-\u0669\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f"
_PRINTED = re.compile(f"[ -~\u00a1-\u00ac\u00ae-\u017f{_LATIN}{_JAVANESE}{_ARABIC}]*")
_LONG_NUMBER = re.compile(r"(?:\d[ .]?){15,}")

# Titles people write before or after a name without a comma or an inner dot; compared without dots and case.
_TITLES_BEFORE = frozenset(
    {"dr", "drs", "dra", "drg", "drh", "ir", "prof", "h", "hj", "kh", "ns", "apt", "ust", "ustadz", "ustadzah"}
    | {"bapak", "ibu", "sdr", "sdri"}
)
_TITLES_AFTER = frozenset(
    {"sh", "se", "st", "mm", "mh", "mt", "msi", "ssos", "spd", "mpd", "amd", "phd", "skom", "mba"}
)
_DEGREE = re.compile(r"^(?=.*\w{2})\w+(\.\w+)+\.?$")  # S.Sos, S.Tr.Sos., M.Si: letters, a dot within, not only initials


class NameRefused(AccountsError):
    message = _("Please write the name and the reason.")


class NameNotPrintable(AccountsError):
    message = _(
        "A certificate cannot print this name: at most 80 characters, in Latin, Arabic or Javanese letters, without"
        " pictures or long numbers. Please correct the name."
    )


class NameChanged(AccountsError):
    message = _("The name was changed in the meantime. Please read it again before you confirm.")


class CorrectionPending(AccountsError):
    message = _("Your proposal is waiting for a decision. Nothing else is needed from you now.")


class AlreadyDecided(AccountsError):
    message = _("Somebody else has already decided on this proposal.")


def same_person_name(a: str, b: str) -> bool:
    """Pure.  Whether two spellings name one person: case, titles, punctuation and spacing are ignored."""
    return _bare(a) == _bare(b) != ""


def _bare(name: str) -> str:
    """Pure.  Letters of the name alone: 'Dr. Hj. Siti Nur Haliza, S.Tr.Sos.' -> 'sitinurhaliza'."""
    words = unicodedata.normalize("NFKC", name).casefold().split(",")[0].split()
    while len(words) > 1 and words[0].replace(".", "") in _TITLES_BEFORE:
        words.pop(0)
    while len(words) > 1 and (words[-1].replace(".", "") in _TITLES_AFTER or _DEGREE.match(words[-1])):
        words.pop()
    return "".join(letter for word in words for letter in word if letter.isalnum())


def tidy(name: str) -> str:
    """Pure.  The name in composed letters, without control characters, one space between words.

    Marks without a width, such as a soft hyphen or a change of direction, go without leaving a gap in the word.
    """
    composed = without_marks(unicodedata.normalize("NFC", name))
    return " ".join("".join(c if c.isprintable() else " " for c in composed).split())


def is_printable(name: str) -> bool:
    """Pure.  Whether a certificate can print this (tidied) name."""
    begins_with_mark = unicodedata.category(name[0]).startswith("M") if name else True
    is_short = len(name) <= LONGEST_PRINTED
    return is_short and not begins_with_mark and bool(_PRINTED.fullmatch(name)) and not _LONG_NUMBER.search(name)


@transaction.atomic
def confirm_name(user: User, *, at: datetime, seen: str | None = None) -> User:
    """The person confirms the name as shown (``seen``; default: as loaded).  Safe to repeat.

    Raises NameChanged when the stored name is not the one that was shown, CorrectionPending while a proposal waits,
    NameNotPrintable when no certificate could bear it.
    """
    shown = user.full_name if seen is None else seen
    if not is_printable(shown):
        raise NameNotPrintable
    if NameCorrection.objects.filter(user=user, status=NameCorrection.Status.PENDING).exists():
        raise CorrectionPending
    won = User.objects.filter(pk=user.pk, full_name=shown, name_confirmed_at=None).update(name_confirmed_at=at)
    user.refresh_from_db(fields=["full_name", "name_confirmed_at"])
    if user.full_name != shown:
        raise NameChanged
    if won:
        events.record("name.confirmed", user, actor=user, at=at)
        _announce(user)
    return user


@transaction.atomic
def propose_correction(user: User, proposed: str, reason: str, at: datetime) -> NameCorrection:
    """The person proposes another name to print.  Raises NameRefused, NameNotPrintable, or CorrectionPending while
    one waits."""
    proposed, reason = tidy(proposed), tidy(reason)
    if not proposed or not reason or len(proposed) > LONGEST_NAME or proposed == user.full_name:
        raise NameRefused
    if not is_printable(proposed):
        raise NameNotPrintable
    User.objects.select_for_update().get(pk=user.pk)
    if NameCorrection.objects.filter(user=user, status=NameCorrection.Status.PENDING).exists():
        raise CorrectionPending
    proposal = NameCorrection.objects.create(
        user=user, previous_name=user.full_name, proposed_name=proposed, reason=reason[:500], proposed_at=at
    )
    events.record("name.proposed", user, actor=user, at=at, reason=reason, details={"correction": proposal.public_id})
    return proposal


@transaction.atomic
def approve_correction(proposal: NameCorrection, *, actor: User, at: datetime) -> NameCorrection:
    """Another person approves: the proposed name becomes the printed one and counts as confirmed.  Safe to repeat."""
    if _decide(proposal, NameCorrection.Status.APPROVED, actor=actor, at=at, reason=""):
        User.objects.filter(pk=proposal.user_id).update(full_name=proposal.proposed_name, name_confirmed_at=at)
        proposal.user.refresh_from_db(fields=["full_name", "name_confirmed_at"])
        details = {"correction": proposal.public_id, "before": proposal.previous_name}
        events.record("name.approved", proposal.user, actor=actor, at=at, details=details)
        _announce(proposal.user)
    return proposal


@transaction.atomic
def refuse_correction(proposal: NameCorrection, *, actor: User, at: datetime, reason: str) -> NameCorrection:
    """Another person refuses, and says why.  Safe to repeat.  Raises NameRefused without a reason."""
    reason = tidy(reason)[:500]
    if not reason:
        raise NameRefused
    if _decide(proposal, NameCorrection.Status.REFUSED, actor=actor, at=at, reason=reason):
        details = {"correction": proposal.public_id}
        events.record("name.refused", proposal.user, actor=actor, at=at, reason=reason, details=details)
    return proposal


@transaction.atomic
def settle(user: User, name: str, *, by_person: bool, actor: User, at: datetime, reason: str) -> User:
    """Make ``name`` the one to print, on the word of ``actor`` about a request made elsewhere.  Safe to repeat.

    The person's own wish (``by_person``, or a proposal of the same name that still waits) counts as confirmed; any
    other name must be confirmed again by the person.  A proposal that waits is answered with this decision.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    same = by_person
    for proposal in NameCorrection.objects.filter(user=user, status=NameCorrection.Status.PENDING):
        same = same or proposal.proposed_name == name
        _answer(proposal, name, actor=actor, at=at)
    if user.full_name == name and (user.name_confirmed_at is not None or not same):
        return user
    before, user.full_name, user.name_confirmed_at = user.full_name, name, at if same else None
    user.save(update_fields=["full_name", "name_confirmed_at"])
    verb = "name.approved" if same else "name.changed"
    events.record(verb, user, actor=actor, at=at, reason=reason, details={"before": before})
    if same:
        _announce(user)
    return user


def _answer(proposal: NameCorrection, name: str, *, actor: User, at: datetime) -> None:
    """Close a proposal that waited while a name was agreed to elsewhere."""
    approved = proposal.proposed_name == name
    words = gettext("Another person agreed to the name “%(name)s”.") % {"name": name}
    NameCorrection.objects.filter(pk=proposal.pk, status=NameCorrection.Status.PENDING).update(
        status=NameCorrection.Status.APPROVED if approved else NameCorrection.Status.REFUSED,
        decided_by=actor,
        decided_at=at,
        decision_reason="" if approved else words,
    )


def _decide(proposal: NameCorrection, status: str, *, actor: User, at: datetime, reason: str) -> bool:
    """Claim a pending proposal.  False: it already has this status.  Raises NotAllowed, AlreadyDecided."""
    if not NameCorrection.objects.visible_to(actor).filter(pk=proposal.pk).exclude(user=actor).exists():
        raise NotAllowed
    won = NameCorrection.objects.filter(pk=proposal.pk, status=NameCorrection.Status.PENDING).update(
        status=status, decided_by=actor, decided_at=at, decision_reason=reason
    )
    proposal.refresh_from_db()
    if not won and proposal.status != status:
        raise AlreadyDecided
    return bool(won)


def _announce(user: User) -> None:
    transaction.on_commit(partial(name_confirmed.send_robust, sender=User, user_id=user.pk), robust=True)
