"""News that travels up: sent on commit, carrying ids only."""

from django.dispatch import Signal

# sender=User, user_id: the person confirmed the name as it will be printed.
name_confirmed = Signal()
