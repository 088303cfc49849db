"""News for the apps above, sent on commit, carrying ids only.  The rows are the truth: a lost signal loses nothing."""

from __future__ import annotations

from django.dispatch import Signal

#: ``enrolment_id``: every requirement of the edition is fulfilled.
enrolment_completed = Signal()
#: ``enrolment_id``: the enrolment was left, taken up again, or is no longer complete.
enrolment_status_changed = Signal()
