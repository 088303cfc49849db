"""The custom user: nobody needs an e-mail address, and nobody is deleted."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Action
from accounts.spelling import plain_hyphens, without_marks
from accounts.visibility import people_reached, people_visible

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def normalize_number(number: str) -> str:
    """Pure.  A participant number as it is stored: without spaces and marks that nobody sees, plain hyphens, capital
    letters."""
    return re.sub(r"\s+", "", plain_hyphens(without_marks(number))).upper()


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """People that ``user`` may read about (``accounts.visibility`` says which and why)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(people_visible(user))

    def reached_by(self, user: User | AnonymousUser, action: Action) -> Self:
        """People towards whom ``user`` may do ``action``: through the tree, or a source an upper app registered."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(people_reached(user, action))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused: people are archived, never deleted."""
        raise models.ProtectedError(str(_("People are archived, never deleted.")), set(self))


class UserManager(BaseUserManager["User"]):
    def create_person(self, *, participant_number: str, full_name: str, **fields: Any) -> User:
        """A person without a password: the way in is a first code (``accounts.first_codes``)."""
        person: User = self.model(
            participant_number=normalize_number(participant_number), full_name=full_name, **fields
        )
        person.email = self.normalize_email(person.email) or None
        person.set_unusable_password()
        person.save(using=self._db)
        return person

    def create_superuser(self, participant_number: str, password: str | None = None, **fields: Any) -> User:
        """For ``manage.py createsuperuser``.  Opens Wagtail; what may be done is still asked of the memberships."""
        person = self.create_person(participant_number=participant_number, is_superuser=True, **fields)
        if password:
            person.set_password(password)
            person.save(using=self._db, update_fields=["password"])
        return person

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(participant_number=normalize_number(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person: participant, trainer, assessor, supervisor, head, publisher or administrator by membership."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant_number = models.CharField(
        _("participant number"), max_length=40, unique=True, help_text=_("The name you sign in with.")
    )
    full_name = models.CharField(
        _("full name"), max_length=200, help_text=_("Exactly as printed on a certificate, with titles.")
    )
    email = models.EmailField(_("email"), null=True, blank=True)
    nip = models.CharField("NIP", max_length=18, blank=True)
    phone = models.CharField(_("phone number (WhatsApp)"), max_length=20, blank=True)
    name_confirmed_at = models.DateTimeField(_("name confirmed at"), null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(_("must set a new password"), default=False)
    privacy_seen_at = models.DateTimeField(_("privacy page read at"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demonstration"), default=False, editable=False)
    joined_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "participant_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name", "pk"]
        indexes = [models.Index(fields=["nip"], condition=~Q(nip=""), name="user_by_nip")]
        constraints = [
            models.CheckConstraint(
                condition=Q(participant_number=Upper("participant_number")) & ~Q(participant_number=""),
                name="user_number_is_normal",
            ),
            models.CheckConstraint(condition=~Q(participant_number__contains="@"), name="user_number_is_no_email"),
            models.CheckConstraint(condition=~Q(full_name=""), name="user_has_name"),
            models.CheckConstraint(condition=Q(email=None) | ~Q(email=""), name="user_email_empty_is_null"),
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(is_active=False), name="user_archived_is_inactive"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        super().clean()
        self.participant_number = normalize_number(self.participant_number)
        self.email = self.email or None

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: people are archived, never deleted."""
        raise models.ProtectedError(str(_("People are archived, never deleted.")), {self})

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name
