"""Wiring: news from below only puts work on the queue; checks, parts and lines are handed to whoever asks."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.exporting import register_own_data
        from accounts.signals import name_confirmed
        from assessments.assessing import register_unit_source
        from assessments.correcting import register_touched_source
        from certificates import (
            checking_rules,
            checks,
            columns,
            frozen_rules,
            holding,
            issue_links,
            issued,
            own_data,
            replacing,
        )
        from cms.navigation import register_waiting
        from cms.worker import register_worker_script
        from courses.activities import register_activity_source, register_cohort_links
        from courses.columns import register_column_source
        from courses.parts import register_part_writer, register_readiness_check
        from courses.signals import enrolment_completed

        checks.register()
        register_worker_script("certificates/offline_worker.js")
        _reminders()
        register_own_data("certificates", own_data.own_data)
        _admin_forms()
        register_part_writer(frozen_rules.write_parts)
        register_readiness_check(checking_rules.readiness)
        register_cohort_links(issue_links.angkatan_links)
        register_column_source(columns.certificate_columns)
        register_activity_source(holding.activities)
        register_unit_source(frozen_rules.units_to_recommend)
        register_touched_source(issued.issued_to)
        register_waiting("certificates:replacements", replacing.waiting_for)
        enrolment_completed.connect(queue_enrolment, dispatch_uid="certificates.enrolment_completed")
        name_confirmed.connect(queue_person, dispatch_uid="certificates.name_confirmed")


def queue_enrolment(enrolment_id: int, **_sender: Any) -> None:
    """The last requirement is met."""
    from certificates.tasks import evaluate_enrolment

    evaluate_enrolment.enqueue(enrolment_id)


def queue_person(user_id: int, **_sender: Any) -> None:
    """The name may be printed now."""
    from certificates.tasks import evaluate_person

    evaluate_person.enqueue(user_id)


def _reminders() -> None:
    from certificates import reminders
    from cms.messaging import register_kind, register_reminder

    for kind in (reminders.READY, *reminders.EXPIRES.values(), reminders.TEAM_EXPIRES):
        register_kind(kind)
    register_reminder(reminders.ready)
    register_reminder(reminders.expiring)
    register_reminder(reminders.team_expiring)


def _admin_forms() -> None:
    """Give the models their admin forms here: the forms import rights that models must not know."""
    from certificates.admin.forms import AwardRuleForm, OwnForm
    from certificates.models import AwardRule, LspLicence, Signatory

    AwardRule.base_form_class = AwardRuleForm  # type: ignore[attr-defined]
    Signatory.base_form_class = LspLicence.base_form_class = OwnForm  # type: ignore[attr-defined]
