"""Letters about one's own account, sent by a worker: a mail server that is slow or away holds up no page."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User


def send_reset(user_id: int) -> bool:
    """Send the link that sets a new password; False when there is nobody to send it to any more.

    The link is made here and stands in no queue and no table.  Raises SMTPException or OSError: ask again later.
    """
    user = User.objects.filter(pk=user_id, is_active=True, email__isnull=False).first()
    if user is None:
        return False
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    address = settings.PUBLIC_BASE_URL + reverse("account_reset_password_from_key", kwargs=parts)
    context = {"user": user, "password_reset_url": address}
    with override(settings.LANGUAGE_CODE):
        subject = render_to_string("account/email/password_reset_key_subject.txt", context).strip()
        body = render_to_string("account/email/password_reset_key_message.txt", context)
    send_mail(subject, body, None, [str(user.email)])
    return True
