"""Messages to people: one row per (kind, key, person), a durable outbox behind it, and the notices on /belajar/.

Callers need only what stands here.  ``notify`` says something once, whatever is repeated; ``register_kind`` and
``register_reminder`` belong into ``AppConfig.ready()``.
"""

from cms.messaging.kinds import Kind, register_kind
from cms.messaging.notifying import Notice, notify, notify_many
from cms.messaging.reading import notices
from cms.messaging.reminding import Reminder, register_reminder

__all__ = ["Kind", "Notice", "Reminder", "notices", "notify", "notify_many", "register_kind", "register_reminder"]
