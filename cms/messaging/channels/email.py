"""E-mail through Django's backend: plain text, one connection per run, a Message-ID that a repetition keeps."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import BadHeaderError
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.messaging.channels.port import Away, ChannelError, Handover, NotNow, Refused


class EmailChannel:
    def __init__(self) -> None:
        self._connection = get_connection()

    def send(self, message: Handover) -> str:
        mail = compose(message, connection=self._connection)
        try:
            # Opening comes first: a server that does not answer is not this message's fault.
            self._connection.open()
            self._connection.send_messages([mail])
        except BadHeaderError as error:
            raise Refused("header") from error
        except smtplib.SMTPException as error:
            self.close()
            raise _translated(error) from error
        except OSError as error:  # refused, timed out, unknown host
            self.close()
            raise Away(type(error).__name__) from error
        return message_id(message)

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):  # a connection that is gone is closed
            self._connection.close()


def message_id(message: Handover) -> str:
    """Pure but for the public address.  The same for every try of one hand-over (RFC 5322, 3.6.4)."""
    return f"<{message.id}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}>"


def compose(message: Handover, *, connection: BaseEmailBackend | None = None) -> EmailMessage:
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if message.stop:  # RFC 8058: the mail program itself offers to stop
        headers |= {"List-Unsubscribe": f"<{message.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(
        subject=message.subject, body=body_of(message), to=[message.address], headers=headers, connection=connection
    )


def body_of(message: Handover) -> str:
    """The text, its one link, and how to have less of it."""
    parts = [message.text.strip()]
    if message.link and message.link not in message.text:
        parts.append(message.link)
    return "\n\n".join([*parts, "-- \n" + _footer(message)]) + "\n"


def _footer(message: Handover) -> str:
    wishes = f"{settings.PUBLIC_BASE_URL}/akun/pemberitahuan/"
    with override(settings.LANGUAGE_CODE):
        if message.stop:
            said = _("No more emails of this kind: %(stop)s\nAll choices: %(wishes)s")
        else:
            said = _(
                "This is important for you, so it is also sent at night and cannot be muted on its own.\n"
                "All choices: %(wishes)s"
            )
        return said % {"stop": message.stop, "wishes": wishes}


def _translated(error: smtplib.SMTPException) -> ChannelError:
    """5xx about the message or its recipient is for good; 4xx is for now; all about the connection is the server's."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
        return _by_code(max(codes, default=451))
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Away(f"smtp {error.smtp_code}")
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code)
    if isinstance(error, smtplib.SMTPSenderRefused):  # our own address: not this message's fault
        return Away(f"smtp sender {error.smtp_code}")
    return Away(type(error).__name__)


def _by_code(code: int) -> ChannelError:
    if code == 421:  # closing down
        return Away("smtp 421")
    return Refused(f"smtp {code}") if code >= 500 else NotNow(f"smtp {code}")
