"""Keeping the register: finding a certificate, and what this person may do with it now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Action, may, organizations_where, roles_with
from certificates import codes, erasing, revocations, revoking
from certificates.models import Certificate, StatusChange

if TYPE_CHECKING:
    from accounts.models import User
    from certificates.querysets import CertificateQuerySet

SHORTEST_SEARCH = 3
#: Roles that keep a register or agree to revocations somewhere.
KEEPERS = frozenset({*roles_with(Action.REVOKE_CERTIFICATE), *roles_with(Action.AGREE_REVOCATION)})
READ_BY_ALL = _("Everybody who checks the certificate reads this reason: no names, no private facts.")
_Status = StatusChange.Status


@dataclass(frozen=True)
class Step:
    """One thing that may be done with a certificate.  ``verb`` takes the certificate, reason, actor and at;
    ``consequence`` is what the confirmation says; ``grave`` cannot be taken back."""

    slug: str
    label: Promise
    consequence: Promise
    done: Promise
    action: Action
    verb: Callable[..., object]
    after: frozenset[str]
    grave: bool = False
    reason_help: Promise = READ_BY_ALL


STEPS: Mapping[str, Step] = {
    step.slug: step
    for step in (
        Step(
            "tangguhkan",
            _("Suspend"),
            _(
                "The certificate does not count until somebody lifts the suspension. The holder and whoever checks it"
                " see this."
            ),
            _("The certificate is suspended."),
            Action.REVOKE_CERTIFICATE,
            revoking.suspend,
            frozenset({_Status.VALID}),
        ),
        Step(
            "pulihkan",
            _("Lift the suspension"),
            _("The certificate counts again."),
            _("The certificate is in force again."),
            Action.REVOKE_CERTIFICATE,
            revoking.reinstate,
            frozenset({_Status.SUSPENDED}),
        ),
        Step(
            "cabut",
            _("Ask for revocation"),
            _(
                "A second person must agree; until then nothing changes. A revocation cannot be taken back, and the"
                " number stays used."
            ),
            _("Asked for. The certificate stays as it is until a second person has agreed."),
            Action.REVOKE_CERTIFICATE,
            revocations.request,
            frozenset({_Status.VALID, _Status.SUSPENDED}),
            grave=True,
        ),
        Step(
            "hapus-nama",
            _("Erase the name"),
            _(
                "The holder's name, the PDF, the badge and the picture are removed here for good; this cannot be taken"
                " back. Number, code, history and status stay, and the verification page says that the name was"
                " erased. Copies in the holder's hands are not reached."
            ),
            _("The name was erased. Its files are being removed."),
            Action.ERASE_NAME,
            erasing.erase_name,
            frozenset(_Status.values),
            grave=True,
            reason_help=_("For example the holder's letter and its date. Only the keepers of the register read it."),
        ),
    )
}


def is_keeper(user: User) -> bool:
    """Whether the person keeps a register or agrees to revocations anywhere.  At most two statements."""
    actions = (Action.REVOKE_CERTIFICATE, Action.AGREE_REVOCATION)
    return any(organizations_where(user, action).exists() for action in actions)


def keeps(user: User, certificate: Certificate) -> bool:
    """Whether the person is a keeper where this certificate was issued, and so reads names of staff."""
    issuer = certificate.issuer
    if issuer is None:
        return False
    return any(may(user, action, issuer) for action in (Action.REVOKE_CERTIFICATE, Action.AGREE_REVOCATION))


def search(user: User, text: str) -> CertificateQuerySet:
    """Certificates that the person may see with this code, number, or name of the holder's account; newest first."""
    rows: CertificateQuerySet = Certificate.objects.visible_to(user)
    words = " ".join(text.split())
    if len(words) < SHORTEST_SEARCH:
        return rows.none()
    found = Q(number__icontains=words) | Q(user__full_name__icontains=words) & ~Q(name_member="")
    if codes.is_code(words):
        found |= Q(code=codes.normalize(words))
    return rows.filter(found).with_status().select_related("user", "issuer").order_by("-issued_at", "-pk")


def steps_for(certificate: Certificate, user: User) -> list[Step]:
    """What this person may do with the certificate as it stands, gravest last."""
    issuer = certificate.issuer
    if issuer is None or certificate.user_id == user.pk:
        return []
    status = revoking.last_status(certificate)
    held = {action: may(user, action, issuer) for action in {step.action for step in STEPS.values()}}
    return [step for step in STEPS.values() if held[step.action] and _fits(step, certificate, status)]


def _fits(step: Step, certificate: Certificate, status: str) -> bool:
    if step.slug == "hapus-nama" and not certificate.name_member:
        return False
    if step.slug == "cabut" and certificate.revocation_requests.filter(state="open").exists():
        return False
    return status in step.after


def take(step: Step, certificate: Certificate, *, reason: str, actor: User, at: datetime) -> None:
    """Do it.  Raises what the verb raises (CertificateError)."""
    step.verb(certificate, reason=reason, actor=actor, at=at)
